"""A moment in the forms in which sources state it: nothing that stands there is dropped."""

from datetime import date, time

import polars as pl
import pytest

from schemas.extract.moments import EPOCH, EPOCH_1904, read_clocks, read_moments

DAY = date(2026, 7, 4)
NEXT = date(2026, 7, 5)


def moment(text: str, form: str = "", epoch: date | None = None) -> dict[str, object]:
    return read_moments(pl.Series([text]), form, epoch).row(0, named=True)


@pytest.mark.parametrize(
    "text",
    [
        "04/07/2026 10:24 PM", "04/07/2026 10:24PM", "4/7/2026 10:24:00 p.m.",
        "04-JUL-26 10.24.00.000000 PM", "04-JUL-2026 22.24.00", "04-JUL-26 10.24.00 PM +01:00",
        "04-JUL-26 10.24.00.000000 PM EUROPE/LONDON", "Jul  4 2026 10:24PM",
        "Jul  4 2026 10:24:00:000PM", "July 4, 2026 10:24 PM", "2026-07-04 22:24:00.0000000",
        "2026-07-04 22:24:00.0000000 +01:00", "2026-07-04T22:24:00+0100", "2026-07-04T21:24:00Z",
        "2026-07-04T21:24:00.123Z", "2026-07-04 21:24 UTC", "2026-07-04 22:24 BST",
        "2026-07-04T23:24:00+02:00", "2026-07-04 2224", "22:24 04/07/2026", "04.07.2026 22.24",
        "2026\u201107\u201104 22:24",
    ],
)  # fmt: skip
def test_the_time_that_is_stated_is_the_time_that_is_read(text):
    found = moment(text)
    assert (found["date"], found["clock"]) == (DAY, time(22, 24))
    assert not found["month_only"]
    assert not found["clock_wrong"]


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("2026-07-04 24:00", NEXT, time(0)), ("04/07/2026 24:00:00", NEXT, time(0)),
        ("2026-07-04T23:30:00Z", NEXT, time(0, 30)), ("2026-01-04T23:30:00Z", date(2026, 1, 4),
         time(23, 30)), ("04/07/2026 12:05 AM", DAY, time(0, 5)),
        ("04/07/2026 12:05 PM", DAY, time(12, 5)),
        ("2026-10-25T00:30:00Z", date(2026, 10, 25), time(1, 30)),
        ("2026-10-25T01:30:00Z", date(2026, 10, 25), time(1, 30)),  # the clocks went back
    ],
)  # fmt: skip
def test_a_moment_may_be_of_another_day_than_stands_there(text, day, clock):
    found = moment(text)
    assert (found["date"], found["clock"]) == (day, clock)


@pytest.mark.parametrize(
    "text",
    ["04/07/2026 25:00", "04/07/2026 24:01", "04/07/2026 10:60", "04/07/2026 13:05 PM",
     "04/07/2026 0:05 PM", "2026-07-04T22:24:61Z"],
)  # fmt: skip
def test_a_time_that_cannot_be_read_is_marked(text):
    found = moment(text)
    assert (found["date"], found["clock"], found["clock_wrong"]) == (DAY, None, True)


@pytest.mark.parametrize(
    "text", ["04/07/2026 late", "04/07/2026 22:24 or so", "04/07/2026 22", "Tuesday", "26-Jul"]
)
def test_text_is_read_whole_or_not_at_all(text):
    assert moment(text)["date"] is None


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("%d/%m/%Y %I:%M %p", "04/07/2026 10:24 PM"), ("%b %e %Y %I:%M%p", "Jul  4 2026 10:24PM"),
        ("%d-%b-%y %I.%M.00.000000 %p", "04-JUL-26 10.24.00.000000 PM"),
        ("%d%m%y %H%M", "040726 2224"), ("%Y-%m-%dT%H:%M:%S%z", "2026-07-04T21:24:00+0000"),
        ("%d/%m/%y", "04/07/26 22:24"), ("%d.%m.%Y %H:%M:%S.%f", "04.07.2026 22:24:00.000"),
    ],
)  # fmt: skip
def test_a_mapping_s_form_gives_the_time_too(form, text):
    found = moment(text, form)
    assert (found["date"], found["clock"]) == (DAY, time(22, 24))


@pytest.mark.parametrize("form", ["%d/%m/%Y %I:%M", "%H:%M"])
def test_a_form_that_makes_no_day_reads_nothing(form):
    try:
        assert moment("04/07/2026 10:24", form)["date"] is None
    except ValueError:
        assert "%I" in form


@pytest.mark.parametrize(
    ("text", "epoch", "day", "clock"),
    [
        ("46207", EPOCH, DAY, None), ("46207.5", EPOCH, DAY, time(12)),
        ("46207.93333333333", EPOCH, DAY, time(22, 24)), ("46207.9999999", EPOCH, NEXT, time(0)),
        ("44745", EPOCH_1904, DAY, None), ("44745.25", EPOCH_1904, DAY, time(6)),
        ("46207.5", None, None, None),
    ],
)  # fmt: skip
def test_a_serial_number_is_read_by_the_workbook_s_calendar(text, epoch, day, clock):
    found = moment(text, epoch=epoch)
    assert (found["date"], found["clock"]) == (day, clock)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("10:24 PM", time(22, 24)), ("10.24 pm", time(22, 24)), ("0.9333333", time(22, 24)),
        (".5", time(12)), ("46207.5", time(12)), ("1899-12-31 22:10:00", time(22, 10)),
        ("24:00", None), ("2026-07-04 24:00", None), ("9.30", None), ("13:05 PM", None),
    ],
)  # fmt: skip
def test_a_time_alone(text, clock):
    assert read_clocks(pl.Series([text]), EPOCH).to_list() == [clock]
