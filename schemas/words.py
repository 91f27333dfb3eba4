"""The closed lists of words that columns of a depersonalised table may hold, as polars Enums."""

from typing import Final

import polars as pl

from schemas.codes import NATURES, SCHEMES

LSOA_SHAPE: Final = r"[EW]01[0-9]{6}"  # of England and Wales, as a regular expression
GSS_SHAPE: Final = r"[A-Z][0-9]{8}"
YES_NO: Final = pl.Enum(["yes", "no", "not recorded"])
PRECISION: Final = pl.Enum(["day", "month", "year", "none"])
TIME_PRECISION: Final = pl.Enum(["minute", "hour", "six hours", "none"])
PLACE_PRECISION: Final = pl.Enum(["lsoa", "outward", "district"])
AREA_BASIS: Final = pl.Enum(["lsoa", "lsoa-name", "district", "outward"])
SCHEME: Final = pl.Enum(sorted(SCHEMES))
EDITION: Final = pl.Enum(sorted({scheme.edition for scheme in SCHEMES.values()}))
GENERALISED: Final = pl.Enum(
    [
        "",
        "recorded domestic",
        "domestic by definition",
        "sexual offence, stalking or slavery",
        "domestic not recorded",
        "neighbour or welfare",
        "category not in the list",
        "at a dwelling",
    ]
)
KLASS: Final = pl.Enum(sorted({c.klass for s in SCHEMES.values() for c in s.codes.values()}))
NATURE: Final = pl.Enum([*NATURES, "unknown"])
# Rows that leave as coarsely as any: no day, no place finer than the outward code.
COARSE: Final = GENERALISED.categories.to_list()[1:4]
