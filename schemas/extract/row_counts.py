"""Counting rows: rows in = rows checked + rows left out, by named reason."""

from dataclasses import dataclass, field
from enum import StrEnum


class LeftOut(StrEnum):
    """Why a row of the extract is not in the submission."""

    JOINED = "joined"
    OTHER_DATASET = "other-dataset"
    OTHER_DATES = "other-dates"
    OTHER_AREA = "other-area"
    NO_PLACE = "no-place"
    NO_DATE = "no-date"
    NO_CATEGORY = "no-category"

    @property
    def in_words(self) -> str:
        """The reason in words."""
        return {
            "joined": "combined into one record",
            "other-dataset": "other dataset",
            "other-dates": "outside the dates covered",
            "other-area": "outside area",
            "no-place": "no usable location",
            "no-date": "no date",
            "no-category": "no category",
        }[self.value]


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Rows in = rows checked + rows left out, by named reason.

    Attributes:
        other_areas: Of the rows outside the area, how many each other authority has, by its name.
    """

    rows_in: int
    accepted: int
    left_out: dict[LeftOut, int]
    other_areas: dict[str, int] = field(default_factory=dict)
