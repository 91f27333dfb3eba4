"""The types of log entry, and the line of JSON that each one is.

An entry does not name its position, so it can be signed offline and carried by somebody else.
Leaves to others: its signature (`exchange/log.py`) and its effect (`register.py`).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from partners import canonical, shapes
from partners.canonical import Json
from schemas.area import Area
from schemas.quarters import Covered, NotAQuarter, Quarter

FORMAT: Final = 1  # the newest format of entries that this version understands

_COMMON: Final[dict[str, shapes.Shape]] = {
    "format": shapes.integer,
    "origin": shapes.origin,
    "id": shapes.hex_128,
    "kind": shapes.slug,
    "time": shapes.moment,
    "seen": shapes.record({"size": shapes.integer, "root": shapes.hex_256}),
}

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


@dataclass(frozen=True, slots=True)
class Found:
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
        "areas": shapes.many(_AREA, least=1, most=100),
        "first_quarter": shapes.quarter,
        "cards": shapes.many(shapes.matching(r"[\s\S]{1,8192}"), least=2, most=2),
    }

    @classmethod
    def from_json(cls, value: Json) -> "Found":
        """Read the kind's own fields."""
        taken = shapes.take(value, cls.SHAPES)
        areas = tuple(
            Area(**(a | {n: frozenset(a[n]) for n in ("outward", "lsoas")})) for a in taken["areas"]
        )
        return cls(
            taken["name"],
            taken["nation"],
            areas,
            Quarter.parse(taken["first_quarter"]),
            taken["cards"],
        )

    def to_json(self) -> Json:
        """Return the kind's own fields."""
        return {
            "name": self.name,
            "nation": self.nation,
            "areas": [
                {
                    "code": area.code,
                    "name": area.name,
                    "outward": sorted(area.outward),
                    "lsoas": sorted(area.lsoas),
                    "first": area.first and area.first.isoformat(),
                    "last": area.last and area.last.isoformat(),
                }
                for area in self.areas
            ],
            "first_quarter": str(self.first_quarter),
            "cards": list(self.cards),
        }


@dataclass(frozen=True, slots=True)
class Enrol:
    """A coordinator admits an officer's card."""

    card: str

    SHAPES = {"card": shapes.matching(r"[\s\S]{1,8192}")}

    @classmethod
    def from_json(cls, value: Json) -> "Enrol":
        """Read the kind's own fields."""
        return cls(**shapes.take(value, cls.SHAPES))

    def to_json(self) -> Json:
        """Return the kind's own fields."""
        return {"card": self.card}


@dataclass(frozen=True, slots=True)
class PublishProtocol:
    """A coordinator publishes the information sharing protocol, or a new version of it.

    Attributes:
        title: What the document calls itself.
        sha256: Of the document; `size` in bytes.
        smallest: How many rows a group must have where groups are counted; never below the lock.
        domestic: What becomes of recorded domestic incidents, by dataset, where the partnership
            settles it: "withhold".
        personal: The document has a clause by which recorded domestic incidents may be shared as
            personal data among those who sign it.
        review: The day by which it is to be reviewed.
    """

    title: str
    sha256: str
    size: int
    smallest: int
    domestic: Json
    personal: bool
    review: date | None

    SHAPES = {
        "title": shapes.text,
        "sha256": shapes.hex_256,
        "size": shapes.integer,
        "smallest": shapes.integer,
        "domestic": shapes.table(shapes.slug, shapes.one_of("withhold")),
        "personal": shapes.flag,
        "review": shapes.maybe(shapes.day),
    }

    @classmethod
    def from_json(cls, value: Json) -> "PublishProtocol":
        """Read the kind's own fields."""
        return cls(**shapes.take(value, cls.SHAPES))

    def to_json(self) -> Json:
        """Return the kind's own fields."""
        review = self.review and _iso(self.review)
        return {name: getattr(self, name) for name in self.SHAPES} | {"review": review}


@dataclass(frozen=True, slots=True)
class SignProtocol:
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

    @classmethod
    def from_json(cls, value: Json) -> "SignProtocol":
        """Read the kind's own fields."""
        return cls(**shapes.take(value, cls.SHAPES))

    def to_json(self) -> Json:
        """Return the kind's own fields."""
        return {name: getattr(self, name) for name in self.SHAPES}


@dataclass(frozen=True, slots=True)
class Submit:
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
        "part": shapes.matching(r"|[a-z0-9-]{1,40}"),
        "quarter": shapes.quarter,
        "covered": shapes.record({"first": shapes.day, "last": shapes.day}),
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
        "recipients": shapes.many(
            shapes.record({"who": shapes.matching(r"[a-z0-9/-]{3,200}"), "key": shapes.hex_256}),
            least=1,
        ),
        "bundle": shapes.record({"sha256": shapes.hex_256, "size": shapes.integer}),
        "payload": shapes.record({"sha256": shapes.hex_256}),
        "content": shapes.hex_256,
    }

    @classmethod
    def from_json(cls, value: Json) -> "Submit":
        """Read the kind's own fields."""
        taken = shapes.take(value, cls.SHAPES)
        bundle, payload = taken.pop("bundle"), taken.pop("payload")
        try:
            covered = Covered(taken["covered"]["first"], taken["covered"]["last"])
        except NotAQuarter:
            raise shapes.Malformed("the dates it covers are not inside one quarter") from None
        if str(covered.quarter) != taken["quarter"]:
            raise shapes.Malformed("the dates it covers are not of its quarter")
        return cls(
            **taken
            | {
                "covered": covered,
                "quarter": covered.quarter,
                "recipients": tuple((r["who"], r["key"]) for r in taken["recipients"]),
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
            "covered": {"first": _iso(self.covered.first), "last": _iso(self.covered.last)},
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
class Unknown:
    """An entry of a kind that this version does not know; it is shown, and has no effect."""


Known = Found | Enrol | PublishProtocol | SignProtocol | Submit
Body = Known | Unknown
KINDS: Final[dict[str, type[Known]]] = {
    "found": Found,
    "enrol": Enrol,
    "publish-protocol": PublishProtocol,
    "sign-protocol": SignProtocol,
    "submit": Submit,
}


@dataclass(frozen=True, slots=True)
class Seen:
    """How much of the log, and which, its signer had verified."""

    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: what all kinds have, and the kind's own fields (`body`)."""

    format: int
    origin: str
    id: str
    kind: str
    time: datetime
    seen: Seen
    body: Body

    def to_bytes(self) -> bytes:
        """Return the one line that is signed."""
        if isinstance(self.body, Unknown):
            raise TypeError("an entry that was not understood can't be written")
        return canonical.write(
            {
                "format": self.format,
                "origin": self.origin,
                "id": self.id,
                "kind": self.kind,
                "time": shapes.written(self.time),
                "seen": {"size": self.seen.size, "root": self.seen.root},
                **self.body.to_json(),
            }
        )


def parse(line: bytes) -> Entry:
    """Read an entry's line.

    An entry of a newer format, or of a kind unknown here, gives only what all kinds have: its
    signer decides what becomes of it (`register.py`).

    Raises:
        Malformed: it is none, or not of its kind's shape.
    """
    try:
        value = canonical.read(line)
    except canonical.NotCanonical:
        raise shapes.Malformed("it is not a line of canonical JSON") from None
    common = shapes.take({name: value.get(name) for name in _COMMON}, _COMMON)
    own = {name: field for name, field in value.items() if name not in _COMMON}
    seen = Seen(**common.pop("seen"))
    body: Body = Unknown()
    if common["format"] <= FORMAT and common["kind"] in KINDS:
        body = KINDS[common["kind"]].from_json(own)
    return Entry(**common, seen=seen, body=body)


def kind_of(body: Body) -> str:
    """Return the name of a body's kind."""
    return next(name for name, kind in KINDS.items() if isinstance(body, kind))


def _iso(day: date) -> str:
    return day.isoformat()


def in_band(count: int) -> str:
    """Return a count as a band: 0, 1-4, 5-9, 10-49, 50-99, 100-499 and so on.

    Fewer than five is the smallest number told apart from none: an exact small count of records
    could say something of the people in them.

    >>> in_band(3), in_band(1815)
    ('1-4', '1000-4999')
    """
    if count < 5:
        return "1-4" if count else "0"
    low, high = 5, 10
    while count >= high:
        low, high = high, high * 5 if str(high)[0] == "1" else high * 2
    return f"{low}-{high - 1}"
