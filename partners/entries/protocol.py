"""Under what protocol a partnership shares: what is agreed and signed, and which datasets."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from partners.entries import fields
from partners.entries.body import Body, plain
from partners.entries.canonical_json import Json
from partners.entries.card import KINDS
from schemas.quarters import Quarter


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """A partner submits a dataset for another: an ambulance trust, say, for a care board."""

    dataset: str
    by: str
    of: str


@dataclass(frozen=True, slots=True)
class DeadlineRule(Body):
    """How often a dataset is shared by the protocol, inside the quarter of the Regulations.

    Attributes:
        every: "month" or "quarter".
        days: How many days after the end of each it is due.
    """

    every: str
    days: int

    SHAPES = {"every": fields.one_of("month", "quarter"), "days": fields.integer}


_DEADLINES: Final = fields.table(fields.slug, DeadlineRule.from_json)


def _behalf(value: Any) -> OnBehalf:
    return OnBehalf(
        **fields.read_fields(value, dict.fromkeys(("dataset", "by", "of"), fields.slug))
    )


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
    """A coordinator says that the partnership shares a dataset, in which form, and who sends it.

    Attributes:
        title: What it is called, for readers whose release does not know it.
        schema: The newest version of its form that may be written.
        holders: The kinds of authority that hold it.
        minutes: The protocol may let its times be shared to the minute.
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
        "first": fields.quarter,
    }


@dataclass(frozen=True, slots=True)
class Edition(Body):
    """A coordinator fixes what the published tables of a quarter count, until the next edition.

    Attributes:
        size: They count what was in effect when the log had so many entries.
    """

    quarter: Quarter
    size: int

    SHAPES = {"quarter": fields.quarter, "size": fields.integer}


@dataclass(frozen=True, slots=True)
class PublishProtocol(Body):
    """A coordinator publishes the information sharing protocol, or a new version of it.

    Attributes:
        title: What the document calls itself.
        sha256: Of the document; `size` in bytes.
        smallest: How many rows a group must have where groups are counted; never below the lock.
        domestic: How to treat recorded domestic incidents, by dataset, where the partnership
            settles it: "withhold".
        personal: The document has a clause by which recorded domestic incidents may be shared as
            personal data among those who sign it.
        places: The finest place that may be shared of a dataset, where that is coarser than its
            own.
        minutes: The datasets of which the time is shared to the minute, where the protocol may say
            so.
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
    behalf: tuple[OnBehalf, ...]
    witnesses: int
    review: date | None
    deadlines: dict[str, DeadlineRule] = field(default_factory=dict)

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
        others = {name: part for name, part in value.items() if name != "deadlines"}
        values = fields.read_fields(others, cls.SHAPES)
        return cls(**values, deadlines=_DEADLINES(value.get("deadlines", {})))

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
