"""Dates and times as records systems and Excel write them, through the command line."""

from datetime import date, datetime, time, timedelta

import polars as pl
import pytest
import xlsxwriter

from partners.entries.returns import Answer
from schemas.datasets.registry import DATASETS
from schemas.extract.file import read
from schemas.extract.mapping import by_aliases
from schemas.extract.parse import parse
from schemas.extract.places import PlaceLookup
from tests.lib.extracts import csv

DAYS = [date(2026, 7, 1) + timedelta(n) for n in range(60)]
MOMENTS = [datetime(d.year, d.month, d.day, 22, 24) for d in DAYS]  # noqa: DTZ001 - as written
HEADINGS = "Crime number,Recorded date,Occurred,Code,Postcode,LSOA code,Domestic flag,Dwelling flag"


def extract(moments: list[str], headings: str = HEADINGS) -> str:
    """Return sixty thefts that were recorded at the end of the quarter."""
    rows = (
        f'R{n:04d},30/09/2026,"{text}",45,WZ1 1AB,E01999000,N,N' for n, text in enumerate(moments)
    )
    return csv(headings, *rows)


def checked(p, text: str | bytes, name: str = "crime.csv", status: int = 0):
    file = p.extract("police", name, text)
    ran = p.run(
        "police", "check", file, "--dataset", "police-crime", "--dates", "2026Q3", "--json",
        status=status,
    )  # fmt: skip
    return ran.json


def rules(account) -> dict[str, int]:
    return {finding["rule"]: finding["count"] for finding in account["findings"]}


FORMS = {
    "twelve hours": "%d/%m/%Y %I:%M %p",
    "Oracle": "%d-%b-%y %I.%M.%S.000000 %p",
    "SQL Server": "%b %d %Y %I:%M%p",
    "datetime2": "%Y-%m-%d %H:%M:%S.0000000",
    "ISO with an offset": "%Y-%m-%dT%H:%M:%S+01:00",
    "time first": "%H:%M %d/%m/%Y",
    "in words": "%A, %dth %B, %Y at %H:%M",
}


def hours_shared(p, form: str) -> set[int]:
    """Send timestamps of a form, and return the hours that an analyst gets."""
    file = p.extract("police", "crime.csv", extract([f"{m:{form}}" for m in MOMENTS]))
    p.submit("police", file, "--dataset", "police-crime", "--dates", "2026Q3")
    p.signed("analysts", "pull", "tables")
    (table,) = (p.root / "analysts/tables/dataset=police-crime").rglob("*.parquet")
    return set(pl.read_parquet(table)["time_from"].drop_nulls().str.head(2).cast(pl.Int8))


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_timestamp_gives_its_time(alone, form):
    raw = read(alone.extract("police", "crime.csv", extract([f"{m:{form}}" for m in MOMENTS])))
    dataset = DATASETS["police-crime"]
    mapping = by_aliases(dataset, raw.headings)
    rows = parse(raw, dataset, mapping, PlaceLookup(lambda codes: codes)).rows
    assert rows["occurred_from"].to_list() == DAYS
    assert set(rows["time_from"]) == {time(22, 24)}


def test_a_time_that_stands_with_its_date_reaches_an_analyst(partnership):
    assert hours_shared(partnership, FORMS["twelve hours"]) == {22}


def test_utc_is_turned_to_london_and_said(alone):
    account = checked(alone, extract([f"{m:%Y-%m-%dT%H:%M:%SZ}" for m in MOMENTS]))
    assert any("to London time" in words for words in account["assumed"])
    late = [f"{m:%Y-%m-%d}T23:30:00Z" for m in MOMENTS[:-1]] + ["2026-09-30T23:30:00Z"]
    assert rules(checked(alone, extract(late)))["occurred-after-recorded"] == 1


def test_bare_dates_with_an_offset_hold_no_times(alone):
    account = checked(alone, extract([f"{d}T00:00:00+00:00" for d in DAYS]))
    assert any("having no time" in words for words in account["assumed"])


@pytest.mark.parametrize("every", [1, 7])
def test_24_00_is_the_midnight_that_ends_its_day(alone, every):
    moments = [f"{d} 24:00" if n % every == 0 else f"{d} 10:10" for n, d in enumerate(DAYS)]
    account = checked(alone, extract(moments))
    assert "time-unreadable" not in rules(account)
    assert any("24:00" in words for words in account["assumed"])
    assert not any("having no time" in words for words in account["assumed"])


@pytest.mark.parametrize("clock", ["25:00", "24:30", "13:05 PM", "10:75"])
def test_a_time_behind_a_date_that_cannot_be_read_stops(alone, clock):
    moments = [f"{d:%d/%m/%Y} 10:10" for d in DAYS]
    moments[3] += " "  # space does no harm
    moments[4] = f"{DAYS[4]:%d/%m/%Y} {clock}"
    account = checked(alone, extract(moments), status=11)
    (fault,) = [f for f in account["findings"] if f["rule"] == "time-unreadable"]
    assert (fault["column"], fault["lines"]) == ("occurred_from", [6])
    assert clock not in str(account)


def test_a_mapping_s_form_with_a_clock_gives_the_time(partnership):
    partnership.extract(
        "police", "mine.toml",
        'datasets = ["police-crime"]\n[columns]\nreference = "Crime number"\n'
        'recorded = "Recorded date"\noccurred_from = "Occurred"\ncategory = "Code"\n'
        'postcode = "Postcode"\nlsoa = "LSOA code"\ndomestic = "Domestic flag"\n'
        'dwelling = "Dwelling flag"\n[dates]\noccurred_from = "%d/%m/%y %I:%M %p"\n',
    )  # fmt: skip
    path = partnership.root / "police/exchange.toml"
    path.write_text(path.read_text() + '[partnership.mappings]\npolice-crime = "mine.toml"\n')
    assert hours_shared(partnership, "%d/%m/%y %I:%M %p") == {22}
    mapping = partnership.root / "police/mine.toml"
    mapping.write_text(mapping.read_text().replace("%p", ""))
    file = partnership.root / "police/crime.csv"
    ran = partnership.run("police", "check", file, "--dataset", "police-crime", status=10)
    assert ran.refusal == "mapping-date-form-unknown"


def test_map_drafts_two_digit_years_with_their_times(partnership):
    text = extract([f"{m:%d/%m/%y %H:%M}" for m in MOMENTS])
    file = partnership.extract("police", "crime.csv", text)
    partnership.run("police", "source", "map", file, "--dataset", "police-crime")
    drafted = (partnership.root / "police/police-crime.toml").read_text()
    assert 'occurred_from = "%d/%m/%y"' in drafted
    assert hours_shared(partnership, "%d/%m/%y %H:%M") == {22}


@pytest.mark.parametrize("form", ["%b-%y", "%b-%Y", "%B %Y", "%Y-%m"])
def test_a_month_as_excel_shows_it_is_that_month(partnership, form):
    text = extract([f"{d:%d/%m/%Y}" for d in DAYS]).replace("30/09/2026", f"{DAYS[-1]:{form}}")
    account = checked(partnership, text)
    assert account["rows_accepted"] == len(DAYS)
    assert "date-outside" not in rules(account)
    assert any("as Excel shows them" in w for w in account["assumed"]) == (form == "%b-%y")


@pytest.mark.parametrize("nothing", ["-1", "", "not known"])
def test_stats19_s_minus_one_is_not_known(alone, nothing):
    headings = HEADINGS.replace("Occurred", "Occurred,Time")
    rows = (
        f"R{n:04d},30/09/2026,{d},{nothing},45,WZ1 1AB,{nothing if n % 2 else 'E01999000'},N,N"
        for n, d in enumerate(DAYS)
    )
    account = checked(alone, csv(headings, *rows))
    assert not {"time-unreadable", "lsoa-unreadable"} & set(rules(account))


@pytest.mark.parametrize("calendar", [1900, 1904])
@pytest.mark.parametrize("formatted", [True, False])
def test_a_workbook_s_dates_are_of_its_own_calendar(alone, calendar, formatted):
    path = alone.root / "police/crime.xlsx"
    book = xlsxwriter.Workbook(path, {"date_1904": calendar == 1904})
    sheet, form = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    sheet.write_row(0, 0, HEADINGS.split(","))
    first = datetime(1899, 12, 30) if calendar == 1900 else datetime(1904, 1, 1)  # noqa: DTZ001
    for n, moment in enumerate(MOMENTS, 1):
        sheet.write_row(n, 0, [f"R{n:04d}", "30/09/2026", "", 45, "WZ1 1AB", "E01999000", "N", "N"])
        if formatted:
            sheet.write_datetime(n, 2, moment, form)
        else:
            sheet.write_number(n, 1, (datetime(2026, 9, 30) - first).days)  # noqa: DTZ001
            sheet.write_number(n, 2, (moment - first) / timedelta(days=1))
    book.close()
    account = checked(alone, path.read_bytes(), "crime.xlsx")
    assert account["rows_accepted"] == len(MOMENTS)
    assert not {"date-unreadable", "occurred-after-recorded"} & set(rules(account))
    assert not any("having no time" in words for words in account["assumed"])


@pytest.mark.parametrize(("without", "asked"), [(0, False), (3, False), (4, True), (60, True)])
@pytest.mark.parametrize("nothing", ["", "not known"])
def test_records_without_an_incident_date_are_asked_about_above_a_few_per_cent(
    alone, without, asked, nothing
):
    days = [str(d) for d in DAYS]
    account = checked(alone, extract([nothing] * without + days[without:]))
    assert ("incident-dates-missing" in rules(account)) == asked


@pytest.mark.parametrize(("without", "asked"), [(0, False), (3, False), (4, True), (60, True)])
def test_records_without_a_recorded_date_are_asked_about_above_a_few_per_cent(
    alone, without, asked
):
    head, *rows = extract([str(d) for d in DAYS]).splitlines(keepends=True)
    rows[:without] = [row.replace("30/09/2026", "") for row in rows[:without]]
    account = checked(alone, "".join([head, *rows]))
    assert ("recorded-dates-missing" in rules(account)) == asked


def test_the_answer_about_incident_dates_is_a_reason_and_is_kept(partnership):
    p, rule = partnership, "incident-dates-missing"

    def crime(without: int) -> list[object]:
        rows = (
            f"R{n:04d},{day + timedelta(31)},{'' if n < without else day},45,WZ1 1AB,E01999000,N,N"
            for n, day in enumerate(DAYS)
        )
        file = p.extract("police", "crime.csv", csv(HEADINGS, *rows))
        return [
            "submit",
            file,
            "--dataset",
            "police-crime",
            "--dates",
            "2026-08-01..2026-09-30",
            "--yes",
        ]

    stopped = p.signed("police", *crime(20), status=11)
    assert stopped.refusal == "queries-not-answered"
    assert "20 of 60 records, 33 %" in stopped.err
    p.signed("police", *crime(20), "--answer", f"{rule}=as-exported")
    p.signed("police", *crime(30))
    statement = p.log("analysts").register.submissions[-1].statement
    assert statement.answers == (Answer(rule, "as-exported"),)


def test_a_file_without_a_column_of_incident_dates_is_not_asked_about_it(alone):
    headings = HEADINGS.replace("Occurred", "Note")
    account = checked(alone, extract([""] * 60, headings))
    assert "incident-dates-missing" not in rules(account)


EMPTIED = [
    ("30/09/2026,", "date-missing", "records-without-date"),
    (",45,", "category-missing", "records-without-category"),
]


def emptied(whole: str, without: int) -> str:
    """Return an extract of sixty records, some of which lack their only date, or their category."""
    empty = whole.replace("30/09/2026", "").replace("45", "")
    head, *rows = extract([""] * 60).splitlines(keepends=True)
    rows[:without] = [row.replace(whole, empty, 1) for row in rows[:without]]
    return "".join([head, *rows])


@pytest.mark.parametrize("without", [4, 30])
@pytest.mark.parametrize(("whole", "rule", "query"), EMPTIED)
def test_many_records_without_any_date_or_category_stop(alone, without, whole, rule, query):
    account = checked(alone, emptied(whole, without), status=11)
    assert rules(account)[rule] == without
    assert query not in rules(account)


@pytest.mark.parametrize(
    ("whole", "broken", "rule"),
    [("30/09/2026,", "31/06/2026,", "date-unreadable"), (",45,", ",4X5,", "category-unreadable")],
)
def test_a_date_or_category_that_cannot_be_read_is_not_left_out(alone, whole, broken, rule):
    text = extract([""] * 60).replace(whole, broken, 1)
    account = checked(alone, text, status=11)
    assert (rules(account)[rule], account["left_out"]) == (1, {})


@pytest.mark.parametrize("nothing", ["#N/A", "\u200b", "N/K"])
@pytest.mark.parametrize(("whole", "rule", "query"), EMPTIED)
def test_what_is_read_as_empty_is_no_date_and_no_category(alone, nothing, whole, rule, query):
    emptied_cell = whole.replace("30/09/2026", nothing).replace("45", nothing)
    head, *rows = extract([""] * 60).splitlines(keepends=True)
    few = "".join([head, rows[0].replace(whole, emptied_cell, 1), *rows[1:]])
    account = checked(alone, few)
    assert (rules(account)[query], account["rows_accepted"]) == (1, 59)
    many = "".join([head, *(row.replace(whole, emptied_cell, 1) for row in rows[:9]), *rows[9:]])
    assert rules(checked(alone, many, status=11))[rule] == 9


@pytest.mark.parametrize(("whole", "rule", "query"), EMPTIED)
def test_a_few_are_left_out_after_a_question(partnership, whole, rule, query):
    without = 3  # one is left out above, and four stop
    reason = query.replace("records-without", "no")
    account = checked(partnership, emptied(whole, without))
    assert rule not in rules(account)
    assert (rules(account)[query], account["left_out"]) == (without, {reason: without})
    assert account["rows_in"] - account["rows_accepted"] == without
    path = partnership.root / "police/crime.csv"
    sent = ("submit", path, "--dataset", "police-crime", "--dates", "2026Q3", "--yes")
    assert partnership.signed("police", *sent, status=None).refusal == "queries-not-answered"
    asked = [f["rule"] for f in account["findings"] if f["severity"] == "query"]
    answers = [word for one in asked for word in ("--answer", f"{one}=checked")]
    partnership.signed("police", *sent, *answers)
    statement = partnership.log("analysts").register.submissions[-1].statement
    assert statement.counts["left_out"] == {reason: "1-4"}
    assert Answer(query, "checked") in statement.answers
