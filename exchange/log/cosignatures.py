"""Cosignatures in a store (C2SP tlog-cosignature): what witnesses saw of the log.

Keeps true: one counts only if a witness key of a card that counts made it, under a name that says
what it holds. Leaves to others: what follows from them (`witness.py`, `after_end.py`).
"""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from exchange.keys import signed_note
from exchange.log.merkle import Checkpoint, CheckpointBroken, Tree
from exchange.log.proved_times import Cosignature
from exchange.stores.store import Store, UnusableFile
from partners.entries.card import Card
from partners.register.register import Register

_FILE_MAX: Final = 16 * 1024  # bytes
_LAST: Final = 99_999_999  # size that a name can say
COSIGNATURE: Final = re.compile(
    r"([0-9]{8})-([0-9a-f]{16})-([0-9]{8})(?:-([0-9a-f]{16}))?\.cosignature"
)


@dataclass(frozen=True, slots=True)
class CosignatureFile:
    """A cosignature that was verified: whose witness made it, and its signature line in base64.

    Attributes:
        by_name: Of the witness's key, as the signature line has it.
        when: Seconds since 1970.
    """

    name: str
    witness: str
    by_name: str
    size: int
    root: str
    when: int
    line: str

    def by(self, card: Card) -> Cosignature:
        """Return what it says, of the officer of a card."""
        return Cosignature(card, self.size, datetime.fromtimestamp(self.when, UTC))

    def is_on(self, text: bytes) -> bool:
        """Say whether it signs this text: others of the same size may have extension lines."""
        note = signed_note.parse(text + b"\n" + base64.b64decode(self.line))
        return note.cosigned_by(self.by_name, bytes.fromhex(self.witness)) is not None


@dataclass(frozen=True, slots=True)
class Owner:
    """A card that names a witness key.

    Attributes:
        until: The position at which it was revoked: it counts as far as the log reached then.
    """

    card: Card
    until: int | None

    def counts(self, size: int) -> bool:
        """Say whether it counts for a tree of a size."""
        return self.until is None or size <= self.until


@dataclass(frozen=True, slots=True)
class CosignatureFiles:
    """The cosignatures of a partnership's log.

    Attributes:
        given_up: Whether a size and root are of a branch that was given up.
    """

    store: Store
    origin: str
    register: Register
    given_up: Callable[[int, bytes], bool] = lambda *_: False

    def owners(self) -> dict[str, list[Owner]]:
        """Return the cards that name a witness key, by its first digits, those that count first.

        A key is the authority's whose card proved first that it has it, or, where none did, named
        it first: a cosignature could be put under the name of any card that names its key.
        """
        register = self.register
        owners = [Owner(card, None) for card in register.cards.values()]
        owners += [Owner(r.card, r.position) for r in list(register.revoked.values())[::-1]]
        first: dict[str, str] = {}
        for owner in sorted(
            owners, key=lambda owner: (-owner.card.format, register.enrolled_at[owner.card.signer])
        ):
            first.setdefault(owner.card.witness, owner.card.partner)
        by_witness: dict[str, list[Owner]] = {}
        for owner in owners:
            if first[owner.card.witness] == owner.card.partner:
                by_witness.setdefault(owner.card.witness[:16], []).append(owner)
        return by_witness

    def read(self, name: str, owners: list[Owner]) -> CosignatureFile | None:
        """Return a cosignature; None if it is not one of the witness's of these cards."""
        try:
            data = self.store.read(f"witness/{name}", _FILE_MAX) or b""
            note = signed_note.parse(data)
            checkpoint = Checkpoint.parse(note.text)
        except (signed_note.NoteBroken, CheckpointBroken, UnusableFile):
            return None
        if checkpoint.origin != self.origin or len(note.signatures) != 1:
            return None
        for card in (owner.card for owner in owners):
            when = note.cosigned_by(card.witness_name, bytes.fromhex(card.witness))
            if when is None:
                continue
            signed = checkpoint.size, card.witness, datetime.fromtimestamp(when, UTC)
            if name not in (cosignature_name(*signed), cosignature_name(*signed, data)):
                return None  # another of its cosignatures in this one's place
            line = base64.b64encode(data.rpartition(b"\n\n")[2]).decode()
            root = checkpoint.root.hex()
            return CosignatureFile(
                name, card.witness, card.witness_name, checkpoint.size, root, when, line
            )
        return None

    def counting(
        self, names: list[str], least: int, most: int = _LAST
    ) -> Iterator[tuple[CosignatureFile, Card]]:
        """Yield those that count and were not given up, of a size between two, each with whose."""
        owners = self.owners()
        for name in names:
            match = COSIGNATURE.fullmatch(name)
            if match is None or not least <= int(match[1]) <= most or match[2] not in owners:
                continue
            cosignature_file = self.read(name, owners[match[2]])
            owner = (
                owner_of(cosignature_file, owners[match[2]])
                if cosignature_file is not None
                else None
            )
            if cosignature_file is None or owner is None or not owner.counts(cosignature_file.size):
                continue
            if not self.given_up(cosignature_file.size, bytes.fromhex(cosignature_file.root)):
                yield cosignature_file, owner.card

    def of_others(
        self, tree: Tree, names: list[str], least: int, most: int = _LAST
    ) -> Iterator[tuple[CosignatureFile, Card]]:
        """Yield those of other entries than a tree holds, or of more, of a size between two."""
        for cosignature_file, card in self.counting(names, least, most):
            if (
                cosignature_file.size > tree.size
                or tree.root_at(cosignature_file.size).hex() != cosignature_file.root
            ):
                yield cosignature_file, card


def owner_of(cosignature_file: CosignatureFile, owners: list[Owner]) -> Owner | None:
    """Return whose cosignature it is."""
    matching = (
        o
        for o in owners
        if (o.card.witness, o.card.witness_name)
        == (cosignature_file.witness, cosignature_file.by_name)
    )
    return next(matching, None)


def cosignature_name(size: int, witness: str, when: datetime, note: bytes = b"") -> str:
    """Return the name of a cosignature; with its note, the one that is for it alone."""
    suffix = f"-{hashlib.sha256(note).hexdigest()[:16]}" if note else ""
    return f"{size:08d}-{witness[:16]}-{when.astimezone(UTC):%Y%m%d}{suffix}.cosignature"
