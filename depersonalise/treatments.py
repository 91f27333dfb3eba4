"""How each field may leave, as polars expressions.

Keeps true: a column leaves only if its dataset's declaration gives it a treatment here; a row has
one place, and its precision is named; nothing is more precise than it was.
"""

from collections.abc import Callable
from typing import Final

import polars as pl

from depersonalise.sensitive import COARSE, HOME
from schemas.column_types import (
    KEY_STAGE,
    LSOA_EDITION,
    NUMBER_PRECISION,
    PLACE_PRECISION,
    PRECISION,
    TIME_PRECISION,
    words_type,
)
from schemas.dataset import Dataset, Place, Treat
from schemas.shared import MINUTE
from schemas.words import DOMESTIC, KEY_STAGES, OLDEST, UNTOLD, YES_NO, YOUNGEST

_LEVEL: Final = pl.col("_level")
_YEAR: Final = pl.duration(days=365)


def kept(dataset: Dataset) -> list[pl.Expr]:
    """Fields that leave as they are; what is domestic by whatever says so, is marked so."""
    names = [f.name for f in dataset.fields.values() if f.treat is Treat.KEEP]
    marked = pl.col("generalised").is_in(DOMESTIC)
    yes = pl.lit("yes", dtype=words_type(YES_NO))
    domestic = pl.when(marked).then(yes).otherwise("domestic").alias("domestic")
    return [domestic if name == "domestic" else pl.col(name) for name in names]


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

    The finest is the square around the point, where enough addresses lie in it and the row is not
    at a dwelling; else the LSOA. Coarse rows: the outward code and nothing finer. Rows that may be
    at home: the outward code, or the LSOA where there is no postcode; neighbours' and those at
    protected places the outward code only. What has neither is given its district.
    """
    finest = _FINEST.get(dataset.place, ())
    near = pl.col("generalised").is_in(["neighbour or welfare", "at a dwelling or protected place"])
    at_home = pl.col("generalised") == "at a dwelling or protected place"
    lsoa = pl.col("lsoa") if dataset.place is Place.LSOA else pl.lit(None, dtype=pl.String)
    fine = [
        (pl.when((_LEVEL < HOME) & ~(at_home & (name == "square"))).then(found), precision)
        for name, found, precision in finest
    ]
    places = (
        *fine,
        (pl.col("postcode"), _of("outward")),
        (pl.when((_LEVEL == HOME) & ~near).then(lsoa), _of("lsoa")),
        (pl.col("area"), _of("district")),
    )
    precision = pl.coalesce(pl.when(found.is_not_null()).then(name) for found, name in places)
    told = [
        pl.coalesce(found for found, _ in places).alias("place"),
        precision.alias("place_precision"),
    ]
    if dataset.place is Place.LSOA:
        no_edition = pl.lit("", dtype=LSOA_EDITION)
        edition = pl.when(precision == "lsoa").then("lsoa_edition").otherwise(no_edition)
        told.append(edition.alias("lsoa_edition"))
    return told


def _of(precision: str) -> pl.Expr:
    return pl.lit(precision, dtype=PLACE_PRECISION)


def _point() -> pl.Expr:
    east, north = (pl.col(c).cast(pl.String).str.zfill(6) for c in ("easting", "northing"))
    return east + " " + north


# What a dataset's places may be, finest first, where that is finer than the outward code.
_FINEST: Final = {
    Place.LSOA: (
        ("square", pl.col("square"), pl.col("square_precision")),
        ("lsoa", pl.col("lsoa"), _of("lsoa")),
    ),
    Place.POINT: (("point", _point(), _of("point")),),
    Place.SCHOOL: (("school", pl.col("school"), _of("school")),),
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
