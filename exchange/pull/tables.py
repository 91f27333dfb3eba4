"""What a pull wrote, for Python: the merged tables as one lazy table of polars."""

from pathlib import Path

import polars as pl

from depersonalise.places.best_fit import AREAS
from exchange.pull.geography import NAME


def open_merged(path: str | Path, dataset: str = "") -> pl.LazyFrame:
    """Return a merged table that `exchange pull` wrote.

    Args:
        path: The folder of the pull.
        dataset: The dataset; none for the incidents of all datasets.

    Returns:
        Its rows, with the quarter of each as `quarter`, and their provenance (`dictionary.csv`);
        the incidents with the outward code, ward, MSOA and district that they fit best, where a
        postcode directory had been added.

    Raises:
        FileNotFoundError: the folder holds none.
    """
    folder = Path(path) / (f"dataset={dataset}" if dataset else "incidents")
    if not folder.is_dir():
        raise FileNotFoundError(f"no combined table of {dataset or 'incidents'} in {path}")
    parts = [
        pl.scan_parquet(part / "*.parquet", hive_partitioning=False).with_columns(
            quarter=pl.lit(part.name.partition("=")[2])
        )
        for part in sorted(folder.glob("quarter=*"))
    ]
    rows = pl.concat(parts)
    first = ("quarter",) if dataset else ("quarter", "dataset")
    names = [name for name in rows.collect_schema().names() if name not in first]
    rows = rows.select(*first, *names)
    return _with_places(rows, Path(path) / NAME) if not dataset else rows


def _with_places(rows: pl.LazyFrame, geography: Path) -> pl.LazyFrame:
    """Add the places that incidents fit best: BEST_FIT."""
    if not geography.exists():
        return rows
    names = {f"{area}_best_fit": area for area in AREAS}
    fits = pl.scan_parquet(geography).select(place="lsoa", place_precision=pl.lit("lsoa"), **names)
    joined = rows.join(fits, on=["place", "place_precision"], how="left", maintain_order="left")
    return joined.with_columns(outward_best_fit=pl.coalesce("outward", "outward_best_fit"))
