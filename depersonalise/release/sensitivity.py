"""Which rows are protected, and why.

Sensitive is what is domestic by its marker, a qualifier, its category or its class; sexual
offences, stalking, slavery and what else the code lists name (`Code.protects`); drug offences at a
dwelling; and places on the officer's protected list. Possibly sensitive is violence, harassment or
damage without a marker where it may be at home, a welfare incident, and a category that no list
has. In a dataset with axes of its own all rows are sensitive. The guidance to the duty lets a
recorded domestic incident be shared with "less specific location information"; the rest of the list
is a caution of this tool.

A row that is neither may still leave with a coarser place: what neighbours do to one another, fires
at a dwelling, and a category of an authority's own list, of which nobody else knows the meaning.

Leaves to others: how protected rows leave (`release.py`).
"""

from typing import Final

import polars as pl

from schemas.checks.check import may_be_domestic
from schemas.codes.vocabularies import DOMESTIC
from schemas.datasets.column_types import NATURE
from schemas.datasets.dataset import Dataset, Place

# How far a row is protected.
OPEN: Final = 0
POSSIBLY: Final = 1
SENSITIVE: Final = 2
# How finely a row that is not protected leaves: as its dataset allows; place and hour coarser.
PLAIN: Final = 0
HOME: Final = 1

COVER: Final = "cover for sensitive rows"
PROTECTED_PLACE: Final = "at a protected place"
AT_A_DWELLING: Final = "at a dwelling"
NEIGHBOUR: Final = "neighbour dispute"
_NEVER: Final = pl.lit(value=False)
_ALWAYS: Final = pl.lit(value=True)


def protection(dataset: Dataset, *, published: bool) -> list[pl.Expr]:
    """Return expressions for `_protects`, `_level` (PLAIN or HOME) and `_reason`, in words.

    Args:
        published: The source is published at its precision already, so its categories decide
            nothing where a row has no more than a month; a marker still does.
    """
    rules = [*_rules(dataset, published=published), (_ALWAYS, OPEN, PLAIN, "")]
    first = pl.coalesce(
        pl.when(applies).then(pl.lit(number, dtype=pl.UInt8))
        for number, (applies, *_) in enumerate(rules)
    )
    protects, levels, reasons = zip(*(follows for _, *follows in rules), strict=True)
    protected = pl.lit(pl.Series(protects, dtype=pl.Int8)).gather(first)
    return [
        (pl.lit(SENSITIVE, dtype=pl.Int8) if dataset.axes else protected).alias("_protects"),
        pl.lit(pl.Series(levels, dtype=pl.Int8)).gather(first).alias("_level"),
        pl.lit(pl.Series(reasons)).gather(first).alias("_reason"),
    ]


def _rules(dataset: Dataset, *, published: bool) -> list[tuple[pl.Expr, int, int, str]]:
    """Return what decides: where it applies, how far it protects, how finely else, and why."""
    as_published = pl.lit(value=published) & pl.col("month_only") & pl.col("time_from").is_null()
    open_ = ~as_published
    nature_or_unknown = pl.col("nature").fill_null("unknown")
    nature = pl.when(open_).then(nature_or_unknown).otherwise(pl.lit("", dtype=NATURE))
    protects = pl.col("protects").fill_null("possibly")
    domestic = nature == "domestic"
    offence = pl.col("category_scheme") == "home-office"
    happening = "domestic" in dataset.fields
    unmarked = may_be_domestic(nature) if happening else _NEVER
    at_home = pl.col("at_home").fill_null(value=False) | (pl.col("dwelling") == "yes")
    home = (pl.col("dwelling") != "no") if dataset.dwellings_by_outward_code else _NEVER
    # Where only outward codes leave, all rows leave as coarsely as these would.
    can_be_home = _NEVER if dataset.place is Place.OUTWARD_ONLY else pl.lit(value=True)
    place = (pl.col("protected"), SENSITIVE, PLAIN, PROTECTED_PLACE)
    drugs = (protects == "at a dwelling") & open_
    return [
        (pl.col("domestic") == "yes", SENSITIVE, PLAIN, DOMESTIC[0]),
        (pl.col("qualifier"), SENSITIVE, PLAIN, DOMESTIC[1]),
        (domestic & ~offence, SENSITIVE, PLAIN, DOMESTIC[2]),
        (domestic & offence, SENSITIVE, PLAIN, DOMESTIC[3]),
        ((protects == "sensitive") & open_, SENSITIVE, PLAIN, "sensitive by its category"),
        (drugs & at_home, SENSITIVE, PLAIN, "drugs at a dwelling"),
        place if happening else (pl.col("protected"), OPEN, HOME, PROTECTED_PLACE),
        (can_be_home & unmarked, POSSIBLY, PLAIN, "domestic not recorded"),
        (drugs & (pl.col("dwelling") == "not recorded"), POSSIBLY, PLAIN, "drugs, perhaps at home"),
        ((nature == "welfare"), POSSIBLY, PLAIN, "welfare incident"),
        ((protects == "possibly") & open_, POSSIBLY, PLAIN, "category not in the list"),
        ((nature == "unknown"), OPEN, HOME, "category of the authority's own list"),
        (can_be_home & (nature == "neighbour"), OPEN, HOME, NEIGHBOUR),
        (home, OPEN, HOME, AT_A_DWELLING),
    ]


def no_square() -> pl.Expr:
    """Say where a square of the National Grid may not leave: at a dwelling."""
    return pl.col("at_home").fill_null(value=False) | (pl.col("dwelling") == "yes")
