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
# Letters of the squares of 500 and 100 kilometres that hold land (Ordnance Survey, *A guide to the
# National Grid*): the square of each pair from its south-west, in hundreds of kilometres.
_LETTERS: Final = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
_GRID: Final = r"^([HNOST][A-HJ-Z])((?:[0-9]{2}){1,5})$"
# Great Britain with room to spare; outside it the operation means nothing.
_LONGITUDES: Final = (-9.5, 3.0)
_SIDE: Final = 1  # metres: what a point in figures is taken to be exact to
_LATITUDES: Final = (49.0, 61.5)
_METRES: Final = ("easting", "northing")
_DEGREES: Final = ("longitude", "latitude")
_FAR: Final = 50_000  # metres from its postcode
_AT_HAND: Final = 10_000


@cache
def grid_references() -> tuple[pl.Expr, ...]:
    """Return what reads references such as "SU 351 402" or "SU35124021": column `_v`.

    `reference_easting` and `reference_northing` are the middle of the square that it names, and
    `reference_side` the side of that square in metres: 1 to 10,000.
    """
    parts = pl.col("_v").str.to_uppercase().str.replace_all(r"[\s,]", "").str.extract_groups(_GRID)
    letters, digits = parts.struct[0], parts.struct[1]
    half = (digits.str.len_chars() // 2).cast(pl.Int64)
    side = pl.lit(10, dtype=pl.Int64).pow(5 - half).cast(pl.Int32)
    corner = {a + b: _corner(a, b) for a in "HNOST" for b in _LETTERS}

    def metres(part: pl.Expr, axis: int) -> pl.Expr:
        start = letters.replace_strict(
            list(corner), [c[axis] for c in corner.values()], default=None, return_dtype=pl.Int32
        )
        return start + part.cast(pl.Int32, strict=False) * side + side // 2

    return (
        metres(digits.str.head(half), 0).alias("reference_easting"),
        metres(digits.str.slice(half), 1).alias("reference_northing"),
        pl.when(digits.is_not_null()).then(side).alias("reference_side"),
    )


def _corner(first: str, second: str) -> tuple[int, int]:
    """Return metres east and north of the south-west corner of a square of 100 kilometres.

    >>> _corner("S", "U"), _corner("N", "Z")
    ((400000, 100000), (400000, 500000))
    """
    big, small = _LETTERS.index(first), _LETTERS.index(second)
    east = (big - 2) % 5 * 5 + small % 5
    north = 19 - big // 5 * 5 - small // 5
    return east * 100_000, north * 100_000


def points_of_nothing(rows: pl.DataFrame) -> pl.Series:
    """Say which rows have a point of zeros, or of STATS19's -1, which stands for nothing."""
    return rows.select(_is_nothing(*_METRES) | _is_nothing(*_DEGREES)).to_series()


def without_points_of_nothing(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with such points empty."""
    return rows.with_columns(
        pl.when(~_is_nothing(*pair)).then(name).alias(name)
        for pair in (_METRES, _DEGREES)
        for name in pair
    )


def _is_nothing(x: str, y: str) -> pl.Expr:
    """Say where both numbers of a point are 0, or both -1; longitude -1 alone is in Leicester."""
    pairs = [(pl.col(x) == n) & (pl.col(y) == n) for n in (0, -1)]
    return pl.any_horizontal(pairs).fill_null(value=False)


def has_exchanged_coordinates(rows: pl.DataFrame) -> pl.Series:
    """Say which points are far from their own postcode, and near it with the two exchanged."""
    east, north = pl.col("easting"), pl.col("northing")
    own_east, own_north = pl.col("found_easting"), pl.col("found_northing")
    stated = (east - own_east).abs() + (north - own_north).abs()
    turned = (north - own_east).abs() + (east - own_north).abs()
    return rows.select(
        ((stated > _FAR) & (turned < _AT_HAND)).fill_null(value=False).alias("exchanged")
    ).to_series()


def with_points(rows: pl.DataFrame) -> pl.DataFrame:
    """Bring the columns of a point together: `easting`, `northing`, and `point_side`.

    From easting and northing, else a grid reference, else longitude and latitude, which outside
    Great Britain give the point (-1, -1), that a rule finds. `point_side` is how many metres wide
    the place is that the point stands for.
    """
    if "longitude" not in rows.columns:
        return rows
    rows = _with_grid(rows)
    for source in ("reference", "grid"):
        if f"{source}_easting" not in rows.columns:
            continue
        empty = pl.any_horizontal(pl.col("easting", "northing").is_null())
        side = pl.col("reference_side") if source == "reference" else pl.lit(None)
        rows = rows.with_columns(
            pl.when(empty).then(f"{source}_easting").otherwise("easting").alias("easting"),
            pl.when(empty).then(f"{source}_northing").otherwise("northing").alias("northing"),
            pl.when(empty).then(side).otherwise("point_side").alias("point_side"),
        )
    has_point = pl.col("easting").is_not_null()
    return rows.with_columns(
        pl.col("easting", "northing").round().cast(pl.Int32),
        point_side=pl.when(has_point).then(pl.col("point_side").fill_null(_SIDE)).cast(pl.Int32),
    ).drop("^(reference|grid)_(easting|northing|side)$")


def _with_grid(rows: pl.DataFrame) -> pl.DataFrame:
    """Work out points from longitude and latitude, each distinct one once, where any is given."""
    rows = rows.with_columns(point_side=pl.lit(None, dtype=pl.Int32))
    points = rows.select("longitude", "latitude").drop_nulls().unique()
    if points.is_empty():
        return rows
    east, north = _to_grid(points)
    grid = points.with_columns(grid_easting=east, grid_northing=north)
    return rows.join(grid, on=["longitude", "latitude"], how="left", maintain_order="left")


def _to_grid(points: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    if points.is_empty():
        empty = pl.Series([], dtype=pl.Float64)
        return empty, empty
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
