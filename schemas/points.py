"""Points of the National Grid, in whole metres.

From eastings and northings as they are, else worked out from longitude and latitude by one pinned
operation: the seven-parameter transformation between WGS84 and OSGB36 (Ordnance Survey, *A guide to
coordinate systems in Great Britain*, 6.6), right to about five metres. The finer one needs a grid
file that would have to be downloaded. PROJ's network is never used.
"""

from functools import cache
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from pyproj import Transformer

_TO_GRID: Final = (
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=push +v_3 "
    "+step +proj=cart +ellps=WGS84 "
    "+step +inv +proj=helmert +x=446.448 +y=-125.157 +z=542.06 +rx=0.15 +ry=0.247 +rz=0.842 "
    "+s=-20.489 +convention=position_vector "
    "+step +inv +proj=cart +ellps=airy +step +proj=pop +v_3 "
    "+step +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy"
)
# Great Britain with room to spare; outside it the operation means nothing.
_LONGITUDES: Final = (-9.5, 3.0)
_LATITUDES: Final = (49.0, 61.5)


def with_points(rows: pl.DataFrame) -> pl.DataFrame:
    """Make the four columns of a point two, `easting` and `northing`, where there are any.

    A longitude and latitude outside Great Britain give the point (-1, -1), which a rule finds.
    """
    if "longitude" not in rows.columns:
        return rows
    told = rows.select("longitude", "latitude").drop_nulls().unique()
    east, north = _to_grid(told)
    grid = told.with_columns(_east=east, _north=north)
    rows = rows.join(grid, on=["longitude", "latitude"], how="left", maintain_order="left")
    whole = pl.all_horizontal(pl.col("easting", "northing").is_not_null())
    return rows.with_columns(
        easting=pl.when(whole).then("easting").otherwise("_east").round().cast(pl.Int32),
        northing=pl.when(whole).then("northing").otherwise("_north").round().cast(pl.Int32),
    ).drop("_east", "_north")


def _to_grid(points: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    if points.is_empty():
        nothing = pl.Series([], dtype=pl.Float64)
        return nothing, nothing
    inside = pl.col("longitude").is_between(*_LONGITUDES) & pl.col("latitude").is_between(
        *_LATITUDES
    )
    sound = points.select(inside).to_series()
    east, north = _transformer().transform(points["longitude"], points["latitude"])
    columns = pl.DataFrame({"e": east, "n": north, "sound": sound})
    chosen = columns.select(
        pl.when("sound").then(name).otherwise(-1.0).alias(name) for name in ("e", "n")
    )
    return chosen["e"], chosen["n"]


@cache
def _transformer() -> "Transformer":
    from pyproj import Transformer  # noqa: PLC0415 - only points need it
    from pyproj._network import set_network_enabled  # noqa: PLC0415 - where it is typed

    set_network_enabled(active=False)
    return Transformer.from_pipeline(_TO_GRID)
