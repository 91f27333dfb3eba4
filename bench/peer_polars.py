"""A peer: polars reads, checks by its own expressions and writes Parquet, pyrage encrypts it."""

import io
import sys
from pathlib import Path

import polars as pl
import pyrage

source, target, key = sys.argv[1:]
rows = pl.read_csv(source, infer_schema=False).with_columns(
    pl.col("Recorded date", "Date from").str.to_date(), pl.col("Time from").str.to_time("%H:%M")
)
wrong = rows.select(
    pl.col("Crime number").is_duplicated().any().alias("reference"),
    (~pl.col("Code").str.contains(r"^[0-9]{1,3}[A-Z]?$")).any().alias("code"),
    (~pl.col("Postcode").str.contains(r"^[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}$")).any().alias("place"),
    (~pl.col("LSOA code").str.contains(r"^[EW]01\d{6}$")).any().alias("lsoa"),
    (~pl.col("Domestic flag").is_in(["Y", "N"])).any().alias("domestic"),
)
if any(wrong.row(0)):
    raise SystemExit("a column is not as it should be")
content = io.BytesIO()
rows.drop("Crime number").with_columns(
    pl.col("Postcode").str.split(" ").list.first(), pl.col("Time from").dt.hour()
).write_parquet(content)
recipient = pyrage.x25519.Identity.from_str(key).to_public()
Path(target).write_bytes(pyrage.encrypt(content.getvalue(), [recipient]))
