"""One view of all records, whatever agency and dataset they are of; and where agencies overlap.

Each record by what is common to all: when, as the first and last day that it can have been; where,
as its area and its place as it was shared; what, as a theme (`schemas/codes/themes.py`) beside its
own category and what that is called.
Nothing links rows of different partners: overlap is counts, and small ones are not told.
"""

from collections.abc import Callable
from typing import Final

import polars as pl

from exchange.pull.words import repeated_word
from schemas.codes.themes import LEVELS, with_category_facts
from schemas.codes.vocabularies import THEMES, UNSTATED_THEME
from schemas.datasets.dataset import SMALLEST
from schemas.datasets.registry import DATASETS

DATES_OF: Final = ("occurred", "recorded", "submission")
COLUMNS: Final = {
    "agency": "The kind of authority whose record it is.",
    "dataset": "The dataset that it is of.",
    "theme": f"What it is about, in our grouping: {', '.join((*THEMES, UNSTATED_THEME))}. It is "
    "the same whether a row was generalised or not.",
    "category": "Its own category, where the dataset has one: a code, or the class that stands "
    "for it in a generalised row.",
    "category_label": "What its list calls the category.",
    "class": "The class of the category, where it is known.",
    "category_level": f"How fine the category is: {', '.join(LEVELS)}.",
    "category_scheme": "The list that the category comes from.",
    "category_edition": "The edition of that list.",
    "domestic": "Whether it was recorded as a domestic incident.",
    "date_from": "The first day on which it can have happened; where that is not stated, have "
    "been recorded.",
    "date_to": "The last such day.",
    "date_of": f"What the two days say: {', '.join(DATES_OF)} (the dates that its submission "
    "covers, where the row has none of its own).",
    "date_precision": "How fine the two days are: day, month, quarter, year or none.",
    "time": "The time it happened, or the beginning of its hour or band: hours and minutes.",
    "time_precision": "How fine the time is.",
    "weekday": "The day of the week (1 is Monday), where the date does not tell it.",
    "area": "The GSS code of the local government area.",
    "place": "Its one place.",
    "place_precision": "What the place is, and how fine.",
    "outward": "The outward code, where it was shared by outward code.",
    "generalised": "Whether the row was shared less precisely than its dataset allows.",
    "partner": "The authority that shared it.",
    "entry": "The position of its submission in the log.",
    "record_id": "Its random number in that submission.",
}
CATEGORY_LABEL: Final = "category_label"  # stands beside the code in the datasets' tables too
SUPPRESSED: Final = "[c]"


def incidents(rows: pl.DataFrame, dataset: str) -> pl.DataFrame | None:
    """Return the rows of a submission as incidents; none of a dataset that is numbers."""
    if DATASETS[dataset].is_numbers:
        return None
    return incidents_of(
        with_category_facts(rows.lazy(), DATASETS[dataset].theme), dataset
    ).collect()


def incidents_of(rows: pl.LazyFrame, dataset: str) -> pl.LazyFrame:
    """Return rows of a dataset, with the facts of their categories, as incidents."""
    declared = DATASETS[dataset]
    columns = set(rows.collect_schema().names())

    def column(name: str, dtype: type[pl.DataType] = pl.String) -> pl.Expr:
        return pl.col(name) if name in columns else pl.lit(None, dtype=dtype)

    outward = pl.when(pl.col("place_precision") == "outward").then("place")
    view = rows.select(
        "theme", "category_label", "class", "category_level", "area", "partner", "entry",
        "record_id",
        agency=repeated_word(declared.agency),
        dataset=repeated_word(dataset),
        category=column("category"),
        category_scheme=column("category_scheme"),
        category_edition=column("category_edition"),
        domestic=column("domestic"),
        **_dates(column),
        time=column("time_from"),
        time_precision=column("time_precision").fill_null("none"),
        weekday=column("weekday", pl.Int8),
        place="place",
        place_precision="place_precision",
        outward=outward,
        generalised=column("generalised"),
    )  # fmt: skip
    return view.select(list(COLUMNS))


def _dates(column: Callable[..., pl.Expr]) -> dict[str, pl.Expr]:
    """Return the days of an incident: when it occurred, or else was recorded, or else those that
    its submission covers.
    """
    occurred, recorded = column("occurred_from", pl.Date), column("recorded", pl.Date)
    date_of = (
        pl.when(occurred.is_not_null())
        .then(repeated_word(DATES_OF[0], DATES_OF))
        .when(recorded.is_not_null())
        .then(repeated_word(DATES_OF[1], DATES_OF))
        .otherwise(repeated_word(DATES_OF[2], DATES_OF))
    )
    precision = (
        pl.when(occurred.is_not_null())
        .then(column("occurred_precision"))
        .when(recorded.is_not_null())
        .then(column("recorded_precision"))
        .fill_null("none")
    )
    last = pl.coalesce(column("occurred_to", pl.Date), occurred, recorded)
    return {
        "date_from": pl.coalesce(occurred, recorded, "covered_from"),
        "date_to": pl.coalesce(_end_of_period(last, precision), "covered_to"),
        "date_of": date_of,
        "date_precision": precision,
    }


def _end_of_period(first: pl.Expr, precision: pl.Expr) -> pl.Expr:
    """Return the last day of the day, month, quarter or year that begins with a day."""
    ends = first
    for name, length in {"month": "1mo", "quarter": "3mo", "year": "1y"}.items():
        end = first.dt.offset_by(length).dt.offset_by("-1d")
        ends = pl.when(precision == name).then(end).otherwise(ends)
    return ends


def overlap(rows: pl.LazyFrame, smallest: int | None) -> pl.DataFrame:
    """Return how many records agencies hold of the same outward code, month and theme.

    The outward code is the one that a record's LSOA fits best, where that is known.
    Only where two agencies or more do. A number below the smallest group is not told; there are no
    totals, from which it could be had by subtraction.
    """
    least = max(smallest or SMALLEST, SMALLEST)
    by_dates = (
        rows.with_columns(outward=pl.coalesce("^outward_best_fit$", "outward"))
        .filter(pl.col("outward").is_not_null(), pl.col("date_precision").is_in(["day", "month"]))
        .group_by("outward", "date_from", "date_to", "theme", "agency")
        .len("records")
        .collect(engine="streaming")
    )
    cell = ["outward", "month", "theme"]
    counts = (
        by_dates.with_columns(month=pl.col("date_from").dt.strftime("%Y-%m"))
        .filter(pl.col("month") == pl.col("date_to").dt.strftime("%Y-%m"))
        .group_by(*cell, "agency")
        .agg(pl.col("records").sum())
        .filter(pl.col("agency").n_unique().over(cell) > 1)
        .sort(*cell, "agency")
    )
    number = pl.when(pl.col("records") >= least).then(pl.col("records").cast(pl.String))
    return counts.with_columns(number.otherwise(pl.lit(SUPPRESSED)).alias("records"))
