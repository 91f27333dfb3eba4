"""Merged records counted by what is common to them, for tables that may be published.

A count is of records, not of people or of incidents: two agencies may each hold a record of one
incident, and nothing tells.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from depersonalise.tables import Counts
from exchange.errors import Usage
from exchange.incidents import COLUMNS as INCIDENTS
from exchange.merged import open_merged
from schemas.codes import LISTS, NOT_LISTED

UNKNOWN: Final = "not known"
ELSEWHERE: Final = "not by outward code"
WEEKDAYS: Final = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip
HOURS: Final = tuple(f"{hour:02}" for hour in range(24))
CATEGORY: Final = ("dataset", "category_scheme", "category_edition", "category")
# What follows from the date and the time of a record, where they are fine enough.
DERIVED: Final = ("month", "quarter", "year", "weekday", "hour")
PLAIN: Final = (
    "agency", "dataset", "partner", "theme", "category", "domestic", "area", "outward",
)  # fmt: skip
_ORDER: Final[dict[str, Sequence[str]]] = {"weekday": WEEKDAYS, "hour": HOURS}


# Of a pull that holds numbers and no records.
SCHEMA: Final = dict.fromkeys(("quarter", *INCIDENTS), pl.String) | {
    "date": pl.Date,
    "time": pl.Time,
    "weekday": pl.Int8,
    "entry": pl.UInt32,
}


def incidents_of(folder: Path) -> pl.LazyFrame:
    """Return the incidents of a pull, with what follows from their dates and times.

    Returns:
        The columns of the incidents, and `month` (2026-07), `year`, `weekday` (Monday) and `hour`
        (00 to 23), each "not known" where the record was shared more coarsely; `outward` is
        "not by outward code" where it was shared by another place; `quarter` is that of the
        submission.
    """
    date, fine, clock = pl.col("date"), pl.col("date_precision"), pl.col("time_precision")
    days = pl.coalesce("weekday", pl.when(fine == "day").then(date.dt.weekday()))
    told = {
        "month": pl.when(fine.is_in(["day", "month"])).then(date.dt.strftime("%Y-%m")),
        "year": pl.when(fine != "none").then(date.dt.strftime("%Y")),
        "weekday": (days.cast(pl.Int8) - 1).replace_strict(
            range(7), WEEKDAYS, default=None, return_dtype=pl.String
        ),
        "hour": pl.when(clock.is_in(["minute", "hour"])).then(pl.col("time").dt.strftime("%H")),
    }
    names = [*told, *PLAIN, "quarter", "category_scheme", "category_edition"]
    there = (folder / "incidents").is_dir()
    rows = (open_merged(folder) if there else pl.LazyFrame(schema=SCHEMA)).with_columns(**told)
    places = pl.col("outward").fill_null(ELSEWHERE)
    return rows.with_columns(places).with_columns(pl.col(names).fill_null(UNKNOWN))


def records_of(folder: Path, dataset: str) -> pl.LazyFrame:
    """Return the records of one dataset of a pull, each column that can be counted by as words.

    Returns:
        All its columns but record ids, dates and times, and `month` where a record has a day.
    """
    rows = open_merged(folder, dataset)
    types = rows.collect_schema()
    plain = [n for n, t in types.items() if n != "record_id" and not t.is_temporal()]
    told = {}
    if {"recorded", "recorded_precision"} <= types.keys():
        known = pl.col("recorded_precision").is_in(["day", "month"])
        told["month"] = pl.when(known).then(pl.col("recorded").dt.strftime("%Y-%m"))
    found = rows.with_columns(**told).select(*plain, *told)
    return found.with_columns(pl.all().cast(pl.String).fill_null(UNKNOWN))


def chosen(rows: pl.LazyFrame, only: Sequence[str]) -> pl.LazyFrame:
    """Return the rows that some words choose: COLUMN=VALUE, each of which holds.

    Raises:
        Usage: a word is not of that form, or its column is nothing to count by.
    """
    for word in only:
        name, sign, value = word.partition("=")
        if not sign:
            raise Usage(
                "filter-not-understood", "--only is written COLUMN=VALUE", "such as theme=violence"
            )
        check_column(rows, name)
        rows = rows.filter(pl.col(name) == value)
    return rows


def count(rows: pl.LazyFrame, row: str, column: str | None = None) -> Counts:
    """Return how many records there are by one column, or by two.

    The labels stand in their own order: time as it goes, all else as words.
    """
    by = [row] if column is None else [row, column]
    found = rows.group_by(by).len().collect()
    of_rows = labels(row, found[row])
    if column is None:
        numbers = dict(found.iter_rows())
        return Counts(of_rows, ("records",), tuple((numbers.get(one, 0),) for one in of_rows))
    of_columns = labels(column, found[column])
    cells = {(y, x): number for y, x, number in found.iter_rows()}
    return Counts(
        of_rows, of_columns, tuple(tuple(cells.get((y, x), 0) for x in of_columns) for y in of_rows)
    )


def labels(name: str, values: pl.Series) -> tuple[str, ...]:
    """Return the labels of a column that occur, in order; of hours and weekdays, all."""
    there = set(values.to_list())
    every = _ORDER.get(name, sorted(there - {UNKNOWN, ELSEWHERE}))
    return (*every, *(last for last in (ELSEWHERE, UNKNOWN) if last in there))


def check_column(rows: pl.LazyFrame, name: str) -> None:
    """Refuse what can't be counted by.

    Raises:
        Usage: it is no column of the records, or one that tells them apart.
    """
    known = rows.collect_schema().names()
    every = (*PLAIN, *DERIVED) if set(DERIVED) <= set(known) else known
    if name not in every:
        raise Usage(
            "column-unknown", f'"{name}" is nothing to count by', "count by " + ", ".join(every)
        )


def label_of(dataset: str, scheme: str, edition: str, category: str) -> str:
    """Return a category with what its list calls it, or a dataset that has no categories."""
    if category == UNKNOWN:
        return dataset
    if category == NOT_LISTED:
        return "other, not listed"
    found = next((one for one in LISTS if (one.scheme, one.edition) == (scheme, edition)), None)
    entry = found.listed(category) if found else None
    return f"{category}: {entry.label}" if entry and entry.label != category else category


def counted(rows: pl.LazyFrame, by: Sequence[str]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield how many records there are of each value of some columns."""
    for *key, number in rows.group_by(by).len().collect().iter_rows():
        yield tuple(key), number
