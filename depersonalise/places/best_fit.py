"""Which outward code, ward, MSOA and district an LSOA fits best, by a directory of postcodes.

The one in which most of the LSOA's homes lie, counted as postcodes in use by small users; how many
of a hundred lie there is returned with it. Keeps true: nothing is returned of an LSOA of which the
directory may not have all postcodes. The Office for National Statistics also publishes directories
of one postcode area, and an LSOA at its edge has homes in the next one: so, unless a directory has
nearly all postcode areas, the outward codes nearest to the LSOA must all be in it. Tried with the
directory of area SR: each LSOA that it has fewer than fifteen such postcodes of fails this test.
"""

from typing import Final

import numpy as np
import polars as pl

from depersonalise.places.outward_codes import outward_codes
from depersonalise.places.postcode_directory import Directory

AREAS: Final = ("outward", "ward", "msoa", "district")
COLUMNS: Final = {
    "lsoa": "The LSOA.",
    "outward": "The outward code in which most of its homes lie.",
    "ward": "The ward in which most of its homes lie.",
    "msoa": "The MSOA that it is part of.",
    "district": "The GSS code of the district that it is in.",
    "outward_share": "The share of its homes that lie in that outward code, from 0 to 1. Homes are "
    "counted as postcodes in use by small users.",
}
_ALL_AREAS: Final = 100  # of some 106 postcode areas of England and Wales
_NEAREST: Final = 3


def best_fit(directory: Directory) -> pl.DataFrame:
    """Return what each LSOA fits best of which the directory has all postcodes: COLUMNS."""
    homes = directory.residential_postcodes()
    middles = homes.group_by("lsoa").agg(pl.col("latitude", "longitude").mean())
    whole = middles.filter(_is_whole(middles, directory.outward)).select("lsoa")
    homes = homes.join(whole, on="lsoa", how="semi")
    table = homes.group_by("lsoa").len("homes")
    for name in AREAS:
        sizes = homes.group_by("lsoa", name).len("here")
        most = sizes.sort("here", name, descending=[True, False])
        table = table.join(most.unique("lsoa", keep="first", maintain_order=True), on="lsoa")
        if name == "outward":
            table = table.with_columns(outward_share=(pl.col("here") / pl.col("homes")).round(3))
        table = table.drop("here")
    return table.select(list(COLUMNS)).sort("lsoa")


def _is_whole(middles: pl.DataFrame, outward: frozenset[str]) -> pl.Series:
    """Say for each place whether a directory has the outward codes nearest to it."""
    points = {code: place.point for code, place in outward_codes().items()}
    if len({_postcode_area(code) for code in outward & points.keys()}) >= _ALL_AREAS:
        return pl.Series([True] * middles.height, dtype=pl.Boolean)
    is_there = np.array([code in outward for code in points])
    known = np.array(list(points.values()))
    places = middles.select("longitude", "latitude").to_numpy()
    shrink = np.cos(np.radians(places[:, 1:]))  # a degree of longitude is shorter in the north
    away = ((known[:, 0] - places[:, :1]) * shrink) ** 2 + (known[:, 1] - places[:, 1:]) ** 2
    nearest = np.argsort(away, axis=1)[:, :_NEAREST]
    return pl.Series(is_there[nearest].all(axis=1), dtype=pl.Boolean)


def _postcode_area(outward: str) -> str:
    return outward[:2].rstrip("0123456789")
