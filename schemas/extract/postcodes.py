"""The outward part of a postcode, and nothing else of it.

Keeps true: a sector ("M1 1") never becomes an outward code by losing its space ("M11"). Text is
split at its space where it has one; joined text counts only as a whole postcode, whose last three
are a digit and two letters, or as an outward code that is known to exist.
"""

from enum import StrEnum
from typing import Final

import polars as pl

from schemas.extract.places import FOUND, PlaceLookup

# A9 A99 AA9 AA99 A9A AA9A (Royal Mail's shapes), and those outside them.
_SHAPE: Final = r"[A-Z]{1,2}[0-9][0-9A-Z]?|GIR|ASCN|BBND|BIQQ|FIQQ|PCRN|SIQQ|STHL|TDCU|TKCA"
_INWARD: Final = r"[0-9][A-Z]{2}"
_WHOLE: Final = rf"^(?:{_SHAPE}){_INWARD}$"
# Some systems hide the end of it: WZ1 1**, WZ1 ***.
_SPACED: Final = rf"^({_SHAPE}) (?:{_INWARD}|[0-9][A-Z]?|[0-9*#][*#]{{1,2}})$"
_JOINED: Final = rf"^({_SHAPE})(?:{_INWARD}|[0-9*#][*#]{{2}})$"
# An address, and after a space or comma the whole postcode.
_ADDRESSED: Final = rf"^.*[ ,]((?:{_SHAPE}) {_INWARD})$"
_ALONE: Final = rf"^({_SHAPE})$"

# Places of one organisation or of none: forces' and overseas post, large-user codes, and the NHS's
# pseudo-postcodes (ZZ99 …: no fixed abode, not known). The outward code alone hides nobody there.
_SPECIAL: Final = (
    r"^(GIR|BF[0-9]|ASCN|BBND|BIQQ|FIQQ|PCRN|SIQQ|STHL|TDCU|TKCA|ZZ99|BX[0-9]|XX[0-9]"
    r"|E98|SA99|LS99|G58|BS98|EH99)"
)
# Areas that Royal Mail does not have, with which records systems say that there is no place:
# NF1 1NF (no fixed abode), ZZ1 1ZZ, XX99 9XX and the like; whole postcodes, as theirs always are.
_NO_AREA: Final = r"^(AA|NF|NK|XX|ZZ)[0-9]"
_NEVER_A_POSTCODE: Final = (
    r"^(BFPO ?[0-9]{1,4}|AI-2640|NFA|NO FIXED (ABODE|ADDRESS)|NO POSTCODE|NO LOCATION|HOMELESS"
    r"|ABROAD|OVERSEAS)$"
)


class Outward(StrEnum):
    """What became of a cell."""

    READ = "read"  # an outward code, of a whole postcode, a sector, or known
    UNKNOWN = "unknown"  # the shape of one, joined, and not known to exist
    SPECIAL = "special"  # stands for one organisation or for no place
    UNREADABLE = "unreadable"


def read_postcodes(cells: pl.Series, places: PlaceLookup) -> pl.DataFrame:
    """Return what is known of the place of each cell, and no postcode.

    `outward` (null unless read), `became` (an `Outward`), `protected` (it is of a protected place),
    and what a directory says of it: FOUND.

    Args:
        cells: Text without nulls, as the source wrote it.
    """
    text, code = pl.col("text"), pl.col("code")
    tidied = text.str.to_uppercase().str.replace_all(r"[\s\x{a0}]+", " ").str.strip_chars()
    tidied = tidied.str.replace(_ADDRESSED, "$1")
    table = cells.rename("text").to_frame().select(tidied)
    table = table.with_columns(
        spaced=text.str.extract(_SPACED),
        joined=text.str.extract(_JOINED),
        alone=text.str.extract(_ALONE),
        whole=text.str.replace(" ", "", literal=True),
    )
    doubtful = set(table["alone"].drop_nulls().unique())
    exist = places.known(doubtful) if doubtful else set()
    table = table.with_columns(code=pl.coalesce("spaced", "joined", "alone"))
    nowhere = pl.coalesce("spaced", "joined").str.contains(_NO_AREA)
    special = (code.str.contains(_SPECIAL) | nowhere).fill_null(value=False)
    table = table.with_columns(special=special | text.str.contains(_NEVER_A_POSTCODE))
    certain = pl.any_horizontal(pl.col("spaced", "joined").is_not_null())
    became = (
        pl.when("special")
        .then(pl.lit(Outward.SPECIAL.value))
        .when(code.is_null())
        .then(pl.lit(Outward.UNREADABLE.value))
        .when(certain | pl.col("alone").is_in(sorted(exist)))
        .then(pl.lit(Outward.READ.value))
        .otherwise(pl.lit(Outward.UNKNOWN.value))
    )
    whole = pl.when(~pl.col("special") & pl.col("whole").str.contains(_WHOLE)).then("whole")
    table = table.select("code", became.alias("became"), whole.alias("whole"))
    read = pl.col("became") == Outward.READ.value
    return _looked_up(table, places).select(
        pl.when(read).then("code").alias("outward"), "became", "protected", *FOUND
    )


def _looked_up(table: pl.DataFrame, places: PlaceLookup) -> pl.DataFrame:
    """Put beside each whole postcode what the directory has of it, and whether it is protected."""
    protected = pl.col("whole").is_in(sorted(places.protected.postcodes)).fill_null(value=False)
    table = table.with_columns(protected=protected)
    if places.find is None:
        return table.with_columns(pl.lit(None, dtype=dtype).alias(n) for n, dtype in FOUND.items())
    whole = table.filter(pl.col("whole").is_not_null()).select("whole").unique()
    return table.join(places.find(whole), on="whole", how="left", maintain_order="left")
