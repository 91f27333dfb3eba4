"""What a release keeps of what a strategic assessment needs."""

import polars as pl

from schemas.codes.lists import find_list
from tests.intruder.released import Released


def kept(released: Released) -> dict[str, float]:
    """Return the share of sensitive rows that keep each thing; what was withheld kept nothing."""
    offences = find_list("home-office", "2017/18")
    assert offences is not None
    exact = pl.col("category").is_in([*offences.codes])
    classes = {code.klass for code in offences.codes.values()}
    day = pl.col("recorded_precision") == "day"
    rows = released.rows.filter("sensitive")
    things = {
        "band": pl.col("time_precision") != "none",
        "outward": pl.col("place_precision") != "district",
        "class": exact | pl.col("category").is_in(classes),
        "month": pl.col("recorded_precision").is_in(["day", "month"]),
        "week part": day | (pl.col("week_part") != "not stated"),
        "offence": exact,
        "withheld": pl.col("record_id").is_null(),
    }
    return {name: _share(rows, thing) for name, thing in things.items()}


NOT_PROTECTED = {
    "burglary": pl.col("kind") == "Burglary",
    "vehicle crime": pl.col("kind") == "Vehicle crime",
    "robbery": pl.col("kind") == "Robbery",
    "violence in public": pl.col("violent") & ~pl.col("dwelling"),
}


def fine_shares(released: Released, at_least: int = 1) -> dict[str, float]:
    """Return, of rows that are not sensitive, the share that was released finely, by kind.

    Args:
        at_least: How many rows of a kind there must be for their share to be returned.
    """
    rows = released.rows.filter(~pl.col("sensitive"))
    kinds = {name: rows.filter(kind) for name, kind in NOT_PROTECTED.items()}
    return {
        name: _share(some, ~pl.col("coarse"))
        for name, some in kinds.items()
        if some.height >= at_least
    }


def _share(rows: pl.DataFrame, thing: pl.Expr) -> float:
    told = rows.select(thing.fill_null(value=False)).to_series()
    return float(told.mean() or 0.0)


def kept_of_callouts(rows: pl.DataFrame) -> dict[str, float]:
    """Return the share of callouts that keep each thing; what was withheld kept nothing."""
    day = pl.col("date_precision") == "day"
    band = pl.col("time_precision") != "none"
    things = {
        "weekend or band": day | band | (pl.col("week_part") != "not stated"),
        "band": band,
        "outward": pl.col("place_precision") != "district",
        "offence": pl.col("category") == pl.col("code"),
        "withheld": pl.col("record_id").is_null(),
    }
    return {name: _share(rows, thing) for name, thing in things.items()}
