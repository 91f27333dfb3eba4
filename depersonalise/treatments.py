"""How each field may leave, as polars expressions.

Keeps true: a column leaves only if its dataset's declaration gives it a treatment here; a row has
one place, and its precision is named; nothing is more precise than it was.
"""

from collections.abc import Callable
from typing import Final

import polars as pl

from depersonalise.sensitive import COARSE, HOME
from schemas.dataset import Dataset, Place, Treat
from schemas.shared import MINUTE
from schemas.words import (
    KEY_STAGE,
    KEY_STAGES,
    NUMBER_PRECISION,
    OLDEST,
    PLACE_PRECISION,
    PRECISION,
    TIME_PRECISION,
    UNTOLD,
    YOUNGEST,
)

_LEVEL: Final = pl.col("_level")
_YEAR: Final = pl.duration(days=365)


def kept(dataset: Dataset) -> list[pl.Expr]:
    """Fields that leave as they are."""
    return [pl.col(f.name) for f in dataset.fields.values() if f.treat is Treat.KEEP]


def dates(_: Dataset) -> list[pl.Expr]:
    """Days; months for coarse rows; the year for what was recorded more than a year later.

    Whatever leaves only as its month carries the weekday beside it.
    """
    coarse = _LEVEL == COARSE
    recorded, occurred = pl.col("recorded"), pl.col("occurred_from")
    old = (occurred < recorded - _YEAR).fill_null(value=False)
    month = coarse | pl.col("month_only_occurred")

    def cut(day: pl.Expr) -> pl.Expr:
        by_month = pl.when(month).then(day.dt.month_start()).otherwise(day)
        return pl.when(old).then(day.dt.truncate("1y")).otherwise(by_month)

    recorded_month = coarse | pl.col("month_only")
    on_day = pl.coalesce(
        pl.when(~pl.col("month_only_occurred")).then(occurred),
        pl.when(~pl.col("month_only")).then(recorded),
    )
    return [
        pl.when(recorded_month)
        .then(recorded.dt.month_start())
        .otherwise(recorded)
        .alias("recorded"),
        _named(recorded, (recorded_month, "month")).alias("recorded_precision"),
        cut(occurred).alias("occurred_from"),
        cut(pl.col("occurred_to")).alias("occurred_to"),
        _named(pl.coalesce(occurred, pl.col("occurred_to")), (old, "year"), (month, "month")).alias(
            "occurred_precision"
        ),
        pl.when(coarse & ~old).then(on_day.dt.weekday()).cast(pl.Int8).alias("weekday"),
    ]


def times(dataset: Dataset) -> list[pl.Expr]:
    """Minutes or hours as the dataset allows; hours for rows that may be at home; bands of six
    hours for coarse ones; none for what was recorded more than a year later.
    """
    old = (pl.col("occurred_from") < pl.col("recorded") - _YEAR).fill_null(value=False)
    by_hour = pl.lit(value=True) if dataset.time == "hour" else _LEVEL >= HOME
    coarse = _LEVEL == COARSE
    step = pl.when(coarse).then(360 * MINUTE).when(by_hour).then(60 * MINUTE).otherwise(MINUTE)

    def cut(name: str) -> pl.Expr:
        clock = pl.when(~old).then(pl.col(name).cast(pl.Int64))
        return (clock // step * step).cast(pl.Time).alias(name)

    held = pl.when(~old).then(pl.coalesce("time_from", "time_to"))
    name = _namer(TIME_PRECISION)
    precision = (
        pl.when(held.is_null())
        .then(name("none"))
        .when(coarse)
        .then(name("six hours"))
        .when(by_hour)
        .then(name("hour"))
        .otherwise(name("minute"))
    )
    return [cut("time_from"), cut("time_to"), precision.alias("time_precision")]


def place(dataset: Dataset) -> list[pl.Expr]:
    """The one place of a row: the finest that its dataset allows, else the outward code.

    Coarse rows: the outward code and nothing finer. Rows that may be at home: the outward code,
    or the LSOA where there is no postcode; neighbours' the outward code only. What has neither
    is given its district.
    """
    finest, found = _FINEST.get(dataset.place, ("outward", pl.lit(None, dtype=pl.String)))
    outward = pl.col("postcode")
    near = pl.col("generalised").is_in(["neighbour or welfare", "at a dwelling"])
    fine = pl.when(_LEVEL < HOME).then(found)
    fallback = pl.when((_LEVEL == HOME) & ~near & (finest == "lsoa")).then(found)
    name = _namer(PLACE_PRECISION)
    precision = (
        pl.when(fine.is_not_null())
        .then(name(finest))
        .when(outward.is_not_null())
        .then(name("outward"))
        .when(fallback.is_not_null())
        .then(name("lsoa"))
        .otherwise(name("district"))
    )
    return [
        pl.coalesce(fine, outward, fallback, pl.col("area")).alias("place"),
        precision.alias("place_precision"),
    ]


def _point() -> pl.Expr:
    east, north = (pl.col(c).cast(pl.String).str.zfill(6) for c in ("easting", "northing"))
    return east + " " + north


# The finest place of a dataset, by what it may be, where that is finer than the outward code.
_FINEST: Final = {
    Place.LSOA: ("lsoa", pl.col("lsoa")),
    Place.POINT: ("point", _point()),
    Place.SCHOOL: ("school", pl.col("school")),
}


def ages(_: Dataset) -> list[pl.Expr]:
    """Years, and the key stage of pupils of that age."""
    age, name = pl.col("age"), _namer(KEY_STAGE)
    steps = [*KEY_STAGES.items(), (max(KEY_STAGES) + 2, OLDEST)]
    stage: pl.Expr = pl.when(age.is_not_null()).then(name(YOUNGEST)).otherwise(name(UNTOLD))
    for start, words in steps:
        stage = pl.when(age >= start).then(name(words)).otherwise(stage)
    return [age, stage.alias("key_stage")]


def numbers(_: Dataset) -> list[pl.Expr]:
    """Numbers as they are; one to four as that."""
    number, name = pl.col("number"), _namer(NUMBER_PRECISION)
    few = number.is_between(1, 4)
    precision = (
        pl.when(number.is_null())
        .then(name("none"))
        .when(few)
        .then(name("one to four"))
        .otherwise(name("exact"))
    )
    return [pl.when(~few).then(number).alias("number"), precision.alias("number_precision")]


TREATMENTS: Final[dict[Treat, Callable[[Dataset], list[pl.Expr]]]] = {
    Treat.KEEP: kept,
    Treat.DATE: dates,
    Treat.TIME: times,
    Treat.PLACE: place,
    Treat.AGE: ages,
    Treat.NUMBER: numbers,
}


def _named(held: pl.Expr, *steps: tuple[pl.Expr, str]) -> pl.Expr:
    """Name a precision: none where nothing is held, the first step that applies, else day."""
    name = _namer(PRECISION)
    named = name("day")
    for applies, precision in reversed(steps):
        named = pl.when(applies).then(name(precision)).otherwise(named)
    return pl.when(held.is_null()).then(name("none")).otherwise(named)


def _namer(words: pl.Enum) -> Callable[[str], pl.Expr]:
    return lambda word: pl.lit(word, dtype=words)
