"""What is released of a protected row at each level of each axis, as polars expressions.

The same expressions say which rows are alike and what is shared of them, so that rows that were
counted as alike are alike. They read the columns as a row that is not protected would leave, and
beside them `_outward` (nothing where it is not released) and `_klass`.
"""

from typing import Final

import polars as pl

from schemas.codes.vocabularies import (
    GENDER,
    NOT_RECORDED,
    PHASE,
    VIOLENCE_OR_SEXUAL,
    VIOLENT_OR_SEXUAL_CLASSES,
)
from schemas.datasets.axes import Axis
from schemas.datasets.column_types import (
    AREA_BASIS,
    KEY_STAGE,
    LSOA_EDITION,
    PLACE_PRECISION,
    PRECISION,
    TIME_PRECISION,
    WEEK_PART,
    words_type,
)
from schemas.wire.times import LASTS

Columns = dict[str, pl.Expr]
_NO_TIME: Final = pl.lit(None, dtype=pl.Time)
_NO_DATE: Final = pl.lit(None, dtype=pl.Date)
_NO_TEXT: Final = pl.lit(None, dtype=pl.String)


def always(columns: set[str]) -> Columns:
    """Return what is released of every protected row alike, of a table with these columns."""
    values = {
        "weekday": pl.lit(None, dtype=pl.Int8),
        "week_part": pl.lit("", dtype=WEEK_PART),
        "occurred_to": _NO_DATE,
        "lsoa_edition": pl.lit("", dtype=LSOA_EDITION),
        "area_basis": pl.lit("district", dtype=AREA_BASIS),
    }
    return _only(columns, values)


def at_level(axis: Axis, level: int, columns: set[str]) -> Columns:
    """Return what is released at a level of an axis, of a table with these columns."""
    return _only(columns, _LEVELS[axis.name, axis.levels[level]])


def _only(columns: set[str], values: Columns) -> Columns:
    return {name: value for name, value in values.items() if name in columns}


def _place(precision: str) -> pl.Expr:
    return pl.lit(precision, dtype=PLACE_PRECISION)


def _school() -> Columns:
    return {name: pl.col(name) for name in ("place", "place_precision", "phase")}


def _outward() -> Columns:
    known = pl.col("_outward").is_not_null()
    return {
        "place": pl.coalesce("_outward", "area"),
        "place_precision": pl.when(known).then(_place("outward")).otherwise(_place("district")),
        "phase": pl.lit(NOT_RECORDED, dtype=words_type(PHASE)),
    }


def _district() -> Columns:
    return _outward() | {"place": pl.col("area"), "place_precision": _place("district")}


def _date(unit: str, precision: str) -> Columns:
    """The date that decides the quarter: when it was recorded, else when it happened."""
    recorded, occurred = pl.col("recorded"), pl.col("occurred_from")
    none, word = pl.lit("none", dtype=PRECISION), pl.lit(precision, dtype=PRECISION)
    by_record = recorded.is_not_null()
    return {
        "recorded": recorded.dt.truncate(unit),
        "recorded_precision": pl.when(by_record).then(word).otherwise(none),
        "occurred_from": pl.when(~by_record).then(occurred.dt.truncate(unit)),
        "occurred_precision": pl.when(by_record).then(none).otherwise(word),
    }


def _band() -> Columns:
    band = LASTS["six hours"]
    clock = pl.coalesce("time_from", "time_to").cast(pl.Int64) // band * band
    six, none = (pl.lit(name, dtype=TIME_PRECISION) for name in ("six hours", "none"))
    return {
        "time_from": clock.cast(pl.Time),
        "time_to": _NO_TIME,
        "time_precision": pl.when(clock.is_not_null()).then(six).otherwise(none),
    }


def _no_band() -> Columns:
    none = pl.lit("none", dtype=TIME_PRECISION)
    return {"time_from": _NO_TIME, "time_to": _NO_TIME, "time_precision": none}


def _code() -> Columns:
    return {name: pl.col(name) for name in ("category", "reason_2", "reason_3")}


def _class() -> Columns:
    # A code of an authority's own list has no class, and stays.
    klass = pl.coalesce(pl.col("_klass").cast(pl.String), "category")
    return {"category": klass, "reason_2": _NO_TEXT, "reason_3": _NO_TEXT}


def _two_classes() -> Columns:
    of_both = pl.col("_klass").cast(pl.String).is_in(VIOLENT_OR_SEXUAL_CLASSES)
    word = pl.when(of_both).then(pl.lit(VIOLENCE_OR_SEXUAL))
    return _class() | {"category": word.otherwise(_class()["category"])}


def _age() -> Columns:
    return {"age": pl.col("age"), "key_stage": pl.col("key_stage")}


def _key_stage() -> Columns:
    return {"age": pl.lit(None, dtype=pl.Int8), "key_stage": pl.col("key_stage")}


_LEVELS: Final[dict[tuple[str, str], Columns]] = {
    ("place", "school"): _school(),
    ("place", "phase and outward code"): _outward() | {"phase": pl.col("phase")},
    ("place", "outward code"): _outward(),
    ("place", "district"): _district(),
    ("month", "month"): _date("1mo", "month"),
    ("month", "quarter"): _date("1q", "quarter"),
    ("week", "weekday or weekend"): {"week_part": pl.col("week_part")},
    ("week", "not stated"): {"week_part": pl.lit("", dtype=WEEK_PART)},
    ("time", "band of six hours"): _band(),
    ("time", "not stated"): _no_band(),
    ("category", "code"): _code(),
    ("category", "class"): _class(),
    ("category", VIOLENCE_OR_SEXUAL): _two_classes(),
    ("category", "reasons"): _code(),
    ("category", "group of the first reason"): _class(),
    ("age", "years"): _age(),
    ("age", "key stage"): _key_stage(),
    ("age", "not stated"): _key_stage() | {"key_stage": pl.lit(NOT_RECORDED, dtype=KEY_STAGE)},
    ("gender", "gender"): {"gender": pl.col("gender")},
    ("gender", "not stated"): {"gender": pl.lit(NOT_RECORDED, dtype=words_type(GENDER))},
}
