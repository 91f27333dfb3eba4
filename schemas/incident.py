"""The columns and rules that all datasets of happenings share.

A happening is something that happened somewhere: when, and where; an incident also says what. The
rules are pandera checks, each named as the rule it proves (see `rules.py`), with underscores,
because pandera forgets a check's given name from the second model that inherits it; each hangs on
the column it is about. Leaves to others: reading the cells (`parsing.py`), and the dates of the
submission, which `checking.py` adds because they are not known here.
"""

import pandera.polars as pa
import polars as pl

from schemas.dataset import Reads, Treat, field
from schemas.words import EDITION, SCHEME, YES_NO


class Happening(pa.DataFrameModel):
    """One row for each happening."""

    reference: pl.String = field(
        says="The source's own reference. It never leaves, nor a hash of it.",
        reads=Reads.TEXT,
        aliases=("crime id", "crime number", "incident number", "ref", "record id"),
    )
    recorded: pl.Date = field(
        says="The day it was recorded or reported; a month where the source has no day.",
        reads=Reads.DATE,
        treat=Treat.DATE,
        aliases=(
            "recorded date",
            "date recorded",
            "reported date",
            "date reported",
            "date created",
        ),
    )
    occurred_from: pl.Date = field(
        says="The day it happened, or the first day on which it can have happened.",
        reads=Reads.DATE,
        treat=Treat.DATE,
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
    domestic: pl.Enum = field(
        words=YES_NO,
        says="Whether it was recorded as a domestic incident: yes, no, or not recorded.",
        reads=Reads.YES_NO,
        treat=Treat.KEEP,
        aliases=("domestic flag", "domestic abuse", "da flag", "dv flag", "domestic incident"),
    )
    dwelling: pl.Enum = field(
        words=YES_NO,
        says="Whether it happened in a dwelling: yes, no, or not recorded.",
        reads=Reads.YES_NO,
        aliases=("in dwelling", "dwelling flag"),
    )
    postcode: pl.String = field(
        says="The postcode or outward code. Only the outward code is kept, from the first moment.",
        reads=Reads.POSTCODE,
        treat=Treat.PLACE,
        aliases=("post code", "outward code", "outward postcode", "postcode district"),
    )
    lsoa: pl.String = field(
        says="The lower layer super output area, as its code.",
        reads=Reads.LSOA,
        treat=Treat.PLACE,
        aliases=("lsoa code", "lsoa11cd", "lsoa21cd"),
    )
    lsoa_name: pl.String = field(
        says="The same as its name, which begins with its district.",
        reads=Reads.LSOA_NAME,
        aliases=("lsoa name", "lsoa11nm", "lsoa21nm"),
    )
    district: pl.String = field(
        says="The local government district, as its GSS code or name.",
        reads=Reads.DISTRICT,
        aliases=("local authority", "lad", "lad code", "district code", "district name", "borough"),
    )

    @pa.check("recorded")
    def date_missing(cls, data: pa.PolarsData) -> pl.LazyFrame:  # noqa: N805 - pandera's own form
        """Every row has the day it was recorded or the day it happened."""
        return data.lazyframe.select(
            pl.any_horizontal(pl.col("recorded", "occurred_from").is_not_null())
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


class Incident(Happening):
    """One row for each incident: a happening of some category."""

    category: pl.String = field(
        says="What it was: a code of the scheme beside it.",
        reads=Reads.CATEGORY,
        treat=Treat.KEEP,
        aliases=("code", "type", "category code"),
    )
    category_scheme: pl.Enum = field(
        words=SCHEME,
        says="The list that the category comes from.",
        reads=Reads.SCHEME,
        treat=Treat.KEEP,
        aliases=("scheme",),
    )
    category_edition: pl.Enum = field(
        words=EDITION,
        says="The edition of that list.",
        reads=Reads.TEXT,
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


def may_be_domestic(nature: pl.Expr) -> pl.Expr:
    """Say where a domestic incident may stand unmarked: violence, harassment or damage at home."""
    return (
        (pl.col("domestic") == "not recorded")
        & nature.is_in(["violence", "harassment", "damage"])
        & (pl.col("dwelling") != "no")
    )
