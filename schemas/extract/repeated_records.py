"""Records that stand in an extract more than once, cell for cell, and may be counted twice.

One file sent under two names, files whose months overlap, a sheet copied below itself. Single
records may be alike and be separate incidents: nothing is asked about a few, or about most of one
file.
"""

from typing import Final

import polars as pl

from schemas.extract.line_numbers import FILE_LINES, LINE
from schemas.findings.finding import Finding
from schemas.findings.rules import RULES

_SHARE: Final = 20  # a twentieth of a file's records
_FEW: Final = 5
_ENOUGH: Final = 20  # different records, from which on it is odd that none stands once


def repeated_records(cells: pl.DataFrame) -> list[Finding]:
    """Ask about records of a file that another has too, and about a file that has each twice."""
    hashes = cells.drop(LINE).hash_rows(seed=0)
    if hashes.n_unique() == cells.height:
        return []
    records = cells.select((pl.col(LINE) // FILE_LINES).alias("file"), hashes.alias("same"))
    by_record = records.group_by("same").agg(pl.len(), pl.col("file").min().alias("first"))
    if records["file"].n_unique() > 1:
        known = records.join(by_record, on="same").filter(pl.col("first") < pl.col("file"))
        shared = dict(known["file"].value_counts().iter_rows())
        sizes = dict(records["file"].value_counts().iter_rows())
        texts = [
            f"file {file + 1}: {n:,} of {sizes[file]:,} records"
            for file, n in sorted(shared.items())
            if n >= _FEW and n * _SHARE > sizes[file]
        ]
        if texts:
            return [Finding(RULES["records-repeat"], detail="; ".join(texts))]
    if by_record.height >= _ENOUGH and bool((by_record["len"] > 1).all()):
        detail = f"{records.height:,} records, none of which stands once"
        return [Finding(RULES["records-repeat"], detail=detail)]
    return []
