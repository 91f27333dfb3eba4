from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import Usage
from exchange.typed_words import typed_dates, typed_quarter
from schemas.quarters import (
    FIRST_QUARTER,
    LONDON,
    Covered,
    NotAQuarter,
    Quarter,
    days_in_words,
    uncovered_dates,
)

quarters = st.builds(Quarter, st.integers(2000, 2099), st.integers(1, 4))


@pytest.mark.parametrize(
    "text",
    [
        "2026Q3", "2026q3", "2026-Q3", "2026 Q3", "Q3 2026", "q3 2026", "Jul-Sep 2026",
        "July-September 2026", "July–September 2026", "jul to sep 2026", "Jul-Sept 2026",
        "Q2 2026/27", "Q2 2026/2027", "Q2 2026-27", "  2026Q3  ",
    ],
)  # fmt: skip
def test_every_written_form_is_the_same_quarter(text):
    assert Quarter.parse(text) == Quarter(2026, 3)
    assert str(Quarter.parse(text)) == "2026Q3"


def test_the_last_quarter_of_a_financial_year_is_in_the_next_calendar_year():
    assert Quarter.parse("Q4 2026/27") == Quarter(2027, 1)
    assert Quarter.parse("Q1 2009/2010") == Quarter(2009, 2)
    assert Quarter.parse("Q1 2009/10") == Quarter(2009, 2)


@pytest.mark.parametrize(
    "text",
    [
        "", "2026", "2026Q5", "2026Q0", "Q3", "Aug-Oct 2026", "Jul-Aug 2026", "Jul-Jun 2026",
        "Q2 2026/28", "Q2 2026/2026", "Q5 2026/27", "Julember-September 2026", "2026Q33",
        "0001Q1", "9999Q4", "1999Q4", "2100Q1", "Q2 9999/00", "Jul-Sep 0000",
        "Q2 2026/2127", "Jul-Sex 2026", "Jul-Sepp 2026", "Xyz-Mar 2026",
    ],
)  # fmt: skip
def test_what_is_no_quarter_is_refused(text):
    with pytest.raises(NotAQuarter):
        Quarter.parse(text)
    with pytest.raises(Usage, match="--quarter: ") as refused:
        typed_quarter(text, "--quarter")
    assert refused.value.id == "quarter-not-understood"
    with pytest.raises(Usage, match="--dates: ") as refused:
        typed_dates(text)
    assert refused.value.id == "dates-not-understood"


@given(quarters)
def test_its_text_and_its_label_read_back(quarter):
    assert Quarter.parse(str(quarter)) == quarter
    names, financial = quarter.label.split(" (")
    assert Quarter.parse(names) == Quarter.parse(financial.rstrip(")")) == quarter


@given(quarters)
def test_quarters_follow_one_another_without_a_gap(quarter):
    assert quarter.next.previous == quarter
    assert quarter.last + timedelta(days=1) == quarter.next.first
    assert quarter.ends == quarter.next.starts


@pytest.mark.parametrize(
    ("quarter", "due"),
    [
        ("2007Q3", date(2007, 12, 31)),  # the first, of England: SI 2007/1831 reg 3(2)
        ("2026Q1", date(2026, 6, 30)),
        ("2026Q2", date(2026, 9, 30)),
        ("2026Q3", date(2026, 12, 31)),
        ("2026Q4", date(2027, 3, 31)),
    ],
)
def test_due_by_the_end_of_the_quarter_after(quarter, due):
    assert Quarter.parse(quarter).due == due


@pytest.mark.parametrize(
    ("quarter", "last_moment"),
    [
        # Summer time: midnight in London is an hour earlier in UTC.
        ("2026Q1", datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC)),
        ("2026Q2", datetime(2026, 9, 30, 22, 59, 59, tzinfo=UTC)),
        # Winter time.
        ("2026Q3", datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)),
        # The clocks went forward on 28 March 2027.
        ("2026Q4", datetime(2027, 3, 31, 22, 59, 59, tzinfo=UTC)),
        # In 2024 Easter Sunday was 31 March, the day itself on which they went forward.
        ("2023Q4", datetime(2024, 3, 31, 22, 59, 59, tzinfo=UTC)),
    ],
)
def test_late_begins_at_midnight_in_london(quarter, last_moment):
    asked = Quarter.parse(quarter)
    assert not asked.is_late(last_moment)
    assert asked.is_late(last_moment + timedelta(seconds=1))
    assert asked.days_late(last_moment) == 0
    assert asked.days_late(last_moment + timedelta(seconds=1)) == 1
    assert asked.days_late(last_moment - timedelta(days=3)) == -3


def test_bounds_are_midnights_in_london():
    asked = Quarter(2026, 2)
    assert asked.starts == datetime(2026, 4, 1, tzinfo=LONDON)
    assert asked.starts.astimezone(UTC) == datetime(2026, 3, 31, 23, tzinfo=UTC)


def test_the_first_quarters_of_the_nations():
    assert str(FIRST_QUARTER["england"]) == "2007Q3"
    assert str(FIRST_QUARTER["wales"]) == "2007Q4"


def test_covered_dates_lie_in_one_quarter():
    assert Covered.parse("2026-07") == Covered(date(2026, 7, 1), date(2026, 7, 31))
    assert Covered.parse("2026-02-03..2026-02-09").quarter == Quarter(2026, 1)
    assert Covered.parse("Q2 2026/27") == Covered(date(2026, 7, 1), date(2026, 9, 30))
    for wrong in (
        "2026-09-30..2026-10-01",
        "2026-07-02..2026-07-01",
        "2026-13",
        "2026-02-30..2026-03-01",
    ):
        with pytest.raises(NotAQuarter):
            Covered.parse(wrong)


def test_what_is_not_covered_is_named():
    quarter = Quarter(2026, 3)
    july, september = Covered.parse("2026-07"), Covered.parse("2026-09")
    assert uncovered_dates(quarter, [september, july]) == [Covered.parse("2026-08")]
    assert uncovered_dates(quarter, []) == [Covered.whole(quarter)]
    assert uncovered_dates(quarter, [july, Covered.parse("2026-08"), september]) == []
    assert uncovered_dates(quarter, [july]) == [Covered(date(2026, 8, 1), date(2026, 9, 30))]


def test_the_last_day_of_a_quarter_may_be_all_that_is_missing():
    quarter = Quarter(2026, 3)
    assert uncovered_dates(quarter, [Covered(date(2026, 7, 1), date(2026, 9, 29))]) == [
        Covered(date(2026, 9, 30), date(2026, 9, 30))
    ]
    assert uncovered_dates(quarter, [Covered(date(2026, 7, 2), date(2026, 9, 30))]) == [
        Covered(date(2026, 7, 1), date(2026, 7, 1))
    ]


@pytest.mark.parametrize(
    ("one", "other", "contains", "overlaps"),
    [
        ("2026-08-05..2026-08-20", "2026-08-05..2026-08-20", True, True),
        ("2026-08-05..2026-08-20", "2026-08-06..2026-08-19", True, True),
        ("2026-08-05..2026-08-20", "2026-08-04..2026-08-19", False, True),
        ("2026-08-05..2026-08-20", "2026-08-06..2026-08-21", False, True),
        ("2026-08-05..2026-08-20", "2026-08-04..2026-08-21", False, True),
        ("2026-08-05..2026-08-20", "2026-08-20..2026-08-31", False, True),
        ("2026-08-05..2026-08-20", "2026-08-01..2026-08-05", False, True),
        ("2026-08-05..2026-08-20", "2026-08-21..2026-08-31", False, False),
        ("2026-08-05..2026-08-20", "2026-08-01..2026-08-04", False, False),
    ],
)
def test_what_dates_contain_and_overlap(one, other, contains, overlaps):
    first, second = Covered.parse(one), Covered.parse(other)
    assert first.contains(second) is contains
    assert first.overlaps(second) is second.overlaps(first) is overlaps


@pytest.mark.parametrize(
    ("covered", "months"),
    [
        ("2026Q3", ["2026-07", "2026-08", "2026-09"]),
        ("2026-08", ["2026-08"]),
        (
            "2026-07-15..2026-09-02",
            ["2026-07-15..2026-07-31", "2026-08", "2026-09-01..2026-09-02"],
        ),
        ("2026-07-03..2026-07-03", ["2026-07-03..2026-07-03"]),
    ],
)
def test_the_months_of_some_days_reach_as_far_as_they_do(covered, months):
    assert Covered.parse(covered).months() == [Covered.parse(one) for one in months]


@pytest.mark.parametrize(
    ("covered", "words"),
    [
        ("2026Q4", "Oct to Dec 2026"),
        ("2027-01", "January 2027"),
        ("2026-12", "December 2026"),
        ("2026-07-03..2026-07-03", "3 July 2026"),
        ("2026-07-03..2026-07-04", "3 July 2026 to 4 July 2026"),
        ("2026-08-01..2026-09-30", "1 August 2026 to 30 September 2026"),
    ],
)
def test_days_are_written_as_people_say_them(covered, words):
    assert days_in_words(Covered.parse(covered)) == words


@pytest.mark.parametrize(
    ("moment", "before"),
    [
        (datetime(2026, 10, 1, 12, tzinfo=UTC), Quarter(2026, 3)),
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), Quarter(2026, 1)),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), Quarter(2026, 2)),  # midnight in London
        (datetime(2027, 1, 1, tzinfo=UTC), Quarter(2026, 4)),
    ],
)
def test_the_quarter_before_a_moment_is_the_last_that_has_ended_in_london(moment, before):
    assert Quarter.before(moment) == before


def test_what_lies_beyond_the_days_asked_about_covers_none_of_them():
    july, later = Covered.parse("2026-07"), Covered.parse("2026-08")
    assert uncovered_dates(july, [later]) == [july]
    assert uncovered_dates(july, [Covered.parse("2026-07-31..2026-08-02")]) == [
        Covered.parse("2026-07-01..2026-07-30")
    ]
