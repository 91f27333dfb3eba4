"""Whether a file has records for all the dates that it is said to cover, by the calendar.

A gap is asked about where it is long enough, and the records many enough, that chance does not
explain it. One gap is one query: a month without records is no gap of days as well.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from schemas.checks.select import Selected
from schemas.findings.finding import Finding
from schemas.findings.rules import RULES
from schemas.quarters import Covered, days_in_words, long_date, month_name

_RUN: Final = 3  # days
_GAP_BY_CHANCE: Final = 0.001
_MONTH_BY_CHANCE: Final = 0.05
_SHOWN: Final = 3
_AUGUST: Final = 8


def count_by_month(selected: Selected, covered: Covered) -> dict[Covered, int]:
    """Return how many records each calendar month of the dates covered has."""
    counts = dict.fromkeys(covered.months(), 0)
    for day, n in selected.days.items():
        for month in counts:
            if month.first <= day <= month.last:
                counts[month] += n
    return counts


def ask_about_gaps(selected: Selected, covered: Covered) -> list[Finding]:
    """Ask about months without records, late first and early last records, and runs of days."""
    rows = sum(count_by_month(selected, covered).values())
    if not rows or selected.dataset.is_numbers:
        return []
    findings, empty = [], _empty_months(selected, covered, rows)
    if empty:
        findings.append(Finding(RULES["month-without-records"], detail=_months(covered, empty)))
    if selected.dataset.term_time or selected.rows["month_only"].any():
        return findings
    runs = [run for run in _long_runs(selected, covered, rows) if not _is_in(run, empty)]
    start = [run for run in runs if run.first == covered.first]
    end = [run for run in runs if run.last == covered.last]
    inside = [run for run in runs if run not in (*start, *end)]
    if start:
        findings.append(Finding(RULES["records-start-late"], detail=_start(start[0], covered)))
    if end:
        findings.append(Finding(RULES["records-end-early"], detail=_end(end[0], covered)))
    if inside:
        findings.append(Finding(RULES["days-without-records"], detail=_runs_in_words(inside)))
    return findings


def _empty_months(selected: Selected, covered: Covered, rows: int) -> list[Covered]:
    """Return the months without records, where there are too many records for that by chance."""
    counts = count_by_month(selected, covered)
    if len(counts) == 1:
        return []
    return [
        month
        for month, n in counts.items()
        if n == 0
        and not (selected.dataset.term_time and month.first.month == _AUGUST)
        and len(counts) * _by_chance(month, covered, rows) < _MONTH_BY_CHANCE
    ]


def _by_chance(run: Covered, covered: Covered, rows: int) -> float:
    """Return the chance that no record lies in a run of days, if all days are alike."""
    return (1 - run.days / covered.days) ** rows


def _long_runs(selected: Selected, covered: Covered, rows: int) -> Iterator[Covered]:
    """Give the runs of days without records that are too long for chance."""
    for run in _runs(covered, set(selected.days)):
        if run.days >= _RUN and (rows + 1) * _by_chance(run, covered, rows) < _GAP_BY_CHANCE:
            yield run


def _runs(covered: Covered, days: set[date]) -> Iterator[Covered]:
    """Give the runs of days that have no record."""
    first = covered.first
    for day in sorted(d for d in days if covered.first <= d <= covered.last):
        if day > first:
            yield Covered(first, day - timedelta(1))
        first = day + timedelta(1)
    if first <= covered.last:
        yield Covered(first, covered.last)


def _is_in(run: Covered, months: list[Covered]) -> bool:
    return any(run.overlaps(month) for month in months)


def _months(covered: Covered, empty: list[Covered]) -> str:
    names = " and ".join(month_name(month.first) for month in empty)
    rest = [month for month in covered.months() if month not in empty]
    return f"{names}; to send the other months only: {_dates(rest)}"


def _dates(months: list[Covered]) -> str:
    """Write the options that name some months: one command for each run of them."""
    runs: list[Covered] = []
    for month in months:
        if runs and runs[-1].last + timedelta(1) == month.first:
            runs[-1] = Covered(runs[-1].first, month.last)
        else:
            runs.append(month)
    return ", then ".join(f"--dates {run.as_typed}" for run in runs)


def _start(run: Covered, covered: Covered) -> str:
    first = run.last + timedelta(1)
    return (
        f"the first is of {long_date(first)}; to send from that day only: --dates "
        f"{Covered(first, covered.last).as_typed}"
    )


def _end(run: Covered, covered: Covered) -> str:
    last = run.first - timedelta(1)
    return (
        f"the last is of {long_date(last)}; to send up to that day only: --dates "
        f"{Covered(covered.first, last).as_typed}"
    )


def _runs_in_words(runs: list[Covered]) -> str:
    days = ", ".join(days_in_words(run) for run in runs[:_SHOWN])
    return days + (f" and {len(runs) - _SHOWN} more" if len(runs) > _SHOWN else "")
