"""One merged table for each dataset, from every submission in effect that is sealed for you.

What was shared as personal data is never in it: each such submission is written as a file of its
own, and only when it is asked for.

Keeps true: all that was asked for or nothing: a bundle that is not as signed stops the pull and
leaves the tables of an earlier one as they were. Rows stay in the order of partner, quarter and
entry, so the same log gives the same table.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import polars as pl

from exchange.bundles import open_bundle
from exchange.errors import NothingToDo, Refusal
from exchange.identities import Officer
from exchange.log import Log
from exchange.publishing import sync_folder
from partners.state import Submission
from schemas.datasets import DATASETS
from schemas.shared import columns_of

PROVENANCE: Final = (
    "partner",
    "part",
    "quarter",
    "covered_from",
    "covered_to",
    "entry",
    "schema_version",
)


@dataclass(frozen=True, slots=True)
class Merged:
    """One table written: where, from how many submissions, how many rows."""

    dataset: str
    path: Path
    submissions: int
    rows: int


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull wrote; the submissions that are not sealed for the officer's key; and those of
    local datasets whose package is not installed here.
    """

    tables: list[Merged]
    not_for_me: list[Submission]
    not_known: list[Submission]


def pull(
    log: Log, officer: Officer, folder: Path, tick: Callable[[int, int], None] = lambda *_: None
) -> Pulled:
    """Verify, open, check and merge every submission in effect into a folder.

    Raises:
        NothingToDo: there is no submission that the officer can open.
        BundleBroken: one is not as signed; no table was written.
    """
    mine, not_for_me = _sealed_for(log, officer, personal=False)
    not_known = [s for s in mine if s.statement.dataset not in DATASETS]
    mine = [s for s in mine if s not in not_known]
    if not mine:
        raise NothingToDo("no submission in the log is sealed for your key", "nothing was written")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".pull-", dir=folder) as name:
        parts = _opened(log, officer, mine, Path(name), tick)
        tables = [_merge(dataset, parts[dataset], Path(name)) for dataset in sorted(parts)]
        moved = [replace(t, path=t.path.replace(folder / t.path.name)) for t in tables]
        sync_folder(folder)
    return Pulled(moved, not_for_me, not_known)


def pull_personal(log: Log, officer: Officer, folder: Path) -> list[Merged]:
    """Verify, open and check what was shared as personal data, each submission into its own file.

    Raises:
        NothingToDo: there is none that the officer can open.
        BundleBroken: one is not as signed; none was written.
    """
    mine, _ = _sealed_for(log, officer, personal=True)
    if not mine:
        raise NothingToDo("nothing shared as personal data is sealed for your key")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".pull-", dir=folder) as name:
        opened = []
        for one in mine:
            s = one.statement
            path = Path(name) / f"PERSONAL-DATA-{s.partner}-{s.dataset}-log{one.position}.parquet"
            sender = f"{s.partner} (entry {one.position})"
            rows = open_bundle(log.store, s, sender, officer.identity, path)
            opened.append(Merged(s.dataset, path, 1, rows.height))
        moved = [replace(t, path=t.path.replace(folder / t.path.name)) for t in opened]
        sync_folder(folder)
    return moved


def _sealed_for(
    log: Log, officer: Officer, *, personal: bool
) -> tuple[list[Submission], list[Submission]]:
    """Return the submissions in effect that an officer can open, and those they can't."""
    mine: list[Submission] = []
    not_for_me: list[Submission] = []
    for submission in log.register.current():
        if submission.statement.personal is personal:
            keys = {key for _, key in submission.statement.recipients}
            (mine if officer.signer in keys else not_for_me).append(submission)
    return mine, not_for_me


def _opened(
    log: Log,
    officer: Officer,
    submissions: list[Submission],
    folder: Path,
    tick: Callable[[int, int], None],
) -> dict[str, list[tuple[Submission, pl.LazyFrame]]]:
    """Open all submissions before anything is written, by dataset."""
    parts: dict[str, list[tuple[Submission, pl.LazyFrame]]] = {}
    order = sorted(
        submissions, key=lambda s: (s.statement.partner, s.statement.covered, s.position)
    )
    for number, submission in enumerate(order, start=1):
        tick(number, len(order))
        payload = folder / f"{submission.position:08d}.parquet"
        sender = f"{submission.statement.partner} (entry {submission.position})"
        open_bundle(log.store, submission.statement, sender, officer.identity, payload)
        rows = pl.scan_parquet(payload)
        parts.setdefault(submission.statement.dataset, []).append((submission, rows))
    return parts


def _merge(dataset: str, parts: list[tuple[Submission, pl.LazyFrame]], folder: Path) -> Merged:
    """Write one table; none is put in its place before all are written."""
    table = pl.concat([_with_provenance(submission, rows) for submission, rows in parts])
    path = folder / f"{dataset}.parquet"
    try:
        table.sink_parquet(path, compression="zstd", maintain_order=True, sync_on_close="data")
        rows = pl.scan_parquet(path).select(pl.len()).collect().item()
    except pl.exceptions.PolarsError:
        rows = None  # it wraps the system's own refusal in words about files
    if rows is None:
        raise Refusal(
            f"the merged table of {dataset} can't be written",
            "is the disk full? the tables of an earlier pull are as they were",
        )
    return Merged(dataset, path, len(parts), rows)


def _with_provenance(submission: Submission, rows: pl.LazyFrame) -> pl.LazyFrame:
    statement = submission.statement
    told = {
        "partner": pl.lit(statement.partner),
        "part": pl.lit(statement.part),
        "quarter": pl.lit(str(statement.quarter)),
        "covered_from": pl.lit(statement.covered.first),
        "covered_to": pl.lit(statement.covered.last),
        "entry": pl.lit(submission.position, dtype=pl.UInt32),
        "schema_version": pl.lit(statement.schema, dtype=pl.UInt16),
    }
    words = pl.col(pl.Enum).cast(pl.String)  # lists of words may grow from version to version
    columns = columns_of(DATASETS[statement.dataset])
    return rows.with_columns(words, **told).select(*PROVENANCE, *columns)
