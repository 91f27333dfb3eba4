"""The motivated intruder: how often somebody who knows of an incident finds its row.

The test of the Information Commissioner's guidance, as a computation on the sender's own rows: the
intruder knows of each target the place to the house, the days on which it happened and was
recorded, the hour to within one, and what it was (and of a pupil the age and the gender), and looks
for the rows that could be it. Never run against others' data: to re-identify what is depersonalised
without its controller's consent is an offence (Data Protection Act 2018 s.171).

The intruder has this source, and is taken to guess rightly how coarsely the target's row left: of
the rows that left as coarsely and fit, each is as likely as the next. So a target is found with the
chance of one in as many, and with certainty where there is one. Every chance is an upper bound;
what counts is the outward code in which the mean of them is greatest.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from schemas.codes.vocabularies import NOT_RECORDED, SQUARES
from schemas.datasets.dataset import Dataset
from schemas.extract.line_numbers import LINE
from schemas.wire.times import DAYS, EVERY, LASTS

_HOUR: Final = LASTS["hour"]
_DAY: Final = 24 * _HOUR
# What an intruder knows of a person beside place, time and category, where a dataset has it.
_PERSON: Final = {"age": None, "gender": NOT_RECORDED}


@dataclass(frozen=True, slots=True)
class Attack:
    """What an intruder found among some rows.

    Attributes:
        targets: How many were looked for; `identified`, how many with certainty.
        chance: The mean chance of finding a target, from 0 to 1.
        worst: The same in the outward code in which it is greatest.
    """

    targets: int
    identified: int
    chance: float
    worst: float


def knowledge(rows: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Return what an intruder knows of each checked row: one target a row, by `line`."""
    person = [name for name in _PERSON if name in dataset.fields]
    school = pl.col("school") if "school" in dataset.fields else pl.lit(None, dtype=pl.String)
    return rows.select(
        pl.col(LINE).alias("line"),
        pl.col("postcode").alias("outward"),
        pl.col("easting", "northing").cast(pl.Int64),
        pl.col("time_from").cast(pl.Int64).alias("clock"),
        pl.col("category", "klass").cast(pl.String),
        school.alias("school"),
        "lsoa",
        "area",
        "recorded",
        "occurred_from",
        *person,
    )


def attack(known: pl.DataFrame, released: pl.DataFrame) -> pl.DataFrame:
    """Look for each target among released rows.

    Args:
        known: As `knowledge` returns it.
        released: Rows as they were shared, with the `line` that each is of.

    Returns:
        `line`, `outward`, `fits` (how many rows that left as coarsely could be the target; null if
        its own were not shared) and `chance`.
    """
    rows = _as_seen(released)
    fits = [known.select("line", pl.lit(0, dtype=pl.UInt32).alias("fits")).clear()]
    fits += [_count_fitting(known, part) for part in rows.partition_by(_precision_columns(rows))]
    joined = known.join(pl.concat(fits), on="line", how="left", maintain_order="left")
    chance = pl.when(pl.col("fits") > 0).then(1 / pl.col("fits")).otherwise(0.0)
    return joined.select("line", "outward", "fits", chance.alias("chance"))


def _precision_columns(rows: pl.DataFrame) -> list[str]:
    """Name the columns that say how finely a row is described."""
    return ["place_precision", "has_weekday", *(p for p in DAYS.values() if p in rows.columns)]


def sum_attacks(attacked: pl.DataFrame) -> Attack | None:
    """Add up what was found; None if there was no target."""
    if attacked.is_empty():
        return None
    chances = attacked["chance"]
    worst = attacked.group_by("outward").agg(pl.col("chance").mean())["chance"].to_list()
    certain = int((chances == 1.0).sum())
    return Attack(attacked.height, certain, float(chances.sum()) / attacked.height, max(worst))


def _as_seen(released: pl.DataFrame) -> pl.DataFrame:
    """Return released rows as an intruder sees them: the same columns, whatever the dataset."""
    columns = set(released.columns)
    names = {day: precision for day, precision in DAYS.items() if day in columns}
    timed, no_number = "time_precision" in columns, pl.lit(None, dtype=pl.Int64)
    clock = pl.coalesce("time_from", "time_to").cast(pl.Int64) if timed else no_number
    lasts = pl.col("time_precision").cast(pl.String) if timed else pl.lit("none")
    weekday = pl.col("weekday") if "weekday" in columns else pl.lit(None, dtype=pl.Int8)
    category = pl.col("category").fill_null("") if "category" in columns else pl.lit("")
    return released.select(
        "line",
        "place",
        pl.col("place_precision").cast(pl.String),
        *(pl.col(day).alias(f"seen_{day}") for day in names),
        *(pl.col(precision).cast(pl.String) for precision in names.values()),
        weekday.alias("seen_weekday"),
        weekday.is_not_null().alias("has_weekday"),
        clock.alias("seen_clock"),
        lasts.replace_strict(LASTS, default=None, return_dtype=pl.Int64).alias("lasts"),
        category.alias("seen_category"),
        *(pl.col(name).alias(f"seen_{name}") for name in _PERSON if name in columns),
    )


def _count_fitting(known: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Count for each target the rows that fit it, among rows that are equally precise."""
    precisions = rows.row(0, named=True)
    targets = known.join(rows.select("line"), on="line", how="semi")
    looked_for = targets.with_columns(_place(precisions["place_precision"]).alias("place"))
    keys = ["place"]
    for day, precision in DAYS.items():
        unit = EVERY.get(precisions.get(precision, "none"))
        if unit:
            seen = pl.col(day).dt.truncate(unit).alias(f"seen_{day}")
            looked_for, keys = looked_for.with_columns(seen), [*keys, f"seen_{day}"]
    if precisions["has_weekday"]:
        weekday = pl.coalesce("occurred_from", "recorded").dt.weekday()
        looked_for, keys = looked_for.with_columns(seen_weekday=weekday), [*keys, "seen_weekday"]
    names = [n for n in rows.columns if n.startswith("seen_") or n in ("place", "lasts")]
    pairs = looked_for.join(rows.group_by(names).len("alike"), on=keys)
    categories = [pl.col("seen_category") == pl.col(name) for name in ("category", "klass")]
    same = (pl.col("seen_category") == "") | pl.any_horizontal(categories).fill_null(value=False)
    fits = [same, _in_time()]
    for name, not_stated in _PERSON.items():
        if f"seen_{name}" in pairs.columns and name in targets.columns:
            seen = pl.col(f"seen_{name}")
            free = seen.is_null() if not_stated is None else seen == not_stated
            fits.append(free | (seen == pl.col(name)).fill_null(value=True))
    return pairs.filter(pl.all_horizontal(fits)).group_by("line").agg(fits=pl.col("alike").sum())


def _in_time() -> pl.Expr:
    """Say whether a time, an hour or a band may be the target's to within an hour; around midnight
    too.
    """
    from_, clock = pl.col("seen_clock"), pl.col("clock")
    to = from_ + pl.col("lasts")
    around = [
        (clock + turn >= from_ - _HOUR) & (clock + turn < to + _HOUR) for turn in (-_DAY, 0, _DAY)
    ]
    return from_.is_null() | clock.is_null() | pl.any_horizontal(around)


def _place(precision: str) -> pl.Expr:
    """Return how a target's place would be given so finely."""
    if precision in SQUARES or precision == "point":
        side = SQUARES.get(precision, 1)
        corner = [
            (pl.col(axis) // side * side).cast(pl.String).str.zfill(6)
            for axis in ("easting", "northing")
        ]
        return pl.concat_str(corner, separator=" ")
    return pl.col("area" if precision == "district" else precision)
