"""The log of a store, the officer's own copy and the memory of it, brought into agreement.

What was verified before is taken from the copy, and the store is asked for what follows. Entries
that the store has lost are put back. At the end the tree must hold what this client remembers of
it, and agree with what others have signed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from exchange.errors import LogBroken
from exchange.garbage import nothing_collected
from exchange.keys import signed_note
from exchange.log.cache import EntryCache
from exchange.log.checkpoints import Checkpoints
from exchange.log.cosignatures import CosignatureFiles
from exchange.log.merkle import Tree, leaf_hash, root_of, tree_of
from exchange.log.reader import (
    ENTRY,
    entry_at,
    entry_name,
    fetch_entries,
    padded_number,
)
from exchange.log.replay import Replay
from exchange.log.snapshot import Decided, SnapshotFile, resume
from exchange.log.trust import Founding, VerifiedTree, VerifiedTreeFile
from exchange.stores.store import AlreadyThere, Store
from partners.entries.card import Card
from partners.entries.entry import Entry, SeenTree, parse
from partners.entries.fields import Malformed
from partners.register.continued import Continued
from partners.register.register import Register

_AT_ONCE: Final = 256  # entries that are copied at once


@dataclass(slots=True)
class SyncedLog:
    """A partnership's log as far as it was read, with the register that follows from it.

    Attributes:
        put_back: How many entries the store had lost and was given back.
        ignore_checkpoints: Take it as it is, though others have signed another; to settle which
            is right.
        switched_fork: What this client remembered of a branch that was given up, if it did until
            now.
    """

    store: Store
    founding: Founding
    memory: VerifiedTreeFile
    cache: EntryCache | None = None
    snapshot: SnapshotFile | None = None
    put_back: int = 0
    switched_fork: VerifiedTree | None = None
    ignore_checkpoints: bool = False
    replay: Replay = field(init=False)
    _whole: bool = False
    _decided: Decided | None = None

    def __post_init__(self) -> None:
        self.replay = Replay.begin(self.founding, str(self.store))

    @property
    def register(self) -> Register:
        """What follows from its entries."""
        return self.replay.register

    @property
    def tree(self) -> Tree:
        """The tree over its files."""
        return self.replay.tree

    @property
    def entries(self) -> list[Entry | None] | Continued[Entry | None]:
        """What each position holds, None where it could not be read."""
        return self.replay.entries

    @property
    def verified_tree(self) -> SeenTree:
        """What a new entry says that its signer has verified."""
        return SeenTree(self.tree.size, self.tree.root.hex())

    @property
    def checkpoints(self) -> Checkpoints:
        """What partners have signed of it."""
        return Checkpoints(self.store, self.founding.origin, self.is_given_up)

    @property
    def cosignatures(self) -> CosignatureFiles:
        """What witnesses have signed of it."""
        return CosignatureFiles(self.store, self.founding.origin, self.register, self.is_given_up)

    def is_given_up(self, size: int, root: bytes) -> bool:
        """Say whether a tree is of a branch that two coordinators have given up."""
        return self.replay.is_given_up(size, root)

    def signed_by(self, data: bytes) -> tuple[Entry, Card | None]:
        """Read an entry that is not in the log, and tell whose enrolled key signed it.

        Raises:
            NoteBroken, Malformed: it is none.
        """
        note = signed_note.parse(data)
        return parse(note.text), self.replay.card_of(note)

    def read_all(self, tick: Callable[[int], None], *, whole: bool) -> None:
        """Take what was verified before from the copy, unless `whole`; read and compare the rest.

        Raises:
            LogBroken: the log can't be believed.
        """
        self._whole = whole
        if not whole and self.recall() and not self._repair():
            self._forget()
        self.catch_up(tick)
        self._top_up()
        self._keep_snapshot()

    def catch_up(self, tick: Callable[[int], None] = lambda _: None) -> None:
        """Read what was added, and hold all of it against the memory and the checkpoints."""
        self._read_on(tick)
        if lost := self._lost_entries():
            self._give_back(lost, self.tree.size)
            self._read_on(tick)
        self.compare()

    def recall(self) -> bool:
        """Take the officer's own copy of what was verified, if it is still that; else nothing."""
        known = self.memory.read()
        if self.cache is None or not known.size:
            return False
        if self._resume(known):
            return True
        files = list(islice(self.cache, known.size))
        if not lead_to_tree(files, known):  # a disk may have changed what was verified
            self.cache.cut(0)
            return False
        with nothing_collected():
            for data in files:
                self.replay.take(self.replay.read_again(data, known))
        self.cache.cut(known.size)
        return True

    def _resume(self, known: VerifiedTree) -> bool:
        """Go on from the snapshot to what was verified; say whether it led there."""
        decided = self.snapshot.read(self.founding) if self.snapshot is not None else None
        if self.cache is None or decided is None or decided.size > known.size:
            return False
        if not self.cache.skip(decided.ends):
            return False
        try:
            with nothing_collected():
                resume(decided, self.replay, self._verified_file)
                for data in islice(self.cache.walk_on(), known.size - decided.size):
                    self.replay.take(self.replay.read_again(data, known))
        except LogBroken:
            leads_there = False
        else:
            leads_there = (self.tree.size, self.tree.root.hex()) == (known.size, known.root)
            leads_there &= self._copied(self.tree.size - 1) is not None
        if leads_there:
            self._decided = decided
        else:
            self.replay = Replay.begin(self.founding, str(self.store))
        return leads_there

    def _verified_file(self, position: int) -> bytes:
        """Return the file of an entry that was verified before, by the copy or else by the store.

        Raises:
            LogBroken: neither has it.
        """
        data = self._copied(position) or entry_at(self.store, position)
        if data is None or leaf_hash(data) != self.tree.leaves[position]:
            raise _rewritten_log(position + 1)
        return data

    def _copied(self, position: int) -> bytes | None:
        """Return the file of an entry from the officer's copy; None where that is not it.

        All of the copy is looked at next time then.
        """
        data = self.cache[position] if self.cache is not None else b""
        if leaf_hash(data) == self.tree.leaves[position]:
            return data
        if self.snapshot is not None:
            self.snapshot.forget()
        return None

    def _keep_snapshot(self) -> None:
        """Keep what was decided, where much was decided since that was kept last."""
        if self.snapshot is None or self.cache is None or len(self.cache) != self.tree.size:
            return
        if self.tree.size - (self._decided.size if self._decided else 0) >= self.snapshot.every:
            self.snapshot.keep(self._decided, self.replay, self.cache.ends)

    def _forget(self) -> None:
        """Begin again, with all of the store; the officer's copy is left as it is."""
        self._whole = True
        self.snapshot = self._decided = None
        self.replay = Replay.begin(self.founding, str(self.store))

    def _repair(self) -> bool:
        """Say whether the store still has the last of what was verified; put back what it lost.

        Raises:
            LogBroken: it lost something, and can't be written.
        """
        lost: list[bytes] = []
        for position in range(self.tree.size - 1, -1, -1):
            stored, copied = entry_at(self.store, position), self._copied(position)
            if copied is not None and stored == copied:
                break
            if stored is not None or copied is None:
                return False
            lost.insert(0, copied)
        size = self.tree.size - len(lost)
        if not size:
            raise _lost_its_end(self.tree.size, size)
        return not lost or self._give_back(lost, size)

    def _read_on(self, tick: Callable[[int], None]) -> None:
        """Read what follows, and judge it entry by entry."""
        for files in fetch_entries(self.store, self.tree.size):
            start = self.tree.size
            for entry in self.replay.read_run(files):
                self.replay.take(entry)
            self._add_to_cache(start, files)
            tick(self.tree.size)

    def take_written(self, data: bytes) -> None:
        """Take an entry that this client has just written."""
        self._add_to_cache(self.tree.size, [data])
        self.replay.take(self.replay.read(data))

    def _add_to_cache(self, start: int, new: list[bytes]) -> None:
        """Copy what was read; nothing while all of it is read again, so that none is lost by it."""
        if self.cache is not None and not self._whole and len(self.cache) == start:
            self.cache.append(new)

    def _top_up(self) -> None:
        """Copy what the officer's copy lacks after all of the log was read."""
        if self.cache is None or not self._whole:
            return
        cached = len(self.cache) if self.switched_fork else sum(1 for _ in self.cache)
        self._copy(cached)
        self._whole = False

    def _lost_entries(self) -> list[bytes]:
        """Return the entries that the store has no more, where the officer's copy has them.

        Only what leads, after what is there, to the very tree that this client remembers.
        """
        known = self.memory.read()
        if self.cache is None or not 0 < self.tree.size < known.size:
            return []
        lost = list(islice(self.cache, self.tree.size, known.size))
        self.cache.cut(self.tree.size)
        return lost if lead_to_tree(lost, known, after=self.tree) else []

    def _give_back(self, lost: list[bytes], start: int) -> bool:
        """Put lost entries back in their places; say whether all are there.

        They are not where the store can't be written, or where somebody writes others meanwhile.
        """
        self._compare_lost(lost, start)
        for position, data in enumerate(lost, start):
            try:
                self.store.publish(entry_name(position), data)
            except AlreadyThere:
                if entry_at(self.store, position) != data:
                    return False
            except LogBroken:
                return False
        self.put_back += len(lost)
        return True

    def _compare_lost(self, lost: list[bytes], start: int) -> None:
        """Hold lost entries against what others have signed: they may have gone on otherwise.

        Raises:
            LogBroken: they have; what is of another branch does not belong into the gap.
        """
        if self.ignore_checkpoints:
            return
        tree = tree_of(self.tree.leaves[:start])
        for data in lost:
            tree.append(data)
            self.checkpoints.check(tree, self.checkpoints.find(tree.size, self.register.cards))
        witness = self.store.names("witness", after=padded_number(start + 1))
        for cosignature_file, _ in self.cosignatures.of_others(tree, witness, start + 1, tree.size):
            raise _signs_other_entries(f"witness/{cosignature_file.name}")
        for name in self.store.names("log", after=padded_number(start)):
            if ENTRY.fullmatch(name) and self._went_on(tree, start, name):
                raise _signs_other_entries(f"log/{name}")

    def _went_on(self, tree: Tree, start: int, name: str) -> bool:
        """Say whether an entry was signed after others than a tree holds from a position on."""
        data = entry_at(self.store, int(name)) or b""
        given_up = {leaf for settlement in self.register.settled for leaf in settlement.given_up}
        if leaf_hash(data) in tree.leaves or leaf_hash(data).hex() in given_up:
            return False
        try:
            entry, signer = self.signed_by(data)
        except (signed_note.NoteBroken, Malformed):
            return False
        seen = entry.seen
        differs = start < seen.size <= tree.size and tree.root_at(seen.size).hex() != seen.root
        return signer is not None and (int(name) < tree.size or differs)

    def compare(self) -> None:
        """Hold the tree against what is remembered of it and what others signed of it.

        Raises:
            LogBroken: they disagree.
        """
        known = self.memory.read()
        if self.is_given_up(known.size, bytes.fromhex(known.root)):
            self._go_over(known)
        elif self.tree.size < known.size:
            raise _lost_its_end(known.size, self.tree.size)
        elif known.size and self.tree.root_at(known.size).hex() != known.root:
            raise _rewritten_log(known.size)
        if not self.ignore_checkpoints:
            newest = self.checkpoints.newest(self._not_compared(known), self.register.cards)
            self.checkpoints.check(self.tree, newest)
        self.memory.keep(self.tree, self.replay.unread, self.replay.unsigned)

    def _not_compared(self, known: VerifiedTree) -> Sequence[int]:
        """Return the sizes, newest first, whose checkpoints this client has not compared yet.

        Whoever reads the log for the first time also looks at those of more than there is.
        """
        if not known.size:
            return sorted(self.checkpoints.sizes(), reverse=True)
        return range(self.tree.size, min(known.size, self.tree.size) - 1, -1)

    def accept(self) -> None:
        """Go on with what the store holds, whatever this client remembers: its officer says so."""
        self._whole = True
        self._read_on(lambda _: None)
        self._go_over(self.memory.read())
        self._whole = False

    def _go_over(self, given_up: VerifiedTree) -> None:
        """Go on with this branch in place of the one that this client remembers."""
        self.switched_fork = given_up
        self.memory.keep(self.tree, self.replay.unread, self.replay.unsigned, given_up=True)
        if self.cache is not None:
            self.cache.keep_aside()
            self._copy(0)

    def _copy(self, start: int) -> None:
        """Copy entries from the store, from a position on."""
        assert self.cache is not None  # noqa: S101 - asked by who calls it
        for first in range(start, self.tree.size, _AT_ONCE):
            positions = range(first, min(first + _AT_ONCE, self.tree.size))
            files = (entry_at(self.store, position) for position in positions)
            self.cache.append([data for data in files if data is not None])


def lead_to_tree(files: Sequence[bytes], known: VerifiedTree, *, after: Tree | None = None) -> bool:
    """Say whether files lead to a tree that was verified, after those of another tree."""
    leaves = [*(after.leaves if after is not None else ()), *map(leaf_hash, files)]
    return len(leaves) == known.size > 0 and root_of(leaves).hex() == known.root


def _lost_its_end(had: int, has: int) -> LogBroken:
    return LogBroken(
        "log-cut-short",
        f"the log has lost entries: it had {had:,} entries when you last read it, and has "
        f"{has:,} now",
        "nothing was done; somebody deleted entries, or an old backup was restored",
        "tell your coordinator; a partner who still has the entries restores them with: "
        "exchange status",
    )


def _signs_other_entries(name: str) -> LogBroken:
    return LogBroken(
        "log-rewritten",
        "the log was changed or has split: entries are missing, and "
        f"{name} was signed after entries that differ from those you verified",
    )


def _rewritten_log(size: int) -> LogBroken:
    return LogBroken(
        "log-rewritten",
        f"the log was changed: its first {size:,} entries are not those you verified",
    )
