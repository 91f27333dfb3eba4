"""What a depersonalised dataset of incidents looks like: every column that leaves, and no other.

Keeps true: every text that leaves is held to a shape or a list, so that a name, a number or an
address has no column to stand in. The sender checks it before sealing, the receiver on opening.
"""

from typing import Any, Final

import pandera.polars as pa
import polars as pl
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaErrors

from schemas.codes import SCHEMES
from schemas.dataset import Dataset, Place
from schemas.words import (
    AREA_BASIS,
    COARSE,
    EDITION,
    GENERALISED,
    GSS_SHAPE,
    LSOA_SHAPE,
    PLACE_PRECISION,
    PRECISION,
    SCHEME,
    TIME_PRECISION,
    YES_NO,
)

MINUTE: Final = 60 * 10**9  # nanoseconds, which is how polars counts times
_SLICE: Final = 1_000_000  # rows checked at a time, to spare memory
_LSOA: Final = rf"^{LSOA_SHAPE}$"
_OUTWARD: Final = r"^[A-Z]{1,2}[0-9][0-9A-Z]?$"
_DISTRICT: Final = rf"^{GSS_SHAPE}$"


class NotAsDeclared(Exception):
    """A table is not what its dataset says may leave. Names columns, and no values."""


def _column(says: str, *, nullable: bool = False, **checks: Any) -> Any:
    return pa.Field(nullable=nullable, description=says, **checks)


def _words(words: pl.Enum, says: str, *, nullable: bool = False) -> Any:
    categories = {"categories": words.categories.to_list()}
    return _column(says, nullable=nullable, dtype_kwargs=categories)


class Shared(pa.DataFrameModel):
    """One row for each incident, as its receivers see it."""

    record_id: pl.String = _column(
        "A random number for this submission; it says nothing of the source's reference.",
        str_matches=r"^[0-9a-f]{32}$",
    )
    recorded: pl.Date = _column(
        "The day it was recorded, or the first of its month.", nullable=True
    )
    recorded_precision: pl.Enum = _words(
        PRECISION, "How fine `recorded` is: day, month, or none where the source has none."
    )
    occurred_from: pl.Date = _column(
        "The day it happened or can first have happened, or the first of its month or year.",
        nullable=True,
    )
    occurred_to: pl.Date = _column("The last day on which it can have happened.", nullable=True)
    occurred_precision: pl.Enum = _words(
        PRECISION,
        "How fine the two are: day, month, year (more than a year before it was recorded) or none.",
    )
    time_from: pl.Time = _column(
        "The time it happened or can first have happened; for an hour or a band, its beginning.",
        nullable=True,
    )
    time_to: pl.Time = _column("The last time at which it can have happened.", nullable=True)
    time_precision: pl.Enum = _words(
        TIME_PRECISION, "How fine the two are: minute, hour, six hours, or none."
    )
    weekday: pl.Int8 = _column(
        "1 Monday to 7 Sunday, where the date leaves only as its month.", nullable=True, ge=1, le=7
    )
    category: pl.String = _column(
        "What it was: a code of the scheme beside it; empty where the dataset itself says it.",
        nullable=True,
    )
    category_scheme: pl.Enum = _words(SCHEME, "The list the category comes from.", nullable=True)
    category_edition: pl.Enum = _words(EDITION, "The edition of that list.", nullable=True)
    domestic: pl.Enum = _words(YES_NO, "Whether it was recorded as a domestic incident.")
    place: pl.String = _column(
        "The one place of the row: an LSOA, an outward code, or the district."
    )
    place_precision: pl.Enum = _words(PLACE_PRECISION, "How fine it is.")
    area: pl.String = _column("The local government area, as its GSS code.")
    area_basis: pl.Enum = _words(AREA_BASIS, "What the area was decided from.")
    generalised: pl.Enum = _words(
        GENERALISED,
        "Why the row left coarser than its dataset allows; empty if it did not.",
    )

    @pa.check("place")
    def place_is_its_precision(cls, data: pa.PolarsData) -> pl.LazyFrame:  # noqa: N805
        """A place has the shape of its precision."""
        return _per_value(data.lazyframe, ["place_precision", "place"], _place_fits())

    @pa.check("area")
    def area_is_a_code(cls, data: pa.PolarsData) -> pl.LazyFrame:  # noqa: N805
        """An area is a GSS code."""
        return _per_value(data.lazyframe, ["area"], pl.col("area").str.contains(_DISTRICT))

    class Config:
        """No other column, and no other order."""

        strict = True
        ordered = True


COLUMNS: Final = tuple(Shared.to_schema().columns)
SCHEMA: Final = pl.Schema({n: c.dtype.type for n, c in Shared.to_schema().columns.items()})


def check_shared(rows: pl.DataFrame, dataset: Dataset, *, fresh_ids: bool = False) -> None:
    """Prove that a depersonalised table is what its dataset says may leave.

    Args:
        fresh_ids: The record ids were drawn here a moment ago, and need no proof.

    Raises:
        NotAsDeclared: it is not; the message names columns and rules.
    """
    if tuple(rows.columns) != COLUMNS or rows.schema != SCHEMA:
        raise NotAsDeclared("its columns are not those that may leave")
    broken: set[str] = set()
    for part in rows.iter_slices(_SLICE):
        broken |= _broken(part, fresh_ids=fresh_ids)
        broken |= _against(part, dataset)
    if not fresh_ids and rows["record_id"].n_unique() != rows.height:
        broken.add("record_id")
    if broken:
        raise NotAsDeclared("not as may leave: " + ", ".join(sorted(broken)))


def _broken(rows: pl.DataFrame, *, fresh_ids: bool) -> set[str]:
    """Name the columns that break the model."""
    schema = Shared.to_schema()
    if fresh_ids:
        schema, rows = schema.remove_columns(["record_id"]), rows.drop("record_id")
    with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
        try:
            schema.validate(rows, lazy=True)
        except SchemaErrors as told:
            names = set(told.failure_cases["column"].drop_nulls())
        else:
            return set()
    return names & set(COLUMNS) or {"a column"}


def _against(rows: pl.DataFrame, dataset: Dataset) -> set[str]:
    """Name what this dataset in particular does not allow."""
    fine_place = pl.col("place_precision").eq("lsoa") & (dataset.place is not Place.LSOA)
    fine_time = pl.col("time_precision").eq("minute") & (dataset.time == "hour")
    not_coarse = pl.col("generalised").is_in(COARSE) & (
        pl.col("place_precision").eq("lsoa")
        | pl.col("recorded_precision").eq("day")
        | pl.col("occurred_precision").eq("day")
        | pl.col("time_precision").is_in(["minute", "hour"])
    )
    told = rows.lazy().select(
        place_precision=fine_place.any(),
        time_precision=fine_time.any(),
        generalised=not_coarse.any(),
        recorded_precision=_cut("recorded", "recorded_precision").any(),
        occurred_precision=_cut("occurred_from", "occurred_precision").any(),
        time_from=_clock_too_fine("time_from").any(),
        time_to=_clock_too_fine("time_to").any(),
    )
    wrong = {name for name, is_wrong in told.collect().row(0, named=True).items() if is_wrong}
    pairs = rows.select("category_scheme", "category").unique()
    if not all(_is_category(dataset, scheme, code) for scheme, code in pairs.iter_rows()):
        wrong.add("category")
    return wrong


def _cut(day: str, precision: str) -> pl.Expr:
    """Say where a date is finer than the precision named beside it."""
    date, named = pl.col(day), pl.col(precision)
    return (
        (named.eq("month") & date.ne(date.dt.month_start()))
        | (named.eq("year") & date.ne(date.dt.truncate("1y")))
        | (named.eq("none") & date.is_not_null())
    )


def _clock_too_fine(clock: str) -> pl.Expr:
    """Say where a time is finer than the precision named beside it."""
    nanoseconds, named = pl.col(clock).cast(pl.Int64), pl.col("time_precision")
    return (
        (named.eq("minute") & (nanoseconds % MINUTE != 0))
        | (named.eq("hour") & (nanoseconds % (60 * MINUTE) != 0))
        | (named.eq("six hours") & (nanoseconds % (360 * MINUTE) != 0))
        | (named.eq("none") & nanoseconds.is_not_null())
    )


def _is_category(dataset: Dataset, scheme_id: str | None, code: str | None) -> bool:
    if not dataset.schemes:
        return scheme_id is None and code is None
    scheme = SCHEMES.get(scheme_id or "")
    return (
        scheme is not None
        and code is not None
        and scheme.id in dataset.schemes
        and scheme.read(code) == code
    )


def _place_fits() -> pl.Expr:
    shapes = {"lsoa": _LSOA, "outward": _OUTWARD, "district": _DISTRICT}
    return pl.any_horizontal(
        pl.col("place_precision").eq(name) & pl.col("place").str.contains(shape)
        for name, shape in shapes.items()
    )


def _per_value(rows: pl.LazyFrame, columns: list[str], sound: pl.Expr) -> pl.LazyFrame:
    """Say of each row whether its values are sound, looking at each distinct pair once."""
    values = rows.select(columns).unique().with_columns(_sound=sound)
    joined = rows.select(columns).join(values, on=columns, how="left", maintain_order="left")
    return joined.select(pl.col("_sound").fill_null(value=False))
