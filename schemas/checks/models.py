"""The pandera schema of each dataset's typed rows, built from its declaration when first needed.

A field names the rules that its rows are held to; what each rule asks of a row stands here, as an
expression over typed rows. Leaves to others: reading the cells (`extract/parse.py`), and the dates
of the submission, which `check.py` adds because they are not known here.
"""

from functools import cache
from typing import Final

import polars as pl

from schemas import pandera_polars as pa
from schemas.datasets.collisions import CASUALTIES
from schemas.datasets.column_types import field_type
from schemas.datasets.dataset import Dataset, Field


def _not_later_than_recorded() -> pl.Expr:
    """Say where an incident was not recorded before it happened; 24:00 is of the next day."""
    month_ends = pl.col("recorded").dt.month_end()
    recorded = pl.when(pl.col("month_only")).then(month_ends).otherwise(pl.col("recorded"))
    occurred = pl.col("occurred_from")
    midnight = (pl.col("time_from") == pl.time(0)).fill_null(value=False)
    ends_it = midnight & (occurred == recorded.dt.offset_by("1d"))
    return ((occurred <= recorded) | ends_it).fill_null(value=True)


def _starts_before_it_ends() -> pl.Expr:
    """Say where an incident did not end before it started."""
    starts, ends = pl.col("occurred_from"), pl.col("occurred_to")
    later = (starts == ends) & (pl.col("time_from") > pl.col("time_to"))
    return ((starts <= ends) & later.fill_null(value=False).not_()).fill_null(value=True)


def _on_the_grid() -> pl.Expr:
    """Say where a point is where the National Grid has land; one given in kilometres is not."""
    east, north = pl.col("easting"), pl.col("northing")
    inside = east.is_between(2_000, 700_000) & north.is_between(2_000, 1_300_000)
    return inside.fill_null(value=True)


# What each rule asks of a row. Ids are those of `findings/rules.csv`.
ROW_RULES: Final[dict[str, pl.Expr]] = {
    "date-missing": pl.any_horizontal(pl.col("recorded", "occurred_from").is_not_null()),
    "point-outside": _on_the_grid(),
    "occurred-after-recorded": _not_later_than_recorded(),
    "ends-before-it-starts": _starts_before_it_ends(),
    "category-missing": pl.col("category").is_not_null(),
    "category-unknown": pl.col("category_listed").fill_null(value=True),
    "age-unlikely": pl.col("age").is_between(3, 19).fill_null(value=True),
    "nobody-hurt": pl.sum_horizontal(pl.col(*CASUALTIES)) > 0,
    "number-missing": pl.col("number").is_not_null(),
    "number-twice": pl.col("area").is_first_distinct(),
}


@cache
def model_of(dataset: Dataset) -> pa.DataFrameSchema:
    """Return the schema of a dataset's typed rows: the fields that rules apply to.

    Rows have more columns (`types_of`). Callers must not change the schema.

    Raises:
        KeyError: a field names a rule that does not exist.
    """
    return pa.DataFrameSchema(
        {
            field.name: _column(field)
            for field in dataset.columns
            if field.rules
            or field.name == "recorded"  # `check.py` compares it with the dates covered
        }
    )


@cache
def types_of(dataset: Dataset) -> dict[str, pl.DataType | type[pl.DataType]]:
    """Return the type of each column of a dataset's typed rows."""
    return {field.name: field_type(field) for field in dataset.columns}


def _column(field: Field) -> pa.Column:
    checks = [row_check(rule, ROW_RULES[rule]) for rule in field.rules]
    return pa.Column(field_type(field), checks, nullable=True, description=field.description)


def row_check(rule: str, sound: pl.Expr) -> pa.Check:
    """Return the check of a rule, which has the rule's id as its name.

    Where all rows are sound, it answers once for all: pandera takes much longer row by row.
    """

    def rows(data: pa.PolarsData) -> pl.LazyFrame | bool:
        is_sound = data.lazyframe.select(sound).collect(engine="in-memory")
        return True if is_sound.to_series().all(ignore_nulls=False) else is_sound.lazy()

    return pa.Check(rows, name=rule)
