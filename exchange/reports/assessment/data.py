"""What the parts of an assessment pack are made from, and what they have in common."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from exchange.pull.counts import ELSEWHERE, Counts, count, filter_rows, published_incidents
from exchange.pull.cube import smallest_of
from exchange.pull.geography import with_best_fit
from exchange.pull.tables import open_merged
from exchange.reports.assessment.missing import Gaps, gaps_of
from exchange.reports.assessment.year_file import Year
from exchange.reports.published_table import IDENTIFIERS, published_table
from exchange.reports.report import ReportTable
from exchange.reports.source import PulledFolder
from schemas.datasets.registry import DATASETS
from schemas.quarters import Quarter


@dataclass(frozen=True, slots=True)
class MapPlaces:
    """Where outward codes lie, and what is drawn below them.

    Attributes:
        points: Longitude and latitude, by outward code.
        shapes: The boundaries of each area, by its code, where they were added.
        residents: Of each area, by its code, where they were added.
        weights: How severe each offence is, by its code, where they were added.
        files: What each of these comes from, in words, by what it is.
    """

    points: dict[str, tuple[float, float]]
    shapes: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    residents: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class Pack:
    """A year's records, and what is known of them.

    Attributes:
        pulls: One, or those of the districts of a county.
        cells: The published cells of all years that were pulled.
        smallest: The smallest number that can be shown.
        gaps: What is missing of the year; `before`, of the year before.
    """

    pulls: tuple[PulledFolder, ...]
    year: Year
    cells: pl.LazyFrame
    smallest: int
    gaps: Gaps
    before: Gaps
    places: MapPlaces

    @classmethod
    def of(cls, pulls: Sequence[PulledFolder], year: Year, places: MapPlaces) -> "Pack":
        """Gather what was pulled; what a partner shared in two partnerships counts once."""
        return cls(
            tuple(pulls),
            year=year,
            cells=pl.concat(each_once(pulls, cells_of_pull)),
            smallest=min(smallest_of(pull.manifest) for pull in pulls),
            gaps=gaps_of(pulls, year.quarters),
            before=gaps_of(pulls, year.before),
            places=places,
        )

    @property
    def rows(self) -> pl.LazyFrame:
        """The records of the year."""
        return of_quarters(self.cells, self.year.quarters)

    def of_district(self, pulled: PulledFolder, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Return those of some records that are of a district, where there are several."""
        if len(self.pulls) == 1:
            return rows
        areas = [area.code for area in pulled.source.log.register.areas]
        return rows.filter(pl.col("area").is_in(areas))

    def in_district(self, pulled: PulledFolder, name: str) -> str:
        """Name something of a district after it, where there are several."""
        return name if len(self.pulls) == 1 else f"{pulled.source.log.register.name}: {name}"

    def counts(self, *by: str, only: Sequence[str] = ()) -> Counts:
        """Return the records of the year by one column or two."""
        return count(filter_rows(self.rows, only), *by)

    def table(self, table: str, counts: Counts, *by: str, **known: Any) -> ReportTable:
        """Return counts of records of the year by one column or two as a declared table.

        Where there is nothing to count it says so, and shows no zeros.

        Args:
            table, known: As for `fill_table`.
        """
        mark = self.gaps.marks(by[-1] if by[-1] != "theme" else by[0])
        column = {"outward": "outward_code"}.get(by[0], by[0])
        filled = published_table(
            f"assessment/{table}",
            counts,
            first_column=column,
            mark=mark,
            identifiers=by[0] in IDENTIFIERS,
            identifier_headings=by[-1] in IDENTIFIERS,
            **known,
        )
        return unless_all_zero(filled, counts)


def unless_all_zero(table: ReportTable, counts: Counts) -> ReportTable:
    """Return a table of counts; if all of them are zero, one without rows that says so."""
    has_any = any(number for row in counts.cells for number in row)
    return table if has_any else replace(table, rows=[], nothing="No records.")


def areas_twice(pulls: Sequence[PulledFolder]) -> dict[str, list[str]]:
    """Return the areas that several partnerships have, by their code, with these partnerships."""
    by_area: dict[str, list[str]] = {}
    for pull in pulls:
        for area in pull.source.log.register.areas:
            by_area.setdefault(area.code, []).append(pull.name)
    return {code: names for code, names in by_area.items() if len(names) > 1}


def cells_of_pull(pull: PulledFolder) -> pl.LazyFrame:
    """Return the published cells of a pull, by the outward code that their LSOA fits best too."""
    return with_best_fit(published_incidents(pull.folder, pull.manifest), pull.folder, ELSEWHERE)


def each_once(
    pulls: Sequence[PulledFolder], read: Callable[[PulledFolder], pl.LazyFrame | None]
) -> Iterator[pl.LazyFrame]:
    """Yield what is read of each pull, without what an earlier one has.

    What a partner shared of a dataset for an area and a quarter is the same in each partnership
    that has the area. What a pull has is looked up in its combined tables: its published cells may
    have none of a few records, because numbers are rounded.

    Args:
        read: Returns rows with area, partner, dataset and quarter.
    """
    twice = list(areas_twice(pulls))
    same = ("area", "partner", "dataset", "quarter")
    before: list[pl.LazyFrame] = []
    for pull in pulls:
        rows = read(pull)
        if rows is not None:
            if twice and before:
                rows = rows.join(pl.concat(before), on=same, how="anti", maintain_order="left")
            partner = pl.concat_str(pl.lit(pull.name), "partner", separator="/")
            yield rows.with_columns(partner=partner) if pull.name else rows
        shared = datasets_of(pull) if twice else None
        if shared is not None:
            before.append(shared.filter(pl.col("area").is_in(twice)).select(same).unique())


def datasets_of(
    pulled: PulledFolder, *columns: str, numbers: bool | None = None
) -> pl.LazyFrame | None:
    """Return some columns of all the datasets of a pull that have them, if any has.

    Args:
        numbers: Of those that are numbers for an area, or of those that are records; by default,
            of both.
    """
    frames = []
    for path in sorted(pulled.folder.glob("dataset=*")):
        dataset = path.name.partition("=")[2]
        rows = open_merged(pulled.folder, dataset)
        has_numbers = dataset in DATASETS and DATASETS[dataset].is_numbers
        is_wanted = numbers is None or has_numbers is numbers
        if is_wanted and set(columns) <= set(rows.collect_schema().names()):
            frame = rows.with_columns(dataset=pl.lit(dataset))
            frames.append(frame.select("area", "partner", "dataset", "quarter", *columns))
    return pl.concat(frames) if frames else None


def of_quarters(rows: pl.LazyFrame, quarters: Sequence[Quarter]) -> pl.LazyFrame:
    """Return the records of some quarters."""
    return rows.filter(pl.col("quarter").is_in([str(quarter) for quarter in quarters]))
