"""Submissions into the files of the merged tables: opened, checked, written, each row with whence.

A bundle is opened after another; the checks are done for many of one dataset at once, since most of
their cost is the same for ten thousand rows and for a million. Some batches at a time are
checked and written beside the opening of the next. Which submissions, and what is done with the
files, is `pull.py`'s.
"""

import hashlib
import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from exchange.bundle.bundle import Opened, ReleaseTooOld, check_opened, open_payload
from exchange.errors import BundleBroken, KeyRefused, Refusal
from exchange.keys.identity import UnlockedKey
from exchange.log.log import Log
from exchange.pull.cube import secret_of
from exchange.pull.incidents import CATEGORY_LABEL, incidents_of
from exchange.pull.manifest import MergedSubmission
from exchange.pull.words import hours_and_minutes, metadata_as_text, own_words, word_series
from partners.register.state import Submission
from schemas.codes.themes import CATEGORY, FACTS, with_category_facts
from schemas.datasets.registry import DATASETS
from schemas.datasets.shared_columns import columns_of

PROVENANCE: Final = {
    "quarter": "The quarter of the submission: the name of the folder that the file lies in.",
    "partner": "The authority that shared the row.",
    "part": "The part of it that returned the row, where it returns in parts.",
    "covered_from": "The first day that its submission covers.",
    "covered_to": "The last day that its submission covers.",
    "entry": "The position of its submission in the log.",
    "schema_version": "The version of the dataset's columns.",
}
# What has a list of the words of a whole batch.
_OF_A_BATCH: Final = ("partner", "part", *CATEGORY, *FACTS)
_ROWS: Final = 250_000  # of a batch
_WORKERS: Final = 2
_MOST: Final = 4 * _ROWS  # under way at a time; a single submission may be larger


@dataclass(frozen=True, slots=True)
class SetAside:
    """A submission that can't be checked, or is not as signed: named, and never merged."""

    submission: Submission
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class _OpenedBundle:
    """A submission and what its bundle holds."""

    submission: Submission
    opened: Opened

    @property
    def form(self) -> tuple[str, int]:
        """The dataset and the version of its form."""
        return self.submission.statement.dataset, self.submission.statement.schema


def merge(
    log: Log,
    officer: UnlockedKey,
    submissions: Sequence[Submission],
    new: Path,
    tick: Callable[[int], None],
    *,
    set_aside: bool = False,
) -> tuple[dict[int, MergedSubmission], list[SetAside]]:
    """Open, check and write submissions into a folder.

    Args:
        set_aside: Go on without what is missing or not as signed.

    Returns:
        What was written of each, and the submissions that this release can't check, or that are
        not as signed.

    Raises:
        BundleBroken, KeyRefused: as `bundles.open_bundle`.
        Refusal: a table can't be written.
    """
    items: dict[int, MergedSubmission] = {}
    aside = _Aside(broken=set_aside)
    under_way: deque[tuple[int, Future[list[MergedSubmission]]]] = deque()

    def finish(most: int) -> None:
        while under_way and sum(rows for rows, _ in under_way) > most:
            items.update({item.entry: item for item in under_way.popleft()[1].result()})

    with ThreadPoolExecutor(_WORKERS) as pool:
        for batch in _batches(log, officer, submissions, tick, aside=aside):
            rows = sum(read.opened.rows.height for read in batch)
            finish(max(_MOST - rows, 0))
            under_way.append((rows, pool.submit(_write_batch, batch, new, aside)))
            if rows > _MOST:
                finish(0)  # it has the memory for itself
        finish(-1)
    return items, sorted(aside.items, key=lambda item: item.submission.position)


@dataclass(slots=True)
class _Aside:
    """What is set aside, and whether what is broken is.

    Attributes:
        broken: What is missing or not as signed is set aside; else it stops the pull.
    """

    broken: bool
    items: list[SetAside] = field(default_factory=list)

    def take(self, submission: Submission, refusal: Refusal) -> None:
        """Set a submission aside, or raise why it is not to be."""
        if not self.broken and not isinstance(refusal, ReleaseTooOld):
            raise refusal
        self.items.append(SetAside(submission, refusal))


def _batches(
    log: Log,
    officer: UnlockedKey,
    submissions: Sequence[Submission],
    tick: Callable[[int], None],
    *,
    aside: _Aside,
) -> Iterator[list[_OpenedBundle]]:
    """Yield submissions opened, those of a form together; add to `aside` what can't be checked."""
    batch: list[_OpenedBundle] = []
    rows = 0
    together = sorted(
        submissions,
        key=lambda submission: (
            submission.statement.dataset,
            submission.statement.schema,
            submission.position,
        ),
    )
    for number, submission in enumerate(together, start=1):
        tick(number)
        try:
            read = _read(log, officer, submission)
        except (ReleaseTooOld, BundleBroken, KeyRefused) as refusal:
            aside.take(submission, refusal)
            continue
        height = read.opened.rows.height
        full = rows >= _ROWS or rows + height > _MOST  # what is too large for memory is by itself
        if batch and (full or batch[0].form != read.form):
            yield batch
            batch, rows = [], 0
        batch.append(read)
        rows += height
    if batch:
        yield batch


def _read(log: Log, officer: UnlockedKey, submission: Submission) -> _OpenedBundle:
    sender = f"{submission.statement.partner} (log {submission.position})"
    opened, _ = open_payload(log.store, submission.statement, sender, officer.identity)
    return _OpenedBundle(submission, opened)


def _check(
    batch: list[_OpenedBundle], aside: _Aside
) -> list[tuple[list[_OpenedBundle], pl.DataFrame]]:
    """Check a batch; return what of it may leave, with its rows: all together, or each alone."""
    try:
        return [(batch, check_opened([read.opened for read in batch]))]
    except (BundleBroken, ReleaseTooOld) as fault:
        if len(batch) == 1:
            aside.take(batch[0].submission, fault)
            return []
        if isinstance(fault, BundleBroken) and not aside.broken:
            raise
    return [checked for read in batch for checked in _check([read], aside)]


def _write_batch(batch: list[_OpenedBundle], new: Path, aside: _Aside) -> list[MergedSubmission]:
    """Check a batch, and write the rows and the incidents of each submission."""
    return [item for checked in _check(batch, aside) for item in _write_checked(*checked, new)]


def _write_checked(
    batch: list[_OpenedBundle], rows: pl.DataFrame, new: Path
) -> list[MergedSubmission]:
    dataset = batch[0].submission.statement.dataset
    heights = [read.opened.rows.height for read in batch]
    merged = _merge_tables(_with_provenance(batch, rows, heights), dataset)
    files: list[dict[str, str]] = [{} for _ in batch]
    for table, (content, rows_of_each) in _of_each(merged, heights).items():
        metadata = metadata_as_text(content)
        for read, hashes, own in zip(batch, files, rows_of_each, strict=True):
            name = _file(read.submission, table)
            hashes[name] = _write(own, new / name, dataset, metadata)
    return [
        MergedSubmission.of(read.submission, height, hashes, secret_of(read.opened.salt))
        for read, height, hashes in zip(batch, heights, files, strict=True)
    ]


def _of_each(
    merged: dict[str, pl.LazyFrame], heights: list[int]
) -> dict[str, tuple[pl.LazyFrame, Iterable[pl.LazyFrame]]]:
    """Return each table of a batch, and beside it the rows of each submission."""
    if sum(heights) > _MOST:  # a single submission, which is in memory only while it is written
        return {name: (content, [content]) for name, content in merged.items()}
    # The streaming engine takes three times as long to look up the facts of categories.
    frames = pl.collect_all(list(merged.values()), engine="in-memory")
    return {
        name: (frame.lazy(), map(pl.DataFrame.lazy, own_words(frame, heights, _OF_A_BATCH)))
        for name, frame in zip(merged, frames, strict=True)
    }


def _merge_tables(rows: pl.LazyFrame, dataset: str) -> dict[str, pl.LazyFrame]:
    """Return the tables that rows of a dataset become, by the folder that each is in."""
    name = f"dataset={dataset}"
    if DATASETS[dataset].is_numbers:
        return {name: rows}
    columns = rows.collect_schema().names()
    facts = with_category_facts(rows, DATASETS[dataset].theme)
    if "category" in columns:
        columns.insert(columns.index("category") + 1, CATEGORY_LABEL)
    return {name: facts.select(columns), "incidents": incidents_of(facts, dataset)}


def _with_provenance(
    batch: list[_OpenedBundle], rows: pl.DataFrame, heights: list[int]
) -> pl.LazyFrame:
    """Return the rows of a batch, each with whence it is."""
    statements = [read.submission.statement for read in batch]
    whence = pl.DataFrame(
        {
            "partner": word_series([s.partner for s in statements]),
            "part": word_series([s.part for s in statements]),
            "covered_from": [s.covered.first for s in statements],
            "covered_to": [s.covered.last for s in statements],
            "entry": pl.Series([read.submission.position for read in batch], dtype=pl.UInt32),
            "schema_version": pl.Series([s.schema for s in statements], dtype=pl.UInt16),
        }
    )
    columns = columns_of(DATASETS[statements[0].dataset])
    clocks = hours_and_minutes(pl.col(pl.Time))  # Spark can't read a table that has times
    of_each = whence[np.repeat(np.arange(len(batch)), heights)]
    return rows.lazy().with_columns(*of_each).with_columns(clocks).select(*whence.columns, *columns)


def _file(submission: Submission, table: str) -> str:
    s = submission.statement
    return f"{table}/quarter={s.quarter}/log{submission.position:08d}-{s.partner}.parquet"


def _write(table: pl.LazyFrame, path: Path, dataset: str, metadata: dict[str, str]) -> str:
    """Write a file; return its SHA-256, without which it would be read again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = io.BytesIO()
    try:
        table.sink_parquet(content, compression="zstd", compression_level=1, metadata=metadata)
        path.write_bytes(content.getbuffer())
        fault = False
    except (pl.exceptions.PolarsError, OSError):
        fault = True  # it wraps the system's own refusal in words about files
    if fault:
        raise Refusal("tables-not-written", f"the combined table of {dataset} cannot be written")
    return hashlib.sha256(content.getbuffer()).hexdigest()
