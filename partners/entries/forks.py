"""How a partnership governs itself: who is in it, by what keys, under what protocol."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from partners.entries import fields
from partners.entries.body import Body, plain
from partners.entries.canonical_json import Json
from partners.entries.card import KINDS, kinds_of_authority
from schemas.areas import Area
from schemas.quarters import Quarter

GIVEN_UP: Final = 800  # entries of a branch, at most: what fits into one entry
TREES: Final = 100  # that were signed of entries that are lost, at most
_AREA: Final = fields.record(
    {
        "code": fields.gss,
        "name": fields.text,
        "outward": fields.many(fields.outward, most=3000),
        "lsoas": fields.many(fields.lsoa, most=2000),
        "first": fields.maybe(fields.day),
        "last": fields.maybe(fields.day),
    }
)


def _area(value: Any) -> Area:
    taken = _AREA(value)
    return Area(**(taken | {name: frozenset(taken[name]) for name in ("outward", "lsoas")}))


_AREAS: Final = fields.many(_area, least=1, most=100)


@dataclass(frozen=True, slots=True)
class Behalf:
    """A partner submits a dataset for another: an ambulance trust, say, for a care board."""

    dataset: str
    by: str
    of: str


def _agreed(value: Any) -> "Agreed":
    return Agreed.from_json(value)


_DEADLINES: Final = fields.table(fields.slug, _agreed)


def _behalf(value: Any) -> Behalf:
    return Behalf(**fields.take(value, dict.fromkeys(("dataset", "by", "of"), fields.slug)))


@dataclass(frozen=True, slots=True)
class Holding:
    """A kind of authority that holds a dataset, from a day to a day.

    Attributes:
        certain: Today's duty to share it is proved, so that it can be overdue.
        first: Its first day; none if from the beginning. `last`, its last; none if it goes on.
    """

    kind: str
    certain: bool
    first: date | None = None
    last: date | None = None

    def holds(self, quarter: Quarter) -> bool:
        """Say whether it held the dataset on some day of a quarter."""
        return (self.first is None or self.first <= quarter.last) and (
            self.last is None or self.last >= quarter.first
        )


_HOLDING: Final = fields.record(
    {
        "kind": fields.one_of(*KINDS),
        "certain": fields.flag,
        "first": fields.maybe(fields.day),
        "last": fields.maybe(fields.day),
    }
)


@dataclass(frozen=True, slots=True)
class Adopt(Body):
    """A coordinator says that the partnership shares a dataset, in which form, and who owes it.

    Attributes:
        title: What it is called, for readers whose release does not know it.
        schema: The newest version of its form that may be written.
        holders: The kinds of authority that hold it.
        minutes: The protocol may let its times leave to the minute.
        first: The first quarter for which this is so; none if from the partnership's first.
    """

    dataset: str
    title: str
    schema: int
    holders: tuple[Holding, ...]
    minutes: bool
    first: Quarter | None

    SHAPES = {
        "dataset": fields.slug,
        "title": fields.text,
        "schema": fields.integer,
        "holders": fields.many(lambda value: Holding(**_HOLDING(value)), least=1, most=20),
        "minutes": fields.flag,
        "first": fields.of_quarter,
    }


@dataclass(frozen=True, slots=True)
class Edition(Body):
    """A coordinator fixes what the published tables of a quarter count, until the next edition.

    Attributes:
        size: They count what was in effect when the log had so many entries.
    """

    quarter: Quarter
    size: int

    SHAPES = {"quarter": fields.of_quarter, "size": fields.integer}


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
        "name": fields.text,
        "nation": fields.one_of("england", "wales"),
        "areas": _AREAS,
        "first_quarter": fields.quarter,
        "cards": fields.many(fields.matching(r"[\s\S]{1,8192}"), least=2, most=2),
    }

    @classmethod
    def from_json(cls, value: Json) -> "Found":
        """Read the kind's own fields."""
        taken = fields.take(value, cls.SHAPES)
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
            "areas": plain(self.areas),
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
class CorrectPartner(Body):
    """A coordinator corrects what the log says an authority is: it was typed wrongly, or changed.

    Attributes:
        authority: The partner; `name` and `kinds`, what they are.
        first: The first quarter for which it owes what authorities of these kinds owe.
    """

    authority: str
    name: str
    kinds: tuple[str, ...]
    first: Quarter

    SHAPES = {
        "authority": fields.slug,
        "name": fields.text,
        "kinds": kinds_of_authority,
        "first": fields.of_quarter,
    }


@dataclass(frozen=True, slots=True)
class Enrol(Body):
    """A coordinator admits an officer's card."""

    card: str

    SHAPES = {"card": fields.matching(r"[\s\S]{1,8192}")}


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

    SHAPES = {"key": fields.hex_256, "reason": fields.slug}


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

    SHAPES = {"old": fields.slug, "new": fields.slug, "on": fields.day, "begun": fields.flag}


@dataclass(frozen=True, slots=True)
class Reinstate(Body):
    """A coordinator takes back that another authority stands in a partner's place.

    Attributes:
        partner: The one that had ended, and has not.
    """

    partner: str

    SHAPES = {"partner": fields.slug}


@dataclass(frozen=True, slots=True)
class TreeGivenUp:
    """A tree that somebody has signed, and whose entries nobody has any more."""

    size: int
    root: str


def _tree(value: Any) -> TreeGivenUp:
    return TreeGivenUp(**fields.take(value, {"size": fields.integer, "root": fields.hex_256}))


@dataclass(frozen=True, slots=True)
class Settle(Body):
    """Of two branches of the log, this one is gone on with; it counts when two coordinators say so.

    A branch is what one part of the partners wrote while the other wrote something else, such as
    after a backup was restored; or entries that are lost, of which only signatures are left.

    Attributes:
        common: How many entries the two share.
        given_up: The leaf hashes of what followed in the other one, in order; and of entries that
            lie beyond what is lost.
        trees: What was signed of entries that nobody has; none where the format has no such field.
    """

    common: int
    given_up: tuple[str, ...]
    trees: tuple[TreeGivenUp, ...] | None = None

    SHAPES = {
        "common": fields.integer,
        "given_up": fields.many(fields.hex_256, least=1, most=GIVEN_UP),
    }
    LATER = {
        "given_up": fields.many(fields.hex_256, most=GIVEN_UP),
        "trees": fields.many(_tree, most=TREES),
    }


@dataclass(frozen=True, slots=True)
class Agreed(Body):
    """How often a dataset is shared by the protocol, inside the quarter of the Regulations.

    Attributes:
        every: "month" or "quarter".
        days: How many days after the end of each it is due.
    """

    every: str
    days: int

    SHAPES = {"every": fields.one_of("month", "quarter"), "days": fields.integer}


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
        deadlines: Of datasets that are shared more often or sooner than the Regulations ask, by
            dataset. An entry without them has no such field.
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
    deadlines: dict[str, Agreed] = field(default_factory=dict)

    SHAPES = {
        "title": fields.text,
        "sha256": fields.hex_256,
        "size": fields.integer,
        "smallest": fields.integer,
        "domestic": fields.table(fields.slug, fields.one_of("withhold")),
        "personal": fields.flag,
        "places": fields.table(fields.slug, fields.one_of("lsoa", "outward")),
        "minutes": fields.many(fields.slug),
        "local": fields.table(fields.slug, fields.many(fields.slug, least=1)),
        "behalf": fields.many(_behalf),
        "witnesses": fields.integer,
        "review": fields.maybe(fields.day),
    }

    @classmethod
    def from_json(cls, value: Json) -> "PublishProtocol":
        """Read the kind's own fields."""
        own = {name: part for name, part in value.items() if name != "deadlines"}
        taken = fields.take(own, cls.SHAPES)
        return cls(**taken, deadlines=_DEADLINES(value.get("deadlines", {})))

    def to_json(self) -> Json:
        """Return the kind's own fields."""
        values = {name: plain(getattr(self, name)) for name in self.SHAPES}
        return values | ({"deadlines": plain(self.deadlines)} if self.deadlines else {})


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

    SHAPES = {"protocol": fields.hex_128, "sha256": fields.hex_256, "personal": fields.flag}


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
        "partner": fields.slug,
        "officer": fields.slug,
        "nominee": fields.slug,
        "deputy": fields.flag,
    }
