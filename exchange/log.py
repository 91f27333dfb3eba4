"""The log: numbered files in a store, believed only as far as they verify.

Reading does, for the entry at each position: (1) read the file, bounded; (2) the first must be the
one whose hash is pinned, the founding; (3) parse it as a note with exactly one signature and a line
of canonical JSON; (4) find the enrolled key that signed it; (5) verify the cards it brings;
(6) compare what its signer had seen with the tree before it; (7) let the register judge it; (8) add
the file to the tree. What fails (3) to (7) stays in the tree, and has no effect. At the end the
tree must hold what this client remembers of it, and agree with the checkpoints.
"""

import base64
import contextlib
import hashlib
import json
import secrets
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from exchange import notes
from exchange.errors import KeyRefused, LogBroken
from exchange.identities import Officer, read_card
from exchange.mirror import Mirror
from exchange.publishing import replace
from exchange.stores.store import AlreadyThere, Store
from exchange.tree import Checkpoint, CheckpointBroken, Tree
from partners.cards import Card
from partners.entries import FORMAT, Body, Entry, Seen, kind_of, parse
from partners.judging import NeedsNewer
from partners.kinds import Enrol, Found
from partners.register import Register
from partners.shapes import Malformed

ENTRY_MAX: Final = 64 * 1024  # bytes
_CHECKPOINT_MAX: Final = 16 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Founding:
    """The root of trust, pinned in exchange.toml: a partnership's origin and its first entry."""

    origin: str
    entry: str  # SHA-256 of the file, hexadecimal

    @classmethod
    def of(cls, origin: str, first_entry: bytes) -> "Founding":
        """Return the founding whose first entry this is."""
        return cls(origin, hashlib.sha256(first_entry).hexdigest())

    def __str__(self) -> str:
        return f"csp-exchange:{self.origin}:{self.entry}"


class Memory:
    """The largest tree that this client has verified, kept between runs."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> tuple[int, str]:
        """Return its size and root; 0 if nothing is remembered.

        Raises:
            LogBroken: the file is damaged.
        """
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            return int(told["size"]), str(told["root"])
        except FileNotFoundError:
            return 0, ""
        except (OSError, ValueError, KeyError, TypeError):
            pass
        raise LogBroken(
            f"the memory of the log, {self._path}, is damaged; a rewritten log could not be told",
            "ask another partner for the size and root that exchange verify shows, compare them "
            "with yours, and only then delete the file",
        )

    def keep(self, tree: Tree) -> None:
        """Remember a tree, unless a larger one is remembered."""
        if tree.size > self.read()[0]:
            told = json.dumps({"size": tree.size, "root": tree.root.hex()})
            replace(self._path, told.encode())


@dataclass(slots=True)
class Log:
    """A partnership's log as far as it was read, with the register that follows from it.

    Attributes:
        entries: What each position holds, None where it could not be read.
        put_back: How many entries the store had lost and was given back.
    """

    store: Store
    founding: Founding
    memory: Memory
    register: Register
    tree: Tree = field(default_factory=Tree)
    mirror: Mirror | None = None
    entries: list[Entry | None] = field(default_factory=list)
    put_back: int = 0
    _files: list[bytes] = field(default_factory=list)
    _by_name: dict[str, list[Card]] = field(default_factory=dict)

    @classmethod
    def open(
        cls,
        store: Store,
        founding: Founding,
        memory: Memory,
        tick: Callable[[int], None] = lambda _: None,
        mirror: Mirror | None = None,
    ) -> "Log":
        """Read and verify all of a log.

        Raises:
            LogBroken: it is another partnership's, lost entries that were seen before, was
                rewritten, or needs a newer version.
        """
        log = cls(store, founding, memory, Register(founding.origin), mirror=mirror)
        log.catch_up(tick)
        if not log.tree.size:
            raise LogBroken(
                f"the store {store} holds no log",
                "is it the right folder? the path stands in exchange.toml",
            )
        return log

    def catch_up(self, tick: Callable[[int], None] = lambda _: None) -> None:
        """Read what was added, and hold all of it against the memory and the checkpoints."""
        self._read_on(tick)
        if lost := self._lost():
            with contextlib.suppress(LogBroken):  # a store that can't be written stays as it is
                self._give_back(lost)
            self._read_on(tick)
        self._compare()
        if self.mirror is not None:
            self.mirror.keep(self._files)

    def _read_on(self, tick: Callable[[int], None]) -> None:
        while (data := self.store.read(_name(self.tree.size), ENTRY_MAX)) is not None:
            self._take(data)
            tick(self.tree.size)

    def _lost(self) -> list[bytes]:
        """Return the entries that the store has no more, where the officer's copy has them.

        Only what leads, after what is there, to the very tree that this client remembers.
        """
        size, root = self.memory.read()
        if self.mirror is None or not 0 < self.tree.size < size:
            return []
        lost, trial = self.mirror.read()[self.tree.size : size], deepcopy(self.tree)
        for data in lost:
            trial.append(data)
        return lost if (trial.size, trial.root.hex()) == (size, root) else []

    def _give_back(self, lost: list[bytes]) -> None:
        """Put lost entries back in their places; another may be doing the same."""
        for position, data in enumerate(lost, start=self.tree.size):
            with contextlib.suppress(AlreadyThere):
                self.store.publish(_name(position), data)
        self.put_back = len(lost)

    def add(self, note: bytes, entry: Entry, signer: Card, officer: Officer) -> int | str:
        """Write an entry at the next free position, unless it would have no effect there.

        Returns:
            The position; or why it would have no effect, and then nothing was written.
        """
        cards = cards_in(entry.body)
        while True:
            self.catch_up()
            why = self.register.judge(entry, signer, cards, seen=self._agrees(entry.seen))
            if why:
                return why
            position = self.tree.size
            try:
                self.store.publish(_name(position), note, entry.id)
            except AlreadyThere:
                continue  # another was quicker: read theirs, and take the next number
            self._take(note)
            self._sign_checkpoint(officer, entry.id)
            self._compare()
            return position

    def write(self, body: Body, card: Card, officer: Officer, now: datetime) -> int | str:
        """Sign an entry of some kind and add it; return as `add` does."""
        entry_id, time = secrets.token_hex(16), time_of(now)
        entry = Entry(FORMAT, self.founding.origin, entry_id, kind_of(body), time, self.seen, body)
        return self.add(signed(entry, card, officer), entry, card, officer)

    def found(self, note: bytes, officer: Officer) -> None:
        """Write the first entry.

        Raises:
            LogBroken: the store holds a log already, or the entry would have no effect.
        """
        try:
            self.store.publish(_name(0), note)
        except AlreadyThere:
            raise LogBroken(
                f"the store {self.store} holds a log already",
                "nothing was founded; give the new partnership a folder of its own",
            ) from None
        self._take(note)
        self._sign_checkpoint(officer)
        self._compare()

    @property
    def seen(self) -> Seen:
        """What a new entry says that its signer has verified."""
        return Seen(self.tree.size, self.tree.root.hex())

    def _take(self, data: bytes) -> None:
        position = self.tree.size
        self._files.append(data)
        if position == 0 and hashlib.sha256(data).hexdigest() != self.founding.entry:
            raise LogBroken(
                f"the log in {self.store} is not the one your founding file names",
                "nothing was done; ask your coordinator, by telephone, for its fingerprint",
            )
        entry = self._judged(data)
        self.entries.append(entry)
        self.tree.append(data)
        if not self.register.founded:
            raise LogBroken(
                f"the log in {self.store} begins with an entry that this version can't understand",
                "nothing was done; is there a newer exchange?",
            )

    def _judged(self, data: bytes) -> Entry | None:
        """Do steps (3) to (7) for the next file; return the entry if it could be read."""
        try:
            note = notes.parse(data)
            entry = parse(note.text)
        except (notes.NoteBroken, Malformed):
            self.register.reject("it can't be read")
            return None
        try:
            cards = cards_in(entry.body)
        except KeyRefused:
            self.register.reject("a card in it can't be read")
            return entry
        signer = self._signer(note, entry, cards)
        if signer is None:
            self.register.reject("its signer is not enrolled, or it was altered after signing")
            return entry
        try:
            why = self.register.apply(entry, signer, cards, seen=self._agrees(entry.seen))
        except NeedsNewer as fault:
            raise LogBroken(
                f"the log needs a newer exchange: entry {fault.position} has format {fault.needed}",
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
        note = notes.parse(data)
        entry = parse(note.text)
        return entry, self._signer(note, entry, ())

    def _signer(self, note: notes.Note, entry: Entry, cards: tuple[Card, ...]) -> Card | None:
        if len(note.signatures) != 1:
            return None
        name = note.signatures[0].name
        founders = cards[:1] if isinstance(entry.body, Found) and not self.tree.size else ()
        candidates = [*self._by_name.get(name, []), *(c for c in founders if c.key_name == name)]
        for card in candidates:
            if note.is_signed_by(name, bytes.fromhex(card.signer)):
                return card
        return None

    def _agrees(self, seen: Seen) -> bool:
        return seen.size <= self.tree.size and self.tree.root_at(seen.size).hex() == seen.root

    def _compare(self) -> None:
        """Hold the tree against what is remembered of it and what others signed of it."""
        size, root = self.memory.read()
        if self.tree.size < size:
            raise LogBroken(
                f"the log has lost its end: it had {size:,} entries when you last read it and has "
                f"{self.tree.size:,} now",
                "nothing was done; somebody deleted entries, or a backup was restored over them",
                "tell your coordinator; whoever still has the files can put them back",
            )
        if size and self.tree.root_at(size).hex() != root:
            raise LogBroken(
                f"the log was rewritten: its first {size:,} entries are not those you verified",
                "nothing was done; keep a copy of the folder as it is, and tell your coordinator",
            )
        self._check_checkpoint(self.tree.size)
        self.memory.keep(self.tree)

    def _check_checkpoint(self, size: int) -> None:
        checkpoint = self.checkpoint(size)
        if checkpoint and checkpoint.root != self.tree.root_at(size):
            raise LogBroken(
                f"the log was altered, or there are two of it: a partner signed other contents for "
                f"its first {size:,} entries",
                "nothing was done; keep a copy of the folder as it is, and tell your coordinator",
            )

    def checkpoint(self, size: int) -> Checkpoint | None:
        """Return the checkpoint of a size, if there is one that an enrolled key signed."""
        data = self.store.read(_checkpoint_name(size), _CHECKPOINT_MAX)
        if data is None:
            return None
        try:
            note = notes.parse(data)
            checkpoint = Checkpoint.parse(note.text)
        except (notes.NoteBroken, CheckpointBroken):
            return None
        if checkpoint.origin != self.founding.origin or checkpoint.size != size:
            return None
        origin = self.founding.origin
        known = any(note.is_signed_by(origin, bytes.fromhex(c)) for c in self.register.cards)
        return checkpoint if known else None

    def signed_checkpoint(self, least: int) -> bytes | None:
        """Return the file of the newest checkpoint that counts, of a size of at least so many."""
        for size in range(self.tree.size, least - 1, -1):
            if self.checkpoint(size) is not None:
                return self.store.read(_checkpoint_name(size), _CHECKPOINT_MAX)
        return None

    def check_checkpoints(self) -> int:
        """Hold every checkpoint against the tree; return how many there are that count.

        Raises:
            LogBroken: one disagrees, or speaks of entries that are not there.
        """
        counted = 0
        for name in self.store.names("witness"):
            number = name.removesuffix(".checkpoint")
            if not (name.endswith(".checkpoint") and number.isdigit() and len(number) == 8):
                continue
            if self.checkpoint(int(number)) is None:
                continue
            if int(number) > self.tree.size:
                raise LogBroken(
                    f"the log has lost its end: a partner signed that it had {int(number):,} "
                    f"entries, and it has {self.tree.size:,}",
                    "whoever still has the files can put them back",
                )
            self._check_checkpoint(int(number))
            counted += 1
        return counted

    def _sign_checkpoint(self, officer: Officer, tag: str = "") -> None:
        text = Checkpoint(self.founding.origin, self.tree.size, self.tree.root).to_bytes()
        note = notes.sign(text, self.founding.origin, officer.signing)
        try:
            self.store.publish(_checkpoint_name(self.tree.size), note, tag)
        except AlreadyThere:
            return


def cards_in(body: Body) -> tuple[Card, ...]:
    """Return the cards that an entry brings, their own signatures verified.

    Raises:
        KeyRefused: one of them is not sound.
    """
    match body:
        case Found():
            return tuple(read_card(card.encode()) for card in body.cards)
        case Enrol():
            return (read_card(body.card.encode()),)
        case _:
            return ()


def signed(entry: Entry, card: Card, officer: Officer) -> bytes:
    """Return an entry's file."""
    return notes.sign(entry.to_bytes(), card.key_name, officer.signing)


def root_text(root: bytes) -> str:
    """Write a root as checkpoints do."""
    return base64.b64encode(root).decode()


def time_of(now: datetime) -> datetime:
    """Return a moment as entries can carry it: to the second."""
    return now.replace(microsecond=0)


def _name(position: int) -> str:
    return f"log/{position:08d}"


def _checkpoint_name(size: int) -> str:
    return f"witness/{size:08d}.checkpoint"
