"""How many people live where, by a directory of postcodes.

Gives each row the smallest square of the National Grid around its point in which enough addresses
lie, and takes away outward codes in which too few live. Only addresses in the row's own district
count, because the district is named beside the place. Leaves to others: which rows may use a square
(`treatments.py`), and how addresses are estimated (`postcode_directory.py`).
"""

import polars as pl

from depersonalise.places.postcode_directory import FEWEST_POSTCODES, Directory
from schemas.codes.vocabularies import SQUARES
from schemas.datasets.column_types import PLACE_PRECISION

_NO_SQUARE = {
    "square": pl.lit(None, dtype=pl.String),
    "square_precision": pl.lit(None, dtype=PLACE_PRECISION),
}


def with_squares(rows: pl.DataFrame, directory: Directory | None) -> pl.DataFrame:
    """Add `square`, its south-west corner, and `square_precision`; null where there is none.

    A square is never finer than the point that it is of.
    """
    rows = rows.with_columns(**_NO_SQUARE)
    if directory is None or rows["easting"].null_count() == rows.height:
        return rows
    key = ["easting", "northing", "point_side", "area"]
    points = rows.select(key).unique().drop_nulls("easting")
    areas = points["area"].unique().drop_nulls().to_list()
    points = points.with_columns(**_NO_SQUARE)
    for name, enough in directory.populated_squares(areas).items():
        side = SQUARES[name]
        x, y = (pl.col(axis) // side for axis in ("easting", "northing"))
        points = points.with_columns(x=x, y=y).join(
            enough.with_columns(_enough=pl.lit(value=True)),
            left_on=["x", "y", "area"],
            right_on=["x", "y", "district"],
            how="left",
        )
        fits = pl.col("square").is_null() & pl.col("_enough") & (pl.col("point_side") <= side)
        corner = [(pl.col(axis) * side).cast(pl.String).str.zfill(6) for axis in ("x", "y")]
        precision = pl.lit(name, dtype=PLACE_PRECISION)
        points = points.with_columns(
            pl.when(fits)
            .then(pl.concat_str(corner, separator=" "))
            .otherwise("square")
            .alias("square"),
            pl.when(fits).then(precision).otherwise("square_precision").alias("square_precision"),
        ).drop("x", "y", "_enough")
    return rows.drop(*_NO_SQUARE).join(
        points, on=key, how="left", nulls_equal=True, maintain_order="left"
    )


def without_few_residents(rows: pl.DataFrame, directory: Directory | None) -> pl.DataFrame:
    """Take away outward codes in whose part of the row's district too few live; say so as `_few`.

    Of a code that the directory does not have nothing is known, and it stays.
    """
    if directory is None or rows["postcode"].null_count() == rows.height:
        return rows.with_columns(_few=pl.lit(value=False))
    enough = directory.postcodes_per_district().filter(pl.col("postcodes") >= FEWEST_POSTCODES)
    key = ["postcode", "area"]
    listed = pl.col("postcode").is_in(sorted(directory.outward))
    pairs = rows.select(key).unique().filter(listed)
    few = pairs.join(enough, left_on=key, right_on=["outward", "district"], how="anti")
    few = few.with_columns(_few=pl.lit(value=True))
    rows = rows.join(few, on=key, how="left", maintain_order="left")
    rows = rows.with_columns(pl.col("_few").fill_null(value=False))
    return rows.with_columns(postcode=pl.when(~pl.col("_few")).then("postcode"))
