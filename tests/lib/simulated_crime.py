"""Two years of a made-up partnership's published numbers, with planted changes or without any.

Numbers vary by more than chance, as real ones do: each category of a quarter by a tenth, some
records come in series in one place, seasons differ by category. They are rounded as published
tables are. None of it is anybody's.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from depersonalise.cube_rounding import Edition, rounded_cube
from exchange.pull.counts import UNKNOWN
from exchange.reports.assessment.comparisons import Years, compare
from exchange.reports.assessment.statistics import Verdict, judge
from schemas.codes.lists import find_list
from schemas.codes.themes import facts_of
from schemas.quarters import Quarter

LIST: Final = ("home-office", "2017/18")
CATEGORIES: Final = 40
QUARTERS: Final = tuple(Quarter(2026, n) for n in (1, 2, 3, 4))
SPREAD: Final = 0.1  # by which a category of a quarter varies beyond chance
ALONE: Final = 0.8  # of the records: the others come in series, in one place
EMERGING: Final = 60  # records in the year, of none before
HOTSPOT: Final = 120
RISE: Final = 1.75


@dataclass(frozen=True)
class Area:
    """An area, by the size of its numbers."""

    records: int = 2500  # in a quarter
    lsoas: int = 80


@dataclass(frozen=True)
class Planted:
    """What was planted: a category that rises, a theme in a place, and a category that is new."""

    rises: str
    place: str
    theme: str
    new: str


def two_years(seed: int, area: Area, *, planted: bool, rise: float = RISE) -> tuple[Years, Planted]:
    """Return the published cells of two years, and what was planted in the second, if anything."""
    rng = np.random.default_rng(seed)
    codes = sorted(find_list(*LIST).codes)  # type: ignore[union-attr]  # it is there
    codes = [codes[n] for n in rng.choice(len(codes), CATEGORIES, replace=False)]
    sizes = 1 / np.arange(1, CATEGORIES + 1) ** 0.9
    sizes *= area.records / sizes.sum()
    new, rises, hot = CATEGORIES - 1, rng.integers(2, 8), rng.integers(2, 12)
    sizes[new] = 0
    places = rng.gamma(1.5, 1, area.lsoas)
    places /= places.sum()
    spot = int(rng.integers(area.lsoas))
    season = rng.uniform(-0.15, 0.15, (CATEGORIES, 1)) * np.sin(np.arange(4) * np.pi / 2)
    cells = []
    for quarter in range(8):
        mean = sizes * (1 + season[:, quarter % 4])
        if planted and quarter >= 4:
            mean[rises] *= rise
        mean *= rng.gamma(SPREAD**-2, SPREAD**2, CATEGORIES)
        rows = [_series(rng, category, mean[category], places) for category in range(CATEGORIES)]
        if planted and quarter >= 4:
            rows.append(_rows(hot, np.full(rng.poisson(HOTSPOT / 4), spot)))
            rows.append(_rows(new, rng.choice(area.lsoas, rng.poisson(EMERGING / 4), p=places)))
        cells.append(_published(rng, np.concatenate(rows), codes, str(QUARTERS[quarter % 4])))
    years = Years(pl.concat(cells[:4]), pl.concat(cells[4:]), QUARTERS)
    theme = facts_of(*LIST, codes[hot]).theme
    return years, Planted(codes[rises], _lsoa(spot), theme, codes[new])


def _series(rng: np.random.Generator, category: int, mean: float, places: np.ndarray) -> np.ndarray:
    sizes = rng.geometric(ALONE, rng.poisson(mean * ALONE))
    return _rows(category, np.repeat(rng.choice(len(places), len(sizes), p=places), sizes))


def _rows(category: int, places: np.ndarray) -> np.ndarray:
    return np.column_stack([np.full(len(places), category), places])


def _lsoa(number: int) -> str:
    return f"E019990{number:02d}"


def _published(
    rng: np.random.Generator, rows: np.ndarray, codes: list[str], quarter: str
) -> pl.DataFrame:
    """Return the rounded cells of a quarter, each record with a month, a weekday and an hour."""
    when = {"month": 3, "weekday": 7, "hour": 24}
    records = pl.DataFrame(rows, schema=["category", "lsoa"], orient="row").with_columns(
        pl.Series(name, rng.integers(0, most, len(rows))) for name, most in when.items()
    )
    cells = records.group_by(pl.all()).len("records").cast({"records": pl.Int64})
    cells = cells.sort(cells.columns).with_columns(
        category=pl.col("category").replace_strict(dict(enumerate(codes)), return_dtype=pl.String),
        lsoa="E019990" + pl.col("lsoa").cast(pl.String).str.zfill(2),
    )
    themes = {code: facts_of(*LIST, code).theme for code in codes}
    cells = cells.with_columns(theme=pl.col("category").replace_strict(themes))
    by = cells.drop("records").cast(pl.String)
    edition = Edition(cells["records"].to_numpy(), rng.bytes(32))
    return cells.with_columns(
        records=pl.Series(rounded_cube(by, [edition], 5, by.columns)),
        dataset=pl.lit("police-crime"), category_scheme=pl.lit(LIST[0]),
        category_edition=pl.lit(LIST[1]), domestic=pl.lit("no"), outward=pl.lit(UNKNOWN),
        quarter=pl.lit(quarter),
    )  # fmt: skip


def verdicts(years: Years) -> list[Verdict]:
    """Return what the assessment says of two years."""
    return judge(compare(years, by_place=True))


def named(verdicts: list[Verdict]) -> list[Verdict]:
    """Return what the assessment names: what stands out."""
    return [one for one in verdicts if one.rises or (one.falls and one.comparison.kind == "theme")]


def hits(verdicts: list[Verdict], planted: Planted) -> dict[str, bool]:
    """Say which of what was planted the assessment names."""
    keys = {one.comparison.key for one in verdicts if one.rises}
    dataset = ("police-crime", *LIST)
    return {
        "rise": ("category", *dataset, planted.rises) in keys,
        "hotspot": ("place", "LSOA", planted.place, planted.theme) in keys,
        "emerging category": ("category", *dataset, planted.new) in keys,
    }
