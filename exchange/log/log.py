"""The log: numbered files in a store, believed only as far as they verify.

Reading does, for the entry at each position: (1) read the file, bounded; (2) the first must be the
one whose hash is pinned, the founding; (3) parse it as a note with exactly one signature and a line
of canonical JSON; (4) find the enrolled key that signed it; (5) verify the cards it brings, which
of a stranger's are not looked at;
(6) compare what its signer had seen with the tree before it; (7) let the register judge it; (8) add
the file to the tree. What fails (3) to (7) stays in the tree, and has no effect. At the end the
tree must hold what this client remembers of it, and agree with the checkpoints.
"""

import contextlib
import hashlib
import secrets
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Final

from exchange.errors import KeyRefused, LogBroken, NotEntitled
from exchange.keys import signed_note
from exchange.keys.identity import UnlockedKey
from exchange.log.cache import EntryCache
from exchange.log.checkpoints import Checkpoints
from exchange.log.entry_signature import cards_in, is_signed, key_id_of, signed, time_of
from exchange.log.merkle import Tree, tree_of
from exchange.log.reader import (
    ENTRY,
    ENTRY_MAX,
    FetchedEntry,
    entry_name,
    fetched,
    nothing_collected,
)
from exchange.log.trust import Founding, VerifiedTree, VerifiedTreeFile
from exchange.stores.store import AlreadyThere, Store
from partners.entries.card import Card
from partners.entries.entry import Body, Entry, Seen, kind_of, parse, written_format
from partners.entries.fields import Malformed
from partners.entries.kinds import Found
from partners.register.register import Register
from partners.register.rules import NeedsNewer
from partners.register.state import Rejection

_AT_ONCE: Final = 256  # entries that are copied at once


@dataclass(slots=True)
class Log:
    """A partnership's log as far as it was read, with the register that follows from it.

    Attributes:
        entries: What each position holds, None where it could not be read.
        put_back: How many entries the store had lost and was given back.
        ignore_checkpoints: Take it as it is, though others have signed another; to settle which
            is right.
        switched_fork: What this client remembered of a branch that was given up, if it did until
            now.
    """

    store: Store
    founding: Founding
    memory: VerifiedTreeFile
    register: Register
    tree: Tree = field(default_factory=Tree)
    mirror: EntryCache | None = None
    entries: list[Entry | None] = field(default_factory=list)
    put_back: int = 0
    switched_fork: VerifiedTree | None = None
    ignore_checkpoints: bool = False
    _whole: bool = False
    _unread: list[int] = field(default_factory=list)
    _unsigned: list[int] = field(default_factory=list)
    _by_name: dict[str, list[Card]] = field(default_factory=dict)

    @classmethod
    def open(
        cls,
        store: Store,
        founding: Founding,
        memory: VerifiedTreeFile,
        tick: Callable[[int], None] = lambda _: None,
        mirror: EntryCache | None = None,
        *,
        whole: bool = False,
    ) -> "Log":
        """Read and verify a log.

        Args:
            mirror: The officer's own copy. What was verified before is taken from it, and the store
                is asked for the last of it and for what follows.
            whole: Ask the store for all of it, whatever was verified before.

        Raises:
            Unreachable: the store does not answer; `recalled` gives what was verified before.
            LogBroken: it is another partnership's, lost entries that were seen before, was
                rewritten, or needs a newer version.
        """
        log = cls(store, founding, memory, Register(founding.origin), mirror=mirror, _whole=whole)
        if not whole and log._recall() and not log._mend():
            log._forget()
        log.catch_up(tick)
        log._top_up()
        if not log.tree.size:
            raise LogBroken(
                "store-without-log",
                f"the store {store} holds no log",
                "check that exchange.toml names the right store",
            )
        return log

    @classmethod
    def recalled(
        cls, store: Store, founding: Founding, memory: VerifiedTreeFile, mirror: EntryCache
    ) -> "Log | None":
        """Return the log as it was last verified here, the store unasked; None if unknown."""
        log = cls(store, founding, memory, Register(founding.origin), mirror=mirror)
        return log if log._recall() else None

    def catch_up(self, tick: Callable[[int], None] = lambda _: None) -> None:
        """Read what was added, and hold all of it against the memory and the checkpoints."""
        self._read_on(tick)
        if self._give_back(self._lost()):
            self._read_on(tick)
        self._compare()

    def _recall(self) -> bool:
        """Take the officer's own copy of what was verified, if it is still that; else nothing."""
        known = self.memory.read()
        if self.mirror is None or not known.size:
            return False
        with contextlib.suppress(LogBroken), nothing_collected():
            for position, data in zip(range(known.size), self.mirror, strict=False):
                self._take(self._recalled(position, data, known))
        if (self.tree.size, self.tree.root.hex()) == (known.size, known.root):
            self.mirror.cut(known.size)
            return True
        self.mirror.cut(0)
        self._forget(whole=False)
        return False

    def _forget(self, *, whole: bool = True) -> None:
        """Begin anew; if `whole`, with all of the store, and the officer's copy left as it is."""
        self._whole = whole
        self.tree, self.register = Tree(), Register(self.founding.origin)
        self.entries, self._unread, self._unsigned, self._by_name = [], [], [], {}

    def _recalled(self, position: int, data: bytes, known: VerifiedTree) -> FetchedEntry:
        """Find the card of an entry whose signature was verified before."""
        if position in known.unread:
            return FetchedEntry(data, None, None, settled=True)
        try:
            note = signed_note.parse(data)
        except signed_note.NoteBroken:
            return FetchedEntry(data, None, None, settled=True)
        line = note.signatures[0]
        if position in known.unsigned or len(note.signatures) != 1:
            return FetchedEntry(data, note, None, settled=True, known=True)
        for card in self._by_name.get(line.name, []):
            if line.key_id == key_id_of(card):
                return FetchedEntry(data, note, card, known=True)
        return FetchedEntry(data, note, None)  # the founder's, which is in the entry itself

    def _mend(self) -> bool:
        """Say whether the store still has the last of what was verified; put back what it lost.

        Raises:
            LogBroken: it lost something, and can't be written.
        """
        assert self.mirror is not None  # noqa: S101 - `_recall` has taken all of it
        lost: list[bytes] = []
        for position in range(self.tree.size - 1, -1, -1):
            there = self.store.read(entry_name(position), ENTRY_MAX)
            if there == self.mirror[position]:
                break
            if there is not None:
                return False
            lost.insert(0, self.mirror[position])
        left = self.tree.size - len(lost)
        if lost and (not left or not self._give_back(lost, left)):
            raise _lost_its_end(self.tree.size, left)
        return True

    def _read_on(self, tick: Callable[[int], None]) -> None:
        """Read what follows, and judge it entry by entry."""
        for found in fetched(self.store, self.tree.size, self._card):
            start = self.tree.size
            for one in found:
                self._take(one)
            self._mirrored(start, [one.data for one in found])
            tick(self.tree.size)

    def _mirrored(self, start: int, new: list[bytes]) -> None:
        """Copy what was read; nothing while all of it is read again, so that none is lost by it."""
        if self.mirror is not None and not self._whole and len(self.mirror) == start:
            self.mirror.append(new)

    def _top_up(self) -> None:
        """Copy what the officer's copy lacks after all of the log was read."""
        if self.mirror is None or not self._whole:
            return
        held = len(self.mirror) if self.switched_fork else sum(1 for _ in self.mirror)
        self._copy(held)
        self._whole = False

    def _lost(self) -> list[bytes]:
        """Return the entries that the store has no more, where the officer's copy has them.

        Only what leads, after what is there, to the very tree that this client remembers.
        """
        known = self.memory.read()
        if self.mirror is None or not 0 < self.tree.size < known.size:
            return []
        lost = list(islice(self.mirror, self.tree.size, known.size))
        self.mirror.cut(self.tree.size)
        trial = deepcopy(self.tree)
        for data in lost:
            trial.append(data)
        return lost if (trial.size, trial.root.hex()) == (known.size, known.root) else []

    def _give_back(self, lost: list[bytes], start: int | None = None) -> bool:
        """Put lost entries back in their places, where the store can be written.

        Another may be doing the same.
        """
        first = self.tree.size if start is None else start
        try:
            for position, data in enumerate(lost, start=first):
                with contextlib.suppress(AlreadyThere):
                    self.store.publish(entry_name(position), data)
        except LogBroken:
            return False
        self.put_back += len(lost)
        return bool(lost)

    def add(self, note: bytes, entry: Entry, signer: Card, officer: UnlockedKey) -> int:
        """Write an entry at the next free position, and return that.

        Raises:
            NotEntitled: it would have no effect there; nothing was written.
            LogBroken: the store can't be written, or others have signed another log.
        """
        from exchange.log.after_end import stop_at_gap  # noqa: PLC0415 - which reads logs itself

        cards = cards_in(entry.body)
        while True:
            self.catch_up()
            why = self.register.judge(entry, signer, cards, seen=self._agrees(entry.seen))
            if why:
                raise NotEntitled(why.id, f"nothing was logged: {why}")
            if not self.ignore_checkpoints:
                stop_at_gap(self)
            position = self.tree.size
            try:
                self.store.publish(entry_name(position), note, entry.id)
            except AlreadyThere:
                continue  # another was quicker: read theirs, and take the next number
            self._written(note)
            self.checkpoints.sign(self.tree, officer, entry.id)
            self._compare_written(position)
            return position

    def _compare_written(self, position: int) -> None:
        """Hold the tree against what others signed, after an entry was written."""
        try:
            self._compare()
        except LogBroken as fault:
            raise LogBroken(
                fault.id,
                fault.says,
                f"your log {position} was written before this was noticed",
                "write nothing more; keep a copy of the folder as it is, and tell your coordinator",
            ) from None

    def write(self, body: Body, card: Card, officer: UnlockedKey, now: datetime) -> int:
        """Sign an entry of some kind and add it, as `add` does."""
        entry_id, time = secrets.token_hex(16), time_of(now)
        entry = Entry(
            written_format(kind_of(body)),
            self.founding.origin,
            entry_id,
            kind_of(body),
            time,
            self.verified_tree,
            body,
        )
        return self.add(signed(entry, card, officer), entry, card, officer)

    def found(self, note: bytes, officer: UnlockedKey) -> None:
        """Write the first entry.

        Raises:
            LogBroken: the store holds a log already, or the entry would have no effect.
        """
        there = any(ENTRY.fullmatch(name) for name in self.store.names("log"))
        try:
            if not there:
                self.store.publish(entry_name(0), note)
        except AlreadyThere:
            there = True
        if there:
            raise LogBroken(
                "store-holds-a-log",
                f"the store {self.store} already holds a log",
                "the partnership was not created; use a separate folder for it",
            )
        self._written(note)
        self.checkpoints.sign(self.tree, officer)
        self._compare()

    def _written(self, data: bytes) -> None:
        """Take an entry that this client has just written."""
        self._mirrored(self.tree.size, [data])
        note = signed_note.parse(data)
        self._take(FetchedEntry(data, note, self._card(note)))

    @property
    def verified_tree(self) -> Seen:
        """What a new entry says that its signer has verified."""
        return Seen(self.tree.size, self.tree.root.hex())

    def _take(self, read: FetchedEntry) -> None:
        position, data = self.tree.size, read.data
        if position == 0 and hashlib.sha256(data).hexdigest() != self.founding.entry:
            raise _another(self.store)
        entry = self._judged(read)
        self.entries.append(entry)
        self.tree.append(data)
        if not self.register.founded:
            raise LogBroken(
                "first-entry-not-understood",
                f"the log in {self.store} begins with an entry that this version cannot read",
                "nothing was done; install the newest version and run the same command again",
            )

    def _judged(self, read: FetchedEntry) -> Entry | None:
        """Do steps (3) to (7) for the next file; return the entry if it could be read."""
        try:
            entry = parse(read.note.text, known=read.known) if read.note else None
        except Malformed:
            entry = None
        if entry is None or read.note is None:
            self._unread.append(self.tree.size)
            self.register.reject(Rejection("entry-unreadable", "it cannot be read"))
            return None
        founding = isinstance(entry.body, Found) and not self.tree.size
        signer = read.card or (None if read.settled else self._card(read.note))
        try:
            cards = cards_in(entry.body) if signer or founding else ()
        except KeyRefused:
            self.register.reject(Rejection("entry-card-unreadable", "a card in it cannot be read"))
            return entry
        if founding:
            signer = next((card for card in cards[:1] if is_signed(read.note, card)), None)
        if signer is None:
            self._unsigned.append(self.tree.size)
            self.register.reject(
                Rejection(
                    "entry-signature-wrong",
                    "its signer is not enrolled, or it was changed after signing",
                )
            )
            return entry
        try:
            why = self.register.apply(entry, signer, cards, seen=self._agrees(entry.seen))
        except NeedsNewer as fault:
            raise LogBroken(
                "newer-version-needed",
                f"the log needs a newer version of exchange: log {fault.position} has format "
                f"{fault.needed}",
                "nothing was done; install the newest version and run the same command again",
            ) from None
        if not why:
            for card in cards:
                self._by_name.setdefault(card.key_name, []).append(card)
        return entry

    def signed_by(self, data: bytes) -> tuple[Entry, Card | None]:
        """Read an entry that is not in the log, and tell whose enrolled key signed it.

        Raises:
            NoteBroken, Malformed: it is none.
        """
        note = signed_note.parse(data)
        entry = parse(note.text)
        return entry, self._card(note)

    def _card(self, note: signed_note.Note) -> Card | None:
        """Return whose enrolled key signed a note, under the name of that card."""
        cards = self._by_name.get(note.signatures[0].name, []) if len(note.signatures) == 1 else []
        return next((card for card in cards if is_signed(note, card)), None)

    def _agrees(self, seen: Seen) -> bool:
        return seen.size <= self.tree.size and self.tree.root_at(seen.size).hex() == seen.root

    def _compare(self) -> None:
        """Hold the tree against what is remembered of it and what others signed of it."""
        known = self.memory.read()
        if self.is_given_up(known.size, bytes.fromhex(known.root)):
            self._go_over(known)
        elif self.tree.size < known.size:
            raise _lost_its_end(known.size, self.tree.size)
        elif known.size and self.tree.root_at(known.size).hex() != known.root:
            raise _rewritten(known.size)
        if self.tree.size and not self.ignore_checkpoints:
            here = self.checkpoints.find(self.tree.size, self.register.cards)
            self.checkpoints.hold(self.tree, here)
        self.memory.keep(self.tree, self._unread, self._unsigned)

    def is_given_up(self, size: int, root: bytes) -> bool:
        """Say whether a tree is of a branch that two coordinators have given up."""
        return bool(self.register.settled) and (size, root) in self._given_up()

    def _given_up(self) -> set[tuple[int, bytes]]:
        trees = set()
        for said in self.register.settled:
            tree = tree_of(self.tree.leaves[: said.common])
            for leaf in said.given_up:
                tree.append_hash(bytes.fromhex(leaf))
                trees.add((tree.size, tree.root))
        return trees - {
            (size, self.tree.root_at(size)) for size, _ in trees if size <= self.tree.size
        }

    def _go_over(self, given_up: VerifiedTree) -> None:
        """Go on with this branch in place of the one that this client remembers."""
        self.switched_fork = given_up
        self.memory.keep(self.tree, self._unread, self._unsigned, given_up=True)
        if self.mirror is not None:
            self.mirror.cut(0)
            self._copy(0)

    def _copy(self, start: int) -> None:
        """Copy entries from the store, from a position on."""
        assert self.mirror is not None  # noqa: S101 - asked by who calls it
        for first in range(start, self.tree.size, _AT_ONCE):
            names = (entry_name(n) for n in range(first, min(first + _AT_ONCE, self.tree.size)))
            files = (self.store.read(name, ENTRY_MAX) for name in names)
            self.mirror.append([data for data in files if data is not None])

    @property
    def checkpoints(self) -> Checkpoints:
        """What partners have signed of it."""
        return Checkpoints(self.store, self.founding.origin, self.is_given_up)


def _another(store: Store) -> LogBroken:
    return LogBroken(
        "log-of-another-partnership",
        f"the log in {store} is not the one that your founding file names",
        "nothing was done; ask your coordinator for its fingerprint by phone",
    )


def _lost_its_end(had: int, has: int) -> LogBroken:
    return LogBroken(
        "log-cut-short",
        f"the log has lost entries: it had {had:,} entries when you last read it, and has "
        f"{has:,} now",
        "nothing was done; somebody deleted entries, or an old backup was restored",
        "tell your coordinator; a partner who still has the entries restores them with: "
        "exchange status",
    )


def _rewritten(size: int) -> LogBroken:
    return LogBroken(
        "log-rewritten",
        f"the log was changed: its first {size:,} entries are not those you verified",
        "nothing was done; keep a copy of the folder as it is, and tell your coordinator",
    )
