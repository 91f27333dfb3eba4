"""What a depersonalised dataset looks like: every column that leaves, and no other.

Keeps true: a column leaves only if a field of the dataset gives it; every text that leaves is held
to a shape or a list, so that a name, a number or an address has no column to stand in. The sender
checks it before sealing, the receiver on opening.
"""

from functools import lru_cache
from typing import Any, Final

import pandera.polars as pa
import polars as pl
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaErrors

from schemas.codes import classes_of, is_category
from schemas.collisions import CASUALTIES
from schemas.dataset import Dataset, Field, Place, Treat
from schemas.words import (
    AREA_BASIS,
    COARSE,
    DOMESTIC,
    EDITION,
    EXCLUSION,
    GENDER,
    GENERALISED,
    GSS_SHAPE,
    KEY_STAGE,
    LSOA_EDITION,
    LSOA_SHAPE,
    NUMBER_PRECISION,
    PHASE,
    PLACE_PRECISION,
    PRECISION,
    SCHEME,
    SQUARES,
    TIME_PRECISION,
    YES_NO,
)

MINUTE: Final = 60 * 10**9  # nanoseconds, which is how polars counts times
# The days that leave, each with the column that says how fine it is; what each precision of a day
# begins with; how long a time of each precision lasts.
DAYS: Final = {"recorded": "recorded_precision", "occurred_from": "occurred_precision"}
EVERY: Final = {"day": "1d", "month": "1mo", "quarter": "1q", "year": "1y"}
LASTS: Final = {"minute": MINUTE, "hour": 60 * MINUTE, "six hours": 360 * MINUTE}
PLACED: Final = ("place", "place_precision")  # what the one place of a row gives
_SLICE: Final = 1_000_000  # rows checked at a time, to spare memory
_SHAPES: Final = {
    "point": r"^[0-9]{6} [0-9]{6,7}$",
    "100 m": r"^[0-9]{4}00 [0-9]{4,5}00$",
    "250 m": r"^[0-9]{3}(?:[05]00|[27]50) [0-9]{3,4}(?:[05]00|[27]50)$",
    "500 m": r"^[0-9]{3}[05]00 [0-9]{3,4}[05]00$",
    "1000 m": r"^[0-9]{3}000 [0-9]{3,4}000$",
    "school": r"^[0-9]{6,7}$",
    "lsoa": rf"^{LSOA_SHAPE}$",
    "outward": r"^[A-Z]{1,2}[0-9][0-9A-Z]?$",
    "district": rf"^{GSS_SHAPE}$",
}


class NotAsDeclared(Exception):
    """A table is not what its dataset says may leave. Names columns, and no values."""


def _column(dtype: Any, says: str, *checks: pa.Check, nullable: bool = False) -> pa.Column:
    return pa.Column(dtype, list(checks), nullable=nullable, description=says)


def _per_value(columns: list[str], sound: pl.Expr) -> pa.Check:
    """Return a check that looks at each distinct value once; which rows hold it does not matter."""

    def check(data: pa.PolarsData) -> bool:
        values = data.lazyframe.select(columns).unique()
        return bool(values.select(sound.fill_null(value=False).all()).collect().item())

    return pa.Check(check, name="has its shape")


_PLACE_FITS: Final = pl.any_horizontal(
    pl.col("place_precision").eq(name) & pl.col("place").str.contains(shape)
    for name, shape in _SHAPES.items()
)
_CATEGORY: Final = "What it was: a code of the scheme beside it, or in small groups its class."
_REASON: Final = "A further reason of the same list, where there is one."
# In the order in which they stand in a table.
_COLUMNS: Final[dict[str, pa.Column]] = {
    "record_id": _column(
        pl.String,
        "A random number for this submission; it says nothing of the source's reference.",
        pa.Check.str_matches(r"^[0-9a-f]{32}$"),
    ),
    "recorded": _column(
        pl.Date, "The day it was recorded, or the first of its month or quarter.", nullable=True
    ),
    "recorded_precision": _column(
        PRECISION, "How fine `recorded` is: day, month, quarter, or none where there is none."
    ),
    "occurred_from": _column(
        pl.Date,
        "The day it happened or can first have happened, or the first of its month or year.",
        nullable=True,
    ),
    "occurred_to": _column(pl.Date, "The last day on which it can have happened.", nullable=True),
    "occurred_precision": _column(
        PRECISION,
        "How fine the two are: day, month, quarter, year (more than a year before it was recorded) "
        "or none.",
    ),
    "time_from": _column(
        pl.Time,
        "The time it happened or can first have happened; for an hour or a band, its beginning.",
        nullable=True,
    ),
    "time_to": _column(pl.Time, "The last time at which it can have happened.", nullable=True),
    "time_precision": _column(
        TIME_PRECISION, "How fine the two are: minute, hour, six hours, or none."
    ),
    "weekday": _column(
        pl.Int8,
        "1 Monday to 7 Sunday, where the date leaves only as its month.",
        pa.Check.in_range(1, 7),
        nullable=True,
    ),
    "category": _column(pl.String, _CATEGORY),
    "reason_2": _column(pl.String, _REASON, nullable=True),
    "reason_3": _column(pl.String, _REASON, nullable=True),
    "category_scheme": _column(SCHEME, "The list the category comes from."),
    "category_edition": _column(EDITION, "The edition of that list."),
    "domestic": _column(YES_NO.enum, "Whether it was recorded as a domestic incident."),
    "exclusion": _column(
        EXCLUSION.enum, "Whether it was permanent, a suspension, or over lunchtime."
    ),
    "age": _column(pl.Int8, "The pupil's age in years.", pa.Check.in_range(3, 19), nullable=True),
    "key_stage": _column(KEY_STAGE, "The key stage of pupils of that age."),
    "gender": _column(GENDER.enum, "The pupil's gender; in small groups not told."),
    "phase": _column(PHASE.enum, "The phase of the school."),
    **{
        name: _column(
            pl.UInt16,
            f"How many {name.replace('_', ' ')}; empty where it is not held.",
            nullable=True,
        )
        for name in CASUALTIES
    },
    "number": _column(pl.UInt32, "How many; empty for one to four.", nullable=True),
    "number_precision": _column(NUMBER_PRECISION, "Whether the number is told."),
    "place": _column(
        pl.String,
        "The one place of the row: a point of the National Grid (metres east and north), the "
        "south-west corner of a square of it, a school, an LSOA, an outward code, or the district.",
        _per_value(["place_precision", "place"], _PLACE_FITS),
    ),
    "place_precision": _column(
        PLACE_PRECISION, "How fine it is; of a square, the length of its side."
    ),
    "lsoa_edition": _column(
        LSOA_EDITION, "The edition of the LSOA, where the place is one and it is known."
    ),
    "area": _column(
        pl.String,
        "The local government area, as its GSS code.",
        _per_value(["area"], pl.col("area").str.contains(_SHAPES["district"])),
    ),
    "area_basis": _column(AREA_BASIS, "What the area was decided from."),
    "generalised": _column(
        GENERALISED,
        "Why the row left coarser than its dataset allows; empty if it did not.",
    ),
}
SAYS: Final = {name: str(column.description) for name, column in _COLUMNS.items()}
_ALWAYS: Final = ("record_id", "area", "area_basis", "generalised")
# The columns that a field gives, where it is not the one of its own name.
_GIVES: Final = {
    "recorded": ("recorded", "recorded_precision", "weekday"),
    "occurred_from": ("occurred_from", "occurred_precision", "weekday"),
    "time_from": ("time_from", "time_precision"),
    "age": ("age", "key_stage"),
    "number": ("number", "number_precision"),
}


def gives(name: str) -> tuple[str, ...]:
    """Return the columns that a field gives, places and what is dropped aside."""
    return _GIVES.get(name, (name,))


@lru_cache
def columns_of(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns that leave of a dataset, in order: those that its fields give."""
    given = set(_ALWAYS)
    for field in dataset.fields.values():
        if field.treat is Treat.PLACE:
            given |= {*PLACED}
            given |= {"lsoa_edition"} if dataset.place is Place.LSOA else set()
        elif field.treat is not Treat.DROP:
            given |= set(gives(field.name))
    own = tuple(name for name in dataset.fields if name in given and name not in _COLUMNS)
    known = tuple(name for name in _COLUMNS if name in given)
    at = known.index("place") if "place" in known else len(known)
    return (*known[:at], *own, *known[at:])


@lru_cache
def _schema_of(dataset: Dataset) -> pa.DataFrameSchema:
    columns = {
        name: _COLUMNS[name] if name in _COLUMNS else _own(dataset.fields[name])
        for name in columns_of(dataset)
    }
    return pa.DataFrameSchema(columns, strict=True, ordered=True)


def _own(field: Field) -> pa.Column:
    """Return the column of a local dataset's own: one of a closed list of words."""
    if field.words is None:
        raise NotAsDeclared(f"{field.name} is held to no list")
    return _column(field.words.enum, field.says)


def meanings(dataset: Dataset) -> dict[str, str]:
    """Return what the columns that leave of a dataset mean."""
    return {name: c.description or "" for name, c in _schema_of(dataset).columns.items()}


def polars_schema(dataset: Dataset) -> pl.Schema:
    """Return the columns that leave of a dataset with their types."""
    return pl.Schema({n: c.dtype.type for n, c in _schema_of(dataset).columns.items()})


def check_shared(
    rows: pl.DataFrame, dataset: Dataset, *, fresh_ids: bool = False, personal: bool = False
) -> None:
    """Prove that a depersonalised table is what its dataset says may leave.

    Args:
        personal: It holds recorded domestic incidents, as personal data, and nothing else.
        fresh_ids: The record ids were drawn here a moment ago, and need no proof.

    Raises:
        NotAsDeclared: it is not; the message names columns and rules.
    """
    if tuple(rows.columns) != columns_of(dataset) or rows.schema != polars_schema(dataset):
        raise NotAsDeclared("its columns are not those that may leave")
    broken: set[str] = set()
    for part in rows.iter_slices(_SLICE):
        broken |= _broken(part, dataset, fresh_ids=fresh_ids)
        broken |= _against(part, dataset, personal=personal)
    if not fresh_ids and _repeats(rows["record_id"]):
        broken.add("record_id")
    if broken:
        raise NotAsDeclared("not as may leave: " + ", ".join(sorted(broken)))


def _repeats(ids: pl.Series) -> bool:
    """Say whether a value stands twice; their hashes are quicker to count, and nearly always do."""
    return ids.hash().n_unique() != len(ids) and ids.n_unique() != len(ids)


def _broken(rows: pl.DataFrame, dataset: Dataset, *, fresh_ids: bool) -> set[str]:
    """Name the columns that break their own declaration."""
    schema = _schema_of(dataset)
    if fresh_ids:
        schema, rows = schema.remove_columns(["record_id"]), rows.drop("record_id")
    with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
        try:
            schema.validate(rows, lazy=True)
        except SchemaErrors as told:
            names = set(told.failure_cases["column"].drop_nulls())
        else:
            return set()
    return names & set(_COLUMNS) or {"a column"}


_FINEST: Final = {
    Place.POINT: ("point", "outward", "district"),
    Place.SCHOOL: ("school", "outward", "district"),
    Place.LSOA: (*SQUARES, "lsoa", "outward", "district"),
    Place.OUTWARD: ("outward", "district"),
    Place.OUTWARD_ONLY: ("outward", "district"),
    Place.DISTRICT: ("district",),
}


def _against(rows: pl.DataFrame, dataset: Dataset, *, personal: bool) -> set[str]:
    """Name what this dataset in particular does not allow."""
    told = {"place_precision": ~pl.col("place_precision").is_in(_FINEST[dataset.place])}
    coarse = pl.col("generalised").is_in(COARSE)
    hours = dataset.time == "hour" and not dataset.minutes  # those of a protocol are the sender's
    too_fine = [pl.col("place_precision").is_in(["lsoa", "point", *SQUARES])]
    columns = set(rows.columns)
    for name, precision in DAYS.items():
        if precision in columns:
            told[precision] = _cut(rows, name, precision)
            too_fine.append(pl.col(precision).eq("day"))
    if "time_precision" in columns:
        told["time_from"] = _clock_too_fine(rows, "time_from")
        told["time_to"] = _clock_too_fine(rows, "time_to")
        told["time_precision"] = pl.col("time_precision").eq("minute") & hours
        too_fine.append(pl.col("time_precision").is_in(["minute", "hour"]))
    if "number" in columns:
        exact = pl.col("number_precision").eq("exact")
        told["number"] = exact.ne(pl.col("number").is_not_null()) | pl.col("number").is_between(
            1, 4
        )
    domestic = pl.col("generalised").is_in(DOMESTIC)
    told["generalised"] = ~domestic if personal else coarse & pl.any_horizontal(too_fine)
    found = rows.lazy().select(**{name: wrong.any() for name, wrong in told.items()})
    wrong = {name for name, is_wrong in found.collect().row(0, named=True).items() if is_wrong}
    return wrong | _categories(rows, dataset)


def _categories(rows: pl.DataFrame, dataset: Dataset) -> set[str]:
    """Name the columns of categories that hold what is not of a list of the dataset."""
    wrong: set[str] = set()
    for name in ("category", "reason_2", "reason_3"):
        if name not in rows.columns:
            continue
        of = rows.select("category_scheme", "category_edition").unique()
        on = [name] if of.height == 1 else [*of.columns, name]
        held = rows.select(on).unique()
        held = of.join(held, how="cross") if of.height == 1 else held
        if name != "category":
            held = held.drop_nulls(name)
        if not all(_is_category(dataset, *one) for one in held.iter_rows()):
            wrong.add(name)
    return wrong


def _is_category(
    dataset: Dataset, scheme: str | None, edition: str | None, code: str | None
) -> bool:
    if scheme not in dataset.schemes:
        return False
    return is_category(scheme, edition, code) or code in classes_of(scheme, edition)


def _cut(rows: pl.DataFrame, day: str, precision: str) -> pl.Expr:
    """Say where a date is finer than the precision named beside it."""
    date, named = pl.col(day), pl.col(precision)
    finer = [named.eq("none") & date.is_not_null()]
    finer += [
        named.eq(name) & date.ne(date.dt.truncate(EVERY[name]))
        for name in rows[precision].unique()  # most tables have one or two of them
        if name in EVERY and name != "day"  # a date is no finer than that
    ]
    return pl.any_horizontal(finer)


def _clock_too_fine(rows: pl.DataFrame, clock: str) -> pl.Expr:
    """Say where a time is finer than the precision named beside it."""
    nanoseconds, named = pl.col(clock).cast(pl.Int64), pl.col("time_precision")
    finer = [named.eq("none") & nanoseconds.is_not_null()]
    finer += [
        named.eq(name) & (nanoseconds % LASTS[name] != 0)
        for name in rows["time_precision"].unique()
        if name in LASTS
    ]
    return pl.any_horizontal(finer)
