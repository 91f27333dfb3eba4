"""The columns and rules that datasets share: records, what is dated, what happened, incidents.

A record is of some place and of a day on which it was recorded; what is dated happened at some
time and perhaps at a point; a happening may be domestic; an incident also says what it was. The
rules are pandera checks, each named as the rule it proves (see `rules.py`), with underscores,
because pandera forgets a check's given name from the second model that inherits it; each hangs on
the column it is about.
Leaves to others: reading the cells (`parsing.py`), and the dates of the submission, which
`checking.py` adds because they are not known here.
"""

import pandera.polars as pa
import polars as pl

from schemas.dataset import Reads, Treat, field
from schemas.words import EDITION, SCHEME, YES_NO


class Record(pa.DataFrameModel):
    """One row for each record."""

    reference: pl.String = field(
        says="The source's own reference. It never leaves, nor a hash of it.",
        reads=Reads.TEXT,
        aliases=("crime id", "crime number", "incident number", "ref", "record id"),
    )
    recorded: pl.Date = field(
        says="The day it was recorded or reported; a month where the source has no day.",
        reads=Reads.DATE,
        treat=Treat.DATE,
        needs="date",
        aliases=(
            "recorded date",
            "date recorded",
            "reported date",
            "date reported",
            "date created",
        ),
    )
    postcode: pl.String = field(
        says="The postcode or outward code. Only the outward code is kept, from the first moment.",
        reads=Reads.POSTCODE,
        treat=Treat.PLACE,
        needs="place",
        aliases=("post code", "outward code", "outward postcode", "postcode district"),
    )
    lsoa: pl.String = field(
        says="The lower layer super output area, as its code.",
        reads=Reads.LSOA,
        treat=Treat.PLACE,
        needs="place",
        aliases=("lsoa code", "lsoa11cd", "lsoa21cd"),
    )
    lsoa_name: pl.String = field(
        says="The same as its name, which begins with its district.",
        reads=Reads.LSOA_NAME,
        needs="place",
        aliases=("lsoa name", "lsoa11nm", "lsoa21nm"),
    )
    district: pl.String = field(
        says="The local government district, as its GSS code or name.",
        reads=Reads.DISTRICT,
        needs="place",
        aliases=("local authority", "lad", "lad code", "district code", "district name", "borough"),
    )

    @pa.check("recorded")
    def date_missing(cls, data: pa.PolarsData) -> pl.LazyFrame:  # noqa: N805 - pandera's own form
        """Every row has the day it was recorded or the day it happened."""
        return data.lazyframe.select(
            pl.any_horizontal(pl.col("recorded", "occurred_from").is_not_null())
        )


class Located(pa.DataFrameModel):
    """Where a row's source tells the point of it; combined with one of the others."""

    easting: pl.Int32 = field(
        says="Metres east on the National Grid.",
        reads=Reads.DECIMAL,
        treat=Treat.PLACE,
        needs="place",
        aliases=("location easting osgr", "easting m", "eastings", "x"),
    )
    northing: pl.Int32 = field(
        says="Metres north on the National Grid.",
        reads=Reads.DECIMAL,
        treat=Treat.PLACE,
        aliases=("location northing osgr", "northing m", "northings", "y"),
    )
    longitude: pl.Float64 = field(
        says="Longitude (WGS84), from which the point on the grid is worked out where it is not.",
        reads=Reads.DECIMAL,
        treat=Treat.PLACE,
        needs="place",
        aliases=("lon", "long"),
    )
    latitude: pl.Float64 = field(
        says="Latitude (WGS84).",
        reads=Reads.DECIMAL,
        treat=Treat.PLACE,
        aliases=("lat",),
    )
    grid_reference: pl.String = field(
        says="The same as a National Grid reference with its letters, such as SU 351 402.",
        reads=Reads.GRID,
        treat=Treat.PLACE,
        needs="place",
        aliases=("grid ref", "os grid reference", "osgr", "ngr"),
    )

    @pa.check("easting")
    def point_outside(cls, data: pa.PolarsData) -> pl.LazyFrame:  # noqa: N805
        """A point lies where the National Grid has land."""
        east, north = pl.col("easting"), pl.col("northing")
        inside = east.is_between(0, 700_000) & north.is_between(0, 1_300_000)
        return data.lazyframe.select(inside.fill_null(value=True))


class Dated(Located, Record):
    """One row for each thing that happened at some time and place."""

    occurred_from: pl.Date = field(
        says="The day it happened, or the first day on which it can have happened.",
        reads=Reads.DATE,
        treat=Treat.DATE,
        needs="date",
        aliases=(
            "occurred",
            "date",
            "date from",
            "committed from",
            "incident date",
            "from date",
            "date of call",
            "call date",
        ),
    )
    occurred_to: pl.Date = field(
        says="The last day on which it can have happened.",
        reads=Reads.DATE,
        treat=Treat.DATE,
        aliases=("date to", "committed to", "to date"),
    )
    time_from: pl.Time = field(
        says="The time it happened, or the first at which it can have happened.",
        reads=Reads.TIME,
        treat=Treat.TIME,
        aliases=(
            "time",
            "time from",
            "occurred time",
            "incident time",
            "from time",
            "time of call",
            "call time",
        ),
    )
    time_to: pl.Time = field(
        says="The last time at which it can have happened.",
        reads=Reads.TIME,
        treat=Treat.TIME,
        aliases=("time to", "to time"),
    )

    @pa.check("occurred_from")
    def occurred_after_recorded(cls, data: pa.PolarsData) -> pl.LazyFrame:  # noqa: N805
        """Nothing happened after it was recorded."""
        month_ends = pl.col("recorded").dt.month_end()
        recorded = pl.when(pl.col("month_only")).then(month_ends).otherwise(pl.col("recorded"))
        return data.lazyframe.select((pl.col("occurred_from") <= recorded).fill_null(value=True))

    @pa.check("occurred_to")
    def ends_before_it_starts(cls, data: pa.PolarsData) -> pl.LazyFrame:  # noqa: N805
        """Nothing ended before it started."""
        starts, ends = pl.col("occurred_from"), pl.col("occurred_to")
        later = (starts == ends) & (pl.col("time_from") > pl.col("time_to"))
        return data.lazyframe.select(
            ((starts <= ends) & later.fill_null(value=False).not_()).fill_null(value=True)
        )


class Happening(Dated):
    """One row for each happening, which may be domestic or in a dwelling."""

    domestic: pl.Enum = field(
        words=YES_NO,
        says="Whether it was recorded as a domestic incident: yes, no, or not recorded.",
        reads=Reads.WORD,
        treat=Treat.KEEP,
        aliases=("domestic flag", "domestic abuse", "da flag", "dv flag", "domestic incident"),
    )
    qualifier: pl.Boolean = field(
        says='The qualifiers beside the category, such as "domestic". Only that one is read.',
        reads=Reads.QUALIFIER,
        aliases=("qualifiers", "incident qualifiers", "opening qualifiers", "closing qualifiers"),
    )
    dwelling: pl.Enum = field(
        words=YES_NO,
        says="Whether it happened in a dwelling: yes, no, or not recorded.",
        reads=Reads.WORD,
        aliases=("in dwelling", "dwelling flag"),
    )


class Categorised(pa.DataFrameModel):
    """What a row says it is; combined with one of the above."""

    category: pl.String = field(
        says="What it was: a code of the scheme beside it.",
        reads=Reads.CATEGORY,
        treat=Treat.KEEP,
        needs="category",
        aliases=("code", "type", "category code"),
    )
    category_scheme: pl.Enum = field(
        categories=SCHEME.categories.to_list(),
        says="The list that the category comes from.",
        reads=Reads.SCHEME,
        treat=Treat.KEEP,
        aliases=("scheme",),
    )
    category_edition: pl.Enum = field(
        categories=EDITION.categories.to_list(),
        says="The edition of that list.",
        reads=Reads.EDITION,
        treat=Treat.KEEP,
        aliases=("edition",),
    )

    @pa.check("category")
    def category_missing(cls, data: pa.PolarsData) -> pl.LazyFrame:  # noqa: N805
        """Every row says what it was."""
        return data.lazyframe.select(pl.col("category").is_not_null())

    @pa.check("category")
    def category_unknown(cls, data: pa.PolarsData) -> pl.LazyFrame:  # noqa: N805
        """The code stands in the list."""
        return data.lazyframe.select(pl.col("category_listed").fill_null(value=True))


class Incident(Categorised, Happening):
    """One row for each incident: a happening of some category."""


def may_be_domestic(nature: pl.Expr) -> pl.Expr:
    """Say where a domestic incident may stand unmarked: violence, harassment or damage at home."""
    return (
        (pl.col("domestic") == "not recorded")
        & ~pl.col("qualifier")
        & nature.is_in(["violence", "harassment", "damage"])
        & (pl.col("dwelling") != "no")
    )
