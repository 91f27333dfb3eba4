"""What lies in a store beyond the end of its log: nothing is written there while it proves a gap.

A reader ignores what lies beyond the first entry that is missing. A writer must not take that
place: if the entry that is missing comes back, there are two logs. So before anything is written,
what was signed after the end is looked for: an entry, a checkpoint or a cosignature. What nobody
enrolled has signed, what is in the log already and what was given up stop nobody.
"""

from collections.abc import Iterator

from exchange.errors import LogBroken
from exchange.keys import signed_note
from exchange.log.checkpoints import CHECKPOINT, checkpoint_name
from exchange.log.merkle import leaf_hash
from exchange.log.reader import ENTRY, entry_at, entry_name, padded_number
from exchange.log.sync import SyncedLog
from partners.entries.fields import Malformed


def stop_at_gap(log: SyncedLog) -> None:
    """Refuse to write at the end of a log if somebody has signed more than it holds.

    Raises:
        LogBroken: the store holds what was signed after the end, and not the next entry.
    """
    for name in _signed_beyond(log):
        if entry_at(log.store, log.tree.size) is not None:
            return  # another has written in the meantime
        raise LogBroken(
            "log-has-gap",
            f"an entry is missing: the log ends after {log.tree.size:,} entries, and {name} "
            "was signed after that",
            "nothing was written; somebody deleted an entry, or a copy of the folder is incomplete",
            "tell your coordinator; a partner who has read the entry restores it with: "
            "exchange verify",
            "if nobody has it any more, two coordinators accept the log without it: exchange log "
            "accept",
        )


def _signed_beyond(log: SyncedLog) -> Iterator[str]:
    size = log.tree.size
    yield from map(entry_name, entries_beyond(log))
    witness = log.store.names("witness", after=padded_number(size + 1))
    for later in (int(name[:8]) for name in witness if CHECKPOINT.fullmatch(name)):
        checkpoint = log.checkpoints.find(later, log.register.cards)
        if checkpoint is not None and not log.is_given_up(checkpoint.size, checkpoint.root):
            yield checkpoint_name(later)
    for cosignature_file, _ in log.cosignatures.counting(witness, size + 1):
        yield f"witness/{cosignature_file.name}"


def entries_beyond(log: SyncedLog) -> Iterator[int]:
    """Yield the positions beyond the end where an entry lies that somebody enrolled has signed."""
    for name in log.store.names("log", after=padded_number(log.tree.size)):
        if ENTRY.fullmatch(name) and _is_new_entry(log, int(name)):
            yield int(name)


def _is_new_entry(log: SyncedLog, position: int) -> bool:
    """Say whether a file beyond the end is an entry that somebody enrolled has signed."""
    try:
        data = entry_at(log.store, position) or b""
        entry, signer = log.signed_by(data)
    except (signed_note.NoteBroken, Malformed):
        return False
    given_up = {leaf for settlement in log.register.settled for leaf in settlement.given_up}
    return (
        signer is not None
        and not log.register.is_copy(signer.signer, entry.id)
        and leaf_hash(data).hex() not in given_up
    )
