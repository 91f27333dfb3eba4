"""The columns that are shared: what each means, and which of them a dataset has.

The columns are the rows of `shared-columns.csv`; the words of a closed list are named as in
`vocabularies`. Keeps true: a column is shared only if a field of the dataset gives it. Plain data;
the types and the check of a table that is shared are in `wire/shared_table.py`.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from schemas.codes import vocabularies
from schemas.codes.vocabularies import Words
from schemas.datasets.dataset import Dataset, Place, Treat
from schemas.tables import read_table


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table that is shared.

    Attributes:
        type: Its polars type, such as "Date"; empty for a closed list of words.
        words: The closed list of its values, where it has one.
        nullable: Whether a row may have nothing in it.
        between: The least and the greatest of its numbers, where they have bounds.
    """

    name: str
    type: str = ""
    words: tuple[str, ...] = ()
    nullable: bool = False
    between: tuple[int, int] | None = None


def _words(name: str) -> tuple[str, ...]:
    words: Words | tuple[str, ...] = getattr(vocabularies, name) if name else ()
    return words.all if isinstance(words, Words) else words


_ROWS: Final = read_table(__package__, "shared-columns.csv")
# In the order in which they stand in a table.
COLUMNS: Final = {
    row["name"]: Column(
        row["name"],
        row["type"],
        _words(row["words"]),
        row["nullable"] == "yes",
        (int(row["least"]), int(row["greatest"])) if row["least"] else None,
    )
    for row in _ROWS
}
RECORD_ID: Final = "record_id"  # in a table that is held; the newest form does not store it
DESCRIPTIONS: Final = {row["name"]: row["description"] for row in _ROWS}
PLACE_COLUMNS: Final = ("place", "place_precision")  # those of the one place of a row
_ALWAYS: Final = (RECORD_ID, "area", "area_basis", "generalised")
# The columns that a field gives, where it is not the one of its own name.
_COLUMNS_GIVEN_BY: Final = {
    "recorded": ("recorded", "recorded_precision", "weekday", "week_part"),
    "occurred_from": ("occurred_from", "occurred_precision", "weekday", "week_part"),
    "time_from": ("time_from", "time_precision"),
    "age": ("age", "key_stage"),
    "number": ("number", "number_precision"),
}


def columns_given_by(name: str) -> tuple[str, ...]:
    """Return the columns that a field columns_given_by, places and what is dropped aside."""
    return _COLUMNS_GIVEN_BY.get(name, (name,))


@cache
def columns_of(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns of a dataset's table, in order: the record's id, and what is released."""
    columns = set(_ALWAYS)
    for field in dataset.fields.values():
        if field.treat is Treat.PLACE:
            columns |= {*PLACE_COLUMNS}
            columns |= {"lsoa_edition"} if dataset.place is Place.LSOA else set()
        elif field.treat is not Treat.DROP:
            columns |= set(columns_given_by(field.name))
    own_columns = tuple(name for name in dataset.fields if name in columns and name not in COLUMNS)
    known = tuple(name for name in COLUMNS if name in columns)
    position = known.index("place") if "place" in known else len(known)
    return (*known[:position], *own_columns, *known[position:])


def released_columns(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns that are released of a dataset, in order: those that its fields give."""
    return tuple(name for name in columns_of(dataset) if name != RECORD_ID)


def meanings(dataset: Dataset) -> dict[str, str]:
    """Return what the columns that are shared of a dataset mean."""
    return {
        name: DESCRIPTIONS[name] if name in DESCRIPTIONS else dataset.fields[name].description
        for name in columns_of(dataset)
    }
