"""What is shared, measured: how many are alike, what could be found out, and what is lost.

For the data-protection officer: the smallest groups (k) and how many categories stand in the groups
of one place and time (l), how many rows are the only ones of their kind and which column makes them
so, the motivated intruder, and what analysts lose. All of it counts; none of it holds a row.
"""

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from depersonalise.depersonalise import Depersonalised
from depersonalise.release.release import alike_by
from depersonalise.release.sensitivity import COVER
from depersonalise.risk.intruder import Attack, attack, knowledge, sum_attacks
from schemas.checks.check import Checked
from schemas.datasets.dataset import SMALLEST
from schemas.extract.line_numbers import LINE
from schemas.wire.times import DAYS

# Columns that say how finely another is told; the risk is the other's.
_BESIDE: Final = (*DAYS.values(), "time_precision", "place_precision")
_TIME: Final = ("recorded", "occurred_from", "occurred_to", "time_from", "time_to", "weekday")
FINE: Final = "as fine as the dataset allows"
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Groups:
    """How many rows are alike.

    Attributes:
        rows: How many rows these are.
        smallest: Rows in the smallest group that are alike in all that is shared (k).
        alone: Rows that are the only ones of their kind; `few`, in groups of fewer than five.
        drivers: By column, how many of the rows in groups of fewer than five would be in larger
            ones if that column were not shared; the largest first.
        kinds: The smallest and the middle number of categories in the groups of one place and time
            (l); None where the dataset has no categories.
    """

    rows: int
    smallest: int
    alone: int
    few: int
    drivers: dict[str, int]
    kinds: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that analysts count by, before and after.

    Attributes:
        rows: How many rows say it, before and after.
        counts: By value, before and after.
        by_reason: `rows`, of those that were generalised for a reason, or were not shared.
    """

    rows: tuple[int, int]
    counts: dict[str, tuple[int, int]]
    by_reason: dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Measures:
    """All that is measured of what is shared, of rows protected by grouping, and of the others.

    Attributes:
        intruder: By class of rows (the reason for which they were generalised), and of all.
        naive: The same intruder, had only the names been taken out.
    """

    protected: Groups | None
    others: Groups | None
    intruder: dict[str, Attack]
    naive: Attack | None
    losses: dict[str, Loss]


def measure(checked: Checked, shared: Depersonalised) -> Measures:
    """Measure what is shared against what was checked."""
    dataset, rows = shared.dataset, shared.rows
    is_protected = (rows["generalised"] != "") & ~shared.origin["cover"].fill_null(value=False)
    if dataset.axes:
        is_protected = is_protected | True
    if dataset.is_numbers:
        return Measures(None, None, {}, None, {})
    known = knowledge(checked.rows, dataset)
    released = rows.with_columns(shared.origin["line"])
    reasons = shared.origin.select("line", _reason())
    attacked = attack(known, released).join(reasons, on="line")
    by_reason = {
        str(reason or FINE): sum_attacks(part)
        for (reason,), part in attacked.group_by("why", maintain_order=True)
    }
    intruder = {"all rows": sum_attacks(attacked)} | by_reason
    return Measures(
        _groups(rows.filter(is_protected), shared),
        _groups(rows.filter(~is_protected), shared),
        {name: result for name, result in intruder.items() if result is not None},
        sum_attacks(attack(known, _naive(checked))),
        losses(checked, shared),
    )


def _reason() -> pl.Expr:
    """Say why a row is protected, or that it is cover; nothing of the others."""
    return pl.when(pl.col("cover")).then(pl.lit(COVER)).otherwise("why").alias("why")


def _groups(rows: pl.DataFrame, shared: Depersonalised) -> Groups | None:
    if rows.is_empty():
        return None
    names = alike_by(shared.dataset)
    sizes = rows.select(pl.len().over(names)).to_series()
    few = sizes < SMALLEST
    drivers = {}
    for name in names if few.any() else []:
        if name in _BESIDE:
            continue
        rest = [n for n in names if n not in (name, *_columns_beside(name))]
        larger = rows.select(pl.len().over(rest) >= SMALLEST if rest else True).to_series()
        drivers[name] = int((few & larger).sum())
    drivers = dict(sorted(drivers.items(), key=lambda item: -item[1]))
    return Groups(
        rows.height,
        int(sizes.min() or 0),  # type: ignore[arg-type]  # counts
        int((sizes == 1).sum()),
        int(few.sum()),
        {name: count for name, count in drivers.items() if count},
        _kinds(rows, names),
    )


def _columns_beside(name: str) -> tuple[str, ...]:
    """Return the columns that are shared with one, because they say how finely it is given."""
    stem = name.split("_", maxsplit=1)[0]
    return tuple(n for n in _BESIDE if n.startswith(stem))


def _kinds(rows: pl.DataFrame, names: list[str]) -> tuple[int, int] | None:
    if "category" not in names:
        return None
    columns = [n for n in names if n in (*_TIME, *_BESIDE, "place", "area")]
    kinds = rows.group_by(columns).agg(pl.col("category").n_unique())["category"].sort()
    return int(kinds[0]), int(kinds[len(kinds) // 2])


def _naive(checked: Checked) -> pl.DataFrame:
    """Return the rows as they would have left, had only the reference been taken out."""
    rows, has = checked.rows, set(checked.dataset.fields)
    point = pl.concat_str(
        [pl.col(a).cast(pl.String).str.zfill(6) for a in ("easting", "northing")], separator=" "
    )
    school = pl.col("school") if "school" in has else pl.lit(None, dtype=pl.String)
    places = {
        "point": point,
        "school": school,
        "lsoa": pl.col("lsoa"),
        "outward": pl.col("postcode"),
    }
    finest = [pl.when(place.is_not_null()).then(pl.lit(name)) for name, place in places.items()]
    month = {"recorded": "month_only", "occurred_from": "month_only_occurred"}
    precisions = {
        precision: pl.when(pl.col(day).is_null())
        .then(pl.lit("none"))
        .when(month[day])
        .then(pl.lit("month"))
        .otherwise(pl.lit("day"))
        for day, precision in DAYS.items()
    }
    clock = pl.when(pl.col("time_from").is_null()).then(pl.lit("none")).otherwise(pl.lit("minute"))
    person = [name for name in ("age", "gender") if name in has]
    category = ["category"] if "category" in has and checked.dataset.schemes else []
    return rows.select(
        pl.col(LINE).alias("line"),
        pl.coalesce(*places.values(), "area").alias("place"),
        pl.coalesce(*finest, pl.lit("district")).alias("place_precision"),
        "recorded",
        "occurred_from",
        "time_from",
        "time_to",
        *category,
        *person,
        time_precision=clock,
        **precisions,
    )


def losses(checked: Checked, shared: Depersonalised) -> dict[str, Loss]:
    """Count by place, category, weekday and hour, before and after."""
    columns = set(shared.rows.columns)
    before, after = _counted_by(checked), _counted_by_now(shared)
    pairs = before.join(after, on="line", how="left", maintain_order="left").with_columns(
        why=pl.col("why").fill_null("did not leave")
    )
    needs = {"place": "place", "category": "category", "weekday": "weekday", "hour": "time_from"}
    return {name: _loss(pairs, name) for name, column in needs.items() if column in columns}


def _counted_by(checked: Checked) -> pl.DataFrame:
    """Return what analysts would count by, line by line."""
    day = pl.coalesce(
        pl.when(~pl.col("month_only_occurred")).then("occurred_from"),
        pl.when(~pl.col("month_only")).then("recorded"),
    )
    return checked.rows.select(
        line=LINE,
        place="postcode",
        category=pl.col("category").cast(pl.String),
        weekday=_weekday_name(day.dt.weekday()),
        hour=pl.col("time_from").dt.strftime("%H"),
    )


def _counted_by_now(shared: Depersonalised) -> pl.DataFrame:
    """Return what of it is still told, line by line.

    Of a row that leaves finer than its outward code the sender knows the code; of one whose
    category became its block or group it is not told any more.
    """
    columns = set(shared.rows.columns)
    columns_now = {"told_place": pl.col("place_precision") != "district"}
    if "time_precision" in columns:
        columns_now["told_hour"] = pl.col("time_precision").is_in(["minute", "hour"])
    if "category" in columns:
        columns_now["now_category"] = pl.col("category")
    days = [precision for precision in DAYS.values() if precision in columns]
    if days:
        by_day = pl.any_horizontal(pl.col(precision) == "day" for precision in days)
        columns_now["told_weekday"] = by_day | pl.col("weekday").is_not_null()
    reasons = shared.origin.select("line", _reason())
    return shared.rows.select(**columns_now).with_columns(reasons.get_columns())


def _loss(joined: pl.DataFrame, name: str) -> Loss:
    if name == "category":
        is_left = (pl.col("category") == pl.col("now_category")).fill_null(value=False)
    else:
        is_left = pl.col(f"told_{name}").fill_null(value=False)
    pairs = joined.select("why", was=name, now=pl.when(is_left).then(name))
    before, after = (_count(pairs[column]) for column in ("was", "now"))
    reasons = pairs.group_by("why").agg(pl.col("was", "now").count()).sort("why")
    return Loss(
        (pairs["was"].count(), pairs["now"].count()),
        {value: (count, after.get(value, 0)) for value, count in sorted(before.items())},
        {why or FINE: (before, after) for why, before, after in reasons.iter_rows()},
    )


def _count(series: pl.Series) -> dict[str, int]:
    return dict(series.drop_nulls().alias("value").value_counts(name="rows").iter_rows())


def _weekday_name(weekday: pl.Expr) -> pl.Expr:
    names: dict[Any, str] = dict(enumerate(_WEEKDAYS, start=1))
    return weekday.replace_strict(names, default=None, return_dtype=pl.String)
