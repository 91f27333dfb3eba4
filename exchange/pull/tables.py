"""What a pull wrote, for Python: the merged tables as one lazy table of polars."""

from pathlib import Path

import polars as pl


def open_merged(path: str | Path, dataset: str = "") -> pl.LazyFrame:
    """Return a merged table that `exchange pull` wrote.

    Args:
        path: The folder of the pull.
        dataset: The dataset; none for the incidents of all datasets.

    Returns:
        Its rows, with the quarter of each as `quarter`, and their provenance (`dictionary.csv`).

    Raises:
        FileNotFoundError: the folder holds none.
    """
    folder = Path(path) / (f"dataset={dataset}" if dataset else "incidents")
    if not folder.is_dir():
        raise FileNotFoundError(f"no combined table of {dataset or 'incidents'} in {path}")
    parts = [
        pl.scan_parquet(one / "*.parquet", hive_partitioning=False).with_columns(
            quarter=pl.lit(one.name.partition("=")[2])
        )
        for one in sorted(folder.glob("quarter=*"))
    ]
    rows = pl.concat(parts)
    first = ("quarter",) if dataset else ("quarter", "dataset")
    names = [name for name in rows.collect_schema().names() if name not in first]
    return rows.select(*first, *names)
