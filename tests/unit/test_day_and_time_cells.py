"""Cells of days and times, each read by itself: what they give, and which could not be read."""

from dataclasses import replace
from datetime import date, time, timedelta

import polars as pl
import pytest

from schemas.datasets.dataset import Reads
from schemas.extract.day_text import EPOCH
from schemas.extract.errors import MappingRefused
from schemas.extract.fields import READERS
from schemas.extract.moments import NO_TIMES, SAYS, read_moments
from tests.lib.cells import FIRST_LINE, cells_of, column_of, faults, read

D = date(2026, 7, 4)
QUARTER = [date(2026, 7, 1) + timedelta(n) for n in range(92)]


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-04", "2026-7-4", "04/07/2026", "4/7/2026", "04-07-2026", "4-7-2026", "04.07.2026",
        "4.7.2026", "2026/07/04", "2026/7/4", "4 Jul 2026", "04 July 2026", "4 JULY 2026",
        "04-Jul-2026", "4-july-2026", "2026-Jul-04", "2026-July-4", " 04/07/2026 ",
        "\u00a004/07/2026", "4\u00a0July\u00a02026",
    ],
)  # fmt: skip
def test_a_day_in_every_form_that_sources_write(text):
    done = read(Reads.DATE, "recorded", [text])
    assert column_of(done, "recorded") == [D]
    assert column_of(done, "_month_recorded") == [False]
    assert column_of(done, "_clock_recorded") == [None]
    assert faults(done) == {}


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("2026-07-04T09:05", time(9, 5)), ("2026-07-04 09:05:07", time(9, 5, 7)),
        ("04/07/2026 9:05", time(9, 5)), ("04/07/2026 9:05:07.123", time(9, 5, 7)),
        ("4 July 2026 23:59", time(23, 59)),
    ],
)  # fmt: skip
def test_the_time_that_stands_with_a_day(text, clock):
    done = read(Reads.DATE, "recorded", [text])
    assert column_of(done, "recorded") == [D]
    assert column_of(done, "_clock_recorded") == [clock]
    assert faults(done) == {}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-07", date(2026, 7, 1)), ("2026-7", date(2026, 7, 1)), ("07/2026", date(2026, 7, 1)),
        ("7/2026", date(2026, 7, 1)), ("Jul 2026", date(2026, 7, 1)),
        ("September 2026", date(2026, 9, 1)), ("Sept 2026", date(2026, 9, 1)),
        ("2026-July", date(2026, 7, 1)), ("2026-jul", date(2026, 7, 1)),
        ("2026Q1", date(2026, 1, 1)), ("2026 Q2", date(2026, 4, 1)), ("2026-q3", date(2026, 7, 1)),
        ("2026Q4", date(2026, 10, 1)),
    ],
)  # fmt: skip
def test_a_month_or_a_quarter_is_its_first_day_and_marked(text, day):
    done = read(Reads.DATE, "recorded", [text])
    assert column_of(done, "recorded") == [day]
    assert column_of(done, "_month_recorded") == [True]
    assert faults(done) == {}


def test_a_day_that_cannot_be_read_is_a_fault_on_its_line():
    values = [
        "04/07/2026", "31/02/2026", "07/13/2026", "2026Q5", "4 Foo 2026", "17", "46207",
        "n/a", None, "01/01/1899", "15/06/1900", "31/12/2100", "01/01/2101", "x04/07/2026",
        "2026-07-04x",
    ]  # fmt: skip
    done = read(Reads.DATE, "recorded", values)
    bad = sorted({FIRST_LINE + values.index(v) for v in (
        "31/02/2026", "07/13/2026", "2026Q5", "4 Foo 2026", "17", "46207", "01/01/1899",
        "01/01/2101", "x04/07/2026", "2026-07-04x",
    )})  # fmt: skip
    assert faults(done) == {"date-unreadable": bad}
    (fault,) = done.faults
    assert (fault.column, fault.meant) == ("recorded", ())
    days = dict(zip(values, column_of(done, "recorded"), strict=True))
    assert days["15/06/1900"] == date(1900, 6, 15)
    assert days["31/12/2100"] == date(2100, 12, 31)
    assert days["n/a"] is days[None] is days["31/02/2026"] is None
    months = dict(zip(values, column_of(done, "_month_recorded"), strict=True))
    assert months["n/a"] is months[None] is months["04/07/2026"] is False


def test_a_month_that_is_none_is_a_fault_on_its_line():
    done = read(Reads.DATE, "recorded", ["2026-07", "2026-13", "0/2026", "2026-00", "2026Q4"])
    assert column_of(done, "recorded")[1:4] == [None] * 3
    assert faults(done) == {"date-unreadable": [3, 4, 5]}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("46207", date(2026, 7, 4)), ("36526", date(2000, 1, 1)), ("73050", date(2099, 12, 31)),
        ("36525", None), ("73051", None), ("4620", None), ("462070", None),
    ],
)  # fmt: skip
def test_a_workbook_s_serial_number_is_a_day_of_this_century(text, day):
    done = read(Reads.DATE, "recorded", [text, "04/07/2026"], serials=EPOCH)
    assert column_of(done, "recorded") == [day, D]
    assert column_of(done, "_month_recorded")[1] is False
    assert faults(done) == ({} if day else {"date-unreadable": [FIRST_LINE]})


def test_serial_numbers_of_no_workbook_are_days_where_most_of_a_column_are_some_and_are_said():
    texts = [str((day - EPOCH).days) for day in QUARTER]
    done = read(Reads.DATE, "recorded", texts)
    assert column_of(done, "recorded") == QUARTER
    assert done.assumed == (SAYS["serial"],)
    assert read(Reads.DATE, "recorded", texts, serials=EPOCH).assumed == ()


def test_what_systems_write_where_they_have_no_date_is_empty_and_has_no_time():
    values = ["01/01/1900 09:05", "2026-07-04 09:05", None, "x"]
    done = read(Reads.DATE, "recorded", values)
    assert column_of(done, "recorded") == [None, D, None, None]
    assert column_of(done, "_clock_recorded") == [None, time(9, 5), None, None]
    assert faults(done) == {"date-unreadable": [FIRST_LINE + 3]}
    assert done.assumed == (SAYS["stand_in"],)


def test_years_of_two_figures_are_read_where_the_column_shows_that_they_stand_last():
    done = read(Reads.DATE, "recorded", [f"{day:%d/%m/%y}" for day in QUARTER])
    assert column_of(done, "recorded") == QUARTER


@pytest.mark.parametrize(("dates", "is_read"), [({}, True), ({"occurred_from": "%m/%d/%Y"}, False)])
def test_days_and_months_stand_as_in_other_dates_of_which_the_mapping_says_nothing(dates, is_read):
    early = [day if day.day <= 12 else day.replace(day=5) for day in QUARTER]
    written = [f"{day:%m/%d/%Y}" for day in early]
    cells = cells_of(Reads.DATE, "recorded", written, dates=dates)
    others = pl.Series("occurred_from", [f"{day:%m/%d/%Y}" for day in QUARTER])
    cells = replace(cells, rows=cells.rows.with_columns(others))
    done = READERS[Reads.DATE](cells, "recorded")
    assert (column_of(done, "recorded") == early) is is_read
    (fault,) = done.faults
    rule = "dates-month-first" if is_read else "dates-order-unclear"
    assert (fault.rule, fault.column) == (rule, "recorded")


@pytest.mark.parametrize(
    ("form", "text", "day", "month_only"),
    [
        ("%d%m%y", "040726", D, False), ("%Y%j", "2026185", D, False),
        ("%e.%m.%y", "4.07.26", D, False), ("%m %Y", "07 2026", date(2026, 7, 1), True),
        ("%d%m%y", "04/07/2026", None, True), ("%m %Y", "04/07/2026", None, True),
    ],
)  # fmt: skip
def test_a_form_that_the_mapping_names_is_the_only_one(form, text, day, month_only):
    done = read(Reads.DATE, "recorded", [text], dates={"recorded": form})
    assert column_of(done, "recorded") == [day]
    assert column_of(done, "_month_recorded") == [month_only]
    assert faults(done) == ({} if day else {"date-unreadable": [FIRST_LINE]})


def test_where_the_mapping_names_the_form_nothing_is_asked_about_the_order():
    written = [f"{day:%m/%d/%Y}" for day in QUARTER]
    done = read(Reads.DATE, "recorded", written, dates={"recorded": "%m/%d/%Y"})
    assert column_of(done, "recorded") == QUARTER
    assert faults(done) == {}


def test_a_form_of_another_column_is_not_this_one_s():
    done = read(Reads.DATE, "recorded", ["04/07/2026"], dates={"occurred_from": "%d%m%y"})
    assert column_of(done, "recorded") == [D]


@pytest.mark.parametrize("form", ["%H", "%H:%Q", "%d %H"])
def test_a_form_that_is_none_refuses_the_mapping(form):
    with pytest.raises(MappingRefused) as refused:
        read(Reads.DATE, "recorded", ["04/07/2026"], dates={"recorded": form})
    assert refused.value.id == "mapping-date-form-unknown"


@pytest.mark.parametrize(
    ("values", "days"),
    [
        (["2026-07-04 00:00", "05/07/2026 00:00:00", None], [4, 5, None]),
        (["2026-07-04T00:00:00+02:00", "2026-07-05T00:00:00Z"], [4, 5]),  # as they stand there
        (["2026-07-03T23:00:00Z", "2026-07-04T23:00:00Z"], [4, 5]),  # midnight in London
        (["2026-07-04 00:00", "2026-07-05"], [4, 5]),
    ],
)
def test_days_that_all_stand_at_midnight_hold_no_times(values, days):
    done = read(Reads.DATE, "recorded", values)
    assert column_of(done, "recorded") == [day and date(2026, 7, day) for day in days]
    assert column_of(done, "_clock_recorded") == [None] * len(values)
    assert done.assumed == (NO_TIMES,)
    assert faults(done) == {}


@pytest.mark.parametrize(
    ("values", "days", "clocks", "decided"),
    [
        (["2026-07-04 00:00", "2026-07-05 00:01"], [4, 5], [time(0), time(0, 1)], ()),
        (["2026-07-04 24:00"], [5], [time(0)], ("day_over",)),
        (["2026-07-04 00:00", "2026-07-04 24:00"], [4, 5], [time(0), time(0)], ("day_over",)),
        (["2026-07-04T00:00:00+02:00", "2026-07-05T09:00:00Z"], [3, 5], [time(23), time(10)],
         ("offset",)),
        (["2026-07-03T23:00:00Z", "2026-07-05T09:00:00Z"], [4, 5], [time(0), time(10)],
         ("offset",)),
        (["2026-07-04", None], [4, None], [None, None], ()),
    ],
)  # fmt: skip
def test_times_are_kept_where_one_of_them_is_no_midnight(values, days, clocks, decided):
    done = read(Reads.DATE, "recorded", values)
    assert column_of(done, "recorded") == [day and date(2026, 7, day) for day in days]
    assert column_of(done, "_clock_recorded") == clocks
    assert done.assumed == tuple(SAYS[what] for what in decided)


def test_a_time_beside_a_day_that_cannot_be_read_is_a_fault_and_the_day_stays():
    done = read(Reads.DATE, "recorded", ["2026-07-04 09:05", "2026-07-04 25:00", None])
    assert column_of(done, "recorded") == [D, D, None]
    assert column_of(done, "_clock_recorded") == [time(9, 5), None, None]
    assert faults(done) == {"time-unreadable": [FIRST_LINE + 1]}
    assert done.faults[0].column == "recorded"


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("09:05", time(9, 5)), ("9:05", time(9, 5)), ("0905", time(9, 5)), ("2359", time(23, 59)),
        ("09:05:07", time(9, 5, 7)), ("9:05:07", time(9, 5, 7)), ("09:05:07.250", time(9, 5, 7)),
        ("2026-07-04T09:05", time(9, 5)), ("04/07/2026 23:10:00", time(23, 10)),
    ],
)  # fmt: skip
def test_a_time_in_every_form_that_sources_write(text, clock):
    done = read(Reads.TIME, "time_from", [text])
    assert column_of(done, "time_from") == [clock]
    assert faults(done) == {}


@pytest.mark.parametrize("minute", range(10))
def test_times_with_and_without_seconds_may_stand_in_one_column(minute):
    values = [f"9:0{minute}:30", f"08:0{minute}", f"9:0{minute}"]
    done = read(Reads.TIME, "time_from", values)
    assert column_of(done, "time_from") == [time(9, minute, 30), time(8, minute), time(9, minute)]


@pytest.mark.parametrize(
    ("serials", "clocks", "lines"),
    [(EPOCH, [time(12), time(18)], []), (None, [None, None], [2, 3])],
)
def test_a_workbook_s_fraction_of_a_day_is_a_time(serials, clocks, lines):
    done = read(Reads.TIME, "time_from", ["0.5", "0.75"], serials=serials)
    assert column_of(done, "time_from") == clocks
    assert faults(done) == ({"time-unreadable": lines} if lines else {})


def test_a_time_that_cannot_be_read_is_a_fault_on_its_line():
    values = ["24:00", "09:05", "905", "nine", "n/a", "2460", "9.30", None, "12345"]
    done = read(Reads.TIME, "time_from", values)
    assert column_of(done, "time_from") == [None, time(9, 5), *[None] * 7]
    assert faults(done) == {"time-unreadable": [2, 4, 5, 7, 8, 10]}
    assert done.faults[0].column == "time_from"


def test_24_00_is_the_end_of_a_day_that_the_row_names():
    cells = cells_of(Reads.TIME, "time_from", ["24:00", "24:00", "09:05", None])
    days = pl.Series("occurred_from", ["2026-07-04", None, "2026-07-04", "2026-07-04"])
    done = READERS[Reads.TIME](replace(cells, rows=cells.rows.with_columns(days)), "time_from")
    assert column_of(done, "time_from") == [time(0), None, time(9, 5), None]
    assert column_of(done, "_over_time_from") == [True, False, False, False]
    assert faults(done) == {"time-unreadable": [FIRST_LINE + 1]}
    assert done.assumed == (SAYS["day_over"],)
    assert read(Reads.TIME, "time_from", ["09:05"]).assumed == ()


def test_every_month_is_read_in_welsh():
    names = (
        "Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin", "Gorffennaf", "Awst", "Medi",
        "Hydref", "Tachwedd", "Rhagfyr",
    )  # fmt: skip
    for month, name in enumerate(names, 1):
        for text in (f"13 {name} 2026", f"13-{name[:3]}-26", f"{name.upper()} 13, 2026"):
            answer = read_moments(pl.Series("_v", [text]), "", None)
            assert answer["date"].to_list() == [date(2026, month, 13)], text


def test_days_of_both_orders_are_named_by_their_lines_and_by_nothing_else():
    day_first = [f"{day}/04/2026" for day in range(13, 18)]
    month_first = [f" 04/{day}/2026 " for day in range(13, 18)]
    done = read(Reads.DATE, "recorded", [*day_first, *month_first, "99 Maytober", None])
    assert faults(done) == {
        "date-unreadable": [FIRST_LINE + 10],
        "dates-of-both-orders": [FIRST_LINE + n for n in range(5, 10)],
    }
