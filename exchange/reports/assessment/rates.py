"""Rates by area, held against the mean in a funnel plot, where residents were added.

A funnel plot shows the rate of each area by its residents, with the limits within which rates of
areas of that size lie by chance (Spiegelhalter, Statistics in Medicine 24, 2005, pp. 1185-1202).
The limits are at 95% and 99.8%. They are wider by how much more areas vary than independent records
do: the mean of the squared standardised residuals, a tenth at either end taken for the next
(Spiegelhalter, Quality and Safety in Health Care 14, 2005, pp. 347-351).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from depersonalise.places.area_files import POPULATION
from exchange.pull.counts import ELSEWHERE, UNKNOWN, count_by
from exchange.pull.cube import RECORDS
from exchange.reports.assessment import charts
from exchange.reports.assessment.data import Pack
from exchange.reports.assessment.measures import rate_interval
from exchange.reports.report import Chart, ReportTable
from exchange.reports.report_tables import fill_table
from exchange.text import format_count

AREAS: Final = {"lsoa": "LSOA", "ward": "ward", "outward": "outward code"}
_LIMITS: Final = {"99.8%": 3.0902, "95%": 1.959964}  # standard deviations, the widest first
_WINSORISED: Final = 0.1  # at either end
_ROWS: Final = 20
_FEWEST: Final = 5  # areas, for a mean to be worth anything


@dataclass(frozen=True, slots=True)
class Funnel:
    """Areas with their records and residents, and what lies within the limits.

    Attributes:
        mean: Records for each resident, of all areas together.
        spread: How many times the variance of independent records that of the areas is.
    """

    areas: Mapping[str, tuple[int, float]]
    mean: float
    spread: float

    @classmethod
    def of(cls, areas: Mapping[str, tuple[int, float]]) -> "Funnel":
        """Return the funnel of some areas with residents."""
        mean = sum(y for y, _ in areas.values()) / sum(n for _, n in areas.values())
        z = sorted((y - n * mean) / math.sqrt(n * mean) for y, n in areas.values())
        cut = int(len(z) * _WINSORISED)
        z = [min(max(score, z[cut]), z[-1 - cut]) for score in z]
        return cls(areas, mean, max(1.0, sum(score * score for score in z) / len(z)))

    def limits(self, residents: float, deviations: float) -> tuple[float, float]:
        """Return the rates between which an area of so many residents lies."""
        away = deviations * math.sqrt(self.spread * self.mean / residents)
        return max(self.mean - away, 0.0), self.mean + away

    def position(self, area: str) -> str:
        """Say where an area lies.

        >>> funnel = Funnel.of({"A": (10, 1000), "B": (12, 1000), "C": (60, 1000)})
        >>> Funnel(funnel.areas, 0.011, 1).position("C")
        'above the 99.8% limit'
        """
        records, residents = self.areas[area]
        for name, deviations in _LIMITS.items():
            low, high = self.limits(residents, deviations)
            if records / residents > high:
                return f"above the {name} limit"
            if records / residents < low:
                return f"below the {name} limit"
        return "within the limits"


def sizes_of(pack: Pack, codes: Mapping[str, object]) -> tuple[str, dict[str, int]]:
    """Return the records of the year in each area, by the kind of area that some codes are of.

    Returns:
        The column of that kind, and its records by area; of areas without a code, nothing.
    """
    best: tuple[str, dict[str, int]] = ("", {})
    for column in AREAS:
        sizes = {
            key[0]: number
            for key, number in count_by(pack.rows, [column])
            if key[0] not in (None, UNKNOWN, ELSEWHERE) and key[0] in codes
        }
        if sum(sizes.values()) > sum(best[1].values()):
            best = (column, sizes)
    return best


def rates(pack: Pack) -> ReportTable:
    """Return the areas with their rates, those furthest from the mean first."""
    residents = pack.places.residents
    column, sizes = sizes_of(pack, residents)
    areas = {code: (n, residents[code]) for code, n in sizes.items() if n and residents[code] > 0}
    if len(areas) < _FEWEST:
        nothing = (
            f"Fewer than {_FEWEST} areas of the population file have records."
            if residents
            else "To see rates, add the residents of each area: exchange places add FILE.csv"
        )
        return fill_table("assessment/rates", [], nothing=nothing)
    funnel = Funnel.of(areas)
    placed, total = sum(sizes.values()), pack.rows.select(pl.col(RECORDS).sum()).collect().item()
    away = {code: abs(y / n - funnel.mean) * math.sqrt(n) for code, (y, n) in areas.items()}
    chosen = sorted(areas, key=lambda code: (-away[code], code))[:_ROWS]
    rows = [(code, *_numbers(*areas[code]), funnel.position(code)) for code in chosen]
    outside = sum(funnel.position(code) != "within the limits" for code in areas)
    introduction = (
        f"Records of the year for each 1,000 residents, by {AREAS[column]}: "
        f"{funnel.mean * 1000:,.1f} in all {len(areas)} areas with any, and {outside} of them lie "
        f"outside the limits. {placed:,} of {total:,} records have such an area. The limits are "
        "those within which areas of that size lie by chance, widened by how much more areas vary "
        "(Spiegelhalter, 2005). Town centres and other places where few people live have high "
        f"rates. Residents: {pack.places.files[POPULATION]}."
        + (f" The {_ROWS} furthest from the mean are listed." if len(areas) > _ROWS else "")
    )
    return fill_table(
        "assessment/rates", rows, introduction=introduction, chart=_chart(funnel, AREAS[column])
    )


def _numbers(records: int, residents: float) -> tuple[str, str, str, str]:
    low, high = rate_interval(records, round(residents))
    rate = f"{records * 1000 / residents:,.1f}"
    return format_count(records), f"{residents:,.0f}", rate, f"{low:,.1f} to {high:,.1f}"


def _chart(funnel: Funnel, area_type: str) -> Chart | None:
    points: list[charts.Row] = [
        {
            "label": code if "above" in funnel.position(code) else "",
            "residents": n,
            "rate": y * 1000 / n,
            "outside": "within the limits" if "within" in funnel.position(code) else "outside",
        }
        for code, (y, n) in funnel.areas.items()
    ]
    sizes = [n for _, n in funnel.areas.values()]
    steps = [min(sizes) + (max(sizes) - min(sizes)) * n / 40 for n in range(41)]
    lines: list[charts.Row] = [
        {"residents": n, "rate": rate * 1000, "limit": name, "side": side}
        for name, deviations in _LIMITS.items()
        for n in steps
        for side, rate in enumerate(funnel.limits(n, deviations))
    ]
    above = [str(point["label"]) for point in points if point["label"]]
    alt_text = (
        f"Funnel plot of records for each 1,000 residents by {area_type}. Mean "
        f"{funnel.mean * 1000:,.1f}. Above the limits: {_list_names(above)}."
    )
    return charts.of_rows(charts.funnel, alt_text, points, lines, funnel.mean * 1000)


def _list_names(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return (", ".join(sorted(names)[:5]) + more) if names else "none"
