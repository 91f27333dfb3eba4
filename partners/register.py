"""The register: who is a partner, whose keys count, what was submitted. Replayed, never stored.

The one way to it is `apply`, entry by entry in the order of the log, given who signed each. An
entry that is not entitled, or out of role, or a copy, has no effect; it is kept with the reason.
Leaves to others: signatures, the tree, and the files (`exchange/log.py`).
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from partners.cards import Card
from partners.entries import (
    FORMAT,
    Enrol,
    Entry,
    Found,
    PublishProtocol,
    SignProtocol,
    Submit,
    Unknown,
)
from schemas.area import Area
from schemas.dataset import SMALLEST
from schemas.datasets import PRESCRIBED
from schemas.plugins import PREFIX
from schemas.quarters import Covered, Quarter

Key = tuple[str, str, str, bool]  # partner, dataset, part, personal
_SMALLEST_MOST: Final = 100  # rows of a group that a protocol can ask for


class NeedsNewer(Exception):
    """A coordinator's entry names a format that this version does not understand."""

    def __init__(self, position: int, needed: int) -> None:
        super().__init__(f"entry {position} needs format {needed}")
        self.position = position
        self.needed = needed


@dataclass(frozen=True, slots=True)
class Partner:
    """An authority enrolled in the partnership."""

    id: str
    name: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """An authority's signature under the protocol: by whom, when, and whether under its clause on
    personal data too.
    """

    position: int
    time: datetime
    who: str
    personal: bool


@dataclass(slots=True)
class Protocol:
    """A version of the protocol, and who has signed it, by partner."""

    position: int
    id: str
    time: datetime
    published: PublishProtocol
    signatures: dict[str, Signature] = field(default_factory=dict)

    @property
    def personal(self) -> list[str]:
        """The partners that signed its clause on personal data."""
        return [partner for partner, signed in self.signatures.items() if signed.personal]


@dataclass(slots=True)
class Submission:
    """A submission that took effect, and what replaced it since."""

    position: int
    time: datetime
    statement: Submit
    signer: str
    superseded_by: int | None = None

    @property
    def key(self) -> Key:
        """What a later submission must share with it to replace it."""
        s = self.statement
        return (s.partner, s.dataset, s.part, s.personal)


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of the entry at a position: `why` is empty if it took effect."""

    position: int
    kind: str
    signer: str
    time: datetime | None
    why: str


@dataclass(slots=True)
class Register:
    """The state of a partnership at a position of its log."""

    origin: str
    name: str = ""
    nation: str = ""
    areas: tuple[Area, ...] = ()
    first_quarter: Quarter | None = None
    partners: dict[str, Partner] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)  # by signing key, in order of enrolment
    submissions: list[Submission] = field(default_factory=list)
    protocols: list[Protocol] = field(default_factory=list)  # versions, in order
    applied: list[Applied] = field(default_factory=list)
    _ids: set[tuple[str, str]] = field(default_factory=set)
    _current: dict[tuple[Key, Quarter], list[Submission]] = field(default_factory=dict)

    @property
    def founded(self) -> bool:
        """Whether the first entry has taken effect."""
        return bool(self.name)

    @property
    def protocol(self) -> Protocol | None:
        """The version of the protocol in force."""
        return self.protocols[-1] if self.protocols else None

    @property
    def personal_signatories(self) -> list[str]:
        """The partners that may share and receive recorded domestic incidents as personal data."""
        return self.protocol.personal if self.protocol else []

    def apply(self, entry: Entry, signer: Card, cards: tuple[Card, ...], *, seen: bool) -> str:
        """Let the next entry take effect, or say why it has none.

        Args:
            signer: The card whose key signed it. The founder's is in the entry itself.
            cards: The cards that the entry brings, their own signatures verified.
            seen: Whether what its signer had seen agrees with the log before it.

        Returns:
            Why it has no effect; empty if it took effect.

        Raises:
            NeedsNewer: a coordinator says that this version can't understand what follows.
        """
        why = self.judge(entry, signer, cards, seen=seen)
        position = len(self.applied)
        if not why:
            self._take(position, entry, signer, cards)
        self.applied.append(Applied(position, entry.kind, signer.who, entry.time, why))
        self._ids.add((signer.signer, entry.id))
        return why

    def reject(self, why: str) -> None:
        """Note that the next entry could not be read, or that nobody enrolled signed it."""
        self.applied.append(Applied(len(self.applied), "?", "", None, why))

    def judge(self, entry: Entry, signer: Card, cards: tuple[Card, ...], *, seen: bool) -> str:
        """Say why an entry would have no effect as the next one; empty if it would have."""
        position = len(self.applied)
        if entry.origin != self.origin:
            return "it belongs to another partnership"
        if (signer.signer, entry.id) in self._ids:
            return "it is a copy of an earlier entry"
        if not seen or entry.seen.size > position:
            return "what its signer had seen of the log is not what is there"
        if position and signer.signer not in self.cards:
            return "its signer is not enrolled"
        if entry.format > FORMAT:
            if "coordinator" in signer.roles:
                raise NeedsNewer(position, entry.format)
            return "it is of a newer format, which only a coordinator can bring in"
        return self._judge_kind(position, entry, signer, cards)

    def _judge_kind(
        self, position: int, entry: Entry, signer: Card, cards: tuple[Card, ...]
    ) -> str:
        match entry.body:
            case Unknown():
                return "its kind is not understood"
            case Found():
                return self._judge_found(position, signer, cards)
            case Enrol():
                return self._judge_enrol(signer, cards)
            case PublishProtocol():
                return self._judge_publish(entry.body, signer)
            case SignProtocol():
                return self._judge_sign(entry.body, signer)
            case Submit():
                return self._judge_submit(entry.body, signer)

    def _judge_found(self, position: int, signer: Card, cards: tuple[Card, ...]) -> str:
        if position:
            return "a partnership is founded once, by its first entry"
        if len(cards) != 2 or cards[0] != signer or cards[0].signer == cards[1].signer:
            return "it needs the cards of two coordinators, the first of whom signs"
        if not all("coordinator" in card.roles for card in cards):
            return "one of the two who found it is not a coordinator"
        return self._judge_card(cards[0]) or self._judge_card(cards[1])

    def _judge_enrol(self, signer: Card, cards: tuple[Card, ...]) -> str:
        if "coordinator" not in signer.roles:
            return "only a coordinator enrols"
        if len(cards) != 1:
            return "it brings no card that can be read"
        return self._judge_card(cards[0])

    def _judge_card(self, card: Card) -> str:
        if card.origin != self.origin:
            return "the card belongs to another partnership"
        if card.signer in self.cards or any(
            c.recipient == card.recipient for c in self.cards.values()
        ):
            return "the card's key is enrolled already"
        known = self.partners.get(card.partner)
        if known and (known.name, set(known.kinds)) != (card.name, set(card.kinds)):
            return "the card describes the authority in another way than its first card did"
        return ""

    def _judge_publish(self, published: PublishProtocol, signer: Card) -> str:
        if "coordinator" not in signer.roles:
            return "only a coordinator publishes the protocol"
        if not SMALLEST <= published.smallest <= _SMALLEST_MOST:
            return f"its smallest group is not from {SMALLEST} to {_SMALLEST_MOST}"
        return ""

    def _judge_sign(self, signed: SignProtocol, signer: Card) -> str:
        if not {"liaison", "coordinator"} & set(signer.roles):
            return "its signer may not sign for the authority"
        protocol = self.protocol
        if protocol is None or signed.protocol != protocol.id:
            return "it is not the version of the protocol in force"
        if signed.sha256 != protocol.published.sha256:
            return "it is not the document that was published"
        if signed.personal and not protocol.published.personal:
            return "the protocol has no clause on personal data"
        return ""

    def _judge_personal(self, statement: Submit) -> str:
        if not statement.personal:
            return ""
        signatories = set(self.personal_signatories)
        if statement.partner not in signatories:
            return "its sender has not signed the protocol's clause on personal data"
        if {who.split("/")[0] for who, _ in statement.recipients} - signatories:
            return "it is sealed for somebody who has not signed the clause on personal data"
        return ""

    def _judge_submit(self, statement: Submit, signer: Card) -> str:
        if (statement.partner, statement.officer) != (signer.partner, signer.officer):
            return "it speaks for somebody else than its signer"
        if "liaison" not in signer.roles:
            return "its signer may not submit"
        # Whether an entry counts must not depend on which packages a reader has installed.
        dataset = PRESCRIBED.get(statement.dataset)
        if dataset is None and not statement.dataset.startswith(PREFIX):
            return "its dataset is not understood"
        if dataset is not None and not dataset.kinds & set(signer.kinds):
            return "the dataset is not one that this authority holds"
        enrolled = {(card.who, card.signer) for card in self.cards.values()}
        if not set(statement.recipients) <= enrolled:
            return "it is sealed for somebody who is not enrolled"
        return self._judge_personal(statement) or self._judge_dates(statement)

    def _judge_dates(self, statement: Submit) -> str:
        s = statement
        clash = self.clashing((s.partner, s.dataset, s.part, s.personal), s.covered)
        return f"it overlaps entry {clash[0].position} in part" if clash else ""

    def clashing(self, key: Key, covered: Covered) -> list[Submission]:
        """Return current submissions whose dates overlap some, but not all theirs are covered."""
        return [
            s
            for s in self._current.get((key, covered.quarter), [])
            if covered.overlaps(s.statement.covered) and not covered.contains(s.statement.covered)
        ]

    def replaced(self, key: Key, covered: Covered) -> list[Submission]:
        """Return the current submissions that one for these dates would replace."""
        theirs = self._current.get((key, covered.quarter), [])
        return [s for s in theirs if covered.contains(s.statement.covered)]

    def current(self) -> list[Submission]:
        """Return the submissions in effect, in the order of the log."""
        return [s for s in self.submissions if s.superseded_by is None]

    def _take(self, position: int, entry: Entry, signer: Card, cards: tuple[Card, ...]) -> None:
        for card in cards:
            self.cards[card.signer] = card
            self.partners.setdefault(card.partner, Partner(card.partner, card.name, card.kinds))
        match entry.body:
            case Found() as found:
                self.name, self.nation, self.areas = found.name, found.nation, found.areas
                self.first_quarter = found.first_quarter
            case PublishProtocol() as published:
                self.protocols.append(Protocol(position, entry.id, entry.time, published))
            case SignProtocol() as signed if self.protocol is not None:
                mine = Signature(position, entry.time, signer.who, signed.personal)
                self.protocol.signatures[signer.partner] = mine
            case Submit() as statement:
                new = Submission(position, entry.time, statement, signer.signer)
                current = self._current.setdefault((new.key, statement.quarter), [])
                for old in self.replaced(new.key, statement.covered):
                    old.superseded_by = position
                    current.remove(old)
                current.append(new)
                self.submissions.append(new)
