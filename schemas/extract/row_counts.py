"""Counting rows: rows in = rows accepted + rows left out, by named reason."""

from dataclasses import dataclass
from enum import StrEnum


class LeftOut(StrEnum):
    """Why a row of the extract is not in the submission."""

    JOINED = "joined"
    OTHER_DATASET = "other-dataset"
    OTHER_DATES = "other-dates"
    OTHER_AREA = "other-area"
    NO_PLACE = "no-place"

    @property
    def says(self) -> str:
        """The reason in words."""
        return {
            "joined": "brought together with another row of the same record",
            "other-dataset": "of another dataset",
            "other-dates": "of dates that this submission does not cover",
            "other-area": "in another area",
            "no-place": "without a place that tells the area",
        }[self.value]


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Rows in = rows accepted + rows left out, by named reason."""

    rows_in: int
    accepted: int
    left_out: dict[LeftOut, int]
