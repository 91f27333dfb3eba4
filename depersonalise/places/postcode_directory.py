"""A directory of postcodes of the Office for National Statistics: what lies where, and who lives.

Read once from the file as it is published (NSPL or ONSPD, CSV or the zip it comes in) and kept as
the few columns that are needed. Keeps true: a district with no postcode in the directory is not
known rather than empty.

The estimate of addresses: a postcode in use by small users stands for ADDRESSES_EACH addresses. On
average it has 15 (ICO, *Anonymisation: managing data protection risk*, 2012, as quoted), some have
one, so half of the average is counted, and eight addresses need two postcodes. The directory holds
one point for each postcode, and a lone house may stand far from it: that a square has none is
therefore never taken to mean that nobody lives in it.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import polars as pl

from schemas.codes.vocabularies import SQUARES
from schemas.extract.places import FOUND, NEAR

ADDRESSES_EACH: Final = 7  # half the average of 15, rounded down
LEAST: Final = 8  # addresses, as data.police.uk's map points have
# Fewer households than the smallest LSOA has (400, by ONS's rules; to be confirmed), at 15 each.
FEWEST_POSTCODES: Final = 27
# Metres: a point is compared with the postcodes in the cells of such a side around its own; if none
# is as near as that, with those around it in the next; farther away none says anything of it.
_REACHES: Final = (100, 300, 1000)
_POINTS: Final = 50_000  # compared at a time, to spare memory
# Headings, as they changed over the editions.
_HEADINGS: Final = {
    "postcode": r"pcds|pcd",
    "lives": r"usertype|usrtypind",
    "ended": r"doterm",
    "easting": r"oseast1m|east1m",
    "northing": r"osnrth1m|north1m",
    "district": r"laua|oslaua|lad\d\dcd",
    "lsoa": r"lsoa(?:21|11)(?:cd)?",
}
# What an LSOA can be brought together by; a directory without them places no LSOA elsewhere.
_FURTHER: Final = {
    "ward": r"(?:os)?ward|wd\d\dcd",
    "msoa": r"msoa(?:21|11)(?:cd)?",
    "latitude": r"lat",
    "longitude": r"long",
}
_SMALL_USERS: Final = "0"


class NotADirectory(Exception):
    """The file has not the columns of a directory of postcodes."""


def read_directory(source: Path, target: Path) -> tuple[int, str, str]:
    """Keep what is needed of a published directory as Parquet.

    Returns:
        How many postcodes it has, the month of its newest change (YYYY-MM), and the edition of its
        LSOAs.

    Raises:
        NotADirectory: it has not the columns of one, or no postcode of England or Wales.
    """
    headings = pl.scan_csv(source, infer_schema=False, encoding="utf8-lossy").collect_schema()
    names: dict[str, str] = {}
    for name, shape in (_HEADINGS | _FURTHER).items():
        fitting = sorted((h for h in headings if re.fullmatch(shape, h.lower())), reverse=True)
        if fitting:
            names[name] = fitting[0]  # pcds before pcd, lsoa21 before lsoa11
        elif name in _HEADINGS:
            raise NotADirectory(f"it has no column for {name}")
    columns = [pl.col(heading).str.strip_chars().alias(name) for name, heading in names.items()]
    whole = pl.col("postcode").str.to_uppercase().str.replace_all(" ", "", literal=True)
    table = (
        pl.scan_csv(source, infer_schema=False, encoding="utf8-lossy")
        .select(*columns, pl.col("^dointr$").alias("began"))
        .with_columns(
            whole.alias("whole"),
            pl.col("^easting|northing$").cast(pl.Int32, strict=False),
            pl.col("^latitude|longitude$").cast(pl.Float32, strict=False),
        )
        .filter(pl.col("whole").str.contains(r"^[A-Z0-9]{5,7}$"))
    )
    ended = pl.col("ended").replace("", None)
    changed = table.select(pl.max_horizontal(pl.col("began").max(), ended.max())).collect().item()
    entries = table.filter(pl.col("district").str.contains(r"^[EW]\d{8}$")).select(
        "whole",
        pl.col("whole").str.head(pl.col("whole").str.len_chars() - 3).alias("outward"),
        "easting",
        "northing",
        "district",
        pl.when(pl.col("lsoa").str.contains(r"^[EW]01")).then("lsoa").alias("lsoa"),
        (ended.is_null() & (pl.col("lives") == _SMALL_USERS)).alias("lives"),
        *(name for name in _FURTHER if name in names),
    )
    entries.sort("whole").unique("whole", keep="last", maintain_order=True).sink_parquet(target)
    count = pl.scan_parquet(target).select(pl.len()).collect().item()
    if not count:
        raise NotADirectory("it has no postcodes in England or Wales")
    edition = "2021" if "21" in names["lsoa"] else "2011"
    return count, f"{str(changed)[:4]}-{str(changed)[4:6]}", edition


class Directory:
    """A directory of postcodes, asked for places and for how many live there.

    Attributes:
        edition: Of its LSOAs: 2011 or 2021.
    """

    def __init__(self, path: Path, edition: str) -> None:
        self._path = path
        self.edition = edition

    def _scan(self) -> pl.LazyFrame:
        return pl.scan_parquet(self._path)

    @cached_property
    def outward(self) -> frozenset[str]:
        """The outward codes that it has."""
        return frozenset(self._scan().select("outward").unique().collect()["outward"])

    @cached_property
    def districts(self) -> frozenset[str]:
        """The districts, as GSS codes, that it has postcodes of."""
        return frozenset(self._scan().select("district").unique().collect()["district"])

    def find(self, postcodes: pl.DataFrame) -> pl.DataFrame:
        """Return beside each of some postcodes (`whole`) what it has of it: the columns FOUND.

        `found` is null where it has no postcode at all of the outward code.
        """
        entries = self._scan().select(
            "whole",
            pl.lit(value=True).alias("found"),
            found_easting="easting",
            found_northing="northing",
            found_lsoa="lsoa",
            found_district="district",
        )
        outward = pl.col("whole").str.head(pl.col("whole").str.len_chars() - 3)
        covered = outward.is_in(sorted(self.outward))
        joined = (
            postcodes.lazy().join(entries, on="whole", how="left", maintain_order="left").collect()
        )
        is_found = pl.when("found").then(pl.lit(value=True)).when(covered).then(pl.lit(value=False))
        return joined.with_columns(is_found.alias("found")).select("whole", *FOUND)

    def nearest(self, points: pl.DataFrame) -> pl.DataFrame:
        """Return beside each of some points what is known of the nearest postcode: NEAR.

        Of those in use by small users; null where there is none within a kilometre. The LSOA is
        told only of one within the first reach, because LSOAs are small.
        """
        inhabited = self._scan().filter(pl.col("lives") & pl.col("easting").is_not_null())
        live, parts = inhabited.select(*_OF_NEAREST, "easting", "northing").collect(), []
        for reach in _REACHES:
            parts += [_nearest(part, live, reach) for part in points.iter_slices(_POINTS)]
            points = points.join(pl.concat(parts), on=["easting", "northing"], how="anti")
            live = live.with_columns(lsoa=pl.lit(None, dtype=pl.String))
        return pl.concat([*parts, points.with_columns(**_NOTHING)])

    def postcodes_per_district(self) -> pl.DataFrame:
        """Return how many postcodes in use by small users each outward code has in each district.

        Columns `outward`, `district`, `postcodes`.
        """
        lives = pl.col("lives").sum().cast(pl.UInt32).alias("postcodes")
        return self._scan().group_by("outward", "district").agg(lives).collect()

    def outward_of(self, district: str) -> list[str]:
        """Return the outward codes of which at least half the homes lie in a district, sorted.

        Homes are counted as postcodes in use by small users.
        """
        own = pl.col("postcodes").filter(pl.col("district") == district).sum()
        counts = (
            self.postcodes_per_district()
            .group_by("outward")
            .agg(here=own, all=pl.col("postcodes").sum())
        )
        most = (pl.col("here") > 0) & (pl.col("here") * 2 >= pl.col("all"))
        return counts.filter(most)["outward"].sort().to_list()

    def residential_postcodes(self) -> pl.DataFrame:
        """Return the postcodes in use by small users whose LSOA is known, with where they lie.

        Nothing where the directory does not have it all, or an earlier release kept less.
        """
        columns = self._scan().collect_schema().names()
        if not set(_FURTHER) <= set(columns):
            return pl.DataFrame(schema=_OF_HOMES)
        inhabited = pl.col("lives") & pl.col("lsoa").is_not_null()
        return self._scan().filter(inhabited).select(list(_OF_HOMES)).collect()

    def populated_squares(self, districts: Sequence[str]) -> dict[str, pl.DataFrame]:
        """Return the squares of each size with enough addresses in one of some districts.

        Columns `x` and `y`, the south-west corner divided by the side, and `district`: what lies
        in another district beside the square is not counted, because the row names its own.
        """
        inside = self._scan().filter(pl.col("district").is_in(list(districts)) & pl.col("lives"))
        live = inside.select("easting", "northing", "district").drop_nulls().collect()
        least = -(-LEAST // ADDRESSES_EACH)
        return {
            name: live.group_by(
                (pl.col("easting") // side).alias("x"),
                (pl.col("northing") // side).alias("y"),
                "district",
            )
            .len()
            .filter(pl.col("len") >= least)
            .drop("len")
            for name, side in SQUARES.items()
        }


_OF_HOMES: Final = dict.fromkeys(("lsoa", "outward", "district", "ward", "msoa"), pl.String) | {
    "latitude": pl.Float32(),
    "longitude": pl.Float32(),
}
_OF_NEAREST: Final = ("outward", "district", "lsoa")
_NOTHING: Final = {name: pl.lit(None, dtype=dtype) for name, dtype in NEAR.items()}


_AROUND: Final = pl.DataFrame(
    [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)],
    schema={"i": pl.Int32, "j": pl.Int32},
    orient="row",
)


def _nearest(points: pl.DataFrame, live: pl.DataFrame, reach: int) -> pl.DataFrame:
    """Return those points that have a postcode within reach, with the nearest."""
    cell = {"x": pl.col("easting") // reach, "y": pl.col("northing") // reach}
    east = pl.col("easting_right").cast(pl.Int64) - pl.col("easting")
    north = pl.col("northing_right").cast(pl.Int64) - pl.col("northing")
    pairs = (
        points.lazy()
        .with_columns(**cell)
        .join(_AROUND.lazy(), how="cross")
        .with_columns(x=pl.col("x") + pl.col("i"), y=pl.col("y") + pl.col("j"))
        .join(live.lazy().with_columns(**cell), on=["x", "y"])
        .with_columns(away=east**2 + north**2)
        .filter(pl.col("away") <= reach**2)
    )
    return (
        pairs.sort("away", *_OF_NEAREST)
        .group_by("easting", "northing", maintain_order=True)
        .first()
        .select("easting", "northing", **{f"near_{name}": name for name in _OF_NEAREST})
        .collect()
    )
