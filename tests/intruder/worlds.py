"""Five made-up populations of a quarter's crimes: what happened, and the extract that holds it.

The city and the rural district have as many crimes, of the same mix and as unevenly spread, as
Southampton and Test Valley had in a quarter of 2017; where the published files are to hand
(EXCHANGE_REAL_DATA), they have their LSOAs and crime types. Days, hours, offence codes, markers and
dwelling flags are always made up. Assumed and not measured: a third of violence is domestic, and a
tenth of it sexual.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

FIRST, DAYS = date(2026, 7, 1), 92
QUARTER = "2026Q3"
VIOLENCE = "Violence and sexual offences"
# Offence codes with their weights. 8N, 105A: assault; 8L: harassment; 8Q: stalking;
# 19F, 17A: sexual offences; 106: modern slavery.
_VIOLENT = {"8N": 33, "105A": 30, "8L": 25, "8Q": 2, "19F": 6, "17A": 4, "106": 0.3}
_SEXUAL, _HIDDEN = ("19F", "17A"), ("8Q", "106")


@dataclass(frozen=True)
class Kind:
    """What police.uk calls a crime type: its codes, where and when it happens."""

    share: float  # of all crimes, in a place that is only made up
    codes: dict[str, float]
    indoors: float | None  # the share in dwellings; None where the code says it
    peak: int  # the hour around which it happens


KINDS = {
    VIOLENCE: Kind(0.346, _VIOLENT, 0.35, 23),
    "Criminal damage and arson": Kind(0.107, {"58A": 4, "58B": 2, "58C": 4}, None, 21),
    "Public order": Kind(0.103, {"9A": 6, "62A": 4}, 0.15, 21),
    "Shoplifting": Kind(0.096, {"46": 1}, 0, 15),
    "Burglary": Kind(0.091, {"28E": 65, "30C": 35}, None, 2),
    "Vehicle crime": Kind(0.082, {"45": 8, "48": 2}, 0, 1),
    "Other theft": Kind(0.072, {"49": 3, "40": 1}, None, 14),
    "Bicycle theft": Kind(0.037, {"44": 1}, 0.1, 13),
    "Drugs": Kind(0.018, {"92E": 1}, 0.2, 18),
    "Other crime": Kind(0.016, {"66": 1}, 0.2, 12),
    "Possession of weapons": Kind(0.012, {"10D": 1}, 0.1, 20),
    "Robbery": Kind(0.010, {"34B": 1}, 0.05, 22),
    "Theft from the person": Kind(0.010, {"39": 1}, 0, 23),
}
HOMES = ("28E", "40", "58A")  # codes that say that it was in a dwelling
STREETS = ("30C", "58B", "58C", "46", "45", "48", "49", "39")  # and codes that say it was not
_HEADINGS = {
    "reference": "Crime number",
    "recorded": "Recorded date",
    "occurred": "Occurred",
    "time": "Time",
    "code": "Code",
    "outward": "Outward code",
    "lsoa": "LSOA code",
    "district": "District",
    "domestic": "Domestic flag",
    "dwelling": "In dwelling",
}


@dataclass(frozen=True, repr=False)
class World:
    """A quarter of one place.

    Attributes:
        truth: Of each crime its reference, day, hour, minute, outward code, LSOA, code, and whether
            it was domestic, in a dwelling, violent and sensitive.
    """

    name: str
    truth: pl.DataFrame

    def __repr__(self) -> str:
        """Return nothing of the rows, because pytest prints it."""
        return f"<World {self.name}, {self.truth.height} crimes>"

    def extract(self, without: str = "") -> str:
        """Return the crimes as a police records system exports them, as CSV.

        Args:
            without: A column that the system does not have.
        """
        day = pl.col("day").dt.strftime("%d/%m/%Y")
        clock = pl.concat_str(
            pl.col("hour").cast(pl.String).str.zfill(2),
            pl.col("minute").cast(pl.String).str.zfill(2),
            separator=":",
        )
        flags = [
            pl.when(name).then(pl.lit("Y")).otherwise(pl.lit("N")).alias(name)
            for name in ("domestic", "dwelling")
        ]
        held = self.truth.with_columns(
            *flags, recorded=day, occurred=day, time=clock, district=pl.lit("Westshire")
        )
        headings = {name: text for name, text in _HEADINGS.items() if name != without}
        return held.select(*headings).rename(headings).write_csv()


def world(name: str, seed: int = 1) -> World:
    """Return one of `NAMES`; the same for the same seed."""
    draw = np.random.default_rng(seed)
    return World(name, _happened(_PLACES[name](draw), draw))


def _happened(where: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    """Draw what happened, for rows of kind, outward code and LSOA."""
    parts = [
        _of_kind(str(kind), rows, draw)
        for (kind,), rows in where.group_by("kind", maintain_order=True)
    ]
    rows = pl.concat(parts)
    rows = rows.sample(fraction=1, shuffle=True, seed=int(draw.integers(1 << 30)))
    kept_secret = pl.col("code").is_in([*_SEXUAL, *_HIDDEN])
    return rows.with_columns(
        reference=pl.lit("R") + pl.int_range(rows.height).cast(pl.String).str.zfill(6),
        day=pl.lit(FIRST) + pl.duration(days=pl.Series(draw.integers(0, DAYS, rows.height))),
        minute=pl.Series(draw.integers(0, 60, rows.height)),
        violent=pl.col("kind") == VIOLENCE,
        sensitive=pl.col("domestic") | kept_secret,
    )


def _of_kind(kind: str, rows: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    of, count = KINDS[kind], rows.height
    weights = np.array(list(of.codes.values()), float)
    code = draw.choice(list(of.codes), count, p=weights / weights.sum())
    domestic = np.zeros(count, bool)
    if kind == VIOLENCE:
        sexual = np.isin(code, _SEXUAL)
        domestic = (draw.random(count) < 0.36) & ~sexual & ~np.isin(code, _HIDDEN)
        share = np.where(domestic, 0.85, np.where(sexual, 0.6, 0.35))
        inside = draw.random(count) < share
    elif of.indoors is None:
        inside = np.isin(code, HOMES)
        domestic = inside & (code == "58A") & (draw.random(count) < 0.12)
    else:
        inside = draw.random(count) < of.indoors
    peak = np.where(inside & (kind == VIOLENCE), 20, of.peak)
    hour = np.round(draw.normal(peak, 4.5)).astype(int) % 24
    return rows.with_columns(
        code=pl.Series(code.tolist(), dtype=pl.String),
        domestic=pl.Series(domestic),
        dwelling=pl.Series(inside),
        hour=pl.Series(hour),
    )


def _places(
    draw: np.random.Generator, count: int, outward: Sequence[str], lsoas: int, uneven: float = 0
) -> pl.DataFrame:
    """Draw kinds and places; a few LSOAs have most crimes where `uneven` is more than nothing."""
    of = [outward[n * len(outward) // lsoas] for n in range(lsoas)]
    weights = np.exp(uneven * draw.standard_normal(lsoas))
    if uneven:
        weights[np.argmax(weights)] *= 2  # the centre
    return _drawn(draw, count, of, weights)


def _drawn(
    draw: np.random.Generator, count: int, of: Sequence[str], weights: np.ndarray
) -> pl.DataFrame:
    """Draw kinds and LSOAs; `of` has the outward code of each LSOA."""
    at = draw.choice(len(of), count, p=weights / weights.sum())
    shares = np.array([kind.share for kind in KINDS.values()])
    kinds = draw.choice(list(KINDS), count, p=shares / shares.sum())
    return pl.DataFrame(
        {
            "kind": kinds.tolist(),
            "outward": [of[n] for n in at],
            "lsoa": [f"E0199{n:04d}" for n in at],
        }
    ).sort("kind", "lsoa")


@cache
def _published(district: str, outward: tuple[str, ...]) -> pl.DataFrame | None:
    """Return kinds and LSOAs of a district from the published files, where they are to hand."""
    folder = os.environ.get("EXCHANGE_REAL_DATA")
    files = sorted(Path(folder, "police").glob("*-street.csv")) if folder else []
    if not files:
        return None
    rows = pl.concat([pl.read_csv(file, infer_schema=False) for file in files]).filter(
        pl.col("LSOA name").str.starts_with(f"{district} ") & pl.col("Crime type").is_in([*KINDS])
    )
    lsoas = rows["LSOA code"].unique().sort().to_list()
    of = {lsoa: outward[n * len(outward) // len(lsoas)] for n, lsoa in enumerate(lsoas)}
    found = rows.select(
        kind="Crime type", outward=pl.col("LSOA code").replace(of), lsoa="LSOA code"
    )
    return found.sort("kind", "lsoa")


_CITY = ("SO14", "SO15", "SO16", "SO17", "SO18", "SO19")
_RURAL = ("SP10", "SP11", "SO51", "SO20", "SO52", "SO53")
_SPARSE = tuple(f"WY{n}" for n in range(1, 21))
_HAMLETS = ("WX1", "WX2", "WX3", "WX4", "WX5")


def _city(draw: np.random.Generator) -> pl.DataFrame:
    found = _published("Southampton", _CITY)
    return _places(draw, 7_821, _CITY, 148, uneven=0.9) if found is None else found


def _town(draw: np.random.Generator) -> pl.DataFrame:
    return _places(draw, 3_000, ("WZ1", "WZ2", "WZ3"), 36)


def _rural(draw: np.random.Generator) -> pl.DataFrame:
    found = _published("Test Valley", _RURAL)
    return _places(draw, 1_815, _RURAL, 71, uneven=0.9) if found is None else found


def _sparse(draw: np.random.Generator) -> pl.DataFrame:
    return _places(draw, 1_500, _SPARSE, 80)


def _hamlets(draw: np.random.Generator) -> pl.DataFrame:
    """A town of 2,960 crimes, and four outward codes with about ten each."""
    of = [code for code in _HAMLETS for _ in range(12)]
    weights = np.array([300.0] * 12 + [1.0] * 48)
    return _drawn(draw, 3_000, of, weights)


_PLACES = {
    "city": _city, "town": _town, "rural": _rural, "sparse": _sparse, "hamlets": _hamlets,
}  # fmt: skip
NAMES = tuple(_PLACES)
OUTWARD = (*_CITY, "WZ1", "WZ2", "WZ3", *_RURAL, *_SPARSE, *_HAMLETS)
