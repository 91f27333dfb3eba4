"""Which rows of an extract are of the dataset and the area; the others are left out, and counted.

Leaves to others: whether the rows that stay are right (`check.py`).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Final

import polars as pl

from schemas.areas import Area
from schemas.checks.area_of_rows import with_areas, without_areas
from schemas.checks.models import ROW_RULES
from schemas.datasets.dataset import Dataset
from schemas.extract.cells import Fault
from schemas.extract.line_numbers import LINE
from schemas.extract.matching import Guess
from schemas.extract.named_areas import OTHER
from schemas.extract.parse import Typed
from schemas.extract.row_counts import LeftOut, RowCounts
from schemas.findings.finding import Finding, Severity
from schemas.findings.rules import RULES

DECIDING_DAY: Final = pl.coalesce("recorded", "occurred_from")
_SHARE: Final = 20  # a twentieth of the records
# What a record cannot do without: the rule where many lack it, the columns one of which has to be
# there, and, where few lack it, why they are left out and what is asked.
_NEEDED: Final = (
    ("date-missing", ("recorded", "occurred_from"), LeftOut.NO_DATE, "records-without-date"),
    ("category-missing", ("category",), LeftOut.NO_CATEGORY, "records-without-category"),
)


@dataclass(frozen=True, repr=False)
class Selected:
    """The rows of an extract that belong to the dataset and the area, before they are checked.

    Attributes:
        rows: The rows as typed values, each with its line.
        tally: How many rows came in, and how many were left out by which reason.
        faults: The cells that could not be read, and what there is to ask about rows left out.
        assumed: What had to be decided about the file, in words.
        positions: The number of the file's column that each field was read from.
        left_over: The numbers of the file's columns that no field reads.
        published: Whether the file is published data (data.police.uk), which needs less protection.
        doubts: Columns that no field reads and that may be a field after all.
        lost: The lines of the rows that were left out here, by reason.
    """

    dataset: Dataset
    rows: pl.DataFrame
    tally: RowCounts
    faults: list[Fault]
    assumed: tuple[str, ...]
    positions: dict[str, int]
    left_over: tuple[int, ...]
    published: bool
    doubts: tuple[Guess, ...] = ()
    findings: tuple[Finding, ...] = ()
    lost: dict[LeftOut, pl.Series] = field(default_factory=dict)

    @cached_property
    def days(self) -> dict[date, int]:
        """The days that decide the rows' quarters, and how many rows each has."""
        return dict(day_of(self.rows).drop_nulls().value_counts().iter_rows())

    def with_days_alone(self) -> "Selected":
        """Return a copy whose rows have no columns but their days, to spare memory."""
        return replace(self, rows=self.rows.select("recorded", "occurred_from"))


def select(
    typed: Typed,
    dataset: Dataset,
    areas: tuple[Area, ...] | None,
    own_areas: tuple[Area, ...] | None = None,
) -> Selected:
    """Leave out, and count, rows of other datasets, of other areas, and of no known place.

    Args:
        areas: Those of the partnership; None where no partnership is known, and no row is left
            out for its place.
        own_areas: Those of them whose rows are wanted; all, if not given.

    A row of which a postcode, a point or an LSOA cannot be read, and whose area is not known,
    stays in, so that it is reported: a typing error must not lose a record.
    """
    is_unreadable = _has_unreadable_place(typed)
    rows = _with_areas(typed, areas, own_areas).with_columns(
        pl.when(_of_other_dataset(dataset).fill_null(value=False))
        .then(pl.lit(LeftOut.OTHER_DATASET.value))
        .when(pl.col("area") == OTHER)
        .then(pl.lit(LeftOut.OTHER_AREA.value))
        .when(pl.col("area").is_null() & ~is_unreadable)
        .then(pl.lit(LeftOut.NO_PLACE.value))
        .alias("_left_out")
    )
    faults = [*typed.faults]
    rows = _leave_out_a_few(rows, dataset, faults)
    faults += _questions(rows, dataset)
    reasons = rows["_left_out"].drop_nulls()
    counts = Counter({LeftOut(why): n for why, n in reasons.value_counts().iter_rows()})
    counts.update(typed.left_out)  # a mapping may have left rows of other datasets out already
    inside = rows.filter(pl.col("_left_out").is_null()) if len(reasons) else rows
    return Selected(
        dataset,
        rows=inside.drop("_left_out", "area_nearly", "area_unknown", "area_elsewhere"),
        tally=RowCounts(
            typed.rows_in,
            inside.height,
            {reason: counts[reason] for reason in LeftOut if reason in counts},
            _count_elsewhere(rows),
        ),
        faults=faults,
        assumed=typed.assumed,
        positions=typed.positions,
        left_over=typed.left_over,
        published=typed.published,
        doubts=typed.doubts,
        findings=typed.findings,
        lost={
            LeftOut(why): rows.filter(pl.col("_left_out") == why)[LINE] for why in reasons.unique()
        },
    )


def _of_other_dataset(dataset: Dataset) -> pl.Expr:
    """Say which records have a class of the dataset's lists that is not among the dataset's own."""
    classes_of = {scheme: classes for scheme, classes in dataset.schemes.items() if classes}
    own = [
        pl.col("category_scheme").eq(scheme) & pl.col("klass").is_in(sorted(classes))
        for scheme, classes in classes_of.items()
    ]
    listed = pl.col("category_scheme").is_in([*classes_of]) & pl.col("klass").is_not_null()
    return listed & ~pl.any_horizontal(own) if own else pl.lit(value=False)


def _questions(rows: pl.DataFrame, dataset: Dataset) -> Iterator[Fault]:
    """Ask about records whose area is nearly one that is known, or not known, and empty lines."""
    nearly = rows.filter(pl.col("area_nearly") & pl.col("area").is_null())[LINE]
    unknown = rows.filter(pl.col("area_unknown") & ~pl.col("area_nearly"))[LINE]
    questions = (
        ("area-nearly", "district", nearly),
        ("area-not-known", "district", unknown),
        ("lines-not-records", "", _empty_lines(rows, dataset)),
    )
    return (Fault(rule, column, lines) for rule, column, lines in questions if len(lines))


_PLACES: Final = ("easting", "northing", "longitude", "latitude", "grid_reference", "lsoa")


def _has_unreadable_place(typed: Typed) -> pl.Expr:
    """Say which records have a place that can't be read; notes below the table are no records."""
    lines = pl.concat([unreadable_lines(typed.faults, column) for column in _PLACES])
    is_record = pl.any_horizontal(pl.col("recorded", "occurred_from", "category").is_not_null())
    other = pl.col(LINE).is_in(lines.implode()) | ~ROW_RULES["point-outside"]
    return pl.col("place_became").eq("unreadable").fill_null(value=False) | (is_record & other)


def _leave_out_a_few(rows: pl.DataFrame, dataset: Dataset, faults: list[Fault]) -> pl.DataFrame:
    """Leave out records without a date or category where they are few; what is left out is asked.

    Where they are many the file is wrong, and the rules of the fields stop it. So does a cell that
    is not empty but cannot be read: it can be corrected.
    """
    for rule, columns, reason, query in _NEEDED:
        if not any(rule in field.rules for field in dataset.columns):
            continue
        inside = rows.filter(pl.col("_left_out").is_null())
        without = inside.filter(pl.all_horizontal(pl.col(*columns).is_null()))[LINE]
        without = without.filter(
            ~without.is_in(unreadable_lines(faults, columns[0], but=rule).implode())
        )
        if len(without) and len(without) * _SHARE <= inside.height:
            # A source without recorded dates has another date, which is the column to look at.
            column = next((c for c in columns if rows[c].count()), columns[0])
            faults.append(Fault(query, column, without))
            drop = pl.col(LINE).is_in(without.implode())
            rows = rows.with_columns(
                pl.when(drop).then(pl.lit(reason.value)).otherwise("_left_out").alias("_left_out")
            )
    return rows


def unreadable_lines(faults: list[Fault], column: str, *, but: str = "") -> pl.Series:
    """Return the lines on which a cell that now looks empty is one that could not be read.

    What is only asked about, such as `#N/A` or an invisible character, is read as empty.

    Args:
        but: A rule whose faults are empty cells.
    """
    columns = ("recorded", "occurred_from") if column == "recorded" else (column, "category_scheme")
    stops = (fault for fault in faults if RULES[fault.rule].severity is Severity.ERROR)
    lines = [fault.lines for fault in stops if fault.column in columns and fault.rule != but]
    return pl.concat([pl.Series(LINE, [], dtype=pl.UInt32), *lines])


def _empty_lines(rows: pl.DataFrame, dataset: Dataset) -> pl.Series:
    """Return the lines that have no place, no date and no category: notes, and names of groups."""
    if dataset.is_numbers:
        return rows[LINE].clear()
    bare = pl.all_horizontal(pl.col("recorded", "occurred_from", "category").is_null())
    left_out = pl.col("_left_out").eq(LeftOut.NO_PLACE.value)
    return rows.filter(left_out & bare & ~pl.col("area_nearly") & ~pl.col("area_unknown"))[LINE]


def _count_elsewhere(rows: pl.DataFrame) -> dict[str, int]:
    """Return how many of the rows left out each other authority has, most first."""
    names = rows.filter(pl.col("_left_out") == LeftOut.OTHER_AREA.value)["area_elsewhere"]
    counts = names.drop_nulls().value_counts()
    return dict(counts.sort("count", "area_elsewhere", descending=[True, False]).iter_rows())


def _with_areas(
    typed: Typed, areas: tuple[Area, ...] | None, own_areas: tuple[Area, ...] | None
) -> pl.DataFrame:
    """Return the rows with their areas; those of areas that are not wanted are elsewhere."""
    if areas is None:
        return without_areas(typed.rows)
    rows = _in_force(with_areas(typed.rows, areas, typed.places), areas)
    if own_areas is None:
        return rows
    outside = ~pl.col("area").is_in([*(area.code for area in own_areas), OTHER])
    rows = rows.with_columns(area=pl.when(outside).then(pl.lit(OTHER)).otherwise("area"))
    return _in_force(rows, own_areas)


def _in_force(rows: pl.DataFrame, areas: tuple[Area, ...]) -> pl.DataFrame:
    """Put rows elsewhere whose area was none of the partnership on their day."""
    day = pl.coalesce("recorded", "occurred_from")
    outside = [
        (pl.col("area") == area.code)
        & ((day < area.first if area.first else False) | (day > area.last if area.last else False))
        for area in areas
        if area.first or area.last
    ]
    if not outside:
        return rows
    gone = pl.any_horizontal(outside).fill_null(value=False)
    return rows.with_columns(area=pl.when(gone).then(pl.lit(OTHER)).otherwise("area"))


def day_of(rows: pl.DataFrame) -> pl.Series:
    """Return the days that decide the rows' quarters: recorded where one is, else occurred."""
    return rows.select(DECIDING_DAY).to_series()
