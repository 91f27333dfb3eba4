"""The whole account of a store: its log, checkpoints, cosignatures and bundles, and other files.

Keeps true: whatever of it is missing, altered or out of place is named as what it is. What makes
the log itself unbelievable is a refusal, and no account (`log.py`, `checkpoints.py`,
`witness.py`).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from exchange.bundle.sealed_files import bundle_name, verify_sealed
from exchange.errors import BundleBroken, Notice
from exchange.log.checkpoints import CHECKPOINT, checkpoint_name
from exchange.log.cosignatures import COSIGNATURE
from exchange.log.documents import document_name
from exchange.log.forks import losses
from exchange.log.log import Log
from exchange.log.proved_times import Witnessed
from exchange.log.reader import entry_name
from exchange.log.witness import read_witnesses
from exchange.stores.store import FOLDERS
from exchange.text import list_some, utc_in_words, with_noun
from partners.register.state import Submission

_AHEAD: Final = timedelta(minutes=10)  # that clocks may differ
_BEHIND: Final = timedelta(days=1)  # that may lie between signing and sending


@dataclass(frozen=True, slots=True)
class StoreAudit:
    """What was found in a store beside the entries.

    Attributes:
        checkpoints: How many agree; the sizes that have none; names of files that don't count.
        read_bundles: Whether the bundles were read too.
        broken: Bundles that are not as signed, by their entry.
        destroyed: Submissions that were purged; `still_present`, those of them whose bytes are
            there all the same.
        clocks: Entries whose time can't be right, or that came long after it, in words.
        unknown_files: Names of files that are none of the log's.
    """

    log: Log
    checkpoints: int
    without_checkpoint: list[int]
    not_counting: list[str]
    witnessed: Witnessed
    read_bundles: bool
    broken: dict[int, BundleBroken]
    destroyed: list[Submission]
    still_present: list[Submission]
    clocks: list[str]
    unknown_files: list[str]

    @property
    def refusal(self) -> BundleBroken | None:
        """That bundles are not as signed, where some are not."""
        if not self.broken:
            return None
        return BundleBroken(
            "bundles-not-as-signed",
            f"{with_noun(len(self.broken), 'file')} not as signed",
            *dict.fromkeys(hint for broken in self.broken.values() for hint in broken.hints),
            lines=tuple(f"{broken.message} [{broken.id}]" for broken in self.broken.values()),
        )

    def oddities(self) -> Iterator[Notice]:
        """Give what is missing, altered or strange, and does not touch what the log says."""
        if self.not_counting:
            yield Notice(
                "signed-file-proves-nothing",
                "these files do not match their names, and prove nothing: "
                f"{list_some(self.not_counting)}",
            )
        for loss in losses(self.log):
            yield Notice("entries-lost-for-good", str(loss))
        if self.witnessed.gone:
            yield Notice(
                "sightings-missing",
                f"these witness records have been removed: {list_some(self.witnessed.gone)}",
            )
        if self.witnessed.backwards:
            yield Notice(
                "witness-goes-backwards",
                "the times of these witnesses are out of order and are not used: "
                f"{list_some(sorted(set(self.witnessed.backwards.values())))}",
            )
        if self.without_checkpoint:
            sizes = list_some([f"{size:,}" for size in self.without_checkpoint])
            yield Notice(
                "checkpoint-missing",
                f"no checkpoint of {sizes} entries: it was deleted, or a command was interrupted",
            )
        for clock in self.clocks:
            yield Notice("entry-time-doubtful", clock)
        if self.unknown_files:
            yield Notice(
                "unknown-files-ignored",
                "these files do not belong to the log and were ignored: "
                f"{list_some(self.unknown_files)}",
            )

    def files_not_deleted(self) -> Iterator[Notice]:
        """Give the bundles that were deleted by the log, and are there all the same."""
        for s in self.still_present:
            delete = f"exchange withdraw {s.position} --delete --reason sent-in-error"
            yield Notice(
                "deleted-file-present",
                f"log {s.position} was deleted but its file is still in the store",
                (f"ask {s.statement.partner} to run: {delete}",),
            )


def verify(
    log: Log,
    cosignatures_file: Path,
    *,
    bundles: bool,
    tick: Callable[[int, int], None] = lambda *_: None,
) -> StoreAudit:
    """Hold all that is in a store against its log.

    Args:
        log: All of it read from the store.
        bundles: Read the bundles too.

    Raises:
        LogBroken: somebody has signed another log than this one, or more of it.
    """
    count, not_counting = log.checkpoints.check_all(log.tree, log.register.cards)
    witnesses = read_witnesses(log, cosignatures_file, whole=True)
    names = {folder: log.store.names(folder) for folder in FOLDERS}
    present = {f"{folder}/{name}" for folder, inside in names.items() for name in inside}
    missing = [size for size in range(1, log.tree.size + 1) if checkpoint_name(size) not in present]
    destroyed = [s for s in log.register.submissions if s.purged_by is not None]
    return StoreAudit(
        log,
        count,
        missing,
        [*not_counting, *witnesses.broken],
        witnesses,
        bundles,
        _broken_bundles(log, tick) if bundles else {},
        destroyed,
        [s for s in destroyed if _is_present(log, s, present)],
        _wrong_clocks(log, witnesses),
        [_plain_name(name) for name in sorted(present - _own_names(log, names["witness"]))],
    )


def _broken_bundles(log: Log, tick: Callable[[int, int], None]) -> dict[int, BundleBroken]:
    """Hash every bundle that an entry in effect, or one that was, names."""
    broken = {}
    submissions = [s for s in log.register.submissions if s.purged_by is None]
    for number, s in enumerate(submissions, start=1):
        tick(number, len(submissions))
        try:
            verify_sealed(log.store, s.statement, f"{s.statement.partner} (log {s.position})")
        except BundleBroken as fault:
            broken[s.position] = fault
    return broken


def _is_present(log: Log, purged: Submission, present: set[str]) -> bool:
    """Say whether the bytes of what was purged are there, and belong to nothing else."""
    name = bundle_name(purged.statement.bundle_sha256)
    needed = any(
        s.purged_by is None and s.statement.bundle_sha256 == purged.statement.bundle_sha256
        for s in log.register.submissions
    )
    return name in present and not needed


def _wrong_clocks(log: Log, witnesses: Witnessed) -> list[str]:
    """Say which entries' times others prove to be wrong, or to lie long before they came."""
    lines: list[str] = []
    for result in log.register.applied if witnesses.cosignatures else ():
        if result.rejection or result.time is None:
            continue
        partner = result.signer.partition("/")[0]
        known = witnesses.proved_time(result.position, partner)
        if known.before and result.time > known.before + _AHEAD:
            lines.append(
                f"log {result.position} states {utc_in_words(result.time)}, "
                f"but {known.by[0]} saw it by {utc_in_words(known.before)}: a clock is wrong"
            )
        if known.after and result.time < known.after - _BEHIND:
            lines.append(
                f"log {result.position} states {utc_in_words(result.time)}, but was not there on "
                f"{utc_in_words(known.after)}: it was sent later than signed, or a clock is wrong"
            )
    return lines


def _own_names(log: Log, witness: list[str]) -> set[str]:
    """Name the files that belong to the log; a kill may leave a bundle of no entry."""
    bundles = {bundle_name(s.statement.bundle_sha256) for s in log.register.submissions}
    entries = {entry_name(n) for n in range(log.tree.size)}
    names = {f"witness/{n}" for n in witness if CHECKPOINT.fullmatch(n) or COSIGNATURE.fullmatch(n)}
    documents = {document_name(protocol.published.sha256) for protocol in log.register.protocols}
    return entries | bundles | documents | names


def _plain_name(name: str) -> str:
    """Show a stranger's name only as far as it is plain."""
    return name if re.fullmatch(r"[\w./ -]{1,100}", name) else name[:8] + "…"
