"""What all kinds of log entry have in common: fields, each of a shape, read and written."""

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Self

from partners.entries.canonical_json import Json
from partners.entries.fields import Shape, format_time, take
from schemas.areas import Area
from schemas.quarters import Covered, Quarter


class Body:
    """What an entry of some kind says: its fields, each of a shape.

    Attributes:
        LATER: What the kind has besides in format 6, or in another shape than before.
        ALL: The fields of format 6: SHAPES and LATER together.
        NEW: The fields that only format 6 has.
    """

    __slots__ = ()
    SHAPES: ClassVar[dict[str, Shape]]
    LATER: ClassVar[dict[str, Shape]] = {}
    ALL: ClassVar[dict[str, Shape]]
    NEW: ClassVar[frozenset[str]]

    def __init_subclass__(cls) -> None:
        cls.ALL = cls.SHAPES | cls.LATER
        cls.NEW = frozenset(cls.LATER.keys() - cls.SHAPES.keys())

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """Read the kind's own fields."""
        return cls(**cls.taken(value))

    @classmethod
    def taken(cls, value: Json) -> Json:
        """Take the kind's own fields, with those of format 6 if one of them is there."""
        return take(value, cls.SHAPES if value.keys().isdisjoint(cls.NEW) else cls.ALL)

    @property
    def is_later(self) -> bool:
        """Whether it has the fields that its kind has since format 6 only."""
        return any(getattr(self, name) is not None for name in self.NEW)

    def to_json(self) -> Json:
        """Return the kind's own fields."""
        names = self.ALL if self.is_later else self.SHAPES
        return {name: plain(getattr(self, name)) for name in names}


def plain(value: Any) -> Any:  # noqa: PLR0911 - one for each type
    """Write a field as JSON can hold it."""
    match value:
        case datetime():
            return format_time(value)
        case date():
            return value.isoformat()
        case Quarter():
            return str(value)
        case Area():
            lists = {"outward": sorted(value.outward), "lsoas": sorted(value.lsoas)}
            days = {"first": plain(value.first), "last": plain(value.last)}
            return {"code": value.code, "name": value.name, **lists, **days}
        case dict():
            return {name: plain(item) for name, item in value.items()}
        case tuple():
            return [plain(item) for item in value]
        case Covered():
            return {"first": value.first.isoformat(), "last": value.last.isoformat()}
        case _ if is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value
