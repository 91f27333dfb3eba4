"""Bare polars: CSV to Parquet, streaming, nothing looked at."""

import sys

import polars as pl

source, target = sys.argv[1:]
pl.scan_csv(source, infer_schema=False).sink_parquet(target)
