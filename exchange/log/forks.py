"""Two branches of a log, and the one that is gone on with.

They come to be where some partners wrote on while others wrote on elsewhere: a backup was restored,
or a share was copied. Every reader then stops, since nothing tells which is right. Two coordinators
settle it by telephone: the branch that the store holds is gone on with, the other is given up, and
what stood in it alone is sent again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from exchange.errors import Usage
from exchange.keys import signed_note
from exchange.log.cache import EntryCache
from exchange.log.log import Log
from exchange.log.merkle import leaf_hash
from exchange.log.reader import entry_at
from exchange.log.trust import Founding, VerifiedTreeFile
from exchange.stores.folder import FolderStore
from exchange.stores.store import Store
from partners.entries.entry import Entry, parse
from partners.entries.fields import Malformed
from partners.entries.kinds import GIVEN_UP, Settle


@dataclass(frozen=True, slots=True)
class Parted:
    """Where two branches part, and what followed in each.

    Attributes:
        log: The branch that the store holds.
        kept: What followed in it. `given_up`: what followed in the other one.
    """

    log: Log
    common: int
    kept: list[Entry | None]
    given_up: list[Entry | None]
    settle: Settle


def branch_of(store: Store, founding: Founding, folder: Path) -> Log:
    """Read the branch that a store holds, whatever this client remembers or others have signed.

    Args:
        folder: Where what is remembered of it is kept for the time being.
    """
    log = Log(store, founding, VerifiedTreeFile(folder / "memory.json"))
    log.ignore_checkpoints = True
    log.catch_up()
    return log


def parted(log: Log, other: Sequence[bytes]) -> Parted:
    """Return where the branch of the store and another one part.

    Args:
        other: The entries of the other branch, from the first on.

    Raises:
        Usage: they do not part, or more is given up than one entry can name.
    """
    leaves = [leaf_hash(data) for data in other]
    common = 0
    for ours, theirs in zip(log.tree.leaves, leaves, strict=False):
        if ours != theirs:
            break
        common += 1
    if common == len(leaves):
        raise Usage(
            "branch-has-nothing-new",
            "the other branch has no entries that the store lacks",
            "no action is needed; the branches do not differ",
        )
    if common == log.tree.size:
        raise Usage(
            "store-behind-branch",
            "the store has no entries that the other branch lacks",
            "no entries need to be given up; a partner who has read the rest restores it "
            "with: exchange status",
        )
    if not common or len(leaves) - common > GIVEN_UP:
        raise Usage(
            "branches-too-far-apart",
            f"these are two separate logs, or more than {GIVEN_UP} entries would be given up",
        )
    settle = Settle(common, tuple(leaf.hex() for leaf in leaves[common:]))
    return Parted(
        log, common, log.entries[common:], [_read(data) for data in other[common:]], settle
    )


def files_of(folder: Path) -> list[bytes]:
    """Return the entries of a copy of a store, from the first on."""
    store = FolderStore(folder)
    found: list[bytes] = []
    while (data := entry_at(store, len(found))) is not None:
        found.append(data)
    return found


def remembered(cache: EntryCache, memory: VerifiedTreeFile) -> list[bytes]:
    """Return the entries of the branch that this client has verified."""
    size = memory.read().size
    return [data for position, data in enumerate(cache) if position < size]


def _read(data: bytes) -> Entry | None:
    try:
        return parse(signed_note.parse(data).text)
    except (signed_note.NoteBroken, Malformed):
        return None
