"""Which dates a file covers is judged from its contents; what is sent in part shows as partial."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.lib.extracts import crimes, csv
from tests.lib.partnership import Partnership, Ran

SPRING = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)


def month(p: Partnership, first: date, days: int, rows: int = 60) -> Path:
    """Write a month's file, with references of its own."""
    text = crimes(rows, first=first, days=days).replace("REF", f"{first:%b}")
    return p.extract("police", f"{first}.csv", text)


def submit(p: Partnership, *arguments: object, status: int = 0) -> Ran:
    return p.signed("police", "submit", *arguments, "--yes", status=status)


def test_a_quarter_without_august_is_asked_about(partnership):
    files = (month(partnership, date(2026, 7, 1), 31), month(partnership, date(2026, 9, 1), 30))
    ran = submit(partnership, *files, status=11)
    assert "records by month: July 2026: 60, August 2026: 0, September 2026: 60" in ran.out
    assert "month-without-records" in ran.err
    assert "August 2026; to send the other months only: --dates 2026-07, then --dates 2026-09" in (
        ran.err
    )
    assert "days-without-records" not in ran.err
    assert len(partnership.entries()) == 3


def test_a_quarter_without_january_is_asked_about_and_its_remedy_works(partnership):
    p = partnership
    p.set_clocks(SPRING)
    files = (month(p, date(2026, 2, 1), 28), month(p, date(2026, 3, 1), 31))
    ran = submit(p, *files, status=11)
    assert "January 2026; to send the other months only: --dates 2026-02-01..2026-03-31" in ran.err
    ran = submit(p, *files, "--dates", "2026-02-01..2026-03-31")
    assert "quarter-partial" in ran.warnings
    assert "nothing is sent for January 2026" in ran.err
    said = p.run("police", "status", "--quarter", "2026Q1").out
    assert "partial, missing January 2026; due in 71 days" in said
    p.run("police", "report", "compliance", "--quarter", "2026Q1", "-o", "board.txt")
    assert "partial, missing January 2026" in (p.root / "police/board.txt").read_text("utf-8")
    ran = submit(p, month(p, date(2026, 1, 1), 31), "--dates", "2026-01")
    assert "quarter-partial" not in ran.warnings
    assert "partial" not in p.run("police", "status", "--quarter", "2026Q1").out


@pytest.mark.parametrize(
    ("first", "days", "rule", "detail"),
    [
        (date(2026, 7, 20), 73, "records-start-late", "--dates 2026-07-20..2026-09-30"),
        (date(2026, 7, 1), 72, "records-end-early", "--dates 2026-07-01..2026-09-10"),
    ],
)
def test_an_export_that_begins_late_or_ends_early_is_asked_about(
    partnership, first, days, rule, detail
):
    file = partnership.extract("police", "crime.csv", crimes(72, first=first, days=days))
    ran = submit(partnership, file, status=11)
    assert f"--answer {rule}=REASON" in ran.err
    assert detail in ran.err


def test_a_gap_that_is_right_is_answered_and_the_quarter_is_whole(partnership):
    files = (month(partnership, date(2026, 7, 1), 31), month(partnership, date(2026, 9, 1), 30))
    ran = submit(partnership, *files, "--answer", "month-without-records=nothing-recorded")
    assert "quarter-partial" not in ran.warnings
    assert "partial" not in partnership.run("police", "status").out


def test_few_records_leave_gaps_that_are_not_asked_about(partnership):
    file = partnership.extract("police", "crime.csv", crimes(8, days=40))
    assert "queries-open" not in partnership.run("police", "check", file).warnings


def test_programs_read_the_months_and_what_is_missing(partnership):
    file = month(partnership, date(2026, 7, 1), 31)
    told = submit(partnership, file, "--dates", "2026-07", "--json").json
    assert told["months"] == {"2026-07": 60}
    assert told["missing"] == ["2026-08-01..2026-09-30"]


@pytest.mark.parametrize(("first", "asked"), [(date(2026, 7, 1), False), (date(2026, 9, 7), True)])
def test_schools_are_not_asked_about_august_and_holidays(partnership, first, asked):
    """A quarter's exclusions end with term in July and begin again in September."""
    days = [first + timedelta(n % 17) for n in range(60)]
    days += [date(2026, 9, 7) + timedelta(n % 17) for n in range(60)]
    rows = [
        f"{day:%d/%m/%Y},{11 + n % 5},M,suspension,PP,116{n % 9}00,WZ1 1AA"
        for n, day in enumerate(days)
    ]
    text = csv("Start date,Age,Sex,Exclusion type,Reason,URN,Postcode", *rows)
    file = partnership.extract("council", "exclusions.csv", text)
    ran = partnership.run("council", "check", file, "--dates", "2026Q3", status=None)
    gaps = ("records-start-late", "records-end-early", "days-without-records")
    assert not any(rule in ran.said for rule in gaps)
    assert ("month-without-records" in ran.said) is asked
    assert "August 2026;" not in ran.said
