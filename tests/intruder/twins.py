"""Ambulance callouts of which some are the other half of police assaults, and an attack on both.

Where an ambulance went to an assault, and no fine row of the police fits it, the police row of that
assault was kept coarse: the intruder says that it was sensitive.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from tests.intruder.absence import says_sensitive
from tests.intruder.released import DISTRICT, shaped
from tests.intruder.worlds import DAYS, FIRST, KINDS, VIOLENCE, World

# The share of assaults to which an ambulance is called. Assumed, not measured.
_CALLED = {"8N": 0.5, "105A": 0.05, "19F": 0.2, "17A": 0.2}
ASSAULT, OTHERS = ("4", "27"), ("23", "25", "9")
_HEADINGS = {
    "reference": "Incident number",
    "date": "Date",
    "time": "Time",
    "outward": "Outward code",
    "code": "Category",
    "district": "District",
}


@dataclass(frozen=True, repr=False)
class Callouts:
    """Callouts as they happened, and as an analyst holds them beside the crimes of a world.

    Attributes:
        happened: Of each callout its reference, day, hour, outward code, code, and whether the
            police row of the same assault is sensitive (null where there is none).
        rows: The same, with what was released of it; nulls where it was withheld.
    """

    happened: pl.DataFrame
    rows: pl.DataFrame

    def __repr__(self) -> str:
        """Return nothing of the rows, because pytest prints it."""
        return f"<Callouts, {self.happened.height} rows>"


def callouts(world: World, seed: int = 1) -> pl.DataFrame:
    """Draw the callouts of a world: twins of assaults, other assaults, and other calls."""
    draw = np.random.default_rng([seed, 7])
    share = pl.col("code").replace_strict(_CALLED, default=0.0, return_dtype=pl.Float64)
    chance = pl.Series(draw.random(world.truth.height))
    twins = world.truth.filter(chance < share).select(
        "day", "hour", "outward", twin="sensitive", code=pl.lit(ASSAULT[0])
    )
    alone = _alone(world, draw, twins.height // 5, ASSAULT)
    others = _alone(world, draw, twins.height, OTHERS)
    rows = pl.concat([twins, alone, others], how="diagonal")
    rows = rows.sample(fraction=1, shuffle=True, seed=int(draw.integers(1 << 30)))
    number = pl.int_range(rows.height).cast(pl.String).str.zfill(5)
    return rows.with_columns(reference=pl.lit("A") + number.cast(pl.String))


def _alone(
    world: World, draw: np.random.Generator, count: int, codes: tuple[str, ...]
) -> pl.DataFrame:
    """Draw calls of which the police have no row, at places and hours where there was violence."""
    violence = world.truth.filter("violent")
    at = violence[draw.integers(0, violence.height, count).tolist()]
    return at.select("outward", "hour").with_columns(
        day=pl.lit(FIRST) + pl.duration(days=pl.Series(draw.integers(0, DAYS, count))),
        code=pl.Series(draw.choice(codes, count).tolist()),
    )


def callouts_csv(happened: pl.DataFrame) -> str:
    """Return the callouts as an ambulance trust exports them."""
    held = happened.with_columns(
        date=pl.col("day").dt.strftime("%d/%m/%Y"),
        time=pl.col("hour").cast(pl.String).str.zfill(2) + ":30",
        district=pl.lit("Westshire"),
    )
    return held.select(*_HEADINGS).rename(_HEADINGS).write_csv()


def beside_callouts(happened: pl.DataFrame, table: pl.DataFrame, origin: pl.DataFrame) -> Callouts:
    """Put what was released of the callouts beside what happened."""
    table = _dated(shaped(table)).join(origin.select("record_id", "reference"), on="record_id")
    return Callouts(happened, happened.join(table, on="reference", how="left", suffix="_released"))


def _dated(table: pl.DataFrame) -> pl.DataFrame:
    """Add `date` and `date_precision`: when a call was recorded or, where not stated, happened."""
    happened = pl.when(pl.col("recorded_precision") == "none")
    return table.with_columns(
        date=happened.then("occurred_from").otherwise("recorded"),
        date_precision=happened.then("occurred_precision").otherwise("recorded_precision"),
    )


def naive_callouts(happened: pl.DataFrame) -> Callouts:
    """Return what an export would release from which only the references were removed."""
    table = happened.select(
        "reference",
        record_id="reference",
        recorded="day",
        occurred_from="day",
        recorded_precision=pl.lit("day"),
        occurred_precision=pl.lit("day"),
        time_from=pl.time(pl.col("hour"), 30),
        time_precision=pl.lit("minute"),
        category="code",
        place="outward",
        place_precision=pl.lit("outward"),
        generalised=pl.lit(""),
    )
    return beside_callouts(happened, table.drop("reference"), table)


def recognised(called: Callouts, crimes: pl.DataFrame, world: World) -> tuple[int, int, int]:
    """Attack callouts and crimes; return how many were said to be sensitive, were, and could be.

    Args:
        called: The callouts.
        crimes: The police table as an analyst holds it.
        world: Says which LSOA is in which outward code, as published directories do.
    """
    lsoas = world.truth.select("lsoa", "outward").unique()
    assaults = called.rows.filter(pl.col("category").is_in(ASSAULT))
    windows = assaults.select("reference", "place", "week_part", *_window())
    pairs = windows.join(_fine_assaults(crimes, lsoas), on="place").filter(_fits())
    said = assaults.join(pairs.select("reference").unique(), on="reference", how="anti")
    right = said["twin"].fill_null(value=False).sum()
    return said.height, int(right), int(called.happened["twin"].fill_null(value=False).sum())


def _window() -> list[pl.Expr]:
    """Return the first and last day and the first hour of a row, and how many hours it covers."""
    precision, day = pl.col("date_precision"), pl.col("date")
    last = pl.when(precision == "day").then(day)
    last = last.when(precision == "month").then(day.dt.month_end())
    hours = (
        pl.col("time_precision")
        .cast(pl.String)
        .replace_strict({"minute": 1, "hour": 1, "six hours": 6}, default=24)
    )
    return [
        day.alias("first"),
        last.otherwise(day.dt.offset_by("2mo").dt.month_end()).alias("last"),
        pl.col("time_from").dt.hour().fill_null(0).cast(pl.Int64).alias("from"),
        hours.alias("hours"),
    ]


def _fine_assaults(crimes: pl.DataFrame, lsoas: pl.DataFrame) -> pl.DataFrame:
    """Return day and hour of fine rows of violence that was not sensitive, by outward code.

    And by district, where a callout may have been released by it.
    """
    violent = pl.col("category").is_in(list(KINDS[VIOLENCE].codes))
    fine = crimes.filter(violent & ~pl.col("coarse") & ~says_sensitive("domestic"))
    fine = fine.select("occurred_from", pl.col("time_from").dt.hour().alias("hour"), lsoa="place")
    by_outward = fine.join(lsoas, on="lsoa").with_columns(place="outward")
    return pl.concat([by_outward, by_outward.with_columns(place=pl.lit(DISTRICT))])


def _fits() -> pl.Expr:
    """Return whether a crime was within the window of a callout, to within an hour."""
    day = pl.col("occurred_from")
    part = pl.when(day.dt.weekday() >= 6).then(pl.lit("weekend")).otherwise(pl.lit("weekday"))
    since = (pl.col("hour").cast(pl.Int64) - pl.col("from") + 1) % 24
    return (
        day.is_between("first", "last")
        & ((pl.col("week_part") == "not stated") | (pl.col("week_part") == part))
        & ((since < pl.col("hours") + 2) | (pl.col("hours") == 24))
    )
