"""From text to types: the cells of an extract as the fields of a dataset.

Leaves to others: the cells of one field (`cells.py`), categories (`categories.py`), whether the
rows are right (`checking.py`) and where they belong (`area.py`).
"""

from dataclasses import dataclass
from datetime import time

import polars as pl

from schemas.categories import read_categories, uncategorised
from schemas.cells import READERS, Cells, Fault
from schemas.dataset import Dataset
from schemas.mapping import Mapping
from schemas.postcodes import Known
from schemas.reading import LINE, Raw


@dataclass(slots=True)
class Typed:
    """The rows of an extract as a dataset's fields, and the cells that could not be read.

    Attributes:
        rows: The dataset's fields, with `_line`, `month_only` (recorded to the month), the
            category's `category_listed`, `klass` and `nature`, and `place_became`.
        faults: A rule, a column, and the lines where that column broke it.
        assumed: What had to be decided about the file, in words.
        positions: The number of the column that each field was read from.
        left_over: The numbers of the columns that are not ours.
    """

    rows: pl.DataFrame
    faults: list[Fault]
    assumed: tuple[str, ...]
    positions: dict[str, int]
    left_over: tuple[int, ...]
    published: bool

    def __repr__(self) -> str:
        return f"<Typed {self.rows.height} rows>"


def parse(raw: Raw, dataset: Dataset, mapping: Mapping, known: Known) -> Typed:
    """Read the cells as the fields of a dataset.

    Args:
        known: Tells which outward codes exist, for joined text that may be a sector.
    """
    cells = Cells(dataset, mapping, known, _fields(raw, dataset, mapping), raw.serials)
    read = [READERS[f.reads](cells, f.name) for f in dataset.fields.values() if f.reads in READERS]
    categories, assumed = read_categories(cells) if dataset.schemes else (uncategorised(cells), ())
    read.append(categories)
    rows = pl.DataFrame(
        [cells.rows[LINE], cells.rows["reference"], *(c for one in read for c in one.columns)]
    )
    rows, also = _times_with_dates(rows, dataset)
    used = set(mapping.columns.values())
    return Typed(
        rows,
        [fault for one in read for fault in one.faults],
        (*raw.assumed, *assumed, *also),
        {name: raw.headings.index(h) + 1 for name, h in mapping.columns.items()},
        tuple(i for i, h in enumerate(raw.headings, start=1) if h not in used),
        mapping.published,
    )


def _fields(raw: Raw, dataset: Dataset, mapping: Mapping) -> pl.DataFrame:
    """Return the cells under the fields' names."""
    columns = [pl.col(LINE)]
    for name in dataset.fields:
        if name in mapping.columns:
            heading = mapping.columns[name]
            columns.append(pl.col(f"_{raw.headings.index(heading)}").alias(name))
        else:
            columns.append(pl.lit(mapping.constants.get(name), dtype=pl.String).alias(name))
    return raw.cells.select(columns)


def _times_with_dates(rows: pl.DataFrame, dataset: Dataset) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Take the times out of columns that hold date and time together.

    Dates that all stand at midnight hold no times: that is how spreadsheets export a bare date.
    """
    from_, to = ["occurred_from"], ["occurred_to"]
    if dataset.call:
        from_.append("recorded")
    assumed = []
    for target, sources in (("time_from", from_), ("time_to", to)):
        clocks = [c for name in sources if (c := f"_clock_{name}") in rows.columns]
        held = [c for c in clocks if rows[c].drop_nulls().ne(time(0)).any()]
        if len(held) < len(clocks) and any(rows[c].null_count() < rows.height for c in clocks):
            assumed.append("dates that all stand at midnight were taken to hold no times")
        rows = rows.with_columns(pl.coalesce(target, *held).alias(target))
    rows = rows.with_columns(
        month_only=pl.col("_month_recorded"), month_only_occurred=pl.col("_month_occurred_from")
    )
    rows = rows.drop(c for c in rows.columns if c.startswith(("_clock_", "_month_")))
    return rows, tuple(dict.fromkeys(assumed))
