"""The columns that leave: what each means, and which of them a dataset has.

Keeps true: a column leaves only if a field of the dataset gives it. Plain data; the types and the
check of a table that leaves are in `wire/shared_table.py`.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from schemas.codes.vocabularies import (
    AREA_BASES,
    EXCLUSION,
    GENDER,
    GENERALISED_WORDS,
    KEY_STAGE_BANDS,
    LSOA_EDITIONS,
    NUMBER_PRECISIONS,
    PHASE,
    PLACE_PRECISIONS,
    PRECISIONS,
    TIME_PRECISIONS,
    WEEK_PARTS,
    YES_NO,
)
from schemas.datasets.collisions import CASUALTIES
from schemas.datasets.dataset import Dataset, Place, Treat


@dataclass(frozen=True, slots=True)
class SharedColumn:
    """One column that leaves.

    Attributes:
        says: What it means.
        type: Its polars type, such as "Date"; empty where it is a closed list.
        words: The closed list of its values, where it has one.
        nullable: Whether a row may have nothing in it.
        between: The least and the greatest of its numbers, where they have bounds.
    """

    says: str
    type: str = ""
    words: tuple[str, ...] = ()
    nullable: bool = False
    between: tuple[int, int] | None = None


_CATEGORY: Final = "What it was: a code of the scheme beside it, or in small groups its class."
_REASON: Final = "A further reason of the same list, where there is one."
# In the order in which they stand in a table.
COLUMNS: Final[dict[str, SharedColumn]] = {
    "record_id": SharedColumn(
        type="String",
        says="A random number for this submission; it says nothing of the source's reference. "
        "It is not stored, but worked out by whoever opens the bundle.",
    ),
    "recorded": SharedColumn(
        type="Date",
        says="The day it was recorded, or the first of its month or quarter.",
        nullable=True,
    ),
    "recorded_precision": SharedColumn(
        words=PRECISIONS,
        says="How fine `recorded` is: day, month, quarter, or none where there is none.",
    ),
    "occurred_from": SharedColumn(
        type="Date",
        says="The day it happened or can first have happened, or the first of its month or year.",
        nullable=True,
    ),
    "occurred_to": SharedColumn(
        type="Date", says="The last day on which it can have happened.", nullable=True
    ),
    "occurred_precision": SharedColumn(
        words=PRECISIONS,
        says="How fine the two are: day, month, quarter, year (more than a year before it was "
        "recorded) "
        "or none.",
    ),
    "time_from": SharedColumn(
        type="Time",
        says="The time it happened or can first have happened; for an hour or a band, its "
        "beginning.",
        nullable=True,
    ),
    "time_to": SharedColumn(
        type="Time", says="The last time at which it can have happened.", nullable=True
    ),
    "time_precision": SharedColumn(
        words=TIME_PRECISIONS, says="How fine the two are: minute, hour, six hours, or none."
    ),
    "weekday": SharedColumn(
        type="Int8",
        says="1 Monday to 7 Sunday, where the date leaves only as its month.",
        between=(1, 7),
        nullable=True,
    ),
    "week_part": SharedColumn(
        words=WEEK_PARTS,
        says="Whether the day it happened, else the day it was recorded, is a weekday or at the "
        "weekend; empty where that is not stated.",
    ),
    "category": SharedColumn(type="String", says=_CATEGORY),
    "reason_2": SharedColumn(type="String", says=_REASON, nullable=True),
    "reason_3": SharedColumn(type="String", says=_REASON, nullable=True),
    "category_scheme": SharedColumn(type="String", says="The list the category comes from."),
    "category_edition": SharedColumn(type="String", says="The edition of that list."),
    "domestic": SharedColumn(
        words=YES_NO.all, says="Whether it was recorded as a domestic incident."
    ),
    "exclusion": SharedColumn(
        words=EXCLUSION.all, says="Whether it was permanent, a suspension, or over lunchtime."
    ),
    "age": SharedColumn(
        type="Int8", says="The pupil's age in years.", between=(3, 19), nullable=True
    ),
    "key_stage": SharedColumn(words=KEY_STAGE_BANDS, says="The key stage of pupils of that age."),
    "gender": SharedColumn(words=GENDER.all, says="The pupil's gender; in small groups not told."),
    "phase": SharedColumn(words=PHASE.all, says="The phase of the school."),
    **{
        name: SharedColumn(
            type="UInt16",
            says=f"How many {name.replace('_', ' ')}; empty where it is not held.",
            nullable=True,
        )
        for name in CASUALTIES
    },
    "number": SharedColumn(type="UInt32", says="How many; empty for one to four.", nullable=True),
    "number_precision": SharedColumn(
        words=NUMBER_PRECISIONS, says="Whether the number is exact or banded."
    ),
    "place": SharedColumn(
        type="String",
        says="The one place of the row: a point of the National Grid (metres east and north), the "
        "south-west corner of a square of it, a school, an LSOA, an outward code, or the district.",
    ),
    "place_precision": SharedColumn(
        words=PLACE_PRECISIONS, says="How fine it is; of a square, the length of its side."
    ),
    "lsoa_edition": SharedColumn(
        words=LSOA_EDITIONS, says="The edition of the LSOA, where the place is one and it is known."
    ),
    "area": SharedColumn(type="String", says="The local government area, as its GSS code."),
    "area_basis": SharedColumn(words=AREA_BASES, says="What the area was decided from."),
    "generalised": SharedColumn(
        words=GENERALISED_WORDS,
        says="Whether the row left coarser than its dataset allows: because it is protected, or as "
        "cover for one that is.",
    ),
}
RECORD_ID: Final = "record_id"  # in a table that is held; the newest form does not store it
SAYS: Final = {name: column.says for name, column in COLUMNS.items()}
PLACED: Final = ("place", "place_precision")  # what the one place of a row gives
_ALWAYS: Final = (RECORD_ID, "area", "area_basis", "generalised")
# The columns that a field gives, where it is not the one of its own name.
_GIVES: Final = {
    "recorded": ("recorded", "recorded_precision", "weekday", "week_part"),
    "occurred_from": ("occurred_from", "occurred_precision", "weekday", "week_part"),
    "time_from": ("time_from", "time_precision"),
    "age": ("age", "key_stage"),
    "number": ("number", "number_precision"),
}


def gives(name: str) -> tuple[str, ...]:
    """Return the columns that a field gives, places and what is dropped aside."""
    return _GIVES.get(name, (name,))


@cache
def columns_of(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns of a dataset's table, in order: the record's id, and what is released."""
    columns = set(_ALWAYS)
    for field in dataset.fields.values():
        if field.treat is Treat.PLACE:
            columns |= {*PLACED}
            columns |= {"lsoa_edition"} if dataset.place is Place.LSOA else set()
        elif field.treat is not Treat.DROP:
            columns |= set(gives(field.name))
    own_columns = tuple(name for name in dataset.fields if name in columns and name not in COLUMNS)
    known = tuple(name for name in COLUMNS if name in columns)
    position = known.index("place") if "place" in known else len(known)
    return (*known[:position], *own_columns, *known[position:])


def released_columns(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns that are released of a dataset, in order: those that its fields give."""
    return tuple(name for name in columns_of(dataset) if name != RECORD_ID)


def meanings(dataset: Dataset) -> dict[str, str]:
    """Return what the columns that leave of a dataset mean."""
    return {
        name: COLUMNS[name].says if name in COLUMNS else dataset.fields[name].says
        for name in columns_of(dataset)
    }
