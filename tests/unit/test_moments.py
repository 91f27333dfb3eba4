"""A moment in the forms in which sources state it: nothing that stands there is dropped."""

from datetime import date, time

import polars as pl
import pytest

from schemas.extract.clock_text import is_day_over
from schemas.extract.day_text import EPOCH, EPOCH_1904
from schemas.extract.moments import read_clocks, read_moments

DAY = date(2026, 7, 4)
NEXT = date(2026, 7, 5)
JULY = date(2026, 7, 1)
WINTER = date(2026, 1, 4)
NOTHING = {
    "date": None, "clock": None, "month_only": False, "clock_wrong": False, "midnight": False,
    "day": None, "day_over": False, "offset": False, "short_month": False, "serial": False,
    "stand_in": False,
}  # fmt: skip
SCHEMA = dict.fromkeys(NOTHING, pl.Boolean()) | {
    "date": pl.Date(), "day": pl.Date(), "clock": pl.Time(),
}  # fmt: skip


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
    "text",
    [
        "01/01/1900", "1900-01-01 00:00:00", "01-JAN-1753", "0001-01-01T00:00:00", "31/12/9999",
        "9999-12-31 23:59:59", "30/12/1899", "01/01/1900 00:00",
    ],
)  # fmt: skip
def test_what_systems_write_where_they_have_no_date_is_none(text):
    found = moment(text)
    assert (found["date"], found["stand_in"]) == (None, True)
    assert not moment("02/01/1900")["stand_in"]


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
def test_a_time_is_read_alone(text, clock):
    assert read_clocks(pl.Series([text]), EPOCH).to_list() == [clock]


def on(day: date | None, clock: time | None = None, **more: object) -> dict[str, object]:
    """Return all that there is to say of a day."""
    return NOTHING | {"date": day, "day": day, "clock": clock} | more


def month(day: date | None, **more: object) -> dict[str, object]:
    return on(day, month_only=True, **more)


AS_THEY_STAND = {
    "04/07/2026": on(DAY), "31/02/2026": month(None), "2026/7/4": on(DAY), "4.7.2026": on(DAY),
    "04-07-2026": on(DAY), "4 July 2026": on(DAY), "4-Jul-2026": on(DAY), "2026-Jul-4": on(DAY),
    "July 4 2026": on(DAY), "Jul 4, 2026": on(DAY), "04-JUL-26": on(DAY),
    "31/12/1899": on(None, stand_in=True), "02/01/1900": on(date(1900, 1, 2)),
    "31/12/2100": on(date(2100, 12, 31)), "01/01/2101": on(None),
    "2026-07": month(JULY), "2026-13": month(None), "7/2026": month(JULY), "13/2026": month(None),
    "July 2026": month(JULY), "Jul-2026": month(JULY), "2026-Jul": month(JULY),
    "Jul-26": month(JULY, short_month=True), "2026Q3": month(JULY),
    "2026-q1": month(date(2026, 1, 1)),
    "2026 Q4": month(date(2026, 10, 1)), "2026Q5": month(None), "Tuesday": month(None),
    "04/07/2026 22:24": on(DAY, time(22, 24)), "04/07/2026 22:24:07": on(DAY, time(22, 24, 7)),
    "04/07/2026 00:00": on(DAY, time(0), midnight=True), "04/07/2026 0:01": on(DAY, time(0, 1)),
    "04/07/2026 00:00:01": on(DAY, time(0, 0, 1)),
    "04/07/2026 1:05 AM": on(DAY, time(1, 5)), "04/07/2026 1:05 pm": on(DAY, time(13, 5)),
    "04/07/2026 24:00": on(DAY, time(0), date=NEXT, day_over=True),
    "04/07/2026 22:60": on(DAY, clock_wrong=True), "04/07/2026 25:00": on(DAY, clock_wrong=True),
    "04/07/2026 22:24:60": on(DAY, clock_wrong=True), "04/07/1776 22:24": on(None, time(22, 24)),
    "2026-07-04T23:30:00Z": on(DAY, time(0, 30), date=NEXT, offset=True),
    "2026-07-04T22:30:00+01:00": on(DAY, time(22, 30), offset=True),
    "2026-07-04T22:30:00+0130": on(DAY, time(22, 0), offset=True),
    "2026-07-04T20:30:00-01:15": on(DAY, time(22, 45), offset=True),
    "2026-07-04 12:00 GMT": on(DAY, time(13), offset=True),
    "2026-07-04 12:00 BST": on(DAY, time(12), offset=True),
    "2026-07-04 12:00 Europe/London": on(DAY, time(12)),
    "2026-01-04T23:30:00Z": on(WINTER, time(23, 30)), "2026-01-04 12:00 GMT": on(WINTER, time(12)),
    "2026-01-04 12:00 BST": on(WINTER, time(11), offset=True),
    "2026-01-04 12:00 +00:01": on(WINTER, time(11, 59), offset=True),
    "2026-01-04 12:00 -02": on(WINTER, time(14), offset=True),
    "2026-01-04 25:00 +02": on(WINTER, clock_wrong=True),
    # Figures of another script are none here.
    "\u0662\u0660\u0662\u0666Q3": month(None), "04/07/2026 \u0662\u0662:24": month(None),
    "2026-07-04 12:00 +\u0660\u0661": month(None), "\u0660\u0664/07/2026": month(None),
}  # fmt: skip


def read_beside(text: str, *others: str, form: str = "", epoch: date | None = None):
    """Return what is said of text as the first of a column."""
    found = read_moments(pl.Series([text, *others]), form, epoch)
    assert dict(found.schema) == SCHEMA
    assert found.height == 1 + len(others)
    return found.row(0, named=True)


@pytest.mark.parametrize("others", [(), ("Tuesday",), ("04/07/2026", "2026-07-04 22:24")])
@pytest.mark.parametrize("text", AS_THEY_STAND)
def test_all_that_is_said_of_text_whatever_else_is_in_its_column(text, others):
    assert read_beside(text, *others) == AS_THEY_STAND[text]


IN_A_FORM = {
    ("%d/%m/%y", "04/07/26"): on(DAY), ("%e/%m/%y", "4/07/26"): on(DAY),
    ("%Y-%j", "2026-185"): on(DAY), ("%D", "07/04/26"): on(DAY), ("%F", "2026-07-04"): on(DAY),
    ("%d/%m/%y", "31/02/26"): month(None), ("%m/%y", "07/26"): month(JULY),
    ("%m/%y", "13/26"): month(None), ("%b-%y", "Jul-26"): month(JULY),
    ("%d-%b-%y", "04-Jul-26 00:00"): on(DAY, time(0), midnight=True),
    ("%d/%m/%y", "04/07/26 25:00"): on(DAY, clock_wrong=True),
    ("%d/%m/%y %H:%M", "04/07/26 22:24"): on(DAY, time(22, 24)),
    ("%d/%m/%y %H:%M", "04/07/26 00:00"): on(DAY, time(0), midnight=True),
    ("%d/%m/%Y %H:%M", "04/07/1776 22:24"): on(None, time(22, 24)),
    ("%d/%m/%y %H:%M", "x"): month(None),
    ("%Y-%m-%dT%H:%M%z", "2026-07-04T23:30+0000"):
        on(DAY, time(0, 30), date=NEXT, offset=True),
    ("%Y-%m-%dT%H:%M%z", "2026-07-04T00:00+0000"):
        on(DAY, time(1), offset=True, midnight=True),
    ("%Y-%m-%dT%H:%M%z", "x"): month(None),
}  # fmt: skip


@pytest.mark.parametrize("others", [(), ("Tuesday",)])
@pytest.mark.parametrize(("form", "text"), IN_A_FORM)
def test_all_that_is_said_of_text_in_a_form(form, text, others):
    assert read_beside(text, *others, form=form) == IN_A_FORM[form, text]


def serial(day: date, clock: time | None = None, **more: object) -> dict[str, object]:
    return on(day, clock, serial=True, **more)


SERIALS = {
    "36525": month(None), "36526": serial(date(2000, 1, 1)), "73050": serial(date(2099, 12, 31)),
    "73051": month(None), "46207": serial(DAY), "46207.5": serial(DAY, time(12)),
    "4620": month(None), "46207.0": serial(DAY, time(0), midnight=True),
    "46207.00001": serial(DAY, time(0, 0, 1)), "04/07/2026": on(DAY),
    "04/07/2026 22:24": on(DAY, time(22, 24)), "2026-07": month(JULY),
}  # fmt: skip


@pytest.mark.parametrize("others", [(), ("Tuesday",)])
@pytest.mark.parametrize("text", SERIALS)
def test_all_that_is_said_where_serial_numbers_may_be(text, others):
    assert read_beside(text, *others, epoch=EPOCH) == SERIALS[text]


def test_an_empty_column_has_the_same_answers():
    for form in ("", "%d/%m/%y", "%m/%y", "%d/%m/%y %H:%M"):
        assert dict(read_moments(pl.Series([], dtype=pl.String), form).schema) == SCHEMA


CLOCKS = {
    "10:24 PM": time(22, 24), "1:05 am": time(1, 5), "01.05 p.m.": time(13, 5),
    "12:00 am": time(0), "0:30 am": None, "13:00 am": None, "22:24:07": time(22, 24, 7),
    "22:24:60": None, "22:60": None, "23:59:59": time(23, 59, 59), "24:00": None, "25:00": None,
    "0000": time(0), "2359": time(23, 59), "2026-07-04 22:24": time(22, 24),
    "2026-07-04 24:00": None, "0.5": None, "Tuesday": None,
}  # fmt: skip


@pytest.mark.parametrize("others", [(), ("Tuesday",), ("11:11", "2026-07-04 22:24")])
@pytest.mark.parametrize("text", CLOCKS)
def test_a_time_whatever_else_is_in_its_column(text, others):
    found = read_clocks(pl.Series([text, *others]))
    assert found.dtype == pl.Time
    assert (found[0], len(found)) == (CLOCKS[text], 1 + len(others))


HALF_PAST = time(9, 30)
COLUMNS_OF_TIMES = [
    ({"930": HALF_PAST, "1415": time(14, 15), "5": time(0, 5)}, "figures, of which some are long"),
    ({"930.0": HALF_PAST, "1415.0": time(14, 15)}, "figures that a workbook held as numbers"),
    ({"930": HALF_PAST, "10:24": time(10, 24), "x": None}, "figures beside other times"),
    ({"930": HALF_PAST, "2400": None}, "figures, of which one is the end of the day"),
    ({"930": HALF_PAST, "15": time(0, 15)}, "figures, of which the longest have three"),
    ({"930": None, "9999": None}, "figures that are not all times"),
    ({"930": None, "960": None}, "figures that are not all times"),
    ({"5": None, "12": None}, "figures that may be hours"),
    ({"9.30": HALF_PAST, "14.15": time(14, 15), "0.05": time(0, 5)}, "points"),
    ({"9.30": None, "14.15": None}, "points, too few to tell what they mean"),
    ({"9.30": None, "9.31": None, "9.60": None}, "points, of which one is behind no time"),
    ({"0.30": None, "0.15": None, "0.45": None}, "points that may be fractions"),
    ({"0.9333333": time(22, 24), "0.5": time(12)}, "fractions, of which one is fine"),
]


@pytest.mark.parametrize("times", [one for one, _ in COLUMNS_OF_TIMES],
                         ids=[says for _, says in COLUMNS_OF_TIMES])  # fmt: skip
def test_times_in_figures_are_read_by_what_all_of_them_show(times):
    assert dict(zip(times, read_clocks(pl.Series([*times])), strict=True)) == times


def test_the_end_of_a_day_is_told_of_a_time_alone():
    told = pl.Series(["24:00", "2400", "24.00", "24:00:00", "24:01", "124:00", "24:00 x", "x"])
    assert is_day_over(told).to_list() == [True] * 4 + [False] * 4


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("Sat 4 July 2026", None), ("Saturday, 4 July 2026", None), ("Sat. 04/07/2026", None),
        ("4th of July 2026", None), ("4th July 2026 10:24 PM", time(22, 24)),
        ("04JUL2026", None), ("04JUL2026:22:24:00", time(22, 24)), ("20260704", None),
        ("4th July, 2026", None), ("4 July, 2026", None), ("Saturday, 4TH July, 2026", None),
        ("July 4, 2026", None), ("July 4th, 2026", None), ("Sat, July 4th 2026", None),
        ("July 4,2026", None), ("4 Jul. 2026", None), ("4th Jul, 26", None),
        ("4 July 2026 at 22:24", time(22, 24)), ("July 4, 2026 at 10:24 PM", time(22, 24)),
        ("4th July, 2026, 22:24", time(22, 24)),
    ],
)  # fmt: skip
def test_a_day_with_its_weekday_or_as_sas_writes_it(text, clock):
    assert read_beside(text) == on(DAY, clock)


@pytest.mark.parametrize("day", [1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 30])
def test_a_day_with_its_ordinal_is_read(day):
    ending = {1: "st", 2: "nd", 3: "rd"}.get(day % 10 if day not in (11, 12, 13) else 0, "th")
    for text in (f"{day}{ending} July, 2026", f"July {day}{ending}, 2026"):
        assert read_beside(text) == on(date(2026, 7, day), None)
    assert read_beside("31st June, 2026") != on(date(2026, 7, 1), None)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("4 July, 2026", "%d %B, %Y"), ("July 4, 2026", "%B %d, %Y"), ("Jul 4 2026", "%b %d %Y"),
        ("Saturday 4 July 2026", "%A %d %B %Y"), ("4th July 2026", "%d %B %Y"),
        ("4th July 2026", "%dth %B %Y"), ("July 4, 26", "%B %d, %y"),
    ],
)  # fmt: skip
def test_a_written_day_is_read_by_the_form_that_a_mapping_gives_it(text, form):
    assert read_moments(pl.Series([text]), form)["date"].to_list() == [DAY]


def test_a_year_of_two_figures_and_a_month_that_stands_first_are_read_where_that_is_said():
    def days(*texts: str, **how: bool) -> list[date | None]:
        return read_moments(pl.Series(texts), **how)["date"].to_list()

    assert days("04/07/26", "04-07-26", "04.07.26") == [None] * 3
    assert days("04/07/26", "04/07/2026", short_years=True) == [DAY, DAY]
    assert days("07/04/26", "07/04/2026", short_years=True, month_first=True) == [DAY, DAY]
    assert days("07/04/26", "07/04/2026", month_first=True) == [None, DAY]
