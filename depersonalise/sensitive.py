"""Which rows must leave coarser than their dataset allows, and why.

A recorded domestic incident identifies people by its place (the guidance to the duty: it may be
shared with "less specific location information"); so do sexual offences, stalking and slavery,
whatever their marker says. Where the marker is missing and the incident may be at home, the place
is coarser; and so it is for what neighbours do to one another.

Leaves to others: how much coarser (`treatments.py`).
"""

from typing import Final

import polars as pl

from schemas.dataset import Dataset, Place
from schemas.incident import may_be_domestic
from schemas.words import GENERALISED, NATURE

# How much coarser a row leaves: as its dataset allows; place and hour; all of it.
PLAIN: Final = 0
HOME: Final = 1
COARSE: Final = 2

_ALWAYS: Final = ("sexual", "stalking", "slavery")
_NEAR: Final = ("neighbour", "welfare")


def sensitivity(dataset: Dataset, *, published: bool) -> list[pl.Expr]:
    """Return expressions for `generalised` (the reason) and `_level` (PLAIN, HOME or COARSE).

    Args:
        published: The source is published at its precision already, so its categories decide
            nothing where a row has no more than a month; a marker still does.
    """
    as_published = pl.lit(value=published) & pl.col("month_only") & pl.col("time_from").is_null()
    nature = pl.col("nature").fill_null("unknown")
    nature = pl.when(as_published).then(pl.lit("", dtype=NATURE)).otherwise(nature)
    domestic = pl.col("domestic")
    by_flag = domestic == "yes"
    by_class = nature == "domestic"
    always = nature.is_in(_ALWAYS)
    unmarked = may_be_domestic(nature) if "domestic" in dataset.fields else pl.lit(value=False)
    near = nature.is_in(_NEAR)
    home = (pl.col("dwelling") != "no") if dataset.homes else pl.lit(value=False)
    unlisted = nature == "unknown"  # it may be any of these, so it leaves as if it were
    if dataset.place is Place.OUTWARD_ONLY:
        # All its rows leave as coarsely as these would.
        unmarked = near = unlisted = pl.lit(value=False)
    reason = (
        pl.when(by_flag)
        .then(_why("recorded domestic"))
        .when(by_class)
        .then(_why("domestic by definition"))
        .when(always)
        .then(_why("sexual offence, stalking or slavery"))
        .when(unmarked)
        .then(_why("domestic not recorded"))
        .when(near)
        .then(_why("neighbour or welfare"))
        .when(unlisted)
        .then(_why("category not in the list"))
        .when(home)
        .then(_why("at a dwelling"))
        .otherwise(_why(""))
    )
    level = (
        pl.when(by_flag | by_class | always)
        .then(COARSE)
        .when(unmarked | near | unlisted | home)
        .then(HOME)
        .otherwise(PLAIN)
    )
    return [reason.alias("generalised"), level.cast(pl.Int8).alias("_level")]


def _why(reason: str) -> pl.Expr:
    return pl.lit(reason, dtype=GENERALISED)
