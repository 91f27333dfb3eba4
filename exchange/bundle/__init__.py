"""Bundles: a depersonalised table as Parquet, encrypted, and what is checked when it is opened."""
