"""The kinds of log entry: what each says, field by field.

Leaves to others: what all entries have in common (`entries.py`), and what each does to the state of
the partnership (`register.py`).
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar, Final, Self

from partners import shapes
from partners.canonical import Json
from schemas.area import Area
from schemas.quarters import Covered, Quarter

_AREA: Final = shapes.record(
    {
        "code": shapes.gss,
        "name": shapes.text,
        "outward": shapes.many(shapes.outward, most=3000),
        "lsoas": shapes.many(shapes.lsoa, most=2000),
        "first": shapes.maybe(shapes.day),
        "last": shapes.maybe(shapes.day),
    }
)


def _area(value: Any) -> Area:
    taken = _AREA(value)
    return Area(**(taken | {name: frozenset(taken[name]) for name in ("outward", "lsoas")}))


_AREAS: Final = shapes.many(_area, least=1, most=100)
_RECIPIENTS: Final = 1000  # at most
GIVEN_UP: Final = 800  # entries of a branch, at most: what fits into one entry
_WHO: Final = shapes.matching(r"[a-z0-9/-]{3,200}")


def _recipients(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= _RECIPIENTS:
        raise ValueError
    if {len(one) for one in value} != {2}:
        raise ValueError
    return tuple([_who_and_key(one["who"], one["key"]) for one in value])


@lru_cache(maxsize=10_000)  # entry after entry names the same recipients
def _who_and_key(who: str, key: str) -> tuple[str, str]:
    return _WHO(who), shapes.hex_256(key)


@dataclass(frozen=True, slots=True)
class Behalf:
    """A partner submits a dataset for another: an ambulance trust, say, for a care board."""

    dataset: str
    by: str
    of: str


def _behalf(value: Any) -> Behalf:
    return Behalf(**shapes.take(value, dict.fromkeys(("dataset", "by", "of"), shapes.slug)))


class Body:
    """What an entry of some kind says: its fields, each of a shape."""

    __slots__ = ()
    SHAPES: ClassVar[dict[str, shapes.Shape]]

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """Read the kind's own fields."""
        return cls(**shapes.take(value, cls.SHAPES))

    def to_json(self) -> Json:
        """Return the kind's own fields."""
        return {name: _plain(getattr(self, name)) for name in self.SHAPES}


def _plain(value: Any) -> Any:  # noqa: PLR0911 - one for each type
    """Write a field as JSON can hold it."""
    match value:
        case date():
            return value.isoformat()
        case Quarter():
            return str(value)
        case Area():
            lists = {"outward": sorted(value.outward), "lsoas": sorted(value.lsoas)}
            days = {"first": _plain(value.first), "last": _plain(value.last)}
            return {"code": value.code, "name": value.name, **lists, **days}
        case Behalf():
            return {"dataset": value.dataset, "by": value.by, "of": value.of}
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case tuple():
            return [_plain(one) for one in value]
        case Covered():
            return {"first": value.first.isoformat(), "last": value.last.isoformat()}
    return value


@dataclass(frozen=True, slots=True)
class Found(Body):
    """The beginning of a partnership: its areas, its nation, and its two coordinators' cards.

    Attributes:
        cards: The two cards, each as the signed note that its officer made.
    """

    name: str
    nation: str
    areas: tuple[Area, ...]
    first_quarter: Quarter
    cards: tuple[str, str]

    SHAPES = {
        "name": shapes.text,
        "nation": shapes.one_of("england", "wales"),
        "areas": _AREAS,
        "first_quarter": shapes.quarter,
        "cards": shapes.many(shapes.matching(r"[\s\S]{1,8192}"), least=2, most=2),
    }

    @classmethod
    def from_json(cls, value: Json) -> "Found":
        """Read the kind's own fields."""
        taken = shapes.take(value, cls.SHAPES)
        return cls(
            taken["name"],
            taken["nation"],
            taken["areas"],
            Quarter.parse(taken["first_quarter"]),
            taken["cards"],
        )

    def to_json(self) -> Json:
        """Return the kind's own fields."""
        return {
            "name": self.name,
            "nation": self.nation,
            "areas": _plain(self.areas),
            "first_quarter": str(self.first_quarter),
            "cards": list(self.cards),
        }


@dataclass(frozen=True, slots=True)
class ChangeAreas(Body):
    """A coordinator says what the areas are: after a reorganisation, or a combination agreement.

    Attributes:
        areas: All of them, those that ended among them, each from its first day to its last.
    """

    areas: tuple[Area, ...]

    SHAPES = {"areas": _AREAS}


@dataclass(frozen=True, slots=True)
class Enrol(Body):
    """A coordinator admits an officer's card."""

    card: str

    SHAPES = {"card": shapes.matching(r"[\s\S]{1,8192}")}


@dataclass(frozen=True, slots=True)
class PublishProtocol(Body):
    """A coordinator publishes the information sharing protocol, or a new version of it.

    Attributes:
        title: What the document calls itself.
        sha256: Of the document; `size` in bytes.
        smallest: How many rows a group must have where groups are counted; never below the lock.
        domestic: What becomes of recorded domestic incidents, by dataset, where the partnership
            settles it: "withhold".
        personal: The document has a clause by which recorded domestic incidents may be shared as
            personal data among those who sign it.
        places: The finest place that may leave of a dataset, where that is coarser than its own.
        minutes: The datasets of which the time leaves to the minute, where the protocol may say so.
        local: Datasets beside those of the Regulations, by the kinds of authority that share them.
        behalf: Who submits a dataset for another: it counts for both.
        witnesses: How many other authorities must have seen an entry, for its time to be proved.
        review: The day by which it is to be reviewed.
    """

    title: str
    sha256: str
    size: int
    smallest: int
    domestic: Json
    personal: bool
    places: Json
    minutes: tuple[str, ...]
    local: Json
    behalf: tuple[Behalf, ...]
    witnesses: int
    review: date | None

    SHAPES = {
        "title": shapes.text,
        "sha256": shapes.hex_256,
        "size": shapes.integer,
        "smallest": shapes.integer,
        "domestic": shapes.table(shapes.slug, shapes.one_of("withhold")),
        "personal": shapes.flag,
        "places": shapes.table(shapes.slug, shapes.one_of("lsoa", "outward")),
        "minutes": shapes.many(shapes.slug),
        "local": shapes.table(shapes.slug, shapes.many(shapes.slug, least=1)),
        "behalf": shapes.many(_behalf),
        "witnesses": shapes.integer,
        "review": shapes.maybe(shapes.day),
    }


@dataclass(frozen=True, slots=True)
class SignProtocol(Body):
    """An officer signs the protocol for their authority.

    Attributes:
        protocol: The id of the entry that published it.
        sha256: Of the document that was read.
        personal: They sign its personal-data clause too.
    """

    protocol: str
    sha256: str
    personal: bool

    SHAPES = {"protocol": shapes.hex_128, "sha256": shapes.hex_256, "personal": shapes.flag}


@dataclass(frozen=True, slots=True)
class Nominate(Body):
    """An authority designates its liaison officer, or a deputy; the officer accepts.

    The guidance asks each responsible authority for one. Accepted is what the nominee has signed
    themself, as an entry of the same words.

    Attributes:
        nominee: The office that is nominated, never a person's name.
        deputy: For when the liaison officer is away.
    """

    partner: str
    officer: str
    nominee: str
    deputy: bool

    SHAPES = {
        "partner": shapes.slug,
        "officer": shapes.slug,
        "nominee": shapes.slug,
        "deputy": shapes.flag,
    }


@dataclass(frozen=True, slots=True)
class Submit(Body):
    """The statement of what was sent: what is signed about a bundle.

    Attributes:
        counts: Rows in, accepted and left out by reason, in bands: never exact below five.
        personal: It holds recorded domestic incidents, as personal data, for the signatories of
            that clause alone.
        treatments: Rows by the precision of their place and by why they left coarser, in bands;
            what became of recorded domestic incidents, and how large a group had to be.
        recipients: Whom the bundle is sealed for, as "partner/officer" and their signing key, so
            that a receiver cannot seal it again for somebody else.
        bundle: SHA-256 and size in bytes of the sealed file.
        payload: SHA-256 of what is in it.
        content: An HMAC of the rows without their record ids, under a key of the officer's own:
            it recognises the same extract sent again, and tells others nothing.
    """

    partner: str
    officer: str
    dataset: str
    part: str
    quarter: Quarter
    covered: Covered
    schema: int
    personal: bool
    counts: Json
    treatments: Json
    recipients: tuple[tuple[str, str], ...]
    bundle_sha256: str
    bundle_size: int
    payload_sha256: str
    content: str

    SHAPES = {
        "partner": shapes.slug,
        "officer": shapes.slug,
        "dataset": shapes.slug,
        "part": shapes.part,
        "quarter": shapes.quarter,
        "covered": shapes.covered,
        "schema": shapes.integer,
        "personal": shapes.flag,
        "counts": shapes.record(
            {
                "rows_in": shapes.band,
                "accepted": shapes.band,
                "left_out": shapes.table(shapes.slug, shapes.band),
            }
        ),
        "treatments": shapes.record(
            {
                "places": shapes.table(shapes.text, shapes.band),
                "generalised": shapes.table(shapes.text, shapes.band),
                "domestic": shapes.one_of("generalise", "withhold", "personal"),
                "smallest": shapes.integer,
            }
        ),
        "recipients": _recipients,
        "bundle": shapes.record({"sha256": shapes.hex_256, "size": shapes.integer}),
        "payload": shapes.record({"sha256": shapes.hex_256}),
        "content": shapes.hex_256,
    }

    @classmethod
    def from_json(cls, value: Json) -> "Submit":
        """Read the kind's own fields."""
        taken = shapes.take(value, cls.SHAPES)
        bundle, payload = taken.pop("bundle"), taken.pop("payload")
        if str(taken["covered"].quarter) != taken["quarter"]:
            raise shapes.Malformed("the dates it covers are not of its quarter")
        return cls(
            **taken
            | {
                "quarter": taken["covered"].quarter,
                "bundle_sha256": bundle["sha256"],
                "bundle_size": bundle["size"],
                "payload_sha256": payload["sha256"],
            }
        )

    def to_json(self) -> Json:
        """Return the kind's own fields."""
        return {
            "partner": self.partner,
            "officer": self.officer,
            "dataset": self.dataset,
            "part": self.part,
            "quarter": str(self.quarter),
            "covered": _plain(self.covered),
            "schema": self.schema,
            "personal": self.personal,
            "counts": self.counts,
            "treatments": self.treatments,
            "recipients": [{"who": who, "key": key} for who, key in self.recipients],
            "bundle": {"sha256": self.bundle_sha256, "size": self.bundle_size},
            "payload": {"sha256": self.payload_sha256},
            "content": self.content,
        }


@dataclass(frozen=True, slots=True)
class Nil(Body):
    """A partner has nothing to share of a dataset for some dates: not missing, but none.

    Attributes:
        reason: Of `reasons.py`, "nil".
    """

    partner: str
    officer: str
    dataset: str
    part: str
    covered: Covered
    reason: str

    SHAPES = {
        "partner": shapes.slug,
        "officer": shapes.slug,
        "dataset": shapes.slug,
        "part": shapes.part,
        "covered": shapes.covered,
        "reason": shapes.slug,
    }

    @property
    def quarter(self) -> Quarter:
        """The quarter that its dates lie in."""
        return self.covered.quarter

    @property
    def personal(self) -> bool:
        """A nil return is never personal data."""
        return False


@dataclass(frozen=True, slots=True)
class NotHeld(Body):
    """A partner does not hold a dataset, from a quarter to a quarter or until it says otherwise.

    The duty is to share what is held; it asks nobody to collect anything.

    Attributes:
        held: It holds the dataset again, from the first quarter on.
        reason: Of `reasons.py`, "not-held".
    """

    partner: str
    officer: str
    dataset: str
    first: Quarter
    last: Quarter | None
    held: bool
    reason: str

    SHAPES = {
        "partner": shapes.slug,
        "officer": shapes.slug,
        "dataset": shapes.slug,
        "first": shapes.of_quarter,
        "last": shapes.maybe(shapes.of_quarter),
        "held": shapes.flag,
        "reason": shapes.slug,
    }


@dataclass(frozen=True, slots=True)
class Withdraw(Body):
    """A partner takes a submission or a nil return of its own out of effect; its bytes stay.

    Attributes:
        entry: The id of the entry that is withdrawn.
        reason: Of `reasons.py`, "withdraw".
    """

    partner: str
    officer: str
    entry: str
    reason: str

    SHAPES = {
        "partner": shapes.slug,
        "officer": shapes.slug,
        "entry": shapes.hex_128,
        "reason": shapes.slug,
    }


@dataclass(frozen=True, slots=True)
class Purge(Body):
    """A partner has the bytes of a submission destroyed; a receiver says that theirs are.

    Attributes:
        entry: The id of the entry whose bundle is destroyed.
        reason: Of `reasons.py`, "purge".
    """

    partner: str
    officer: str
    entry: str
    reason: str

    SHAPES = Withdraw.SHAPES


@dataclass(frozen=True, slots=True)
class Revoke(Body):
    """A key counts no more from here on; what it signed before stays good.

    By a coordinator, or by an officer of the same authority.

    Attributes:
        key: The signing key.
        reason: Of `reasons.py`, "revoke".
    """

    key: str
    reason: str

    SHAPES = {"key": shapes.hex_256, "reason": shapes.slug}


@dataclass(frozen=True, slots=True)
class Succeed(Body):
    """A coordinator says that another authority stands in an authority's place from a day on.

    Attributes:
        old: The partner that ends; `new`, its successor.
        on: The successor's first day.
        begun: The successor began with it, and owes nothing of its own from before.
    """

    old: str
    new: str
    on: date
    begun: bool

    SHAPES = {"old": shapes.slug, "new": shapes.slug, "on": shapes.day, "begun": shapes.flag}


@dataclass(frozen=True, slots=True)
class Assess(Body):
    """The strategy group's own word on a requirement; it replaces the one before.

    Attributes:
        requirement: Of `requirements.csv`; a reader may know others.
        position: Where it stands; `action`, what is to be done about it.
        owner: The office that does it, never a person's name; `by`, until when.
        page: Where in the partnership plan it stands.
    """

    partner: str
    officer: str
    requirement: str
    answer: str
    position: str
    action: str
    owner: str
    by: date | None
    page: str

    SHAPES = {
        "partner": shapes.slug,
        "officer": shapes.slug,
        "requirement": shapes.slug,
        "answer": shapes.one_of("yes", "no", "in-part", "not-applicable"),
        "position": shapes.note,
        "action": shapes.note,
        "owner": shapes.note,
        "by": shapes.maybe(shapes.day),
        "page": shapes.note,
    }


@dataclass(frozen=True, slots=True)
class Settle(Body):
    """Of two branches of the log, this one is gone on with; it counts when two coordinators say so.

    A branch is what one part of the partners wrote while the other wrote something else, such as
    after a backup was restored.

    Attributes:
        common: How many entries the two share.
        given_up: The leaf hashes of what followed in the other one, in order.
    """

    common: int
    given_up: tuple[str, ...]

    SHAPES = {
        "common": shapes.integer,
        "given_up": shapes.many(shapes.hex_256, least=1, most=GIVEN_UP),
    }


Known = (
    Found
    | ChangeAreas
    | Enrol
    | Revoke
    | Settle
    | Succeed
    | PublishProtocol
    | SignProtocol
    | Nominate
    | Assess
    | Submit
    | Nil
    | NotHeld
    | Withdraw
    | Purge
)
KINDS: Final[dict[str, type[Known]]] = {
    "found": Found,
    "change-areas": ChangeAreas,
    "enrol": Enrol,
    "revoke": Revoke,
    "settle": Settle,
    "succeed": Succeed,
    "publish-protocol": PublishProtocol,
    "sign-protocol": SignProtocol,
    "nominate": Nominate,
    "assess": Assess,
    "submit": Submit,
    "nil": Nil,
    "not-held": NotHeld,
    "withdraw": Withdraw,
    "purge": Purge,
}
