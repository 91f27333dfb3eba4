"""What a dataset is: one declaration that reads, checks, documents and treats.

A dataset is a pandera model, whose fields say in their metadata how they are read and how they may
leave, and the facts of the duty beside it. Nothing else lists a dataset's columns. A field that
does not say how it may leave does not leave.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import pandera.polars as pa
import polars as pl

SCHEMA_VERSION: Final = 1


class Reads(StrEnum):
    """How the cells of a field are read."""

    TEXT = "text"
    DATE = "date"
    TIME = "time"
    CATEGORY = "category"
    SCHEME = "scheme"
    YES_NO = "yes or no"
    POSTCODE = "postcode or outward code"
    LSOA = "LSOA code"
    LSOA_NAME = "LSOA name"
    DISTRICT = "district code or name"


class Treat(StrEnum):
    """How a field may leave. What has no treatment is dropped."""

    DROP = "does not leave"
    KEEP = "leaves as it is"
    DATE = "leaves to the day, or coarser where the row is sensitive"
    TIME = "leaves as finely as the dataset allows, or coarser where the row is sensitive"
    PLACE = "leaves as the one place of the row, no finer than the dataset allows"


class Place(StrEnum):
    """The finest place a dataset's rows may carry without a postcode directory."""

    OUTWARD_ONLY = "outward code, locked"
    OUTWARD = "outward code"
    LSOA = "LSOA, else outward code"


@dataclass(frozen=True, slots=True)
class Field:
    """One column of an extract, as its dataset declares it."""

    name: str
    says: str
    reads: Reads
    treat: Treat
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Where the Regulations prescribe a dataset, and whether that wording has been verified."""

    cites: str
    verified: bool

    def __str__(self) -> str:
        return self.cites if self.verified else f"{self.cites} (wording to be confirmed)"


@dataclass(frozen=True, slots=True)
class Holder:
    """A kind of authority that holds a dataset; `certain` if today's duty to share it is proved."""

    kind: str
    certain: bool


@dataclass(frozen=True, slots=True)
class Dataset:
    """One row of the Regulations' Schedule.

    Attributes:
        id: Its name on the command line.
        model: The pandera model of its typed rows; the docstring is its description.
        schemes: The schemes of its category column, with the classes of each that belong to it
            (none named: all), in the order in which they are tried. Empty where no category is
            prescribed.
        place: The finest place that may leave.
        time: "minute" or "hour": the finest time that may leave.
        call: The date recorded is when it happened (a call), so its time is the row's time.
        homes: Rows at a dwelling, or not known to be elsewhere, leave with the outward code only.
    """

    id: str
    title: str
    model: type[pa.DataFrameModel]
    paragraph: Paragraph
    holders: tuple[Holder, ...]
    schemes: dict[str, frozenset[str]]
    place: Place
    time: str
    call: bool = False
    homes: bool = False

    @property
    def fields(self) -> dict[str, Field]:
        """The columns of an extract, by name."""
        return {field.name: field for field in _fields(self.model)}

    @property
    def description(self) -> str:
        """What it is, in the words of its declaration."""
        return " ".join((self.model.__doc__ or "").split())

    def belongs(self, scheme: str, klass: str) -> bool:
        """Say whether a category of this class belongs to this dataset."""
        classes = self.schemes.get(scheme)
        return classes is not None and (not classes or klass in classes)

    def __hash__(self) -> int:
        return hash(self.id)


def field(
    *,
    says: str,
    reads: Reads,
    treat: Treat = Treat.DROP,
    aliases: tuple[str, ...] = (),
    words: pl.Enum | None = None,
) -> Any:
    """Declare a column: what it means, how it is read, how it may leave, what others call it.

    Args:
        words: The closed list of its values, where it has one.
    """
    metadata = {"reads": reads, "treat": treat, "aliases": aliases}
    categories = {"categories": words.categories.to_list()} if words is not None else None
    return pa.Field(nullable=True, description=says, metadata=metadata, dtype_kwargs=categories)


def _fields(model: type[pa.DataFrameModel]) -> Iterator[Field]:
    for name, column in model.to_schema().columns.items():
        declared = column.metadata
        if declared:
            yield Field(
                name,
                column.description or "",
                declared["reads"],
                declared["treat"],
                declared["aliases"],
            )
