"""What is planted in the demonstration's records, to be found in its assessment.

A rise, a place, a category that is new, and a season.
"""

from dataclasses import dataclass
from typing import Final

from exchange.samples.extract import WESTSHIRE, Row, Sample, sample
from schemas.datasets.registry import DATASETS
from schemas.quarters import Quarter

_SUMMER: Final = {1: 0.8, 2: 1.1, 3: 1.3, 4: 0.9}  # of the rows, by quarter of the year
_SEASONAL: Final = ("police-asb", "council-asb")


@dataclass(frozen=True, slots=True)
class _Change:
    """So many rows more in each quarter from one on, with these cells."""

    dataset: str
    begins: Quarter
    rows: int
    cells: Row


_CHANGES: Final = (
    _Change("police-crime", Quarter(2025, 1), 120, {"category": "45"}),
    _Change("police-crime", Quarter(2025, 1), 50, {"category": "92D", "dwelling": "no"}),
    _Change("police-asb", Quarter(2025, 1), 60, {"category": "209", "lsoa": "E01999010"}),
)


def changed_sample(dataset: str, quarter: Quarter, rows: int, seed: int) -> Sample:
    """Draw an extract of a quarter with the season and the changes that are planted in it."""
    if dataset in _SEASONAL:
        rows = round(rows * _SUMMER[quarter.number])
    result = sample(DATASETS[dataset], quarter, rows, seed)
    for n, change in enumerate(_CHANGES):
        if change.dataset == dataset and change.begins <= quarter:
            extra = sample(DATASETS[dataset], quarter, change.rows, 1000 * (n + 1) + seed)
            result.rows.extend(
                row | change.cells for row in extra.rows if row["district"] == WESTSHIRE.district
            )
    return result
