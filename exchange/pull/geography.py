"""One geography for records that partners locate in different ways, where a directory allows it.

The police share most records by LSOA, others by outward code. `geography.parquet` says of each
LSOA of a pull which outward code, ward, MSOA and district it fits best, by the postcode directory
that the analyst added (`depersonalise/places/best_fit.py`), with the directory's name, hash and
date; nothing of an LSOA that the directory may not have whole. The records stay as they were
shared: what is inferred stands in columns of its own.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from depersonalise.places.best_fit import COLUMNS as FITS
from depersonalise.places.best_fit import best_fit
from depersonalise.places.gazetteer import POSTCODES, Gazetteer, PlaceFile
from exchange.text import with_noun
from schemas.quarters import long_date

NAME: Final = "geography.parquet"
AS_SHARED, INFERRED = "as shared", "best fit of its LSOA"
COLUMNS: Final = FITS | {
    "directory": "The postcode directory that says so.",
    "directory_edition": "Its edition.",
    "directory_added": "The day on which it was added.",
    "directory_sha256": "Its hash.",
}
# What a record has beside its own place: the place it was shared by, or what that fits best.
BEST_FIT: Final = {
    "outward_best_fit": "The outward code: as it was shared, or in which most homes of its LSOA "
    "lie. Only where a postcode directory was added that has all postcodes of the LSOA.",
    "ward_best_fit": "The ward in which most homes of its LSOA lie.",
    "msoa_best_fit": "The MSOA that its LSOA is part of.",
    "district_best_fit": "The district that its LSOA is in.",
}


@dataclass(frozen=True, slots=True, repr=False)
class BestFit:
    """What LSOAs fit best, and the file of the directory that says so."""

    table: pl.DataFrame
    file: PlaceFile


def best_fit_of(gazetteer: Gazetteer) -> BestFit | None:
    """Return what each LSOA fits best by the directory that was added, if one was.

    Raises:
        GazetteerBroken: it can't be read.
    """
    directory = gazetteer.directory
    return BestFit(best_fit(directory), gazetteer.files[POSTCODES]) if directory else None


def write_geography(folder: Path, fits: BestFit) -> None:
    """Write what the LSOAs of a pull fit best; empty cells for those that are not covered."""
    records = pl.scan_parquet(folder / "incidents/**/*.parquet", hive_partitioning=False)
    by_lsoa = records.filter(pl.col("place_precision") == "lsoa")
    lsoas = by_lsoa.select(lsoa="place").unique().sort("lsoa").collect()
    file = fits.file
    lsoas.join(fits.table, on="lsoa", how="left", maintain_order="left").with_columns(
        directory=pl.lit(file.name),
        directory_edition=pl.lit(file.edition),
        directory_added=pl.lit(file.added),
        directory_sha256=pl.lit(file.sha256),
    ).select(list(COLUMNS)).write_parquet(folder / NAME)


def with_best_fit(cells: pl.LazyFrame, folder: Path, elsewhere: str) -> pl.LazyFrame:
    """Give counted cells that have an LSOA the outward code that it fits best.

    Args:
        elsewhere: What stands for no outward code; only there is anything inferred.

    Returns:
        The cells, with `outward_from`: how the outward code is known; and with `ward`, which is
        null where no ward fits.
    """
    if not (folder / NAME).exists():
        nowhere = pl.lit(None, dtype=pl.String)
        return cells.with_columns(outward_from=pl.lit(AS_SHARED), ward=nowhere)
    fits = pl.scan_parquet(folder / NAME).select("lsoa", "ward", _fit="outward").drop_nulls()
    inferred = (pl.col("outward") == elsewhere) & pl.col("_fit").is_not_null()
    return (
        cells.join(fits, on="lsoa", how="left", maintain_order="left")
        .with_columns(
            outward=pl.when(inferred).then("_fit").otherwise("outward"),
            outward_from=pl.when(inferred).then(pl.lit(INFERRED)).otherwise(pl.lit(AS_SHARED)),
        )
        .drop("_fit")
    )


def coverage_of(folder: Path) -> str:
    """Say which directory places the LSOAs of a pull, and how many; empty where none does."""
    if not (folder / NAME).exists():
        return ""
    fits = pl.read_parquet(folder / NAME)
    if fits.is_empty():
        return ""
    covered = fits["outward"].count()
    name, edition, added = fits.select("directory", "directory_edition", "directory_added").row(0)
    return (
        f"{name} ({edition}, added {long_date(date.fromisoformat(added))}) has all postcodes of "
        f"{covered} of the {with_noun(fits.height, 'LSOA')} in the data"
    )
