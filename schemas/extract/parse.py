"""From the cells of an extract to typed rows: each cell read as the fields of a dataset.

Leaves to others: the cells of one field (`fields.py`), categories (`categories.py`), points
(`grid.py`), whether the rows are right (`checks/check.py`) and where they belong
(`checks/area_of_rows.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import polars as pl

from schemas.both_cores import on_both_cores
from schemas.codes.vocabularies import NOT_RECORDED, YES_NO
from schemas.datasets.column_types import KLASS, LSOA_EDITION, NATURE, PROTECTED, words_type
from schemas.datasets.dataset import Dataset, Reads
from schemas.extract.categories import read_categories, without_categories
from schemas.extract.cells import Cells, Fault
from schemas.extract.column_numbers import column_name
from schemas.extract.fields import READERS, read_field
from schemas.extract.file import Raw
from schemas.extract.grid import (
    has_exchanged_coordinates,
    points_of_nothing,
    with_points,
    without_points_of_nothing,
)
from schemas.extract.group_rows import GroupedRows, group_rows
from schemas.extract.line_numbers import LINE
from schemas.extract.mapping import Mapping
from schemas.extract.matching import Guess, unread_columns
from schemas.extract.odd_text import odd_text
from schemas.extract.places import FOUND, NEAR, PlaceLookup
from schemas.extract.row_counts import LeftOut
from schemas.findings.finding import Finding


@dataclass(slots=True, repr=False)
class Typed:
    """The rows of an extract as a dataset's fields, and the cells that could not be read.

    Attributes:
        rows: The dataset's fields and the rest of SPINE.
        rows_in: How many rows the file has.
        left_out: Of them, those that did not become a row.
        faults: A rule, a column, and the lines where that column broke it.
        assumed: What had to be decided about the file, in words.
        positions: The number of the column that each field was read from.
        left_over: The numbers of the columns that are not ours, and hold something.
        doubts: Fields that some of those may be all the same.
        findings: What there is to ask about the file itself.
        places: What is known of places.
    """

    rows: pl.DataFrame
    rows_in: int
    left_out: dict[LeftOut, int]
    faults: list[Fault]
    assumed: tuple[str, ...]
    positions: dict[str, int]
    left_over: tuple[int, ...]
    published: bool
    places: PlaceLookup
    doubts: tuple[Guess, ...] = ()
    findings: tuple[Finding, ...] = ()


# What typed rows of every dataset have, so that rules and treatments need not ask: `_line`,
# `month_only` (recorded to the month), what the category's list says of it, `place_became`, the
# point in metres with `point_side`, `protected`, and what a directory of postcodes says.
_NOTHING: Final[tuple[tuple[str, object, Any], ...]] = (
    ("reference", None, pl.String),
    ("recorded", None, pl.Date),
    ("occurred_from", None, pl.Date),
    ("occurred_to", None, pl.Date),
    ("time_from", None, pl.Time),
    ("time_to", None, pl.Time),
    ("month_only", False, pl.Boolean),
    ("month_only_occurred", False, pl.Boolean),
    ("domestic", NOT_RECORDED, words_type(YES_NO)),
    ("dwelling", NOT_RECORDED, words_type(YES_NO)),
    ("qualifier", False, pl.Boolean),
    ("at_home", False, pl.Boolean),
    ("category", None, pl.String),
    ("category_scheme", None, pl.String),
    ("category_edition", None, pl.String),
    ("category_listed", None, pl.Boolean),
    ("klass", None, KLASS),
    ("nature", "", NATURE),
    ("protects", "", PROTECTED),
    ("postcode", None, pl.String),
    ("place_became", None, pl.String),
    ("lsoa", None, pl.String),
    ("lsoa_name", None, pl.String),
    ("district", None, pl.String),
    ("lsoa_edition", "", LSOA_EDITION),
    ("easting", None, pl.Int32),
    ("northing", None, pl.Int32),
    ("grid_reference", None, pl.String),
    ("point_side", None, pl.Int32),
    ("protected", False, pl.Boolean),
    *((name, None, dtype) for name, dtype in (FOUND | NEAR).items() if name != "found"),
)
SPINE: Final[dict[str, pl.Expr]] = {
    name: pl.lit(nothing, dtype=dtype).alias(name) for name, nothing, dtype in _NOTHING
}


def parse(
    raw: Raw, dataset: Dataset, mapping: Mapping, places: PlaceLookup, nation: str = ""
) -> Typed:
    """Read the cells as the fields of a dataset.

    Args:
        nation: Whose lists are meant where both nations have one.
    """
    arranged = group_rows(raw, mapping)
    cells = Cells(
        dataset, mapping, places, _fields(raw, arranged, dataset, mapping), raw.serials, nation
    )
    fields = [f for f in dataset.fields.values() if f.reads in READERS]
    cells.see_distinct(f.name for f in fields if f.reads is not Reads.TEXT)
    read = [*on_both_cores(partial(read_field, cells), fields, rows=cells.rows.height)]
    assumed: tuple[str, ...] = ()
    if dataset.schemes and "category" in mapping.gives:
        categories, assumed = read_categories(cells)
    else:
        categories = without_categories(cells)
    read.append(categories)
    rows = _side_by_side(cells.rows[LINE], [c for result in read for c in result.columns])
    rows = _times_with_dates(rows, dataset)
    no_points: tuple[str, ...] = ()
    if "longitude" in rows.columns and (empty := points_of_nothing(rows)).any():
        no_points = (f"{empty.sum():,} grid references of zeros or -1 were read as empty",)
        rows = without_points_of_nothing(rows)
    rows = with_points(rows)
    rows = rows.with_columns(nothing for name, nothing in SPINE.items() if name not in rows.columns)
    rows = _with_places(rows, places)
    faults = [fault for result in read for fault in result.faults] + odd_text(cells)
    further = [words for result in read for words in result.assumed]
    faults += cells.fault(
        "point-exchanged", "easting", has_exchanged_coordinates(rows) | _with_turned(rows, places)
    )
    for rule, lines in (("rows-differ", arranged.differ), ("row-uncounted", arranged.uncounted)):
        if len(lines):
            faults.append(Fault(rule, "reference", lines))
    return Typed(
        rows,
        raw.cells.height,
        arranged.left_out,
        faults,
        tuple(dict.fromkeys([*raw.assumed, *assumed, *further, *no_points])),
        {name: raw.number(h) for name, h in mapping.columns.items()},
        _left_over(raw, mapping),
        mapping.published,
        places,
        tuple(unread_columns(raw, dataset, mapping, places)),
        tuple(_only_read(raw, mapping)),
    )


def _left_over(raw: Raw, mapping: Mapping) -> tuple[int, ...]:
    """Return the numbers of the columns that hold something and are not read."""
    return tuple(
        number
        for number, heading in raw.columns.items()
        if heading not in mapping.headings and raw.column(number).null_count() < raw.cells.height
    )


def _side_by_side(lines: pl.Series, columns: list[pl.Series]) -> pl.DataFrame:
    """Return columns as a table; those of one row stand in it as a value, which takes no room."""
    plain_columns = [column for column in columns if len(column) == 1]
    rows = pl.DataFrame([lines, *(column for column in columns if len(column) == len(lines))])
    return rows.with_columns(pl.lit(c[0], dtype=c.dtype).alias(c.name) for c in plain_columns)


def _only_read(raw: Raw, mapping: Mapping) -> Iterator[Finding]:
    """Return what there is to ask about the file; of its columns only those that are read."""
    read = {heading: raw.number(heading) for heading in mapping.headings}
    for finding in raw.findings:
        columns = list(read.values())
        if finding.column:
            columns = [
                n for heading, n in read.items() if heading == mapping.columns.get(finding.column)
            ]
        positions = tuple(n for n in finding.positions if n in columns)
        if positions or not finding.positions:
            yield replace(finding, positions=positions)


def _with_places(rows: pl.DataFrame, places: PlaceLookup) -> pl.DataFrame:
    """Add what a directory and the list of protected places say for the rows' points.

    A point outside Great Britain is asked about nowhere; a row without a postcode takes the
    outward code of the one that is nearest to its point, and one without an LSOA that of its own
    postcode, else of one very near its point, with the edition that the directory has.
    """
    points = rows.select("easting", "northing").unique().drop_nulls()
    if places.protected.points and not points.is_empty():
        rows = rows.with_columns(protected=pl.col("protected") | places.protected.near())
    if places.nearest is not None and not points.is_empty():
        nearest = places.nearest(points)
        rows = rows.drop(NEAR).join(
            nearest, on=["easting", "northing"], how="left", nulls_equal=True, maintain_order="left"
        )
    if places.find is None:
        return rows
    edition = pl.lit(places.edition, dtype=LSOA_EDITION)
    return rows.with_columns(
        postcode=pl.coalesce("postcode", "near_outward"),
        lsoa=pl.coalesce("lsoa", "found_lsoa", "near_lsoa"),
        lsoa_edition=pl.when(pl.col("lsoa").is_not_null()).then("lsoa_edition").otherwise(edition),
    )


def _with_turned(rows: pl.DataFrame, places: PlaceLookup) -> pl.Series:
    """Say which points have no postcode near them and have one with the two numbers exchanged.

    Only where that is so of most points: a lonely place may have its like elsewhere.
    """
    none = pl.Series([False]).new_from_index(0, rows.height)
    if places.nearest is None:
        return none
    points = rows.select("easting", "northing").unique().drop_nulls()
    lost = rows.filter(pl.col("near_outward").is_null()).select("easting", "northing")
    lost = lost.unique().drop_nulls()
    if lost.height * 2 <= points.height:
        return none
    turned = places.nearest(lost.select(easting="northing", northing="easting"))
    matched = turned.filter(pl.col("near_outward").is_not_null())
    if matched.height * 2 <= points.height:
        matched = matched.clear()
    swapped = matched.select(easting="northing", northing="easting", turned=pl.lit(value=True))
    joined = rows.join(swapped, on=["easting", "northing"], how="left", maintain_order="left")
    return joined["turned"].fill_null(value=False)


def _fields(raw: Raw, arranged: GroupedRows, dataset: Dataset, mapping: Mapping) -> pl.DataFrame:
    """Return the cells under the fields' names."""
    columns = [pl.col(LINE)]
    counts = mapping.together.count if mapping.together else {}
    names = dict.fromkeys([*dataset.fields, *(n for n in SPINE if n.startswith("category_"))])
    for name in names:
        if name in mapping.columns:
            columns.append(pl.col(column_name(raw.number(mapping.columns[name]))).alias(name))
        elif name in counts:
            columns.append(pl.col(name))
        else:
            columns.append(pl.lit(mapping.constants.get(name), dtype=pl.String).alias(name))
    return arranged.cells.select(columns)


def _times_with_dates(rows: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Take the times out of columns that hold date and time together."""
    from_, to = ["occurred_from"], ["occurred_to"]
    if dataset.recorded_when_it_happened:
        from_.append("recorded")
    for target, sources in (("time_from", from_), ("time_to", to)):
        clocks = [c for name in sources if (c := f"_clock_{name}") in rows.columns]
        if target in dataset.fields:
            rows = rows.with_columns(pl.coalesce(target, *clocks).alias(target))
    for time_ in ("time_from", "time_to"):
        if (over := f"_over_{time_}") in rows.columns:
            date_ = time_.replace("time", "occurred")
            rows = rows.with_columns(
                pl.when(over).then(pl.col(date_).dt.offset_by("1d")).otherwise(date_).alias(date_)
            )
    rows = rows.rename(
        {"_month_recorded": "month_only", "_month_occurred_from": "month_only_occurred"},
        strict=False,
    )
    return rows.drop(c for c in rows.columns if c.startswith(("_clock_", "_month_", "_over_")))
