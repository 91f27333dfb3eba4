"""What each rule asks of a row: expressions over the typed rows of a dataset.

A field names the rules that its rows are held to. Leaves to others: reading the cells
(`extract/parse.py`), the dates of the submission, which `check.py` adds because they are not known
here, and naming the rows that fail (`models.py`).
"""

from collections.abc import Iterable
from functools import cache
from typing import Final

import polars as pl

from schemas.datasets.collisions import CASUALTIES
from schemas.datasets.dataset import Dataset


def _not_later_than_recorded() -> pl.Expr:
    """Nothing happened after it was recorded; 24:00 is midnight of the day after."""
    month_ends = pl.col("recorded").dt.month_end()
    recorded = pl.when(pl.col("month_only")).then(month_ends).otherwise(pl.col("recorded"))
    occurred = pl.col("occurred_from")
    midnight = (pl.col("time_from") == pl.time(0)).fill_null(value=False)
    ends_it = midnight & (occurred == recorded.dt.offset_by("1d"))
    return ((occurred <= recorded) | ends_it).fill_null(value=True)


def _starts_before_it_ends() -> pl.Expr:
    """Nothing ended before it started."""
    starts, ends = pl.col("occurred_from"), pl.col("occurred_to")
    later = (starts == ends) & (pl.col("time_from") > pl.col("time_to"))
    return ((starts <= ends) & later.fill_null(value=False).not_()).fill_null(value=True)


def _on_the_grid() -> pl.Expr:
    """A point lies where the National Grid has land; in kilometres it would not."""
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
def rules_of(dataset: Dataset) -> tuple[pl.Expr, ...]:
    """Return what a dataset's rows are held to, each rule once.

    Raises:
        KeyError: a field names a rule that there is not.
    """
    named = dict.fromkeys(rule for field in dataset.columns for rule in field.rules)
    return tuple(ROW_RULES[rule] for rule in named)


def all_sound(rows: pl.DataFrame, rules: Iterable[pl.Expr]) -> bool:
    """Say whether every row keeps every rule; a rule that has no answer for a row is not kept."""
    kept = rows.select(rule.all(ignore_nulls=False).alias(str(i)) for i, rule in enumerate(rules))
    return all(kept.row(0))
