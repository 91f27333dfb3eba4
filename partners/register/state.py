"""What the register holds: partners, what they returned, what they signed, what was revoked."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

from partners.entries.answers import Answer, Row
from partners.entries.card import Card
from partners.entries.members import CorrectPartner
from partners.entries.protocol import PublishProtocol
from partners.entries.reasons import REASONS
from partners.entries.returns import Nil, NotHeld, Submit, Suspend
from schemas.quarters import Quarter

AGREEING: Final = 2  # coordinators, to suspend a submission or give up a branch of the log
# Among what was left out of a submission: what is held until the quarter is complete.
HELD: Final = "held"
# Among what was generalised: what was not, because it left before it was known to be sensitive.
LATE: Final = "late"


class ReturnKey(NamedTuple):
    """What a later return must share with an earlier one to replace it.

    Attributes:
        part: Of several in which the partner returns the dataset; mostly empty.
        personal: It holds personal data, for the signatories of that clause alone.
    """

    partner: str
    dataset: str
    part: str = ""
    personal: bool = False

    @classmethod
    def of(cls, statement: Submit | Nil) -> "ReturnKey":
        """Return that of a statement."""
        return _key(statement.partner, statement.dataset, statement.part, statement.personal)


@lru_cache(maxsize=10_000)  # the same one is found in tables without comparing it
def _key(partner: str, dataset: str, part: str, personal: bool) -> ReturnKey:  # noqa: FBT001 - by position
    return ReturnKey(partner, dataset, part, personal)


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why an entry has no effect, with a permanent id: `exchange/messages.csv`."""

    id: str
    message: str

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Partner:
    """An authority enrolled in the partnership, as it was last described.

    Attributes:
        described: The kinds that it was said to be of, each from a quarter on, in the order of the
            log; at first those of its first card, from the beginning.
    """

    id: str
    name: str
    kinds: tuple[str, ...]
    described: tuple[tuple[Quarter | None, tuple[str, ...]], ...]

    @classmethod
    def of(cls, card: Card) -> "Partner":
        """Return the authority that a first card describes."""
        return cls(card.partner, card.name, card.kinds, ((None, card.kinds),))

    def corrected(self, new: CorrectPartner) -> "Partner":
        """Return the partner as a correction describes it."""
        return Partner(self.id, new.name, new.kinds, (*self.described, (new.first, new.kinds)))

    def kinds_in(self, quarter: Quarter) -> tuple[str, ...]:
        """Return its kinds in a quarter, by the newest description for it."""
        return [kinds for first, kinds in self.described if first is None or first <= quarter][-1]

    @property
    def kinds_ever(self) -> frozenset[str]:
        """The kinds that it is of, or was in some quarter or before a correction."""
        return frozenset(kind for _, kinds in self.described for kind in kinds)


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
class Nomination:
    """An authority's liaison officer, or deputy: since when, and since when they have accepted."""

    nominee: str
    deputy: bool
    position: int
    time: datetime
    accepted: int | None = None


@dataclass(frozen=True, slots=True)
class IssuedEdition:
    """An edition of a quarter's published tables: it counts the log's first `size` entries."""

    position: int
    time: datetime
    size: int


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What the strategy group has said of a requirement, and when."""

    position: int
    time: datetime
    answer: Answer


@dataclass(frozen=True, slots=True)
class GivenRow:
    """A row of one of the strategy group's own registers, and when it was recorded."""

    position: int
    time: datetime
    row: Row


@dataclass(slots=True)
class Return:
    """What a partner returned for some dates, and what became of it since.

    Attributes:
        id: Of its entry.
        superseded_by: The position of what replaced it; `withdrawn_by`, of what took it out.
    """

    position: int
    id: str
    time: datetime
    statement: Submit | Nil
    signer: str
    superseded_by: int | None = None
    withdrawn_by: int | None = None

    @property
    def key(self) -> ReturnKey:
        """What a later return must share with it to replace it."""
        return ReturnKey.of(self.statement)

    @property
    def counts(self) -> bool:
        """Whether it is in effect."""
        return self.superseded_by is None and self.withdrawn_by is None


@dataclass(slots=True)
class Submission(Return):
    """A return that is a bundle.

    Attributes:
        purged_by: The position of the entry that had its bytes destroyed; `purged_for`, why.
        destroyed: The partners that say that what they pulled of it is destroyed, by position.
        requests: The coordinators who ask that it is not used, with the reason of each.
        suspensions: From which position to which two of them said so; none if it goes on.
    """

    statement: Submit
    purged_by: int | None = None
    purged_for: str = ""
    destroyed: dict[str, int] = field(default_factory=dict)
    requests: dict[str, str] = field(default_factory=dict)
    suspensions: list[tuple[int, int | None]] = field(default_factory=list)

    def apply_suspension(self, suspend: Suspend, who: str, position: int) -> None:
        """Record that a coordinator asks not to use it, or no longer asks that."""
        if suspend.suspended:
            self.requests[who] = suspend.reason
        else:
            del self.requests[who]
        agreed = len(self.requests) >= AGREEING
        if agreed and not self.is_suspended:
            self.suspensions.append((position, None))
        elif self.is_suspended and not agreed:
            self.suspensions[-1] = (self.suspensions[-1][0], position)

    @property
    def is_suspended(self) -> bool:
        """Whether two coordinators say that it is not to be used."""
        return bool(self.suspensions) and self.suspensions[-1][1] is None

    @property
    def suspended_for(self) -> str:
        """The reasons for which it is suspended, in words."""
        reasons = (REASONS["suspend"][reason] for reason in self.requests.values())
        return " and ".join(dict.fromkeys(reasons))

    def was_suspended(self, size: int) -> bool:
        """Say whether it was suspended when the log had so many entries."""
        return any(
            begun < size and (ended is None or ended >= size) for begun, ended in self.suspensions
        )

    @property
    def has_held(self) -> bool:
        """Whether rows of it are held until the quarter is complete."""
        return HELD in self.statement.counts["left_out"]


@dataclass(slots=True)
class NilReturn(Return):
    """A return that says that there is nothing."""

    statement: Nil


@dataclass(frozen=True, slots=True)
class Claim:
    """A partner's statement that it does not hold a dataset, or holds it again, from a quarter."""

    position: int
    time: datetime
    statement: NotHeld


@dataclass(frozen=True, slots=True)
class Revocation:
    """A card that counts no more, since when and why."""

    card: Card
    position: int
    time: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class EntryResult:
    """What became of the entry at a position: `rejection` is None if it took effect.

    Attributes:
        key: The key that signed it, if it was one of an enrolled card.
    """

    position: int
    kind: str
    signer: str
    time: datetime | None
    rejection: Rejection | None
    key: str = ""
