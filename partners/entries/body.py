"""What all kinds of log entry have in common: named fields, which are checked, read and written."""

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Self

from partners.entries.canonical_json import Json
from partners.entries.fields import Shape, format_time, read_fields
from schemas.areas import Area
from schemas.quarters import Covered, Quarter


class Body:
    """The content of an entry of some kind: its own fields, each of which has a shape.

    Attributes:
        SHAPES: The shapes of the kind's fields, by name.
        LATER: The shapes of the fields that format 6 added or changed.
        ALL: The shapes of all fields of format 6: those of SHAPES and of LATER.
        NEW: The names of the fields that format 6 added.
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
        return cls(**cls.own_fields_of(value))

    @classmethod
    def own_fields_of(cls, value: Json) -> Json:
        """Check and return the kind's own fields, as of format 6 if it has a new field."""
        return read_fields(value, cls.SHAPES if value.keys().isdisjoint(cls.NEW) else cls.ALL)

    @property
    def is_later(self) -> bool:
        """Whether it has a field that only format 6 has."""
        return any(getattr(self, name) is not None for name in self.NEW)

    def to_json(self) -> Json:
        """Return the kind's own fields."""
        names = self.ALL if self.is_later else self.SHAPES
        return {name: plain(getattr(self, name)) for name in names}


def plain(value: Any) -> Any:  # noqa: PLR0911 - one for each type
    """Return the value of a field as JSON can hold it."""
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
