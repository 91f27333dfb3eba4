"""What is known of places on the officer's machine, as far as reading an extract needs it.

Keeps true: nothing is looked up outside this machine; where a directory or a list is missing, less
is known and nothing is guessed. Leaves to others: the files it comes from
(`depersonalise/places/gazetteer.py`), and how finely a place may leave (`depersonalise/`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from schemas.datasets.column_types import LSOA_EDITION

Known = Callable[[set[str]], set[str]]  # of some outward codes, those that exist
# Of whole postcodes without their space (column `whole`), what a directory has: the columns FOUND,
# `found` among them: null for a code whose part of the country the directory does not have.
Find = Callable[[pl.DataFrame], pl.DataFrame]
# Of points (`easting`, `northing`), what is known of the nearest postcode: the columns NEAR; its
# LSOA only where it is very near.
Nearest = Callable[[pl.DataFrame], pl.DataFrame]

FOUND: Final = pl.Schema(
    {
        "found": pl.Boolean,
        "found_easting": pl.Int32,
        "found_northing": pl.Int32,
        "found_lsoa": pl.String,
        "found_district": pl.String,
    }
)
NEAR: Final = pl.Schema(
    {"near_outward": pl.String, "near_district": pl.String, "near_lsoa": pl.String}
)
AROUND: Final = 250  # metres; a point as near as this to a protected place counts as it


@dataclass(frozen=True, slots=True, repr=False)
class Protected:
    """The officer's own list of protected places: refuges, children's homes and the like.

    Attributes:
        postcodes: Whole, without their space.
        points: Metres east and north on the National Grid.
    """

    postcodes: frozenset[str] = frozenset()
    points: frozenset[tuple[int, int]] = frozenset()

    def near(self) -> pl.Expr:
        """Say which points lie in or beside a square of AROUND metres that holds one of these."""
        squares = {
            (east // AROUND + i, north // AROUND + j)
            for east, north in self.points
            for i in (-1, 0, 1)
            for j in (-1, 0, 1)
        }
        names = [f"{east} {north}" for east, north in sorted(squares)]
        east, north = (pl.col(c) // AROUND for c in ("easting", "northing"))
        return pl.concat_str(east, north, separator=" ").is_in(names).fill_null(value=False)


@dataclass(frozen=True, slots=True)
class PlaceLookup:
    """What is known of places.

    Attributes:
        known: Tells which outward codes exist, for joined text that may be a sector.
        find: Looks postcodes up in a directory, where there is one.
        nearest: Tells the postcode nearest to a point, where there is a directory.
        districts: The districts, as GSS codes, that the directory has postcodes of.
        edition: Of the LSOAs in the directory: 2011 or 2021.
        outward_names: Tells what outward codes of England and Wales are called in an account.
    """

    known: Known
    find: Find | None = None
    nearest: Nearest | None = None
    districts: frozenset[str] = frozenset()
    edition: str = ""
    protected: Protected = field(default=Protected())
    outward_names: Callable[[], Mapping[str, str]] = dict

    def edition_of(self, heading: str) -> str:
        """Return the edition of LSOA codes that a heading tells, such as LSOA21CD.

        >>> PlaceLookup(set).edition_of("lsoa11cd"), PlaceLookup(set).edition_of("LSOA code")
        ('2011', '')
        """
        editions = [e for e in LSOA_EDITION.categories if e and f"lsoa{e[2:]}" in heading.lower()]
        return editions[0] if editions else ""
