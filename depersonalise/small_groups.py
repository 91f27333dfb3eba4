"""Small groups: rows that too few share are made coarser, step by step, or withheld.

In the sensitive datasets all rows are counted; in the others recorded domestic incidents, sexual
offences, stalking and slavery. Counted over everything that leaves of a row: place, time and
category, and what else its dataset has. Each step is applied to the rows whose
group is still too small and to no other; what the last one leaves too small is withheld, and
counted. Keeps true: no row that is counted stands in a group of fewer than the smallest allowed.

Rows that stand in no earlier submission for the same dates are counted by themselves, because
whoever holds both can subtract the one from the other (differencing).
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import polars as pl

from schemas.column_types import (
    GENERALISED,
    KEY_STAGE,
    PLACE_PRECISION,
    PRECISION,
    TIME_PRECISION,
    words_type,
)
from schemas.dataset import Dataset, Step
from schemas.shared import DAYS, LASTS
from schemas.shared_columns import columns_of
from schemas.words import COARSE, GENDER, PHASE, UNTOLD

# Of sensitive rows in other datasets, which leave by month, weekday and band in any case.
SENSITIVE_STEPS: Final = (Step.MONTH, Step.QUARTER, Step.CLASS, Step.DISTRICT, Step.OCCURRED)
_NO_KEY: Final = ("record_id", "area_basis", "generalised")


def coarsen(
    rows: pl.DataFrame, dataset: Dataset, smallest: int, earlier: Sequence[pl.DataFrame] = ()
) -> pl.DataFrame:
    """Make rows of small groups coarser; `_withheld` says which are small still.

    And of the rows that are counted (`_counted`), `_changed` which were made coarser, and `_new`
    which stand in no earlier submission.

    Args:
        rows: What would leave, with `_klass` and `_outward` beside it.
        smallest: How many rows a group must have.
        earlier: What left before for the same dates, and is being replaced.
    """
    steps = dataset.steps or SENSITIVE_STEPS
    counted = _counted(rows, dataset)
    some = rows.drop("record_id")[counted].with_columns(_changed=pl.lit(value=False))
    some = some.with_columns(_not_among(some, dataset, steps, earlier))
    key = [*key_of(dataset), pl.col("_new")]
    for step in steps:
        small = _small(some, key, smallest)
        if not small.any():
            break
        some = _apply((step,), some, small)
    if _small(some, key, smallest).any():
        some = _apply(steps, some, _company(some, key, steps, smallest))
    return _put_back(rows, some, counted, _small(some, key, smallest))


def _not_among(
    some: pl.DataFrame, dataset: Dataset, steps: Sequence[Step], earlier: Sequence[pl.DataFrame]
) -> pl.Series:
    """Say which rows stand in no earlier submission, as `_new`.

    Those left earlier with some number of the steps applied, so each row is looked for as it is,
    then with one step applied, then with two; each earlier row is found by one row only.
    """
    new = pl.repeat(bool(earlier), some.height, dtype=pl.Boolean, eager=True).alias("_new")
    if not earlier:
        return new
    like = pl.struct(key_of(dataset)).hash()
    before = pl.concat(earlier).select(columns_of(dataset))
    left = before[_counted(before, dataset)].select(like).to_series()
    for step in (None, *steps):
        if step is not None:
            some = _apply((step,), some, pl.repeat(value=True, n=some.height, eager=True))
        mine = some.filter(new).select(like).to_series()
        found = _paired(mine, left)
        new = new.scatter(new.arg_true().filter(found), values=False)
        left = left.filter(~_paired(left, mine.filter(found)))
    return new


def _paired(ours: pl.Series, theirs: pl.Series) -> pl.Series:
    """Say which of some values find one among others, each of which is found once."""
    had = theirs.rename("like").value_counts(name="had")
    nth = ours.rename("like").to_frame().with_columns(nth=pl.int_range(pl.len()).over("like"))
    found = nth.join(had, on="like", how="left", maintain_order="left")
    return found.select(pl.col("nth") < pl.col("had").fill_null(0)).to_series()


def smallest_group(rows: pl.DataFrame, dataset: Dataset, of: pl.Series) -> int | None:
    """Return the size of the smallest group of what is shared; None where none is counted.

    Args:
        of: Which submission each row is of: those of another are no company.
    """
    at = _counted(rows, dataset)
    if at.is_empty():
        return None
    counted = rows[at].with_columns(_of=of[at])
    return int(counted.select(pl.len().over("_of", *key_of(dataset)).min()).item())


def _counted(rows: pl.DataFrame, dataset: Dataset) -> pl.Series:
    """Return which rows are counted: all of a sensitive dataset, the sensitive ones of others."""
    if dataset.steps:
        return pl.int_range(rows.height, dtype=pl.UInt32, eager=True)
    return rows["generalised"].is_in(COARSE).arg_true()


def key_of(dataset: Dataset) -> list[pl.Expr]:
    """Return all that could tell a row from others."""
    return [pl.col(name) for name in columns_of(dataset) if name not in _NO_KEY]


def _small(some: pl.DataFrame, key: list[pl.Expr], smallest: int) -> pl.Series:
    """Say which rows share their key with too few, themselves among them."""
    return some.select(pl.len().over(key) < smallest).to_series()


def _apply(steps: Sequence[Step], some: pl.DataFrame, chosen: pl.Series) -> pl.DataFrame:
    """Make the rows that are chosen coarser, by some steps."""
    at = chosen.arg_true()
    part = some[at]
    columns, touched = set(some.columns), {"generalised", "_changed"}
    for step in steps:
        coarser = {n: new for n, new in _STEPS[step](columns).items() if n in columns}
        part = part.with_columns(new.alias(name) for name, new in coarser.items())
        touched |= set(coarser)
    why = pl.when(pl.col("generalised") == "").then(_SMALL).otherwise("generalised")
    part = part.with_columns(why.alias("generalised"), _changed=pl.lit(value=True))
    return _scattered(some, at, part.select(touched))


def _scattered(rows: pl.DataFrame, at: pl.Series, part: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with those of a part in the places where they stand."""
    if at.is_empty():
        return rows
    return rows.with_columns(rows[new.name].clone().scatter(at, new) for new in part)


def _company(
    some: pl.DataFrame, key: list[pl.Expr], steps: Sequence[Step], smallest: int
) -> pl.Series:
    """Choose rows to join those that are too few even when all steps are applied.

    Of what they would be like, the smallest group that is large enough: coarser than it need be by
    itself, so that none of either is withheld.
    """
    everybody = pl.repeat(value=True, n=some.height, eager=True)
    fully = _apply(steps, some, everybody)
    groups = pl.DataFrame(
        [
            fully.select(pl.struct(key).hash().alias("like")).to_series(),
            some.select(pl.struct(key).hash().alias("now")).to_series(),
            _small(some, key, smallest).alias("small"),
        ]
    )
    sizes = groups.group_by("like", "now").agg(pl.len(), pl.col("small").first())
    lonely = sizes.filter("small")["like"].unique()
    others = sizes.filter(~pl.col("small") & pl.col("like").is_in(lonely.implode()))
    chosen = others.sort("len", "now").group_by("like", maintain_order=True).first()
    return groups["now"].is_in(chosen["now"].implode())


def _put_back(
    rows: pl.DataFrame, some: pl.DataFrame, counted: pl.Series, small: pl.Series
) -> pl.DataFrame:
    """Put the rows that were changed back where they stood."""
    changed = some["_changed"]
    marks = {
        "_counted": counted,
        "_changed": counted.filter(changed),
        "_withheld": counted.filter(small),
        "_new": counted.filter(some["_new"]),
    }
    part = some.filter(changed).drop("_changed", "_new")
    rows = _scattered(rows, counted.filter(changed), part)
    return rows.with_columns(_at(name, at, rows.height) for name, at in marks.items())


def _at(name: str, at: pl.Series, height: int) -> pl.Series:
    marked = np.zeros(height, dtype=bool)
    marked[at.to_numpy()] = True
    return pl.Series(name, marked)


def _is_day(precision: str) -> pl.Expr:
    return pl.col(precision) == "day"


def _band(columns: set[str]) -> dict[str, pl.Expr]:
    weekday = pl.col("weekday")
    for day, precision in _held(columns):
        weekday = pl.coalesce(weekday, pl.when(_is_day(precision)).then(pl.col(day).dt.weekday()))
    band = LASTS["six hours"]
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
    return [(day, precision) for day, precision in DAYS.items() if day in columns]


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
    return {"gender": pl.lit(UNTOLD, dtype=words_type(GENDER))}


def _phase(_: set[str]) -> dict[str, pl.Expr]:
    return {"phase": pl.lit(UNTOLD, dtype=words_type(PHASE))}


def _outward(_: set[str]) -> dict[str, pl.Expr]:
    outward = pl.col("_outward")
    named = pl.when(outward.is_not_null()).then(_place("outward")).otherwise(_place("district"))
    return {"place": pl.coalesce(outward, "area"), "place_precision": named}


def _district(_: set[str]) -> dict[str, pl.Expr]:
    return {"place": pl.col("area"), "place_precision": _place("district")}


def _occurred(columns: set[str]) -> dict[str, pl.Expr]:
    if "recorded_precision" not in columns:
        return {}
    told, nothing = pl.col("recorded_precision") != "none", pl.lit("none", dtype=PRECISION)
    days = {n: pl.when(~told).then(n) for n in ("occurred_from", "occurred_to")}
    return days | {
        "occurred_precision": pl.when(told).then(nothing).otherwise("occurred_precision")
    }


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
    Step.OCCURRED: _occurred,
}
