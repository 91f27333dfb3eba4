"""Which rows are of the partnership's area, and how that is known.

Decided before anything is made coarser, from the most precise place that a row has. A row of
another area, or whose area can't be known, is left out by a counted reason; never in silence.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

import polars as pl

from schemas.words import AREA_BASIS

OTHER: Final = ""  # known to be elsewhere, as against null: not known


class LeftOut(StrEnum):
    """Why a row of the extract is not in the submission."""

    OTHER_DATASET = "other-dataset"
    OTHER_AREA = "other-area"
    NO_PLACE = "no-place"

    @property
    def says(self) -> str:
        """The reason in words."""
        return {
            "other-dataset": "of another dataset",
            "other-area": "in another area",
            "no-place": "without a place that tells the area",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Area:
    """A local government area (SI 2007/1831 reg 1(2)) of a partnership, and when it was one.

    Attributes:
        code: The GSS code, such as E07000093.
        outward: The outward codes that the partnership counts as inside it.
    """

    code: str
    name: str
    outward: frozenset[str] = frozenset()
    first: date | None = None
    last: date | None = None


def decide(areas: tuple[Area, ...]) -> list[pl.Expr]:
    """Return expressions for `area` (a code, OTHER, or null) and `area_basis`.

    They read the columns lsoa_name, district and postcode (already an outward code).
    """
    names = {_fold(area.name): area.code for area in areas} | {
        _fold(area.code): area.code for area in areas
    }
    district_of_lsoa = pl.col("lsoa_name").str.extract(r"^(.*\S)\s+\d{3}[A-Z]$")
    evidence = {
        "lsoa-name": _among(names, district_of_lsoa),
        "district": _among(names, pl.col("district")),
    }
    outward = {code: area.code for area in areas for code in area.outward}
    if outward:
        evidence["outward"] = _among(outward, pl.col("postcode"), fold=False)
    basis = [pl.when(e.is_not_null()).then(pl.lit(name)) for name, e in evidence.items()]
    return [
        pl.coalesce(*evidence.values()).alias("area"),
        pl.coalesce(*basis).cast(AREA_BASIS).alias("area_basis"),
    ]


def _among(known: dict[str, str], text: pl.Expr, *, fold: bool = True) -> pl.Expr:
    """Return the area's code where the text names one of ours, OTHER where it names another."""
    if fold:
        text = text.str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()
    found = text.replace_strict(list(known), list(known.values()), default=OTHER)
    return pl.when(text.is_null()).then(None).otherwise(found)


def _fold(text: str) -> str:
    return " ".join(text.lower().split())
