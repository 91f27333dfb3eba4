"""One view of all records, whatever agency and dataset they are of; and where agencies overlap.

Each record by what is common to all: when, as finely as it was shared; where, as its area and,
where it was shared so, its outward code; what, as a theme (`schemas/codes/themes.py`) beside its
own category.
Nothing links rows of different partners: overlap is counts, and small ones are not told.
"""

from pathlib import Path
from typing import Final

import polars as pl

from schemas.codes.themes import with_theme
from schemas.codes.vocabularies import THEMES
from schemas.datasets.dataset import SMALLEST
from schemas.datasets.registry import DATASETS

COLUMNS: Final = {
    "agency": "The kind of authority whose record it is.",
    "dataset": "The dataset that it is of.",
    "theme": f"What it is about, in our grouping: {', '.join(THEMES)}.",
    "category": "Its own category, where the dataset has one.",
    "category_scheme": "The list that the category comes from.",
    "category_edition": "The edition of that list.",
    "domestic": "Whether it was recorded as a domestic incident.",
    "date": "The day it happened or can first have happened, else was recorded; or the first of "
    "its month, quarter or year.",
    "date_precision": "How fine the date is.",
    "time": "The time it happened, or the beginning of its hour or band.",
    "time_precision": "How fine the time is.",
    "weekday": "The day of the week (1 is Monday), where the date does not tell it.",
    "area": "The GSS code of the local government area.",
    "outward": "The outward code, where it was shared by outward code.",
    "partner": "The authority that shared it.",
    "entry": "The position of its submission in the log.",
    "record_id": "Its random number in that submission.",
}
SUPPRESSED: Final = "[c]"


def incidents(rows: pl.DataFrame, dataset: str) -> pl.DataFrame | None:
    """Return the rows of a submission as incidents; none of a dataset that is numbers."""
    declared = DATASETS[dataset]
    if declared.is_numbers:
        return None
    held = set(rows.columns)

    def first(*names: str, otherwise: pl.Expr) -> pl.Expr:
        found = [pl.col(name) for name in names if name in held]
        return pl.coalesce(*found, otherwise)

    nothing = pl.lit(None, dtype=pl.String)
    by_occurrence = pl.col("occurred_from").is_not_null() if "occurred_from" in held else False
    precision = (
        pl.when(by_occurrence)
        .then(first("occurred_precision", otherwise=nothing))
        .otherwise(first("recorded_precision", otherwise=pl.lit("none")))
    )
    outward = pl.when(pl.col("place_precision") == "outward").then("place")
    view = with_theme(rows.lazy(), declared.theme).select(
        agency=pl.lit(declared.agency),
        dataset=pl.lit(dataset),
        theme="theme",
        category=first("category", otherwise=nothing),
        category_scheme=first("category_scheme", otherwise=nothing),
        category_edition=first("category_edition", otherwise=nothing),
        domestic=first("domestic", otherwise=nothing),
        date=first("occurred_from", "recorded", otherwise=pl.lit(None, dtype=pl.Date)),
        date_precision=precision,
        time=first("time_from", otherwise=pl.lit(None, dtype=pl.Time)),
        time_precision=first("time_precision", otherwise=pl.lit("none")),
        weekday=first("weekday", otherwise=pl.lit(None, dtype=pl.Int8)),
        area="area",
        outward=outward,
        partner="partner",
        entry="entry",
        record_id="record_id",
    )
    return view.collect()


def overlap(folder: Path, smallest: int | None) -> pl.DataFrame:
    """Return how many records agencies hold of the same outward code, month and theme.

    Only where two agencies or more do. A number below the smallest group is not told; there are no
    totals, from which it could be had by subtraction.
    """
    least = max(smallest or SMALLEST, SMALLEST)
    cell = ["outward", "month", "theme"]
    counts = (
        pl.scan_parquet(folder / "**/*.parquet", hive_partitioning=False)
        .filter(
            pl.col("outward").is_not_null(),
            pl.col("date_precision").is_in(["day", "month"]),
        )
        .with_columns(month=pl.col("date").dt.strftime("%Y-%m"))
        .group_by(*cell, "agency")
        .len("records")
        .filter(pl.col("agency").n_unique().over(cell) > 1)
        .sort(*cell, "agency")
        .collect()
    )
    told = pl.when(pl.col("records") >= least).then(pl.col("records").cast(pl.String))
    return counts.with_columns(told.otherwise(pl.lit(SUPPRESSED)).alias("records"))
