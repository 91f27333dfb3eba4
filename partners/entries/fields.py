"""What the fields of cards and entries may look like. Anything else is malformed.

A shape is a function that returns the value as the register uses it, or raises an error.

Keeps true: whether a value has a shape is the same in every release and on every Python. What the
language decides, such as which characters are printable, changes with it; so the code points, the
dates, the times and the bands are written out here as the specification has them (docs/spec/log.md,
3.2 and 3.3), and never change.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

from partners.entries.canonical_json import Json
from schemas.codes.vocabularies import GSS_SHAPE, LSOA_SHAPE
from schemas.quarters import Covered, Quarter

Shape = Callable[[Any], Any]
TEXT_MAX: Final = 200  # characters of a name or a contact
NOTE_MAX: Final = 1000  # characters of a note
_KEPT: Final = 10_000  # values that entry after entry repeats, of each kind


class Malformed(ValueError):
    """A card or an entry is not of its shape; the message names the field."""


def read_fields(value: Any, shapes: dict[str, Shape]) -> Json:
    """Return the fields of a JSON object as their shapes read them.

    Raises:
        Malformed: a field is missing or not as its shape, or the object has others.
    """
    if not isinstance(value, dict) or value.keys() != shapes.keys():
        raise Malformed("it has other fields than its kind has")
    values = {}
    for name, shape in shapes.items():
        try:
            values[name] = shape(value[name])
        except (ValueError, TypeError, KeyError):
            raise Malformed(f"its field {name} is not as it should be") from None
    return values


def matching(pattern: str, *, repeats: bool = True) -> Shape:
    """Text of a pattern.

    Args:
        repeats: Entry after entry has the same, so each is held to the pattern once.
    """
    compiled = re.compile(pattern)

    def shape(value: Any) -> str:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise ValueError
        return value

    return lru_cache(maxsize=_KEPT)(shape) if repeats else shape


def one_of(*allowed: str) -> Shape:
    """One of some words."""
    words = frozenset(allowed)

    def shape(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError
        return value

    return shape


@lru_cache(maxsize=_KEPT)
def text(value: Any) -> str:
    """A short line of printable text."""
    if not _is_line(value, TEXT_MAX) or not value.strip(" "):
        raise ValueError
    return str(value)


def note(value: Any) -> str:
    """A paragraph of printable text on one line, or none."""
    if not _is_line(value, NOTE_MAX):
        raise ValueError
    return str(value)


def _is_line(value: Any, most: int) -> bool:
    return isinstance(value, str) and len(value) <= most and not _UNPRINTABLE.search(value)


def integer(value: Any) -> int:
    """A whole number, not negative."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError
    return value


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise TypeError
    return value


def moment(value: Any) -> datetime:
    """A moment in UTC, to the second, of the years 1970 to 2999: 2026-12-31T16:50:00Z."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError
    return datetime.fromisoformat(value)


def format_time(when: datetime) -> str:
    """Write a moment as entries do."""
    return when.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def day(value: Any) -> date:
    """A day of the years 1 to 9999: 2026-12-31."""
    match = _DAY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError
    return date(*map(int, match.groups()))


def covered(value: Any) -> Covered:
    """Days of one quarter: {"first": …, "last": …}."""
    if not isinstance(value, dict) or value.keys() != {"first", "last"}:
        raise TypeError
    return _dates(value["first"], value["last"])


@lru_cache(maxsize=_KEPT)
def _dates(first: Any, last: Any) -> Covered:
    days = Covered(day(first), day(last))
    if not _FIRST_YEAR <= days.first.year <= _LAST_YEAR:
        raise ValueError
    return days


@lru_cache(maxsize=_KEPT)
def quarter(value: Any) -> Quarter:
    """A quarter of the years 1000 to 9999: 2026Q3."""
    year, number = _QUARTER(value).split("Q")
    if int(year) < _FIRST_YEAR:
        raise ValueError
    return Quarter(int(year), int(number))


def maybe(shape: Shape) -> Shape:
    """Nothing, or a shape."""
    return lambda value: None if value is None else shape(value)


def many(shape: Shape, *, least: int = 0, most: int = 1000) -> Shape:
    """A list of a shape."""

    def of(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise ValueError
        return tuple(shape(item) for item in value)

    return of


def table(key: Shape, shape: Shape) -> Shape:
    """An object whose keys and values have shapes."""

    def of(value: Any) -> Json:
        if not isinstance(value, dict) or len(value) > 1000:
            raise ValueError
        return {key(k): shape(v) for k, v in value.items()}

    return of


def record(shapes: dict[str, Shape]) -> Shape:
    """An object with fields of its own."""
    return lambda value: read_fields(value, shapes)


def band(value: Any) -> str:
    """A count as a band: 0, 1-4, 5-9, 10-49, 50-99, 100-499 and so on."""
    if value not in _BANDS:
        raise ValueError
    return str(value)


_MOMENT: Final = re.compile(
    r"(19[7-9][0-9]|2[0-9]{3})-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
)
_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_FIRST_YEAR, _LAST_YEAR = 1000, 9998  # of what a return covers, so that its deadline is a date
_BANDS: Final = frozenset(
    ["0", "1-4"]
    + [f"5{'0' * n}-9{'9' * n}" for n in range(16)]
    + [f"1{'0' * n}-4{'9' * n}" for n in range(1, 16)]
)
# Controls, separators, formats, surrogates, private use and what is no character, as they stood in
# Unicode 14; code points that had no meaning then are let through, whatever they mean since.
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680\u180e"
    "\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ud800-\uf8ff\ufdd0-\ufdef\ufeff\ufff0-\ufffb"
    "\ufffe\uffff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000f0000-\U0010ffff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 15))
    + "]"
)
slug = matching(r"[a-z0-9]+(-[a-z0-9]+){0,10}")
hex_128 = matching(r"[0-9a-f]{32}", repeats=False)
hex_256 = matching(r"[0-9a-f]{64}", repeats=False)
origin = matching(r"[a-z0-9-]{1,60}/[0-9a-f]{32}")
gss = matching(GSS_SHAPE)
outward = matching(r"[A-Z0-9]{2,4}")
lsoa = matching(LSOA_SHAPE)
_QUARTER: Final = matching(r"[0-9]{4}Q[1-4]")
part = matching(r"|[a-z0-9-]{1,40}")
