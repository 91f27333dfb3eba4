"""A file that holds other dates than are sent: a slip is an error, a running file is cut."""

import pytest

from tests.lib.extracts import CRIME_HEADINGS, csv

Q3 = "R{i},{d:02d}/08/2026,,10:10,45,WZ1 1AA,,N,N"
Q2 = "R{i},{d:02d}/05/2026,,10:10,45,WZ1 1AA,,N,N"


def running(inside: int, outside: int, *more: str) -> str:
    rows = [Q3.format(i=i, d=i % 28 + 1) for i in range(inside)]
    rows += [Q2.format(i=1000 + i, d=i % 28 + 1) for i in range(outside)]
    return csv(CRIME_HEADINGS, *rows, *more)


@pytest.mark.parametrize(("outside", "status"), [(0, 0), (10, 11), (11, 0)])
def test_a_tenth_outside_is_slips_and_more_is_a_running_file(partnership, outside, status):
    file = partnership.extract("police", "x.csv", running(100 - outside, outside))
    arguments = (file, "--dataset", "police-crime", "--dates", "2026Q3", "--json")
    told = partnership.run("police", "check", *arguments, status=status).json
    outside_rule = [f["count"] for f in told["findings"] if f["rule"] == "date-outside"]
    assert outside_rule == ([10] if status else [])
    assert told["left_out"] == ({"other-dates": 11} if outside == 11 else {})
    assert told["rows_in"] == 100


def test_without_dates_told_it_is_refused_and_the_quarters_named(partnership):
    file = partnership.extract("police", "x.csv", running(50, 50))
    ran = partnership.run("police", "check", file, "--dataset", "police-crime", status=2)
    assert ran.refusal == "several-quarters"
    assert "2 quarters" in ran.err
    assert "2026Q2" in ran.err


def test_a_date_to_come_is_an_error_in_a_running_file_too(partnership):
    future = "R9,04/08/2062,,10:10,45,WZ1 1AA,,N,N"
    file = partnership.extract("police", "x.csv", running(50, 50, future))
    arguments = (file, "--dataset", "police-crime", "--dates", "2026Q3", "--json")
    told = partnership.run("police", "check", *arguments, status=11).json
    assert {f["rule"]: f["lines"] for f in told["findings"]}["date-in-future"] == [102]


def test_a_file_of_another_quarter_altogether_is_refused(partnership):
    file = partnership.extract("police", "x.csv", running(0, 50))
    arguments = (file, "--dataset", "police-crime", "--dates", "2026Q3")
    ran = partnership.run("police", "check", *arguments, status=2)
    assert ran.refusal == "records-in-another-quarter"
    assert "2026Q2" in ran.err
