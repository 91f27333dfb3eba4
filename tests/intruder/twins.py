"""Rows of other datasets of which some are the other half of police crimes, and an attack on both.

Where an ambulance went to an assault, and no fine row of the police fits it, the police row of that
assault was kept coarse: the intruder says that it was sensitive. The same goes for fires and arson,
and for incidents from which a crime came.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from tests.intruder.absence import says_sensitive
from tests.intruder.released import DISTRICT, shaped
from tests.intruder.worlds import DAYS, FIRST, KINDS, VIOLENCE, World

ARSON = ("56A", "56B")
_DISORDER = ("8L", "58A", "58B", "58C", "9A", "62A")


@dataclass(frozen=True)
class Other:
    """A dataset that may hold the same incident as recorded crime. All shares are assumed.

    Attributes:
        sender: Who shares it.
        called: By offence code, the share of crimes that it holds too.
        codes: The categories of rows that may be such crimes.
        unlike: The categories of rows that are plainly none.
        alone: How many rows of `codes` hold no crime, for each that does.
        place: The column of a world that it has for a place.
        crimes: The offences that an intruder looks for beside its rows.
    """

    dataset: str
    sender: str
    called: dict[str, float]
    codes: tuple[str, ...]
    unlike: tuple[str, ...]
    alone: float
    place: str
    crimes: tuple[str, ...]

    def __str__(self) -> str:
        return self.dataset


_VIOLENT = tuple(KINDS[VIOLENCE].codes)
OTHERS = {
    other.dataset: other
    for other in (
        Other(
            "ambulance-callouts",
            "ambulance",
            {"8N": 0.5, "105A": 0.05, "19F": 0.2, "17A": 0.2},
            ("4", "27"),
            ("23", "25", "9"),
            0.2,
            "outward",
            _VIOLENT,
        ),
        Other(
            "fire-deliberate-primary",
            "fire",
            dict.fromkeys(ARSON, 0.9),
            ("deliberate-primary",),
            (),
            0.2,
            "lsoa",
            ARSON,
        ),
        Other(
            "police-welfare",
            "police",
            {"8N": 0.1, "105A": 0.1, "8L": 0.1, "8Q": 0.3, "19F": 0.3, "17A": 0.3},
            ("309", "305"),
            ("311", "301"),
            3,
            "outward",
            _VIOLENT,
        ),
        Other(
            "police-asb",
            "police",
            dict.fromkeys(_DISORDER, 0.3),
            ("202", "204"),
            ("211", "213"),
            5,
            "lsoa",
            _DISORDER,
        ),
    )
}
_HEADINGS = {
    "reference": "Incident number",
    "date": "Date",
    "time": "Time",
    "place": "Place",
    "code": "Category",
    "district": "District",
    "dwelling": "In dwelling",
}


@dataclass(frozen=True, repr=False)
class Twins:
    """Rows of another dataset as they happened, and as an analyst holds them beside crimes.

    Attributes:
        happened: Of each row its reference, day, hour, places, code, and whether the police row of
            the same incident is sensitive (null where there is none).
        rows: The same, with what was released of it; nulls where it was withheld.
    """

    other: Other
    happened: pl.DataFrame
    rows: pl.DataFrame

    def __repr__(self) -> str:
        """Return nothing of the rows, because pytest prints it."""
        return f"<Twins of {self.other.dataset}, {self.happened.height} rows>"

    def where(self, condition: pl.Expr) -> "Twins":
        """Return those of which something is known that both tables hold."""
        return Twins(self.other, self.happened.filter(condition), self.rows.filter(condition))


@dataclass(frozen=True)
class Recognised:
    """How the attack did: of how many rows it said that their crime was sensitive, and was right.

    Attributes:
        rows: How many rows may hold a crime.
        sensitive: How many of them hold one that was sensitive.
    """

    rows: int
    said: int
    right: int
    sensitive: int

    @property
    def precision(self) -> float:
        return self.right / self.said if self.said else 0.0

    @property
    def gain(self) -> float:
        """How much more often it was right than without the police table."""
        return self.precision - self.sensitive / self.rows


def with_arson(world: World, count: int, seed: int = 1) -> World:
    """Return a world with that many fires more: half in dwellings, a third of these domestic."""
    draw = np.random.default_rng([seed, 11])
    at = draw.integers(0, world.truth.height, count).tolist()
    dwelling = pl.Series(draw.random(count) < 0.5)
    domestic = dwelling & pl.Series(draw.random(count) < 0.33)
    fires = world.truth[at].with_columns(
        reference=pl.lit("F") + pl.int_range(count).cast(pl.String).str.zfill(6),
        day=pl.lit(FIRST) + pl.duration(days=pl.Series(draw.integers(0, DAYS, count))),
        kind=pl.lit("Criminal damage and arson"),
        code=pl.lit("56B"),
        violent=pl.lit(value=False),
        dwelling=dwelling,
        domestic=domestic,
        sensitive=domestic,
    )
    return World(world.name, pl.concat([world.truth, fires]))


def happened_with(other: Other, world: World, seed: int = 1) -> pl.DataFrame:
    """Draw the rows of another dataset: twins of crimes, others that look alike, and the rest."""
    draw = np.random.default_rng([seed, 7])
    share = pl.col("code").replace_strict(other.called, default=0.0, return_dtype=pl.Float64)
    chance = pl.Series(draw.random(world.truth.height))
    twins = world.truth.filter(chance < share).select(
        "day", "hour", "outward", "lsoa", "dwelling", twin="sensitive", code=pl.lit(other.codes[0])
    )
    alone = _alone(other, world, draw, int(twins.height * other.alone), other.codes)
    unlike = _alone(other, world, draw, twins.height if other.unlike else 0, other.unlike)
    rows = pl.concat([twins, alone, unlike], how="diagonal")
    rows = rows.sample(fraction=1, shuffle=True, seed=int(draw.integers(1 << 30)))
    number = pl.int_range(rows.height).cast(pl.String).str.zfill(5)
    return rows.with_columns(reference=pl.lit("A") + number.cast(pl.String))


def _alone(
    other: Other, world: World, draw: np.random.Generator, count: int, codes: tuple[str, ...]
) -> pl.DataFrame:
    """Draw rows of which the police have no crime, at places and hours of such crimes."""
    like = world.truth.filter(pl.col("code").is_in(other.crimes))
    at = like[draw.integers(0, like.height, count).tolist()]
    return at.select("outward", "lsoa", "hour", "dwelling").with_columns(
        day=pl.lit(FIRST) + pl.duration(days=pl.Series(draw.integers(0, DAYS, count))),
        code=pl.Series(draw.choice(codes, count).tolist() if count else [], dtype=pl.String),
    )


def as_csv(other: Other, rows: pl.DataFrame) -> str:
    """Return the rows as their sender exports them."""
    held = rows.with_columns(
        date=pl.col("day").dt.strftime("%d/%m/%Y"),
        time=pl.col("hour").cast(pl.String).str.zfill(2) + ":30",
        place=other.place,
        district=pl.lit("Westshire"),
        dwelling=pl.when("dwelling").then(pl.lit("Y")).otherwise(pl.lit("N")),
    )
    place = "Outward code" if other.place == "outward" else "LSOA code"
    return held.select(*_HEADINGS).rename({**_HEADINGS, "place": place}).write_csv()


def beside_twins(
    other: Other, rows: pl.DataFrame, table: pl.DataFrame, origin: pl.DataFrame
) -> Twins:
    """Put what was released of the rows beside what happened."""
    table = _dated(shaped(table)).join(origin.select("record_id", "reference"), on="record_id")
    return Twins(other, rows, rows.join(table, on="reference", how="left", suffix="_released"))


def _dated(table: pl.DataFrame) -> pl.DataFrame:
    """Add `date` and `date_precision`: when it was recorded or, where not stated, happened."""
    not_told = pl.col("recorded_precision") == "none"
    return table.with_columns(
        date=pl.when(not_told).then("occurred_from").otherwise("recorded"),
        date_precision=pl.when(not_told).then("occurred_precision").otherwise("recorded_precision"),
    )


def naive_twins(other: Other, rows: pl.DataFrame) -> Twins:
    """Return what an export would release from which only the references were removed."""
    table = rows.select(
        "reference",
        record_id="reference",
        recorded="day",
        occurred_from="day",
        recorded_precision=pl.lit("day"),
        occurred_precision=pl.lit("day"),
        time_from=pl.time(pl.col("hour"), 30),
        time_precision=pl.lit("minute"),
        category="code",
        place=other.place,
        place_precision=pl.lit(other.place),
        generalised=pl.lit(""),
    )
    return beside_twins(other, rows, table.drop("reference"), table)


def recognised(twins: Twins, crimes: pl.DataFrame, world: World) -> Recognised:
    """Attack the rows of another dataset and crimes.

    Args:
        crimes: The police table as an analyst holds it.
        world: Says which LSOA is in which outward code, as published directories do.
    """
    other, rows = twins.other, twins.rows.filter(pl.col("record_id").is_not_null())
    if "category" in rows.columns:
        rows = rows.filter(~pl.col("category").is_in(other.unlike))
    windows = rows.select("reference", "place", "week_part", *_window())
    pairs = windows.join(_fine_crimes(other, crimes, world), on="place").filter(_fits())
    said = rows.join(pairs.select("reference").unique(), on="reference", how="anti")
    right, sensitive = (
        int(some["twin"].fill_null(value=False).sum()) for some in (said, twins.happened)
    )
    return Recognised(rows.height, said.height, right, sensitive)


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


def _fine_crimes(other: Other, crimes: pl.DataFrame, world: World) -> pl.DataFrame:
    """Return day and hour of fine rows of crimes that were not sensitive, by each place of theirs.

    By LSOA, by outward code and by district: a row may have been released by each.
    """
    lsoas = world.truth.select("lsoa", "outward").unique()
    like = pl.col("category").is_in(other.crimes)
    fine = crimes.filter(like & ~pl.col("coarse") & ~says_sensitive("domestic"))
    fine = fine.select("occurred_from", pl.col("time_from").dt.hour().alias("hour"), lsoa="place")
    fine = fine.join(lsoas, on="lsoa")
    places = ("lsoa", "outward", pl.lit(DISTRICT))
    return pl.concat([fine.with_columns(place=place) for place in places])


def _fits() -> pl.Expr:
    """Return whether a crime was within the window of a row, to within an hour."""
    day = pl.col("occurred_from")
    part = pl.when(day.dt.weekday() >= 6).then(pl.lit("weekend")).otherwise(pl.lit("weekday"))
    since = (pl.col("hour").cast(pl.Int64) - pl.col("from") + 1) % 24
    return (
        day.is_between("first", "last")
        & ((pl.col("week_part") == "not stated") | (pl.col("week_part") == part))
        & ((since < pl.col("hours") + 2) | (pl.col("hours") == 24))
    )
