"""Where a row stands in a table that was pulled says nothing of when it happened."""

import random

import polars as pl

from exchange.profile.outbox import open_key_map
from tests.lib.extracts import csv

DAYS = [(m, d) for m in (7, 8, 9) for d in range(1, 31)]
COLUMNS = "Crime number,Recorded date,Time,Code,Postcode,District,Domestic flag"


def happened(rows: int = 540) -> list[tuple[str, int, str]]:
    """Return a quarter in the order in which it was recorded: reference, day, and its line."""
    draw = random.Random(1)
    made = []
    for n in range(rows):
        day = n * len(DAYS) // rows
        m, d = DAYS[day]
        domestic = "Y" if draw.random() < 0.2 else "N"
        line = f"{d:02d}/{m:02d}/2026,{draw.randrange(24):02d}:10,105A,WZ1 1AB"
        made.append((f"R{n:04d}", day, f"R{n:04d},{line},Westshire,{domestic}"))
    return made


def origin_of(partnership, who="police") -> pl.DataFrame:
    """Return the source's reference of each record, from the key maps that stay with its sender."""
    maps = []
    for path in (partnership.settings(who).profile / "keymaps").glob("*.age"):
        told = open_key_map(path, partnership.officer(who).identity)
        maps.append(told.select("record_id", "reference"))
    return pl.concat(maps)


def guessed(table: pl.DataFrame) -> pl.DataFrame:
    """Guess the day of each coarse row from the nearest row above or below that has one."""
    day = pl.when(pl.col("recorded_precision") == "day").then("recorded")
    near = pl.coalesce(day.forward_fill(), day.backward_fill()).alias("guess")
    return table.with_columns(near).filter(pl.col("recorded_precision") != "day")


def hits(table: pl.DataFrame, origin: pl.DataFrame, truth: dict[str, int]) -> float:
    """Return how many guesses are right to within a day, of all coarse rows."""
    rows = guessed(table).join(origin, on="record_id")
    right = 0
    for reference, guess in rows.select("reference", "guess").iter_rows():
        m, d = DAYS[truth[reference]]
        right += guess is not None and abs((guess.month - m) * 31 + guess.day - d) <= 1
    assert rows.height >= 60
    return right / rows.height


def test_the_day_of_a_coarse_row_cannot_be_told_from_its_neighbours(partnership):
    made = happened()
    truth = {reference: day for reference, day, _ in made}
    file = partnership.extract("police", "crime.csv", csv(COLUMNS, *(line for *_, line in made)))
    partnership.submit("police", file, "--dataset", "police-crime", "--dates", "2026Q3")
    partnership.signed("analysts", "pull", "tables")
    (path,) = (partnership.root / "analysts/tables/dataset=police-crime").rglob("*.parquet")
    table, origin = pl.read_parquet(path), origin_of(partnership)
    chance = 3 / 30
    assert hits(table, origin, truth) < chance + 0.12
    # The attack is worth something: it succeeds where rows leave in the order of their source.
    reference = table.join(origin, on="record_id").sort("reference")
    assert hits(reference.drop("reference"), origin, truth) > 0.9
