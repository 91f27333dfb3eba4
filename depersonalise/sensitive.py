"""Which rows must leave coarser than their dataset allows, and why.

A recorded domestic incident identifies people by its place (the guidance to the duty: it may be
shared with "less specific location information"); so do sexual offences, stalking and slavery,
whatever their marker says. Where the marker is missing and the incident may be at home, the place
is coarser; and so it is for what neighbours do to one another, and at protected places.

Leaves to others: how much coarser (`treatments.py`).
"""

from typing import Final

import polars as pl

from schemas.checking import may_be_domestic
from schemas.column_types import GENERALISED, NATURE
from schemas.dataset import Dataset, Place

# How much coarser a row leaves: as its dataset allows; place and hour; all of it.
PLAIN: Final = 0
HOME: Final = 1
COARSE: Final = 2

_ALWAYS: Final = ("sexual", "stalking", "slavery")
_NEAR: Final = ("neighbour", "welfare")
_NEVER: Final = pl.lit(value=False)


def sensitivity(dataset: Dataset, *, published: bool) -> list[pl.Expr]:
    """Return expressions for `generalised` (the reason) and `_level` (PLAIN, HOME or COARSE).

    Args:
        published: The source is published at its precision already, so its categories decide
            nothing where a row has no more than a month; a marker still does.
    """
    as_published = pl.lit(value=published) & pl.col("month_only") & pl.col("time_from").is_null()
    nature = pl.col("nature").fill_null("unknown")
    nature = pl.when(as_published).then(pl.lit("", dtype=NATURE)).otherwise(nature)
    by_class = nature == "domestic"
    offence = pl.col("category_scheme") == "home-office"
    unmarked = may_be_domestic(nature) if "domestic" in dataset.fields else _NEVER
    at_home = pl.col("at_home") | (pl.col("dwelling") == "yes")
    home = (pl.col("dwelling") != "no") if dataset.homes else _NEVER
    # Where only outward codes leave, all rows leave as coarsely as these would.
    near = _NEVER if dataset.place is Place.OUTWARD_ONLY else pl.lit(value=True)
    told = (
        (pl.col("domestic") == "yes", COARSE, "recorded domestic"),
        (pl.col("qualifier"), COARSE, "domestic by a qualifier"),
        (by_class & ~offence, COARSE, "domestic by its category"),
        (by_class & offence, COARSE, "domestic by its class"),
        (nature.is_in(_ALWAYS), COARSE, "sexual offence, stalking or slavery"),
        (near & pl.col("protected"), HOME, "at a dwelling or protected place"),
        (near & unmarked, HOME, "domestic not recorded"),
        (near & nature.is_in(_NEAR), HOME, "neighbour or welfare"),
        # It may be any of these, so it leaves as if it were.
        (near & (nature == "unknown"), HOME, "category not in the list"),
        (home, HOME, "at a dwelling or protected place"),
        (at_home & pl.col("square").is_not_null(), PLAIN, "at a dwelling or protected place"),
    )
    reason, level = pl.lit("", dtype=GENERALISED), pl.lit(PLAIN)
    for applies, coarser, words in reversed(told):
        reason = pl.when(applies).then(pl.lit(words, dtype=GENERALISED)).otherwise(reason)
        level = pl.when(applies).then(pl.lit(coarser)).otherwise(level)
    return [reason.alias("generalised"), level.cast(pl.Int8).alias("_level")]
