"""Records counted by what is common to them, for tables that may be published.

Every count is a sum over the rounded cube of its quarter (`cube.py`). A count is of records, not
of people or of incidents: two agencies may each hold a record of one incident, and nothing tells.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from exchange.errors import Usage
from exchange.pull.cube import RECORDS, SHARED, WEEKDAYS, published_cube
from exchange.pull.manifest import Manifest
from exchange.text import nearest
from schemas.codes.lists import NOT_LISTED, find_list

UNKNOWN: Final = "not known"
ELSEWHERE: Final = "no outward code"
HOURS: Final = tuple(f"{hour:02}" for hour in range(24))
CATEGORY: Final = ("dataset", "category_scheme", "category_edition", "category")
_ORDER: Final[dict[str, Sequence[str]]] = {"weekday": WEEKDAYS, "hour": HOURS}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records there are by two things: a tuple for each row."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int, ...], ...]


def published_incidents(folder: Path, manifest: Manifest) -> pl.LazyFrame:
    """Return the published cells of a pull, by what all datasets have in common.

    Returns:
        Words that are "not known" where records were shared more coarsely, `outward` "no
        outward code" where they were located in another way, and the number of records.
    """
    places = pl.col("outward").fill_null(ELSEWHERE)
    cells = published_cube(folder, manifest).with_columns(places)
    names = cells.collect_schema().names()
    shared = [name for name in (*SHARED, "generalised") if name in names]
    return cells.select(pl.col(shared).fill_null(UNKNOWN), RECORDS)


def published_records(folder: Path, manifest: Manifest, dataset: str) -> pl.LazyFrame:
    """Return the published cells of one dataset of a pull, by its own columns.

    Returns:
        All that can be counted by: not record ids, dates and times, but month, weekday and hour.
    """
    cells = published_cube(folder, manifest).filter(pl.col("dataset") == dataset).collect()
    words = [
        name
        for name in cells.columns
        if name in SHARED or (name != RECORDS and cells[name].null_count() < cells.height)
    ]
    return cells.lazy().select(pl.col(words).fill_null(UNKNOWN), RECORDS)


def filter_rows(rows: pl.LazyFrame, only: Sequence[str]) -> pl.LazyFrame:
    """Return the rows that some words choose: COLUMN=VALUE, each of which holds.

    Raises:
        Usage: a word is not of that form, or its column is nothing to count by.
    """
    for word in only:
        name, sign, value = word.partition("=")
        if not sign:
            raise Usage("filter-not-understood", "--only must be COLUMN=VALUE")
        check_column(rows, name)
        rows = rows.filter(pl.col(name) == value)
    return rows


def count(rows: pl.LazyFrame, row: str, column: str | None = None) -> Counts:
    """Return how many records there are by one column, or by two.

    The labels stand in their own order: time as it goes, all else as words.
    """
    columns = [row] if column is None else [row, column]
    counts = rows.group_by(columns).agg(pl.col(RECORDS).sum()).collect()
    of_rows = labels_in_order(row, counts[row])
    if column is None:
        numbers = dict(counts.iter_rows())
        return Counts(of_rows, (RECORDS,), tuple((numbers.get(label, 0),) for label in of_rows))
    of_columns = labels_in_order(column, counts[column])
    cells = {(y, x): number for y, x, number in counts.iter_rows()}
    return Counts(
        of_rows, of_columns, tuple(tuple(cells.get((y, x), 0) for x in of_columns) for y in of_rows)
    )


def labels_in_order(name: str, values: pl.Series) -> tuple[str, ...]:
    """Return the labels of a column that occur, in order; of hours and weekdays, all."""
    present = set(values.to_list())
    ordered = _ORDER.get(name, sorted(present - {UNKNOWN, ELSEWHERE}))
    return (*ordered, *(last for last in (ELSEWHERE, UNKNOWN) if last in present))


def check_column(rows: pl.LazyFrame, name: str) -> None:
    """Refuse what can't be counted by.

    Raises:
        Usage: it is no column of the records, or one that distinguishes them.
    """
    columns = [name for name in rows.collect_schema().names() if name != RECORDS]
    if name not in columns:
        hint = nearest(name, dict.fromkeys(columns, ""))
        raise Usage(
            "column-unknown",
            f'no column called "{name}"',
            *filter(None, [hint]),
            "choose from: " + ", ".join(columns),
        )


def label_of(scheme: str, edition: str, category: str) -> str:
    """Return a category with what its list calls it."""
    if category == UNKNOWN:
        return "no category"
    if category == NOT_LISTED:
        return "other (not listed)"
    code_list = find_list(scheme, edition)
    entry = code_list.listed(category) if code_list else None
    return f"{category}: {entry.label}" if entry and entry.label != category else category


def count_by(rows: pl.LazyFrame, by: Sequence[str]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield how many records there are of each value of some columns."""
    for *key, number in rows.group_by(by).agg(pl.col(RECORDS).sum()).collect().iter_rows():
        yield tuple(key), number
