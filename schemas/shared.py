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

PRECISIONS: Final = ("day", "month", "year", "none")
TIME_PRECISIONS: Final = ("minute", "hour", "six hours", "none")
PLACE_PRECISIONS: Final = ("lsoa", "outward", "district")
AREA_BASES: Final = ("lsoa-name", "district", "outward")
GENERALISED: Final = (
    "",
    "recorded domestic",
    "domestic by definition",
    "sexual offence, stalking or slavery",
    "domestic not recorded",
    "neighbour or personal",
    "category not in the list",
)
_CLOCK: Final = r"^([01]\d|2[0-3]):[0-5]\d$"


class NotAsDeclared(Exception):
    """A depersonalised table is not what its dataset says may leave. Names columns and rules only."""


def _column(says: str, *, nullable: bool = False, **checks: Any) -> Any:
    return pa.Field(nullable=nullable, description=says, **checks)


class Shared(pa.DataFrameModel):
    """One row for each incident, as its receivers see it."""

    record_id: pl.String = _column(
        "A random number for this submission; it says nothing of the source's reference.",
        str_matches=r"^[0-9a-f]{32}$",
        unique=True,
    )
    recorded: pl.Date = _column("The day it was recorded, or the first of its month.", nullable=True)
    recorded_precision: pl.String = _column(
        "How fine `recorded` is: day, month, or none where the source has none.", isin=PRECISIONS
    )
    occurred_from: pl.Date = _column(
        "The day it happened or can first have happened, or the first of its month or year.",
        nullable=True,
    )
    occurred_to: pl.Date = _column("The last day on which it can have happened.", nullable=True)
    occurred_precision: pl.String = _column(
        "How fine the two are: day, month, year (more than a year before it was recorded) or none.",
        isin=PRECISIONS,
    )
    time_from: pl.String = _column(
        "The time it happened or can first have happened; for an hour or a band, its beginning.",
        nullable=True,
        str_matches=_CLOCK,
    )
    time_to: pl.String = _column(
        "The last time at which it can have happened.", nullable=True, str_matches=_CLOCK
    )
    time_precision: pl.String = _column(
        "How fine the two are: minute, hour, six hours, or none.", isin=TIME_PRECISIONS
    )
    weekday: pl.Int8 = _column(
        "1 Monday to 7 Sunday, where the date leaves only as its month.", nullable=True, ge=1, le=7
    )
    category: pl.String = _column("What it was: a code of the scheme beside it.")
    category_scheme: pl.String = _column("The list the category comes from.", isin=sorted(SCHEMES))
    category_edition: pl.String = _column(
        "The edition of that list.", isin=sorted({s.edition for s in SCHEMES.values()})
    )
    domestic: pl.String = _column(
        "Whether it was recorded as a domestic incident.", isin=("yes", "no", "not recorded")
    )
    place: pl.String = _column(
        "The one place of the row: an LSOA, an outward code, or the district.",
        str_matches=r"^([EW]01\d{6}|[A-Z]{1,2}\d[\dA-Z]?|[A-Z]\d{8})$",
    )
    place_precision: pl.String = _column("How fine it is.", isin=PLACE_PRECISIONS)
    area: pl.String = _column(
        "The local government area, as its GSS code.", str_matches=r"^[A-Z]\d{8}$"
    )
    area_basis: pl.String = _column("What the area was decided from.", isin=AREA_BASES)
    generalised: pl.String = _column(
        "Why the row left coarser than its dataset allows; empty if it did not.", isin=GENERALISED
    )

    class Config:
        """No other column, and no other order."""

        strict = True
        ordered = True


COLUMNS: Final = tuple(Shared.to_schema().columns)


def check_shared(rows: pl.DataFrame, dataset: Dataset) -> None:
    """Prove that a depersonalised table is what its dataset says may leave.

    Raises:
        NotAsDeclared: it is not; the message names columns and rules.
    """
    if tuple(rows.columns) != COLUMNS:
        raise NotAsDeclared("its columns are not those that may leave")
    broken: list[str] = []
    with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
        try:
            Shared.to_schema().validate(rows, lazy=True)
        except SchemaErrors as told:
            pairs = told.failure_cases.select("column").unique().to_series().to_list()
            broken = sorted(c for c in pairs if c in COLUMNS) or ["a column"]
    broken += _against(rows, dataset)
    if broken:
        raise NotAsDeclared("not as may leave: " + ", ".join(dict.fromkeys(broken)))


def _against(rows: pl.DataFrame, dataset: Dataset) -> list[str]:
    """Name what this dataset in particular does not allow."""
    shapes = pl.any_horizontal(
        pl.col("category_scheme").eq(scheme)
        & (
            pl.col("category").is_in(list(SCHEMES[scheme].codes))
            | pl.col("category").str.contains(rf"^(?:{SCHEMES[scheme].shape})$")
            if SCHEMES[scheme].shape != "(?!)"
            else pl.col("category").is_in(list(SCHEMES[scheme].codes))
        )
        for scheme in dataset.schemes
    )
    fine_place = pl.col("place_precision").eq("lsoa") & (dataset.place is Place.OUTWARD_ONLY)
    fine_time = pl.col("time_precision").eq("minute") & (dataset.time == "hour")
    coarse = pl.col("generalised").is_in(GENERALISED[1:4])
    too_fine = coarse & (
        pl.col("place_precision").eq("lsoa")
        | pl.col("recorded_precision").eq("day")
        | pl.col("occurred_precision").eq("day")
        | pl.col("time_precision").is_in(["minute", "hour"])
    )
    shape = pl.struct("place_precision", "place")
    told = rows.select(
        category=(~shapes).any(),
        place_precision=fine_place.any(),
        time_precision=fine_time.any(),
        generalised=too_fine.any(),
        place=(_place_is_not_its_precision()).any() if not rows.is_empty() else shape.is_null().any(),
    )
    return [name for name, wrong in told.row(0, named=True).items() if wrong]


def _place_is_not_its_precision() -> pl.Expr:
    shapes = {"lsoa": r"^[EW]01\d{6}$", "outward": r"^[A-Z]{1,2}\d[\dA-Z]?$", "district": r"^[A-Z]\d{8}$"}
    return ~pl.any_horizontal(
        pl.col("place_precision").eq(name) & pl.col("place").str.contains(shape)
        for name, shape in shapes.items()
    )
