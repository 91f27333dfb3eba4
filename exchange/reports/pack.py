"""What the parts of an assessment pack are made from, and what they have in common."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from depersonalise.tables import HIDDEN
from exchange.counting import chosen, count
from exchange.reports.gaps import Gaps
from exchange.reports.published import published_table
from exchange.reports.source import Source
from exchange.reports.tables import Table
from exchange.reports.year import Year
from schemas.quarters import Quarter


@dataclass(frozen=True, slots=True)
class Places:
    """Where outward codes lie, and what is drawn below them.

    Attributes:
        points: Longitude and latitude, by outward code.
        boundaries: A GeoJSON, if the user gave one.
    """

    points: dict[str, tuple[float, float]]
    boundaries: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Pack:
    """A year's records, and what is known of them.

    Attributes:
        folder: Of the pull.
        everything: The incidents of all years that were pulled.
        smallest: The smallest number that may be published.
        gaps: What is missing of the year; `before`, of the year before.
    """

    of: Source
    year: Year
    folder: Path
    everything: pl.LazyFrame
    smallest: int
    gaps: Gaps
    before: Gaps
    places: Places

    @property
    def rows(self) -> pl.LazyFrame:
        """The records of the year."""
        return of_quarters(self.everything, self.year.quarters)

    def table(self, name: str, title: str, says: str, *by: str, only: Sequence[str] = ()) -> Table:
        """Return the records of the year by one column or two."""
        counts = count(chosen(self.rows, only), *by)
        mark = self.gaps.marks(by[-1] if by[-1] != "theme" else by[0])
        says = " ".join(one for one in (says, self.gaps.says) if one)
        return published_table(
            name, title, counts, says=says, of=by[0], smallest=self.smallest, mark=mark
        )


def of_quarters(rows: pl.LazyFrame, quarters: Sequence[Quarter]) -> pl.LazyFrame:
    """Return the records of some quarters."""
    return rows.filter(pl.col("quarter").is_in([str(quarter) for quarter in quarters]))


def with_chart(table: Table, chart: str) -> Table:
    """Return a table with its chart."""
    return replace(table, chart=chart)


def number_of(cell: str) -> int | None:
    """Read a number of a published table; none where it is hidden, or there is none."""
    return None if cell in (HIDDEN, "") else int(cell.replace(",", ""))
