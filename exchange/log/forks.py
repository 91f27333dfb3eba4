"""Two branches of a log, or entries that are lost, and how they are resolved.

A log has two branches where some partners wrote to it while others wrote to a copy: a backup was
restored, or a share was copied. Entries are lost where the store and every copy of it lost them,
and only signatures show that they existed. Every reader then stops, because nothing shows which
branch is right. Two coordinators agree by phone: the log in the store is kept, the other branch or
the lost entries are given up, and submissions that were only there are sent again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from exchange.errors import NothingToDo, Usage
from exchange.keys import signed_note
from exchange.log.after_end import entries_beyond
from exchange.log.cache import EntryCache
from exchange.log.log import Log
from exchange.log.merkle import leaf_hash, tree_of
from exchange.log.reader import entry_at
from exchange.log.sync import lead_to_tree
from exchange.log.trust import Founding, VerifiedTree, VerifiedTreeFile
from exchange.stores.folder import FolderStore
from exchange.stores.store import Store
from partners.entries.entry import Entry, SeenTree, parse
from partners.entries.fields import Malformed
from partners.entries.forks import GIVEN_UP, TREES, Settle, TreeGivenUp


@dataclass(frozen=True, slots=True)
class Fork:
    """Where two branches part, and what followed in each.

    Attributes:
        log: The branch that the store holds.
        in_store: What followed in it. `given_up`: what followed in the other one, or lies beyond
            entries that are lost.
    """

    log: Log
    common: int
    in_store: list[Entry | None]
    given_up: list[Entry | None]
    settle: Settle

    @property
    def without_effect(self) -> list[int]:
        """Entries in the store that came after the other branch, and do not count in this one."""
        rejections = [applied.rejection for applied in self.log.register.applied]
        return [n for n, why in enumerate(rejections) if why and why.id == "seen-log-differs"]


@dataclass(frozen=True, slots=True)
class Loss:
    """Entries that were signed and that nobody has any more, and what accepted the log without."""

    first: int
    last: int
    accepted: tuple[int, ...]

    def __str__(self) -> str:
        """Say so."""
        entries = (
            f"log {self.first} was"
            if self.first == self.last
            else f"log {self.first} to {self.last} were"
        )
        acceptances = ", ".join(map(str, self.accepted))
        return f"{entries} lost; two coordinators accepted the log without it (log {acceptances})"


def losses(log: Log) -> list[Loss]:
    """Return what two coordinators have given up because it is lost."""
    return [
        Loss(
            settle.common,
            max(tree.size for tree in settle.trees) - 1,
            tuple(
                n
                for n, entry in enumerate(log.entries)
                if entry is not None and entry.body == settle
            ),
        )
        for settle in log.register.settled
        if settle.trees and max(tree.size for tree in settle.trees) > settle.common
    ]


def branch_of(store: Store, founding: Founding, folder: Path) -> Log:
    """Read the branch that a store holds, whatever this client remembers or others have signed.

    Args:
        folder: Where what is remembered of it is kept for the time being.
    """
    log = Log(store, founding, VerifiedTreeFile(folder / "memory.json"))
    log.ignore_checkpoints = True
    log.catch_up()
    return log


def accept_on_this_computer(
    store: Store, founding: Founding, memory: VerifiedTreeFile, cache: EntryCache
) -> None:
    """Go on with what a store holds on this computer alone; what it had read is kept aside."""
    Log(store, founding, memory, cache).accept()


def find_fork(log: Log, other: Sequence[bytes], known: VerifiedTree) -> Fork:
    """Return where the store, and another branch or what others have signed, part.

    Args:
        other: The entries of the other branch, from the first on; none where nobody has them.
        known: What this client remembers.

    Raises:
        NothingToDo: they do not part.
        Usage: more is given up than one entry can name, or the other branch only goes on.
    """
    leaves = [leaf_hash(data) for data in other]
    common = 0
    for ours, theirs in zip(log.tree.leaves, leaves, strict=False):
        if ours != theirs:
            break
        common += 1
    if leaves and not common:
        raise _too_far_apart()
    if common == len(leaves):
        common = log.tree.size
    beyond = list(entries_beyond(log))
    files = [*other[common:], *(entry_at(log.store, position) or b"" for position in beyond)]
    settle = Settle(common, tuple(leaf_hash(data).hex() for data in files))
    read = [_read(data) for data in files]
    rejected = log.replay.given_up_by(settle)
    signed = [entry.seen for entry in read[len(read) - len(beyond) :] if entry is not None]
    signed += _signed_trees(log, known)
    trees = {
        (checkpoint.size, bytes.fromhex(checkpoint.root))
        for checkpoint in signed
        if not log.replay.agrees(checkpoint)
    }
    trees = {tree for tree in trees if tree not in rejected and not log.is_given_up(*tree)}
    if common == log.tree.size < len(leaves) and not (beyond or trees):
        raise Usage("store-behind-branch", "the store has no entries that the other branch lacks")
    if beyond or trees:
        given_up = tuple(TreeGivenUp(size, root.hex()) for size, root in sorted(trees))
        settle = Settle(common, settle.given_up, given_up)
    elif not files or log.is_given_up(len(leaves), tree_of(leaves).root):
        raise NothingToDo(
            "branches-agree",
            "only entries that were already given up differ from the log in the store",
        )
    if len(files) > GIVEN_UP or len(trees) > TREES:
        raise _too_far_apart()
    return Fork(log, common, log.entries[common:], read, settle)


def _signed_trees(log: Log, known: VerifiedTree) -> Iterator[SeenTree]:
    """Yield the trees that were signed, or verified here."""
    names, keys = log.store.names("witness"), tuple(log.register.cards)
    for checkpoint in filter(
        None, (log.checkpoints.find(size, keys) for size in log.checkpoints.sizes())
    ):
        yield SeenTree(checkpoint.size, checkpoint.root.hex())
    for cosignature, _ in log.cosignatures.of_others(log.tree, names, 0):
        yield SeenTree(cosignature.size, cosignature.root)
    if known.size:
        yield SeenTree(known.size, known.root)


def _too_far_apart() -> Usage:
    return Usage(
        "branches-too-far-apart",
        f"these are two separate logs, or more than {GIVEN_UP} entries would be given up",
    )


def files_of(folder: Path) -> list[bytes]:
    """Return the entries of a copy of a store, from the first on."""
    store = FolderStore(folder)
    contents: list[bytes] = []
    while (data := entry_at(store, len(contents))) is not None:
        contents.append(data)
    return contents


def remembered_entries(cache: EntryCache, memory: VerifiedTreeFile) -> list[bytes]:
    """Return the entries of the branch that this client has verified; none if its copy differs."""
    known = memory.read()
    files = list(islice(cache, known.size))
    return files if lead_to_tree(files, known) else []


def _read(data: bytes) -> Entry | None:
    try:
        return parse(signed_note.parse(data).text)
    except (signed_note.NoteBroken, Malformed):
        return None
