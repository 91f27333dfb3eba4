"""The floor: a fresh process that reads a CSV as text, casts four columns and writes Parquet."""

import sys

import pandera.polars  # noqa: F401 - what any such process imports
import polars as pl

source, target = sys.argv[1:]
pl.read_csv(source, infer_schema=False).with_columns(
    pl.col("Recorded date", "Date from").str.to_date(),
    pl.col("Time from").str.to_time("%H:%M"),
    pl.col("Domestic flag").cast(pl.Enum(["Y", "N"])),
).write_parquet(target)
