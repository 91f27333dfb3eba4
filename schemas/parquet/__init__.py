"""Parquet files that somebody else wrote: what they cost to read, and reading them."""
