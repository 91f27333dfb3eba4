"""The floor of a pull: a fresh process, in which polars copies a merged table with provenance."""

import sys

import pandera.polars  # noqa: F401 - what any such process imports
import polars as pl

source, target = sys.argv[1:]
pl.scan_parquet(f"{source}/**/*.parquet", hive_partitioning=True).sink_parquet(target)
