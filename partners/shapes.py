"""What the fields of cards and entries may look like; anything else is malformed.

A shape is a function that returns the value as the register uses it, or raises `Malformed`.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

from partners.canonical import Json
from schemas.quarters import Covered, Quarter
from schemas.words import GSS_SHAPE, LSOA_SHAPE

Shape = Callable[[Any], Any]
TEXT_MAX: Final = 200  # characters of a name or a contact
NOTE_MAX: Final = 1000  # characters of a note


class Malformed(ValueError):
    """A card or an entry is not of its shape; the message names the field."""


def take(value: Any, shapes: dict[str, Shape]) -> Json:
    """Return an object's fields as their shapes give them; no other field, and none missing."""
    if not isinstance(value, dict) or value.keys() != shapes.keys():
        raise Malformed("it has other fields than its kind has")
    taken = {}
    for name, shape in shapes.items():
        try:
            taken[name] = shape(value[name])
        except (ValueError, TypeError, KeyError):
            raise Malformed(f"its field {name} is not as it should be") from None
    return taken


def matching(pattern: str) -> Shape:
    """Text of a pattern."""
    compiled = re.compile(pattern)

    def shape(value: Any) -> str:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise ValueError
        return value

    return shape


def one_of(*allowed: str) -> Shape:
    """One of some words."""
    return matching("|".join(re.escape(word) for word in allowed))


def text(value: Any) -> str:
    """A short line of printable text."""
    if not isinstance(value, str) or not value.strip() or len(value) > TEXT_MAX:
        raise ValueError
    if not value.isprintable():
        raise ValueError
    return value


def note(value: Any) -> str:
    """A paragraph of printable text on one line, or none."""
    if not isinstance(value, str) or len(value) > NOTE_MAX or not value.isprintable():
        raise ValueError
    return value


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
    """A moment in UTC, to the second: 2026-12-31T16:50:00Z."""
    return datetime.fromisoformat(_moment(value))


def written(when: datetime) -> str:
    """Write a moment as entries do."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(value: Any) -> date:
    """A day: 2026-12-31."""
    if not isinstance(value, str) or len(value) != 10:
        raise ValueError
    return date.fromisoformat(value)


def covered(value: Any) -> Covered:
    """Days of one quarter: {"first": …, "last": …}."""
    if not isinstance(value, dict) or value.keys() != {"first", "last"}:
        raise TypeError
    return _covered(value["first"], value["last"])


@lru_cache(maxsize=10_000)  # entry after entry covers the same days
def _covered(first: Any, last: Any) -> Covered:
    return Covered(day(first), day(last))


def of_quarter(value: Any) -> Quarter:
    """A quarter: 2026Q3."""
    return Quarter.parse(quarter(value))


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
    return lambda value: take(value, shapes)


_moment = matching(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
slug = matching(r"[a-z0-9]+(-[a-z0-9]+){0,10}")
hex_128 = matching(r"[0-9a-f]{32}")
hex_256 = matching(r"[0-9a-f]{64}")
origin = matching(r"[a-z0-9-]{1,60}/[0-9a-f]{32}")
gss = matching(GSS_SHAPE)
outward = matching(r"[A-Z0-9]{2,4}")
lsoa = matching(LSOA_SHAPE)
quarter = matching(r"[0-9]{4}Q[1-4]")
part = matching(r"|[a-z0-9-]{1,40}")
band = matching(r"[0-9]+(-[0-9]+)?")
