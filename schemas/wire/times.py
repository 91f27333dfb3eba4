"""How fine the dates and times of a table are that leaves, and the part of the week they say."""

from typing import Final

import polars as pl

from schemas.datasets.column_types import WEEK_PART

MINUTE: Final = 60 * 10**9  # nanoseconds, which is how polars counts times
# The days that are shared, each with the column that says how fine it is; what each precision of a
# day begins with; how long a time of each precision lasts.
DAYS: Final = {"recorded": "recorded_precision", "occurred_from": "occurred_precision"}
EVERY: Final = {"day": "1d", "month": "1mo", "quarter": "1q", "year": "1y"}
LASTS: Final = {"minute": MINUTE, "hour": 60 * MINUTE, "six hours": 360 * MINUTE}
_FRIDAY: Final = 5  # as polars numbers days, from Monday


def week_part(columns: set[str]) -> pl.Expr:
    """Return the part of the week of the day it happened, else of the day it was recorded."""
    days = [
        pl.when(pl.col(precision) == "day").then(day)
        for day, precision in reversed(DAYS.items())
        if precision in columns
    ]
    weekend = pl.coalesce(days).dt.weekday() > _FRIDAY
    nowhere, ends, begins = (pl.lit(word, WEEK_PART) for word in ("", "weekend", "weekday"))
    part = pl.when(weekend.is_null()).then(nowhere).when(weekend).then(ends).otherwise(begins)
    return part.alias("week_part")


def day_too_fine(rows: pl.DataFrame, day: str, precision: str) -> pl.Expr:
    """Say where a date is finer than the precision named beside it."""
    date, word = pl.col(day), pl.col(precision)
    finer = [word.eq("none") & date.is_not_null()]
    finer += [
        word.eq(name) & ~_begins(date, name)
        for name in rows[precision].unique()  # most tables have one or two of them
        if name in EVERY and name != "day"  # a date is no finer than that
    ]
    return pl.any_horizontal(finer)


def _begins(date: pl.Expr, period: str) -> pl.Expr:
    """Say where a date is the first day of a month, quarter or year."""
    first = date.dt.day() == 1
    months = {"month": 1, "quarter": 3, "year": 12}[period]
    return first if months == 1 else first & (date.dt.month() % months == 1)


def clock_too_fine(rows: pl.DataFrame, clock: str) -> pl.Expr:
    """Say where a time is finer than the precision named beside it."""
    nanoseconds, word = pl.col(clock).cast(pl.Int64), pl.col("time_precision")
    finer = [word.eq("none") & nanoseconds.is_not_null()]
    finer += [
        word.eq(name) & (nanoseconds % LASTS[name] != 0)
        for name in rows["time_precision"].unique()
        if name in LASTS
    ]
    return pl.any_horizontal(finer)
