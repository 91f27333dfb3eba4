"""Change since the years before, and its significance; nothing sent for one year only."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from exchange.pull.counts import filter_rows, label_of
from exchange.pull.cube import RECORDS
from exchange.reports.assessment import chart_words, charts
from exchange.reports.assessment.comparisons import Years, compare, newest_quarter, year_on_year
from exchange.reports.assessment.data import Pack
from exchange.reports.assessment.measures import rate_interval
from exchange.reports.assessment.statistics import Verdict, can_test, judge, signed_percent
from exchange.reports.registers.tables import NOT_RECORDED
from exchange.reports.registers.targets import priorities_of
from exchange.reports.report import Chart, ReportTable
from exchange.reports.report_tables import fill_table
from exchange.text import format_count
from schemas.quarters import quarter_in_words

INSTALL: Final = 'To have changes tested: pip install "csp-exchange[reports]".'
_TESTED: Final = (
    "The range in brackets is the 95% confidence interval. What counts as significant allows for "
    "more variation than that of independent records, for the rounding of small numbers, and for "
    "the number of comparisons."
)
_RATES: Final = (
    " The interval of a rate is Byar's, as in public health: it is that of independent records, "
    "and does not allow for rounding or for offences that come in series."
)


class Verdicts:
    """What can be said of all comparisons of a pack: of the year, and of its newest quarter."""

    def __init__(self, pack: Pack) -> None:
        """Compare and judge them all at once, for the false discovery rate is of the report."""
        self.year, self.newest = year_on_year(pack), newest_quarter(pack)
        of_year = compare(self.year, by_place=True)
        again = self.newest.years == 1 and self.newest.quarters == self.year.quarters
        of_quarter = [] if again else compare(self.newest, by_place=False)
        verdicts = judge([*of_year, *of_quarter])
        self.of_year = verdicts[: len(of_year)]
        self.of_quarter = verdicts[len(of_year) :]

    def kind(self, name: str) -> list[Verdict]:
        """Return the verdicts of the year of one kind: theme, domestic, category, place."""
        return [verdict for verdict in self.of_year if verdict.comparison.key[0] == name]


def _percent(verdict: Verdict) -> str:
    return verdict.percent or ("new" if verdict.now else "")


def _numbers(verdict: Verdict) -> tuple[str, str]:
    return format_count(verdict.before), format_count(verdict.now)


def _says(years: Years) -> str:
    quarters = ", ".join(quarter_in_words(quarter) for quarter in years.quarters)
    return f"Quarters compared: {quarters}. " if quarters else ""


def change(pack: Pack, verdicts: Verdicts) -> ReportTable:
    """Return the themes, and domestic abuse, beside those of the year before."""
    people = pack.year.population
    rate = ("per_1000", "interval") if people else ()
    rows = [
        (
            label_of_subject(verdict),
            *_numbers(verdict),
            *(_rate(verdict.now, people) if people else ()),
            _percent(verdict),
            verdict.in_words,
        )
        for verdict in (*verdicts.kind("theme"), *verdicts.kind("domestic"))
    ]
    introduction = (
        "Year-on-year change compares only partners who shared in both years, for the same "
        "quarters, and by theme only datasets whose rows say what they are about. "
        + _says(verdicts.year)
        + (_TESTED if can_test() else INSTALL)
        + (_RATES if people else "")
    )
    columns = ("theme", "year_before", "this_year", *rate, "change", "significance")
    return fill_table(
        "assessment/change",
        rows,
        introduction=introduction,
        columns=columns,
        chart=_slopes(verdicts),
    )


def _rate(records: int, people: int) -> tuple[str, str]:
    """Return records for each thousand residents, and the interval of that."""
    low, high = rate_interval(records, people)
    return f"{records * 1000 / people:,.1f}", f"{low:,.1f} to {high:,.1f}"


def _slopes(verdicts: Verdicts) -> Chart | None:
    drawn: list[charts.Row] = [
        {
            "label": label_of_subject(verdict),
            "before": verdict.before,
            "now": verdict.now,
            "change": "rise" if verdict.rises else "fall" if verdict.falls else "no clear change",
        }
        for verdict in (*verdicts.kind("theme"), *verdicts.kind("domestic"))
    ]
    years = "year before", "this year"
    shows = chart_words.of_slopes(*years, drawn)
    chart = charts.of_rows(charts.slopes, shows, drawn, *years, "records")
    return chart._replace(is_enough=False) if chart else None  # the intervals are in the table


def label_of_subject(verdict: Verdict) -> str:
    """Return what a theme or a category is called, and domestic abuse, which is in several."""
    kind, *key = verdict.comparison.key
    if kind == "domestic":
        return "all recorded domestic incidents"
    return label_of(*key[1:]) if kind == "category" else key[0]


def priorities(pack: Pack, verdicts: Verdicts) -> ReportTable:
    """Return the priorities of the plan, with the records of both years that their targets name."""
    rows = []
    for pulled in pack.pulls:
        for priority in priorities_of(pulled.source.log.register):
            name = pack.in_district(pulled, priority.name)
            if not priority.only:
                rows.append((name, "", "", "no target counts its records"))
                continue
            if not verdicts.year.quarters:
                rows.append((name, "", "", "no quarter has records of both years"))
                continue
            years = (verdicts.year.before, verdicts.year.now)
            if years[0].is_empty():
                rows.append((name, "", "", "no comparison"))
                continue
            cells = (
                filter_rows(pack.of_district(pulled, year.lazy()), priority.only) for year in years
            )
            before, now = (cell.select(pl.col(RECORDS).sum()).collect().item() for cell in cells)
            percent = f"{signed_percent(now / before)}%" if before else ""
            rows.append((name, format_count(before), format_count(now), percent))
    compared = f"{_says(verdicts.year)}The change is not tested here."
    return fill_table("assessment/plan-priorities", rows, more=compared, nothing=NOT_RECORDED)


def newest(verdicts: Verdicts) -> ReportTable:
    """Return the themes of the newest quarter beside the same quarter of earlier years."""
    themes = [verdict for verdict in verdicts.of_quarter if verdict.comparison.kind == "theme"]
    categories = _rising(
        [verdict for verdict in verdicts.of_quarter if verdict.comparison.kind == "category"]
    )
    rows = [
        (label_of_subject(verdict), *_numbers(verdict), _percent(verdict), verdict.in_words)
        for verdict in (*themes, *categories)
    ]
    years, quarters = verdicts.newest.years, verdicts.newest.quarters
    introduction = (
        f"The newest quarter ({quarter_in_words(quarters[0])}) beside the mean of the same quarter "
        f"of {years} earlier year{'s' if years > 1 else ''}, so that the season is the same."
        if quarters
        else "The newest quarter beside the same quarter of earlier years."
    ) + " Of the categories, those that rise are named."
    return fill_table("assessment/newest", rows, introduction=introduction)


def emerging(verdicts: Verdicts) -> ReportTable:
    """Return the categories that rise."""
    rows = [
        (
            verdict.comparison.key[1],
            label_of(*verdict.comparison.key[2:]),
            *_numbers(verdict),
            _percent(verdict),
        )
        for verdict in _rising(verdicts.kind("category"))
    ]
    return fill_table("assessment/emerging", rows, more="" if can_test() else INSTALL)


def hotspots(verdicts: Verdicts) -> ReportTable:
    """Return the places where a theme rises."""
    rows = [
        (place, theme, *_numbers(verdict), _percent(verdict))
        for verdict in _rising(verdicts.kind("place"))
        for _, _, place, theme in [verdict.comparison.key]
    ]
    return fill_table("assessment/hotspots", rows, more="" if can_test() else INSTALL)


def _rising(verdicts: Sequence[Verdict]) -> list[Verdict]:
    return sorted(
        (verdict for verdict in verdicts if verdict.rises),
        key=lambda verdict: (verdict.chance, -verdict.now, verdict.comparison.key),
    )


def to_the_county(verdicts: Verdicts) -> ReportTable:
    """Return the themes that rise, to raise with the county."""
    rows = [
        (label_of_subject(verdict), *_numbers(verdict), _percent(verdict))
        for verdict in _rising([*verdicts.kind("theme"), *verdicts.kind("domestic")])
    ]
    return fill_table("assessment/county", rows)
