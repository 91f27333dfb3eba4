"""A log entry: what all kinds have in common, and the line of JSON that each one is.

An entry does not name its position, so it can be signed offline and carried by somebody else.
Leaves to others: its signature (`exchange/log/replay.py`) and its effect (`register/effects.py`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from partners.entries import canonical_json, fields
from partners.entries.kinds import KINDS, KnownBody
from partners.entries.protocol import PublishProtocol

FORMAT: Final = 6  # the newest format of entries that this version understands
_NO_FORMAT: Final = 5  # never given out: in the vectors, it is the one that no reader knows
_FORMATS: Final = {
    "adopt": 2,
    "edition": 3,
    "correct-partner": 6,
    "suspend": 6,
    "reinstate": 6,
    "answer": 6,
    "record": 6,
}  # the format that a kind came with, where it was not the first
SECOND_FORM: Final = 4  # since then the datasets of a founding have the second form, and no version
# below the one that an entry adopts has effect in the quarters from its first one on.
PROVED: Final = 6  # since then a card proves that its officer has each key that it names, and a
# submission says how queries about it were answered, and a protocol may have deadlines.
_WRITTEN: Final = {"found": PROVED, "adopt": SECOND_FORM, "enrol": PROVED}  # where newer than it
# came with


@dataclass(frozen=True, slots=True)
class SeenTree:
    """How much of the log, and which, its signer had verified."""

    size: int
    root: str


def _seen(value: Any) -> SeenTree:
    return SeenTree(**fields.read_fields(value, _SEEN))


_SEEN: Final[dict[str, fields.Shape]] = {"size": fields.integer, "root": fields.hex_256}
_COMMON: Final[dict[str, fields.Shape]] = {
    "format": fields.integer,
    "origin": fields.origin,
    "id": fields.hex_128,
    "kind": fields.slug,
    "time": fields.moment,
    "seen": _seen,
}


@dataclass(frozen=True, slots=True)
class UnknownBody:
    """An entry of a kind that this version does not know; it is shown, and has no effect."""


Body = KnownBody | UnknownBody


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: what all kinds have, and the kind's own fields (`body`)."""

    format: int
    origin: str
    id: str
    kind: str
    time: datetime
    seen: SeenTree
    body: Body

    def to_bytes(self) -> bytes:
        """Return the one line that is signed."""
        if isinstance(self.body, UnknownBody):
            raise TypeError("an entry that was not understood can't be written")
        return canonical_json.write(
            {
                "format": self.format,
                "origin": self.origin,
                "id": self.id,
                "kind": self.kind,
                "time": fields.format_time(self.time),
                "seen": {"size": self.seen.size, "root": self.seen.root},
                **self.body.to_json(),
            }
        )


def parse(line: bytes, *, known: bool = False) -> Entry:
    """Read an entry's line.

    An entry of a newer format, or of a kind unknown here, gives only what all kinds have: its
    signer decides its effect (`register/rules.py`).

    Args:
        known: This very line was parsed before, and found to be sound.

    Raises:
        Malformed: it is none, or not of its kind's shape.
    """
    try:
        value = canonical_json.read_with(line, "recipients", known=known)
    except canonical_json.NotCanonical:
        raise fields.Malformed("it is not a line of canonical JSON") from None
    common = fields.read_fields({name: value.pop(name, None) for name in _COMMON}, _COMMON)
    body: Body = UnknownBody()
    form, kind = common["format"], common["kind"]
    if kind in KINDS and format_of(kind) <= form and not is_newer(form):
        body = KINDS[kind].from_json(value)
        if body.LATER and body.is_later != (form >= PROVED):
            raise fields.Malformed("it has other fields than its format has")
        if isinstance(body, PublishProtocol) and "deadlines" in value and form < PROVED:
            raise fields.Malformed("its format is older than its deadlines")
    return Entry(**common, body=body)


def is_newer(form: int) -> bool:
    """Say whether this version does not understand a format."""
    return form > FORMAT or form == _NO_FORMAT


def format_of(kind: str) -> int:
    """Return the least format that a reader of an entry of some kind must know."""
    return _FORMATS.get(kind, 1)


def written_format(body: Body) -> int:
    """Return the format in which an entry is written."""
    if isinstance(body, KnownBody) and body.is_later:
        return PROVED
    if isinstance(body, PublishProtocol) and body.deadlines:
        return PROVED
    kind = kind_of(body)
    return _WRITTEN.get(kind, format_of(kind))


def kind_of(body: Body) -> str:
    """Return the name of a body's kind."""
    return next(name for name, kind in KINDS.items() if isinstance(body, kind))


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
