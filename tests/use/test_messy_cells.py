"""What Excel and copying do to cells: taken off and said, or named with its repair."""

import io

import pytest
import xlsxwriter

from tests.lib.extracts import crimes, csv

HEADINGS = "Crime number,Recorded date,Date from,Time,Code,Postcode,LSOA code,Domestic flag"
ROW = [
    "R{n}",
    "{d:02d}/08/2026",
    "{d:02d}/08/2026",
    "{t:02d}:10",
    "30C",
    "WZ1 1AB",
    "E01999001",
    "N",
]
COLUMNS = ("reference", "recorded", "occurred_from", "time_from", "category", "postcode", "lsoa",
           "domestic")  # fmt: skip


def extract(*changed: tuple[str, str], rows: int = 30) -> str:
    """Return burglaries; in some columns the value is written otherwise, {} being what it was."""
    row = list(ROW)
    for column, text in changed:
        row[COLUMNS.index(column)] = text.replace("{}", row[COLUMNS.index(column)])
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in row]
    return csv(
        HEADINGS, *(",".join(quoted).format(n=n, d=n % 30 + 1, t=n % 24) for n in range(rows))
    )


def checked(p, text: str | bytes, name: str = "crime.csv", dataset="police-crime"):
    who = "ambulance" if dataset.startswith("ambulance") else "police"
    file = p.extract(who, name, text)
    ran = p.run(
        who, "check", file, "--dataset", dataset, "--dates", "2026Q3", "--json", status=None
    )
    return ran.status, ran.json


def rules(account) -> dict[str, int]:
    return {
        finding["rule"]: finding["count"]
        for finding in account["findings"]
        if finding["rule"] not in (*GAPS, "much-generalised")
    }


GAPS = (
    "month-without-records", "records-start-late", "records-end-early", "days-without-records",
)  # fmt: skip
SEEN = ("recorded", "occurred_from", "time_from", "category", "postcode", "lsoa", "domestic")
INVISIBLE = {
    "\u200b": "zero-width space", "\u00ad": "soft hyphen", "\u2060": "word joiner",
    "\ufeff": "byte-order mark", "\u200e": "left-to-right mark", "\x1f": "control character",
    "\u2069": "control character",
}  # fmt: skip


def said_of_columns(account) -> set[tuple[str, str, int]]:
    return {
        (finding["rule"], finding["column"], finding["count"])
        for finding in account["findings"]
        if finding["rule"] in rules(account)
    }


@pytest.mark.parametrize("letter", INVISIBLE, ids=lambda one: INVISIBLE.get(one, one))
@pytest.mark.parametrize("text", ["{{}}{}", "{}{{}}"], ids=["behind", "before"])
def test_characters_that_nobody_sees_are_no_part_of_a_value(alone, text, letter):
    changed = text.format(letter)
    status, account = checked(alone, extract(*((column, changed) for column in SEEN)))
    faults = [fault for fault in account["findings"] if fault["rule"] not in GAPS]
    assert (status, len(faults)) == (0, len(SEEN))
    assert said_of_columns(account) == {("characters-invisible", one, 30) for one in SEEN}
    assert all(INVISIBLE[letter] in fault["detail"] for fault in faults)


@pytest.mark.parametrize("column", SEEN)
def test_the_column_in_which_they_stand_is_named(alone, column):
    status, account = checked(alone, extract((column, "{}\u200b")))
    assert (status, said_of_columns(account)) == (0, {("characters-invisible", column, 30)})
    status, account = checked(alone, extract((column, '="{}"')))
    assert (status, said_of_columns(account)) == (0, {("excel-guards", column, 30)})


@pytest.mark.parametrize("letter", ["\u200b", "\u00ad", "\u2060 ", " \u200b", "\u202f"])
def test_a_postcode_with_such_a_character_in_its_middle_is_read(partnership, letter):
    status, account = checked(partnership, extract(("postcode", f"WZ1{letter}1AB")))
    assert (status, account["places"].get("district", 0)) == (0, 0)
    assert set(rules(account)) <= {"characters-invisible"}


@pytest.mark.parametrize("text", ['="{}"', "'{}", "\u2018{}", "'{}'", ' ="{}" ', " '{}"])
def test_guards_against_excel_are_taken_off_and_said_once(alone, text):
    status, account = checked(alone, extract(*((column, text) for column in SEEN)))
    assert status == 0
    assert said_of_columns(account) == {("excel-guards", one, 30) for one in SEEN}


def test_several_of_them_at_once_are_each_said(alone):
    _, account = checked(alone, extract(("category", "'\u200b{}"), ("postcode", '="{}"')))
    said = [(f["rule"], f["column"]) for f in account["findings"]]
    assert ("characters-invisible", "category") in said
    assert ("excel-guards", "category") in said
    assert ("excel-guards", "postcode") in said


@pytest.mark.parametrize("heading", ["Code\u200b", "\ufeffCode", '="Code"', "  Code\u00ad "])
def test_headings_are_read_as_they_are_seen(alone, heading):
    quoted = '"' + heading.replace('"', '""') + '"'
    status, _ = checked(alone, extract().replace("Code", quoted, 1))
    assert status == 0


@pytest.mark.parametrize(
    "code", ["030C", "0030C", "30C.0", "046", "46.0", "046.00", "4/1", "004.1", "04/1"]
)
def test_noughts_around_a_code_are_taken_off_and_said(alone, code):
    status, account = checked(alone, extract(("category", code)))
    assert status == 0
    assert "category-unknown" not in rules(account)
    assert rules(account).get("category-repaired", 0) == (0 if code == "4/1" else 30)


@pytest.mark.parametrize("code", ["8T", "300", "300C"])
def test_a_code_that_no_list_has_is_not_made_one(alone, code):
    text = extract(rows=40).replace("30C", code, 20)
    _, account = checked(alone, text)
    assert rules(account)["category-unknown"] == 20
    assert "category-repaired" not in rules(account)


def callouts(code: str) -> str:
    rows = (
        f"{n % 30 + 1:02d}/08/2026,{n % 24:02d}:10,WZ1,{code if n % 3 else 4}" for n in range(30)
    )
    return csv("Date,Time,Postcode,Category", *rows)


@pytest.mark.parametrize(
    "code", ["7.00E+01", "9E+00", "3.10E+02", "04-Jan", "3-Mar-26", "Jan-03", "01/02/2026",
             "2026-01-02 00:00:00"],
)  # fmt: skip
def test_a_code_that_excel_changed_is_named_with_its_repair(alone, code):
    status, account = checked(alone, callouts(code), dataset="ambulance-callouts")
    (fault,) = [f for f in account["findings"] if f["severity"] == "error"]
    assert (status, fault["rule"], fault["count"]) == (11, "category-changed-by-excel", 20)
    assert "Text" in fault["fix"]
    assert code not in str(account)


@pytest.mark.parametrize("form", ["0.00E+00", "##0.0E+0", "0E+00"])
@pytest.mark.parametrize("left", [0, 3])
def test_a_code_that_a_workbook_holds_as_a_power_of_ten_is_found_out(alone, form, left):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet, power = book.add_worksheet(), book.add_format({"num_format": form})
    for n, line in enumerate(callouts("4").splitlines()):
        sheet.write_row(n, left, line.split(","))
        if n in (5, 6):
            sheet.write_number(n, left + 3, 20, power)  # 2E1, as Excel opens it
    book.close()
    status, account = checked(
        alone, stream.getvalue(), "callouts.xlsx", dataset="ambulance-callouts"
    )
    (fault,) = [f for f in account["findings"] if f["severity"] == "error"]
    assert (status, fault["rule"], fault["lines"]) == (11, "category-changed-by-excel", [6, 7])


def test_a_clean_file_has_nothing_to_say(alone):
    _, account = checked(alone, crimes(60))
    assert not {"characters-invisible", "excel-guards", "category-repaired"} & set(rules(account))
