"""Control charts: whether the months of a theme vary as before, or something has changed.

An individuals chart (XmR; Shewhart, 1931; Wheeler, Understanding Variation, 1993): the mean of all
months, and limits 2.66 times the mean difference between neighbouring months away from it. Two
rules say that something changed: a month outside the limits; eight months in a row on one side of
the mean. Only what the same partners shared in each quarter shown is counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import polars as pl

from exchange.pull.counts import UNKNOWN, count_by
from exchange.reports.assessment import charts
from exchange.reports.assessment.data import Pack
from exchange.reports.assessment.missing import gaps_of
from exchange.reports.assessment.year_file import months
from exchange.reports.names import dates_in_words
from exchange.reports.report import Chart, ReportTable
from exchange.reports.report_tables import fill_table
from exchange.text import format_count
from schemas.codes.vocabularies import UNSTATED_THEME
from schemas.quarters import Quarter

_FACTOR: Final = 2.66  # 3 / 1.128: the mean difference of two that vary alike, as limits
_RUN: Final = 8  # months in a row on one side of the mean
_QUARTERS: Final = 12  # at most
_FEWEST_QUARTERS: Final = 6  # 18 months: fewer do not tell how much they vary
_FEWEST: Final = 10  # records in a month, on average


@dataclass(frozen=True, slots=True)
class Limits:
    """The mean of some months and the limits of what is usual."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, numbers: Sequence[int]) -> "Limits":
        """Return the limits of an individuals chart.

        >>> Limits.of([10, 12, 10, 12])
        Limits(mean=11.0, low=5.68, high=16.32)
        """
        mean = sum(numbers) / len(numbers)
        moved = [abs(b - a) for a, b in pairwise(numbers)]
        away = _FACTOR * sum(moved) / len(moved)
        return cls(mean, round(max(mean - away, 0), 2), round(mean + away, 2))


def signals(numbers: Sequence[int], limits: Limits) -> dict[int, str]:
    """Return which months say that something changed, and by which rule.

    >>> signals([10, 12, 10, 12, 30], Limits(11, 5.68, 16.32))
    {4: 'above the limit'}
    >>> signals([9, *[13] * 8, 9], Limits(11, 5, 17))
    {8: '8 months above the mean'}
    """
    texts: dict[int, str] = {}
    run, side = 0, 0
    for n, number in enumerate(numbers):
        now = (number > limits.mean) - (number < limits.mean)
        run, side = (run + 1, side) if now == side and now else (1, now)
        if not limits.low <= number <= limits.high:
            texts[n] = "above the limit" if number > limits.high else "below the limit"
        elif run == _RUN:
            texts[n] = f"{_RUN} months {'above' if side > 0 else 'below'} the mean"
    return texts


def control(pack: Pack) -> ReportTable:
    """Return the themes with what is usual for a month of them, and the months that are not."""
    quarters, by_theme = _months(pack)
    rows, drawn = [], []
    names = months(quarters)
    for theme, numbers in by_theme.items():
        limits = Limits.of(numbers)
        texts = signals(numbers, limits)
        line = "; ".join(f"{dates_in_words(names[n])}: {s}" for n, s in texts.items()) or "none"
        ends = (format_count(round(limit)) for limit in (limits.mean, limits.low, limits.high))
        rows.append((theme, *ends, line))
        drawn += [
            {"at": f"{names[n]}-01", "number": number, "series": theme, "mean": limits.mean,
             "low": limits.low, "high": limits.high, "signal": "signal" if n in texts else "usual"}
            for n, number in enumerate(numbers)
        ]  # fmt: skip
    introduction = (
        "Whether the months of a theme vary as usual, or something has changed. The limits are "
        "2.66 times the mean difference between neighbouring months away from the mean (an "
        "individuals chart). A signal is a month outside the limits, or the eighth month in a row "
        f"on one side of the mean. Themes with a season give signals for it. {_period(quarters)}"
    ).strip()
    nothing = f"Fewer than {_FEWEST_QUARTERS} quarters were shared whole by the same partners."
    return fill_table(
        "assessment/control",
        rows,
        introduction=introduction,
        nothing=nothing,
        chart=_chart(drawn, rows),
    )


def _period(quarters: Sequence[Quarter]) -> str:
    if not quarters:
        return ""
    first, last = (months(quarters)[n] for n in (0, -1))
    return (
        f"Months from {dates_in_words(first)} to {dates_in_words(last)}, of datasets that the same "
        "partners shared in each of these quarters."
    )


def _months(pack: Pack) -> tuple[list[Quarter], Mapping[str, list[int]]]:
    """Return the numbers of each month by theme, of what was shared in each quarter."""
    shared = set(pack.cells.select("quarter").unique().collect()["quarter"])
    quarters: list[Quarter] = []
    quarter = max(
        (quarter for quarter in pack.year.quarters if str(quarter) in shared),
        default=pack.year.first,
    )
    while len(quarters) < _QUARTERS and str(quarter) in shared:
        quarters.insert(0, quarter)
        quarter = quarter.previous
    if len(quarters) < _FEWEST_QUARTERS:
        return [], {}
    whole = gaps_of(pack.pulls, quarters).whole
    in_all = {key[:2] for key in whole if all((*key[:2], quarter) in whole for quarter in quarters)}
    names = {name: n for n, name in enumerate(months(quarters))}
    keys = pl.LazyFrame(
        sorted(in_all), schema={"partner": pl.String, "dataset": pl.String}, orient="row"
    )
    successors = {old: new for pulled in pack.pulls for old, new in pulled.successors.items()}
    renamed = pack.cells.with_columns(pl.col("partner").replace(successors))
    cells = renamed.join(keys, on=["partner", "dataset"], how="semi")
    by_theme: dict[str, list[int]] = {}
    for (theme, month), number in sorted(count_by(cells, ["theme", "month"])):
        if month in names and month != UNKNOWN and theme != UNSTATED_THEME:
            by_theme.setdefault(theme, [0] * len(names))[names[month]] += number
    large = {t: n for t, n in by_theme.items() if sum(n) >= _FEWEST * len(names)}
    return (quarters, dict(sorted(large.items()))) if large else ([], {})


def _chart(drawn: Sequence[charts.Row], rows: Sequence[Sequence[str]]) -> Chart | None:
    texts = [f"{row[0]}: {row[-1]}" for row in rows if row[-1] != "none"]
    alt_text = (
        "Small control charts of records by month, one for each theme. "
        f"{'; '.join(texts) or 'No signals'}. The numbers are in the table below."
    )
    return charts.of_rows(charts.control, alt_text, drawn, "Records; each theme has its own scale")
