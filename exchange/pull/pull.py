"""One merged table for each dataset, from every submission in effect that is encrypted for you.

A file for each submission, in folders by dataset and quarter, so that what is new can be added and
what was withdrawn taken away. What was shared as personal data is never among them: each such
submission is written as a file of its own, and only when it is asked for.

Keeps true: all that was asked for or nothing: a bundle that is not as signed stops the pull and
leaves the tables of an earlier one as they were, unless the officer says to set it aside; then it
is named, in the manifest too. The same log, asked for the same, gives the same
bytes.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import polars as pl

from exchange.bundle.bundle import open_bundle
from exchange.bundle.payload import METADATA as MARKED
from exchange.errors import BundleBroken, NothingToDo, Refusal, Usage
from exchange.files import put_back, retry_while_held, swap, sync_folder
from exchange.keys.identity import UnlockedKey
from exchange.log.log import Log
from exchange.log.recipients import ask_for_access, of_senders, sent_by
from exchange.pull.editions import write_editions
from exchange.pull.geography import BEST_FIT, BestFit, write_geography
from exchange.pull.geography import COLUMNS as GEOGRAPHY
from exchange.pull.geography import NAME as GEOGRAPHY_FILE
from exchange.pull.incidents import CATEGORY_LABEL, overlap
from exchange.pull.incidents import COLUMNS as INCIDENTS
from exchange.pull.manifest import Manifest, MergedSubmission, file_sha256
from exchange.pull.merge import PROVENANCE, SetAside, merge
from exchange.pull.private_files import keep_private, make_folder, working_folder
from exchange.pull.tables import open_merged
from exchange.text import with_noun
from partners.register.register import Register
from partners.register.state import IssuedEdition, Submission
from schemas.datasets.registry import DATASETS
from schemas.datasets.shared_columns import meanings
from schemas.quarters import Quarter, days_in_words

Form = Callable[[Path, str], object]  # of the folder and a dataset; none for the incidents


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for; nothing named means all.

    Attributes:
        size: The log as it was when it had so many entries; none for as it is.
    """

    datasets: frozenset[str] = frozenset()
    quarters: frozenset[Quarter] = frozenset()
    partners: frozenset[str] = frozenset()
    size: int | None = None

    def takes(self, submission: Submission) -> bool:
        """Say whether a submission is asked for and to be used: in effect then, and not suspended.

        What is suspended now is not used in an earlier state of the log either.
        """
        return self.asks_for(submission) and not submission.is_suspended

    def asks_for(self, submission: Submission) -> bool:
        """Say whether a submission is asked for, and was in effect then; never what was purged."""
        s, size = submission.statement, self.size
        if submission.purged_by is not None:
            return False
        if size is None:
            in_effect = submission.counts
        else:
            ends = [p for p in (submission.superseded_by, submission.withdrawn_by) if p is not None]
            in_effect = submission.position < size and all(end >= size for end in ends)
        return (
            in_effect
            and (not self.datasets or s.dataset in self.datasets)
            and (not self.quarters or s.quarter in self.quarters)
            and (not self.partners or s.partner in self.partners)
        )

    def editions(self, register: Register) -> list[tuple[Quarter, IssuedEdition]]:
        """Return the editions of published tables that are asked for, in the order of the log."""
        return [
            (quarter, edition)
            for quarter, issued in sorted(register.editions.items())
            for edition in issued
            if (not self.quarters or quarter in self.quarters)
            and (self.size is None or edition.position < self.size)
        ]


@dataclass(frozen=True, slots=True)
class MergedTable:
    """One table written: where, from how many submissions, how many rows."""

    dataset: str
    path: Path
    submissions: int
    rows: int


@dataclass(frozen=True, slots=True)
class MergedPull:
    """What a pull wrote.

    Attributes:
        fresh: How many submissions were opened; the others were there from an earlier pull.
        not_for_me: Submissions that are not encrypted for the officer's key.
        set_aside: Those that are suspended, those that this release can't check, and those that are
            missing or not as signed, with why; they are in no table.
    """

    tables: list[MergedTable]
    fresh: int
    not_for_me: list[Submission]
    set_aside: list[SetAside]


def pull(
    log: Log,
    officer: UnlockedKey,
    folder: Path,
    selection: Selection | None = None,
    *,
    update: bool = False,
    set_aside: bool = False,
    forms: Sequence[Form] = (),
    places: BestFit | None = None,
    tick: Callable[[int, int], None] = lambda *_: None,
) -> MergedPull:
    """Verify, open, check and merge every submission that is asked for into a folder.

    Args:
        forms: What writes each table in another form too.
        update: Open only what the folder does not hold already, as its manifest proves.
        set_aside: Go on without what is missing or not as signed.
        places: What LSOAs fit best, where a postcode directory says it.

    Raises:
        NothingToDo: there is no submission that the officer can open.
        Usage: the folder holds the tables of another partnership.
        BundleBroken: one is not as signed, and not to be set aside, or all are; no table was
            written.
        ReleaseTooOld: this release can check none of them.
    """
    selection = selection or Selection()
    for_me, not_for_me = _sealed_for(log, officer, selection, personal=False)
    if not for_me:
        raise _no_data(log, not_for_me, find_suspended(log, officer, selection, personal=False))
    before = _earlier_manifest(folder, log.founding.origin)
    can_keep = update and before is not None and before.is_current
    with working_folder(folder) as new:
        reused = _all_kept(for_me, folder, before, new) if before and can_keep else {}
        fresh = [submission for submission in for_me if submission.position not in reused]
        new_items, aside = merge(
            log,
            officer,
            fresh,
            new,
            lambda n: tick(len(reused) + n, len(for_me)),
            set_aside=set_aside,
        )
        if aside and not reused and not new_items:
            raise aside[0].refusal
        aside = [*find_suspended(log, officer, selection, personal=False), *aside]
        present = reused | new_items
        items = [
            present[submission.position] for submission in for_me if submission.position in present
        ]
        _finish(log, items, new, forms, places)
        editions = write_editions(log, officer, selection.editions(log.register), items, new)
        without = [(s.submission, s.refusal.id) for s in aside]
        Manifest.write(new, log, selection.size, items, editions, set_aside=without)
        keep_private(new)
        swap(folder, new, before.holds if before else ())
    return MergedPull(_tables_in(folder, items), len(new_items), not_for_me, aside)


def _tables_in(folder: Path, items: list[MergedSubmission]) -> list[MergedTable]:
    """Return the tables of a folder, with how much is in each."""
    return [
        MergedTable(
            dataset,
            folder / f"dataset={dataset}",
            sum(item.dataset == dataset for item in items),
            sum(item.rows for item in items if item.dataset == dataset),
        )
        for dataset in sorted({item.dataset for item in items})
    ]


def _earlier_manifest(folder: Path, origin: str) -> Manifest | None:
    """Make the folder ready; return what an earlier pull into it says that it holds.

    Raises:
        Usage: it holds the tables of another partnership.
    """
    make_folder(folder)
    put_back(folder)
    before = Manifest.read(folder)
    if before and before.origin != origin:
        raise Usage(
            "tables-of-another-partnership",
            f'nothing was pulled: "{folder.name}" holds the tables of another partnership',
            "use a separate folder for each partnership: exchange pull FOLDER",
            "or delete the folder, if you no longer need its tables",
        )
    return before


def pull_personal(log: Log, officer: UnlockedKey, folder: Path) -> list[MergedTable]:
    """Verify, open and check what was shared as personal data, each submission into its own file.

    Raises:
        NothingToDo: there is none that the officer can open.
        BundleBroken: one is not as signed; none was written.
    """
    for_me, _ = _sealed_for(log, officer, Selection(), personal=True)
    slug = log.founding.origin.partition("/")[0]
    if not for_me:
        raise NothingToDo("nothing-personal-to-pull", "no personal data is encrypted for your key")
    make_folder(folder)
    with working_folder(folder) as new:
        opened = []
        for submission in for_me:
            s = submission.statement
            name = f"PERSONAL-DATA-{slug}-{s.partner}-{s.dataset}-log{submission.position}.parquet"
            path = new / name
            sender = f"{s.partner} (log {submission.position})"
            rows = open_bundle(log.store, s, sender, officer.identity, path)
            metadata = pl.read_parquet_metadata(path)
            rows.write_parquet(path, compression="zstd", metadata={MARKED: metadata[MARKED]})
            opened.append(MergedTable(s.dataset, path, 1, rows.height))
        keep_private(new)
        moved = [replace(t, path=folder / t.path.name) for t in opened]
        for old, target in zip(opened, moved, strict=True):
            retry_while_held(partial(old.path.replace, target.path))
        sync_folder(folder)
    return moved


def _sealed_for(
    log: Log, officer: UnlockedKey, selection: Selection, *, personal: bool
) -> tuple[list[Submission], list[Submission]]:
    """Return the submissions asked for that an officer can open, and those they can't."""
    for_me: list[Submission] = []
    not_for_me: list[Submission] = []
    signer = officer.signer
    for submission in log.register.submissions:
        if submission.statement.personal is personal and selection.takes(submission):
            keys = {key for _, key in submission.statement.recipients}
            (for_me if signer in keys else not_for_me).append(submission)
    return for_me, not_for_me


def find_suspended(
    log: Log, officer: UnlockedKey, selection: Selection, *, personal: bool
) -> list[SetAside]:
    """Return the submissions asked for that two coordinators have suspended."""
    return [
        SetAside(submission, _suspension(submission))
        for submission in log.register.current()
        if submission.is_suspended
        and submission.statement.personal is personal
        and selection.asks_for(submission)
        and officer.signer in {key for _, key in submission.statement.recipients}
    ]


def _suspension(submission: Submission) -> BundleBroken:
    s = submission.statement
    return BundleBroken(
        "submission-suspended",
        f"two coordinators suspended log {submission.position}, {s.partner} {s.dataset} "
        f"{days_in_words(s.covered)}, because {submission.suspended_for}",
    )


def _no_data(log: Log, not_for_me: Sequence[Submission], aside: Sequence[SetAside]) -> Refusal:
    """Say why there is nothing to download, and who can change that."""
    if aside:
        return aside[0].refusal
    if not not_for_me:
        return NothingToDo(
            "nothing-to-pull",
            "nothing to download: there is no current submission of what you asked for",
            "see what has been sent: exchange status",
        )
    count = with_noun(len(not_for_me), "submission was", "submissions were")
    by_sender = of_senders(not_for_me)
    return NothingToDo(
        "nothing-to-pull",
        f"nothing to download yet: {count} sent before your key was added",
        *(ask_for_access(log.register, sender) for sender in by_sender),
        lines=tuple(sent_by(log.register, sender, group) for sender, group in by_sender.items()),
    )


def _all_kept(
    for_me: list[Submission], folder: Path, before: Manifest, new: Path
) -> dict[int, MergedSubmission]:
    items = {submission.position: _reuse(submission, folder, before, new) for submission in for_me}
    return {position: item for position, item in items.items() if item is not None}


def _reuse(
    submission: Submission, folder: Path, before: Manifest, new: Path
) -> MergedSubmission | None:
    """Take over what an earlier pull wrote of a submission, if it is still that."""
    item = before.items.get(submission.position)
    if item is None or item.payload_sha256 != submission.statement.payload_sha256:
        return None
    if item.dataset not in DATASETS or item.form != DATASETS[item.dataset].version:
        return None
    for file, sha256 in item.files.items():
        if file_sha256(folder / file) != sha256:
            return None
    for file in item.files:
        (new / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / file, new / file)
    return item


def _finish(
    log: Log,
    items: list[MergedSubmission],
    new: Path,
    forms: Sequence[Form],
    places: BestFit | None,
) -> None:
    """Write what is of the whole: places, overlap, other forms, dictionary."""
    datasets = sorted({item.dataset for item in items})
    datasets += [""] if (new / "incidents").is_dir() else []
    if (new / "incidents").is_dir():
        if places:
            write_geography(new, places)
        overlap(open_merged(new), log.register.settings.smallest).write_csv(new / "overlap.csv")
    for form in forms:
        for name in datasets:
            form(new, name)
    dictionary(new, datasets).write_csv(new / "dictionary.csv")


def dictionary(folder: Path, datasets: list[str]) -> pl.DataFrame:
    """Return the data dictionary: every column of every table there, its type and its meaning."""
    rows = []
    label = {CATEGORY_LABEL: INCIDENTS[CATEGORY_LABEL]}
    for name in datasets:
        meaning_of = PROVENANCE | (
            label | meanings(DATASETS[name]) if name else INCIDENTS | BEST_FIT
        )
        types = open_merged(folder, name).collect_schema()
        table = name or "incidents"
        rows += [(table, column, str(dtype), meaning_of[column]) for column, dtype in types.items()]
    if (folder / GEOGRAPHY_FILE).exists():
        schema = pl.read_parquet_schema(folder / GEOGRAPHY_FILE)
        rows += [
            ("geography", column, str(schema[column]), meaning)
            for column, meaning in GEOGRAPHY.items()
        ]
    return pl.DataFrame(rows, schema=("dataset", "column", "type", "meaning"), orient="row")
