"""Small groups: rows that fewer than five share are made coarser, step by step, or withheld.

Counted over everything that leaves of a row, clock times aside: place, time and category, and what
else its dataset has. Each step is applied to the rows whose group is still too small and to no
other; what the last one leaves too small is withheld, and counted. Keeps true: no row stands in a
group of fewer than SMALLEST.
"""

from collections.abc import Callable
from typing import Final

import polars as pl

from schemas.dataset import Dataset, Step
from schemas.shared import MINUTE, columns_of
from schemas.words import (
    GENDER,
    GENERALISED,
    KEY_STAGE,
    PHASE,
    PLACE_PRECISION,
    PRECISION,
    TIME_PRECISION,
    UNTOLD,
)

SMALLEST: Final = 5  # rows; a caution, until a partnership's protocol sets it (docs/adr/0014)
HELPERS: Final = ("_klass", "_outward")
_NO_KEY: Final = ("record_id", "area_basis", "generalised", "time_from", "time_to")
_DAYS: Final = {"recorded": "recorded_precision", "occurred_from": "occurred_precision"}


def coarsen(rows: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Make rows of small groups coarser; `_withheld` says which are small still.

    Args:
        rows: What would leave, with `_klass` and `_outward` beside it.
    """
    if not dataset.steps:
        return rows.with_columns(_withheld=pl.lit(value=False))
    rows = rows.with_columns(_small=_is_small(dataset))
    for step in dataset.steps:
        if not rows["_small"].any():
            break
        columns = set(rows.columns)
        small = pl.col("_small")
        changed = [
            pl.when(small).then(new).otherwise(pl.col(name)).alias(name)
            for name, new in _STEPS[step](columns).items()
            if name in columns
        ]
        why = pl.when(small & (pl.col("generalised") == "")).then(_SMALL).otherwise("generalised")
        rows = rows.with_columns(*changed, why.alias("generalised"))
        rows = rows.with_columns(_small=_is_small(dataset))
    return rows.rename({"_small": "_withheld"})


def _is_small(dataset: Dataset) -> pl.Expr:
    """Say which rows share all that could tell them apart with too few, themselves among them."""
    columns = columns_of(dataset)
    key: list[pl.Expr | str] = [name for name in columns if name not in _NO_KEY]
    if "time_from" in columns:
        key.append(pl.when(pl.col("time_precision") == "six hours").then("time_from"))
    return pl.len().over(key) < SMALLEST


def _is_day(precision: str) -> pl.Expr:
    return pl.col(precision) == "day"


def _band(columns: set[str]) -> dict[str, pl.Expr]:
    weekday = pl.col("weekday")
    for day, precision in _held(columns):
        weekday = pl.coalesce(weekday, pl.when(_is_day(precision)).then(pl.col(day).dt.weekday()))
    band = 360 * MINUTE
    clocks = {n: pl.col(n).cast(pl.Int64) // band * band for n in ("time_from", "time_to")}
    timed = pl.col("time_precision") != "none"
    return {
        **_cut(columns, "day", "month", "1mo"),
        "weekday": weekday.cast(pl.Int8),
        **{name: clock.cast(pl.Time) for name, clock in clocks.items()},
        "time_precision": pl.when(timed)
        .then(pl.lit("six hours", dtype=TIME_PRECISION))
        .otherwise("time_precision"),
    }


def _month(columns: set[str]) -> dict[str, pl.Expr]:
    no_time = pl.lit(None, dtype=pl.Time)
    return {
        **_cut(columns, "day", "month", "1mo"),
        "weekday": pl.lit(None, dtype=pl.Int8),
        "time_from": no_time,
        "time_to": no_time,
        "time_precision": pl.lit("none", dtype=TIME_PRECISION),
    }


def _quarter(columns: set[str]) -> dict[str, pl.Expr]:
    return _cut(columns, "month", "quarter", "1q")


def _held(columns: set[str]) -> list[tuple[str, str]]:
    """Return the days that a table has, each with the column of its precision."""
    return [(day, precision) for day, precision in _DAYS.items() if day in columns]


def _cut(columns: set[str], finer: str, coarser: str, every: str) -> dict[str, pl.Expr]:
    """Cut the days of one precision to the next."""
    cut: dict[str, pl.Expr] = {}
    for day, precision in _held(columns):
        fits = pl.col(precision) == finer
        named = pl.lit(coarser, dtype=PRECISION)
        for name in (day, "occurred_to") if day == "occurred_from" else (day,):
            cut[name] = pl.when(fits).then(pl.col(name).dt.truncate(every)).otherwise(name)
        cut[precision] = pl.when(fits).then(named).otherwise(precision)
    return cut


def _class(_: set[str]) -> dict[str, pl.Expr]:
    nothing = pl.lit(None, dtype=pl.String)
    # A code that the list does not have has no class; it stays, and the row may be withheld.
    klass = pl.coalesce(pl.col("_klass").cast(pl.String), "category")
    return {"category": klass, "reason_2": nothing, "reason_3": nothing}


def _key_stage(_: set[str]) -> dict[str, pl.Expr]:
    return {"age": pl.lit(None, dtype=pl.Int8)}


def _age(_: set[str]) -> dict[str, pl.Expr]:
    return {"key_stage": pl.lit(UNTOLD, dtype=KEY_STAGE)}


def _gender(_: set[str]) -> dict[str, pl.Expr]:
    return {"gender": pl.lit(UNTOLD, dtype=GENDER.enum)}


def _phase(_: set[str]) -> dict[str, pl.Expr]:
    return {"phase": pl.lit(UNTOLD, dtype=PHASE.enum)}


def _outward(_: set[str]) -> dict[str, pl.Expr]:
    outward = pl.col("_outward")
    named = pl.when(outward.is_not_null()).then(_place("outward")).otherwise(_place("district"))
    return {"place": pl.coalesce(outward, "area"), "place_precision": named}


def _district(_: set[str]) -> dict[str, pl.Expr]:
    return {"place": pl.col("area"), "place_precision": _place("district")}


def _place(precision: str) -> pl.Expr:
    return pl.lit(precision, dtype=PLACE_PRECISION)


_SMALL: Final = pl.lit("in a small group", dtype=GENERALISED)
_STEPS: Final[dict[Step, Callable[[set[str]], dict[str, pl.Expr]]]] = {
    Step.BAND: _band,
    Step.MONTH: _month,
    Step.QUARTER: _quarter,
    Step.CLASS: _class,
    Step.KEY_STAGE: _key_stage,
    Step.GENDER: _gender,
    Step.OUTWARD: _outward,
    Step.DISTRICT: _district,
    Step.AGE: _age,
    Step.PHASE: _phase,
}
