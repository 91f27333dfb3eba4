"""One file of the log after another, and the register and tree that follow from them.

A pure function of bytes: it knows no store, no clock and no memory of an earlier reading. For the
file at each position: (1) the first must be the one whose hash is pinned, the founding; (2) parse
it as a note with exactly one signature and a line of canonical JSON; (3) find the enrolled key that
signed it; (4) verify the cards it brings, which of a stranger's are not looked at; (5) compare what
its signer had seen with the tree before it; (6) let the register judge it; (7) add the file to the
tree. What fails (2) to (6) stays in the tree, and has no effect.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Final

from exchange.errors import KeyRefused, LogBroken
from exchange.keys import signed_note
from exchange.log.entry_signature import cards_in, is_signed, key_id_of
from exchange.log.merkle import Tree, tree_of
from exchange.log.trust import Founding, VerifiedTree
from partners.entries.card import Card
from partners.entries.entry import Entry, SeenTree, parse
from partners.entries.fields import Malformed
from partners.entries.forks import Settle
from partners.entries.members import Found
from partners.register.continued import Continued
from partners.register.register import Register
from partners.register.replay import apply
from partners.register.rules import NeedsNewer
from partners.register.state import Rejection

ENTRY_MAX: Final = 64 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class FetchedEntry:
    """A file of the log, and the enrolled card that it was found to be signed by, if any.

    Attributes:
        note: None if it is no signed note. `entry`: None if that holds no entry.
        settled: No card can be found for it later either.
    """

    data: bytes
    note: signed_note.Note | None
    entry: Entry | None
    card: Card | None
    settled: bool = False


@dataclass(slots=True)
class Replay:
    """A log as far as its files were taken.

    Attributes:
        source: Where the files are from, for messages.
        entries: What each position holds, None where it could not be read.
        unread: The positions whose entries can't be read. `unsigned`: those that nobody enrolled
            has signed.
    """

    founding: Founding
    source: str
    register: Register
    tree: Tree = field(default_factory=Tree)
    entries: list[Entry | None] | Continued[Entry | None] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)
    unsigned: list[int] = field(default_factory=list)
    _by_key: dict[tuple[str, bytes], list[Card]] = field(default_factory=dict)

    @classmethod
    def begin(cls, founding: Founding, source: str) -> "Replay":
        """Return the log before its first file."""
        return cls(founding, source, Register(founding.origin))

    def read(self, data: bytes) -> FetchedEntry:
        """Parse a file, and find its signer as far as the log has enrolled it by now."""
        return self.read_run([data])[0]

    def read_run(self, files: list[bytes]) -> list[FetchedEntry]:
        """Do what `read` does for several files: each step for all of them, which is faster."""
        notes = [_note(data) for data in files]
        entries = [_entry(note) for note in notes]
        cards = [None if note is None else self.card_of(note) for note in notes]
        return [
            FetchedEntry(data, note, entry, card, settled=note is None)
            for data, note, entry, card in zip(files, notes, entries, cards, strict=True)
        ]

    def read_again(self, data: bytes, known: VerifiedTree) -> FetchedEntry:
        """Parse the next file, whose signature was verified before; find its signer's card."""
        position = self.tree.size
        note = None if position in known.unread else _note(data)
        if note is None:
            return FetchedEntry(data, None, None, None, settled=True)
        line, entry = note.signatures[0], _entry(note, known=True)
        if position in known.unsigned or len(note.signatures) != 1:
            return FetchedEntry(data, note, entry, None, settled=True)
        for card in self._by_key.get((line.name, line.key_id), [])[:1]:
            return FetchedEntry(data, note, entry, card)
        return FetchedEntry(data, note, entry, None)  # the founder's, which is in the entry itself

    def take(self, read: FetchedEntry) -> None:
        """Take the next file.

        Raises:
            LogBroken: it is the first, and not the founding; or a newer version is needed.
        """
        position, data = self.tree.size, read.data
        if position == 0 and hashlib.sha256(data).hexdigest() != self.founding.entry:
            raise LogBroken(
                "log-of-another-partnership",
                f"the log in {self.source} is not the one that your founding file names",
            )
        entry = self._judge_next(read)
        self.entries.append(entry)
        self.tree.append(data)
        if not self.register.founded:
            raise LogBroken(
                "first-entry-not-understood",
                f"the log in {self.source} begins with an entry that this version cannot read",
            )

    def _judge_next(self, read: FetchedEntry) -> Entry | None:
        """Do steps (3) to (6) for the next file; return the entry if it could be read."""
        entry = read.entry
        if entry is None or read.note is None:
            self.unread.append(self.tree.size)
            self.register.reject(Rejection("entry-unreadable", "it cannot be read"))
            return None
        founding = isinstance(entry.body, Found) and not self.tree.size
        signer = read.card or (None if read.settled else self.card_of(read.note))
        try:
            cards = cards_in(entry) if signer or founding else ()
        except KeyRefused:
            self.register.reject(Rejection("entry-card-unreadable", "a card in it cannot be read"))
            return entry
        if founding:
            signer = next((card for card in cards[:1] if is_signed(read.note, card)), None)
        if signer is None:
            self.unsigned.append(self.tree.size)
            self.register.reject(
                Rejection(
                    "entry-signature-wrong",
                    "its signer is not enrolled, or it was changed after signing",
                )
            )
            return entry
        try:
            why = apply(self.register, entry, signer, cards, seen=self.agrees(entry.seen))
        except NeedsNewer as fault:
            raise LogBroken(
                "newer-version-needed",
                f"the log needs a newer version of exchange: log {fault.position} has format "
                f"{fault.needed}",
            ) from None
        if not why:
            self.enrol(cards)
        return entry

    def enrol(self, cards: tuple[Card, ...]) -> None:
        """Know entries by their signatures as those of some cards."""
        for card in cards:
            self._by_key.setdefault((card.key_name, key_id_of(card)), []).append(card)

    def card_of(self, note: signed_note.Note) -> Card | None:
        """Return whose enrolled key signed a note, under the name of that card."""
        if len(note.signatures) != 1:
            return None
        line, text = note.signatures[0], note.text
        for card in self._by_key.get((line.name, line.key_id), []):
            if signed_note.verifies(line.signature, bytes.fromhex(card.signer), text):
                return card
        return None

    def agrees(self, seen: SeenTree) -> bool:
        """Say whether what a signer had seen is what the log was."""
        return seen.size <= self.tree.size and self.tree.root_at(seen.size).hex() == seen.root

    def is_given_up(self, size: int, root: bytes) -> bool:
        """Say whether a tree is of a branch that two coordinators have given up."""
        return bool(self.register.settled) and (size, root) in self._given_up()

    def given_up_by(self, settle: Settle) -> set[tuple[int, bytes]]:
        """Return the trees that coordinators give up by an entry, by size and root."""
        trees = {(tree.size, bytes.fromhex(tree.root)) for tree in settle.trees or ()}
        tree = tree_of(self.tree.leaves[: settle.common])
        for leaf in settle.given_up:
            tree.append_hash(bytes.fromhex(leaf))
            trees.add((tree.size, tree.root))
        return trees

    def _given_up(self) -> set[tuple[int, bytes]]:
        trees = {tree for settle in self.register.settled for tree in self.given_up_by(settle)}
        return trees - {
            (size, self.tree.root_at(size)) for size, _ in trees if size <= self.tree.size
        }


def _note(data: bytes) -> signed_note.Note | None:
    """Parse a file; None if it is no note, or larger than an entry may be."""
    try:
        return signed_note.parse(data) if len(data) <= ENTRY_MAX else None
    except signed_note.NoteBroken:
        return None


def _entry(note: signed_note.Note | None, *, known: bool = False) -> Entry | None:
    """Parse what a note holds; None if that is no entry."""
    try:
        return parse(note.text, known=known) if note is not None else None
    except Malformed:
        return None
