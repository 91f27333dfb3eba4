"""How each field may be shared, as polars expressions, and the rows treated so.

Keeps true: a column is shared only if its dataset's declaration gives it a treatment here; a row
has one place, and its precision is named; nothing is more precise than it was.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import polars as pl

from depersonalise.places.population import with_squares, without_few_residents
from depersonalise.policy import Policy
from depersonalise.release.batches import (
    hash_references,
)
from depersonalise.release.helper_columns import PROTECTED
from depersonalise.release.sensitivity import HOME, no_square, protection
from schemas.checks.check import Checked
from schemas.codes.vocabularies import DOMESTIC, KEY_STAGES, NOT_RECORDED, OLDEST, YES_NO, YOUNGEST
from schemas.datasets.column_types import (
    GENERALISED,
    KEY_STAGE,
    LSOA_EDITION,
    NUMBER_PRECISION,
    PLACE_PRECISION,
    PRECISION,
    TIME_PRECISION,
    WEEK_PART,
    words_type,
)
from schemas.datasets.dataset import Dataset, Place, Treat
from schemas.datasets.shared_columns import released_columns
from schemas.extract.line_numbers import LINE
from schemas.wire.times import MINUTE, week_part

_YEAR: Final = pl.duration(days=365)
_OPEN: Final = ("category_scheme", "category_edition")  # are shared as text: lists come every year
_FEW_RESIDENTS: Final = "few residents"
_ORDER: Final = 8  # bytes of what cover is taken by


def kept_fields(dataset: Dataset) -> list[pl.Expr]:
    """Share fields as they are, and mark as domestic what any evidence says is domestic."""
    names = [f.name for f in dataset.fields.values() if f.treat is Treat.KEEP]
    marked = pl.col("_reason").is_in(DOMESTIC)
    yes = pl.lit("yes", dtype=words_type(YES_NO))
    domestic = pl.when(marked).then(yes).otherwise("domestic").alias("domestic")
    return [domestic if name == "domestic" else pl.col(name) for name in names]


def dates(_: Dataset) -> list[pl.Expr]:
    """Share dates as days, or as years where the incident was recorded more than a year later."""
    recorded, occurred = pl.col("recorded"), pl.col("occurred_from")
    old = _is_old()
    month = pl.col("month_only_occurred")

    def cut(day: pl.Expr) -> pl.Expr:
        by_month = pl.when(month).then(day.dt.month_start()).otherwise(day)
        return pl.when(old).then(day.dt.truncate("1y")).otherwise(by_month)

    by_month = pl.col("month_only")
    return [
        pl.when(by_month).then(recorded.dt.month_start()).otherwise(recorded).alias("recorded"),
        _precision_name(recorded, (by_month, "month")).alias("recorded_precision"),
        cut(occurred).alias("occurred_from"),
        cut(pl.col("occurred_to")).alias("occurred_to"),
        _precision_name(
            pl.coalesce(occurred, pl.col("occurred_to")), (old, "year"), (month, "month")
        ).alias("occurred_precision"),
        pl.lit(None, dtype=pl.Int8).alias("weekday"),
    ]


def times(dataset: Dataset) -> list[pl.Expr]:
    """Share times as minutes or hours, as the dataset allows.

    Rows that may be at home get hours, and rows recorded more than a year later no time.
    """
    old = _is_old()
    by_hour = pl.lit(value=True) if dataset.time == "hour" else pl.col("_level") == HOME
    step = pl.when(by_hour).then(60 * MINUTE).otherwise(MINUTE)

    def cut(name: str) -> pl.Expr:
        clock = pl.when(~old).then(pl.col(name).cast(pl.Int64))
        return (clock // step * step).cast(pl.Time).alias(name)

    clock_held = pl.when(~old).then(pl.coalesce("time_from", "time_to"))
    name = _namer(TIME_PRECISION)
    precision = (
        pl.when(clock_held.is_null())
        .then(name("none"))
        .when(by_hour)
        .then(name("hour"))
        .otherwise(name("minute"))
    )
    return [cut("time_from"), cut("time_to"), precision.alias("time_precision")]


def _is_old() -> pl.Expr:
    return (pl.col("occurred_from") < pl.col("recorded") - _YEAR).fill_null(value=False)


def place(dataset: Dataset) -> list[pl.Expr]:
    """Share one place for each row: the finest that its dataset allows, else the outward code.

    The finest is the square around the point, where it holds enough addresses and the row is not at
    a dwelling; else the LSOA. Rows that may be at home get the outward code. Rows without any of
    these get their district.
    """
    finest = _FINEST.get(dataset.place, ())
    fine = [
        (pl.when((pl.col("_level") < HOME) & ~(no_square() & (name == "square"))).then(value), p)
        for name, value, p in finest
    ]
    places = (*fine, (pl.col("postcode"), _level("outward")), (pl.col("area"), _level("district")))
    precision = pl.coalesce(pl.when(value.is_not_null()).then(name) for value, name in places)
    place_columns = [
        pl.coalesce(value for value, _ in places).alias("place"),
        precision.alias("place_precision"),
    ]
    if dataset.place is Place.LSOA:
        no_edition = pl.lit("", dtype=LSOA_EDITION)
        edition = pl.when(precision == "lsoa").then("lsoa_edition").otherwise(no_edition)
        place_columns.append(edition.alias("lsoa_edition"))
    return place_columns


def _level(precision: str) -> pl.Expr:
    return pl.lit(precision, dtype=PLACE_PRECISION)


def _point() -> pl.Expr:
    east, north = (pl.col(c).cast(pl.String).str.zfill(6) for c in ("easting", "northing"))
    return east + " " + north


# What a dataset's places may be, finest first, where that is finer than the outward code.
_FINEST: Final = {
    Place.LSOA: (
        ("square", pl.col("square"), pl.col("square_precision")),
        ("lsoa", pl.col("lsoa"), _level("lsoa")),
    ),
    Place.POINT: (("point", _point(), _level("point")),),
    Place.SCHOOL: (("school", pl.col("school"), _level("school")),),
}


def ages(_: Dataset) -> list[pl.Expr]:
    """Share ages in years, and the key stage of pupils of that age."""
    age, name = pl.col("age"), _namer(KEY_STAGE)
    steps = [*KEY_STAGES.items(), (max(KEY_STAGES) + 2, OLDEST)]
    stage: pl.Expr = pl.when(age.is_not_null()).then(name(YOUNGEST)).otherwise(name(NOT_RECORDED))
    for start, words in steps:
        stage = pl.when(age >= start).then(name(words)).otherwise(stage)
    return [age, stage.alias("key_stage")]


def numbers(_: Dataset) -> list[pl.Expr]:
    """Share numbers as they are, but those from one to four as "one to four"."""
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
    Treat.KEEP: kept_fields,
    Treat.DATE: dates,
    Treat.TIME: times,
    Treat.PLACE: place,
    Treat.AGE: ages,
    Treat.NUMBER: numbers,
}


def _precision_name(value: pl.Expr, *steps: tuple[pl.Expr, str]) -> pl.Expr:
    """Return the name of a precision: "none" without a value, the first that applies, or "day"."""
    name = _namer(PRECISION)
    label = name("day")
    for applies, precision in reversed(steps):
        label = pl.when(applies).then(name(precision)).otherwise(label)
    return pl.when(value.is_null()).then(name("none")).otherwise(label)


def _namer(words: pl.Enum) -> Callable[[str], pl.Expr]:
    return lambda word: pl.lit(word, dtype=words)


def treated_rows(checked: Checked, policy: Policy) -> pl.DataFrame:
    """Return rows as they would be shared if not protected, with the columns of TREATED."""
    dataset = checked.dataset
    treats = {f.treat for f in dataset.fields.values()}
    strict = policy.with_allowed_place(dataset)
    columns = [
        e for treat, treatment in TREATMENTS.items() if treat in treats for e in treatment(strict)
    ]
    if dataset.place is Place.LSOA and strict.place is not Place.LSOA:
        columns.append(pl.lit("", dtype=LSOA_EDITION).alias("lsoa_edition"))
    rows = without_few_residents(checked.rows, policy.directory)
    rows = with_squares(rows, policy.squares(strict))
    names = released_columns(dataset)
    helpers = {
        "_line": LINE,
        "_reference": "reference",
        "_klass": "klass",
        "_outward": "postcode",
        "_dwelling": "dwelling",
        "_nature": "nature",
    }
    few = pl.col("_few") & (pl.col("place_precision") == "district") & (pl.col("_reason") == "")
    reason = pl.when(few).then(pl.lit(_FEW_RESIDENTS)).otherwise("_reason")
    treated = (
        rows.lazy()
        .with_columns(protection(dataset, published=checked.published))
        .select(*columns, "area", "area_basis", *PROTECTED, "_few", **helpers)
        .with_columns(
            pl.lit("", dtype=GENERALISED).alias("generalised"),
            reason.alias("_reason") if "place" in names else pl.col("_reason"),
            week_part(set(names))
            if "week_part" in names
            else pl.lit("", dtype=WEEK_PART).alias("week_part"),
        )
        .select(*names, *PROTECTED, *helpers)
        .cast({name: pl.String for name in _OPEN if name in names})
    )
    # References are hashed one by one in Python, and polars needs no Python meanwhile.
    with ThreadPoolExecutor(1) as beside:
        hashing = beside.submit(hash_references, checked.rows["reference"], policy.key)
        # Collected in memory, it is in one piece: others are copied by each step.
        result = treated.collect(engine="in-memory")
        refs = hashing.result()
    result = result.with_columns(_ref=refs["ref"], _nth=refs["nth"])
    return result.with_columns(_order=_cover_order(by_reference=not refs["ref"].null_count()))


def _cover_order(*, by_reference: bool) -> pl.Expr:
    """Return a number that decides which of equal rows is cover, the same in each run.

    It is the beginning of the hash of a record's reference, or of its line number as text where it
    has none.

    Args:
        by_reference: Whether every record has a reference, so that no line number is needed.
    """
    line = pl.col("_line").cast(pl.String).str.pad_end(_ORDER, "\0").cast(pl.Binary)
    known_by = pl.col("_ref") if by_reference else pl.coalesce("_ref", line)
    start = known_by.bin.slice(0, _ORDER)
    return start.bin.reinterpret(dtype=pl.UInt64, endianness="big")
