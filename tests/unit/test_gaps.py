"""Which runs of days without records are too long for chance."""

from datetime import date, timedelta

import pytest

from schemas.checks.coverage import ask_about_gaps
from schemas.quarters import Covered
from tests.lib.typed import selected

COVERED = Covered.parse("2026Q3")
DAYS = [date(2026, 7, 1) + timedelta(n) for n in range(92)]


def asked(first: int, last: int, rows: int) -> list[str]:
    """Return what is asked where no record is of some of the days, counted from 0."""
    days = [day for n, day in enumerate(DAYS) if not first <= n <= last]
    lines = [f"{days[n % len(days)]:%d/%m/%Y} | 10:00 | WZ1 1AA | 4" for n in range(rows)]
    calls = selected("ambulance-callouts", "\n".join(["Date | Time | Postcode | Category", *lines]))
    return [finding.rule.id for finding in ask_about_gaps(calls, COVERED)]


@pytest.mark.parametrize(
    ("first", "rule"),
    [(0, "records-start-late"), (40, "days-without-records"), (89, "records-end-early")],
)
def test_three_days_are_asked_about_among_many_records_and_two_are_not(first, rule):
    assert asked(first, first + 2, 600) == [rule]
    shorter = first if first < 89 else 90
    assert asked(shorter, shorter + 1, 600) == []


def test_three_days_among_few_records_are_by_chance():
    assert asked(40, 42, 200) == []
