"""What an officer does not see in a workbook, or can't see is missing, is asked about."""

import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from tests.lib.extracts import crimes, csv

DATA = [line.split(",") for line in crimes(60).splitlines()]
SHOWN = "visible"


def workbook(path: Path, *sheets: tuple[str, int, int], left: int = 0, hide=lambda sheet: None):
    """Write sheets of so many records, each visible, hidden or very hidden."""
    book = xlsxwriter.Workbook(path)
    for state, first, last in sheets:
        sheet = book.add_worksheet()
        for n, row in enumerate([DATA[0], *DATA[first : last + 1]]):
            sheet.write_row(n, left, row)
        {"visible": lambda: None, "hidden": sheet.hide, "very hidden": sheet.very_hidden}[state]()
        hide(sheet)
    if sheets[0][0] != "visible" and len(sheets) > 1:
        book.worksheets()[1].activate()
        book.worksheets()[1].set_first_sheet()
    book.close()
    return path


def checked(p, file: Path, status: int = 0):
    ran = p.run(
        "police", "check", file, "--dataset", "police-crime", "--dates", "2026Q3", "--json",
        status=status,
    )  # fmt: skip
    return ran.json


def found(account, rule: str):
    return next((f for f in account["findings"] if f["rule"] == rule), None)


def by_hand(sheet) -> None:
    for n in range(1, 21):
        sheet.set_row(n, None, None, {"hidden": True})


def by_filter(sheet) -> None:
    sheet.autofilter(0, 0, 60, 8)
    sheet.filter_column(1, "x == nothing")
    by_hand(sheet)


def by_height(sheet) -> None:
    for n in range(1, 21):
        sheet.set_row(n, 0)


def by_outline(sheet) -> None:
    for n in range(1, 21):
        sheet.set_row(n, None, None, {"level": 1, "hidden": True})
    sheet.set_row(21, None, None, {"collapsed": True})


@pytest.mark.parametrize("hide", [by_hand, by_filter, by_height, by_outline])
def test_hidden_rows_are_asked_about_with_their_lines(alone, hide):
    file = workbook(alone.root / "police/crime.xlsx", (SHOWN, 1, 60), hide=hide)
    account = checked(alone, file)
    assert account["rows_accepted"] == 60
    query = found(account, "rows-hidden")
    assert (query["severity"], query["count"], query["lines"][0]) == ("query", 20, 2)


def test_in_several_files_hidden_rows_are_named_by_their_file(alone):
    folder = alone.root / "police"
    first = workbook(folder / "1.xlsx", (SHOWN, 1, 30))
    second = workbook(folder / "2.xlsx", (SHOWN, 31, 60), hide=by_hand)
    ran = alone.run(
        "police", "check", first, second, "--dataset", "police-crime", "--dates", "2026Q3", "--json"
    )
    assert found(ran.json, "rows-hidden")["lines"][:2] == ["2:2", "2:3"]


@pytest.mark.parametrize("left", [0, 2])
@pytest.mark.parametrize(("column", "asked"), [(1, True), (9, False)])
def test_hidden_columns_that_are_read_are_asked_about(alone, left, column, asked):
    def hide(sheet) -> None:
        sheet.write_column(0, left + 9, ["Notes", *["x"] * 60])
        sheet.set_column(left + column, left + column, None, None, {"hidden": True})

    file = workbook(alone.root / "police/crime.xlsx", (SHOWN, 1, 60), left=left, hide=hide)
    query = found(checked(alone, file), "columns-hidden")
    assert bool(query) == asked
    assert not query or query["positions"] == [left + 2]


@pytest.mark.parametrize("state", ["hidden", "very hidden"])
@pytest.mark.parametrize("order", [1, -1])
def test_a_hidden_sheet_is_never_preferred(alone, state, order):
    sheets = [(SHOWN, 1, 20), (state, 1, 60)][::order]
    file = workbook(alone.root / "police/crime.xlsx", *sheets)
    account = checked(alone, file)
    assert account["rows_in"] == 20
    assert "60 rows, was not read" in found(account, "sheet-hidden")["detail"]


def test_a_small_hidden_sheet_is_nothing_to_ask_about(alone):
    file = workbook(alone.root / "police/crime.xlsx", (SHOWN, 1, 60), ("hidden", 1, 3))
    assert found(checked(alone, file), "sheet-hidden") is None


def test_where_only_a_hidden_sheet_holds_a_table_it_is_read_and_asked_about(alone):
    path = alone.root / "police/crime.xlsx"
    book = xlsxwriter.Workbook(path)
    cover, records = book.add_worksheet(), book.add_worksheet()
    cover.write(0, 0, "Crime, July to September")
    for n, row in enumerate(DATA):
        records.write_row(n, 0, row)
    records.hide()
    book.close()
    account = checked(alone, path)
    assert account["rows_accepted"] == 60
    assert found(account, "sheet-hidden")["detail"] == "sheet 2, 60 rows, was read"


def test_as_many_rows_as_an_old_sheet_holds_are_asked_about(alone):
    headings, record = crimes(1).splitlines()
    file = alone.extract("police", "crime.csv", csv(headings, *[record] * 65_535))
    query = found(checked(alone, file), "rows-as-many-as-a-sheet")
    assert query["detail"] == "65,535 records"


def rewritten(path: Path, change) -> None:
    """Change the parts of a workbook, each by its name and bytes, as other programs write them."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(*change(name, content))


def strict(name: str, content: bytes) -> tuple[str, bytes]:
    for old, new in (
        (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
         b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
         b"http://purl.oclc.org/ooxml/officeDocument/relationships"),
    ):  # fmt: skip
        content = content.replace(old, new)
    return name, content


def prefixed(name: str, content: bytes) -> tuple[str, bytes]:
    if "worksheets/sheet" not in name:
        return name, content
    content = re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", content)
    return name, content.replace(b"xmlns=", b"xmlns:x=", 1)


def wrong_dimension(name: str, content: bytes) -> tuple[str, bytes]:
    return name, re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', content)


def other_names(name: str, content: bytes) -> tuple[str, bytes]:
    """Call the first sheet's file as the second, and name it from the root."""
    content = content.replace(b'"worksheets/sheet1.xml"', b'"/xl/worksheets/sheet9.xml"')
    content = content.replace(b"/xl/worksheets/sheet1.xml", b"/xl/worksheets/sheet9.xml")
    return name.replace("sheet1.xml", "sheet9.xml"), content


def carriage_returns(name: str, content: bytes) -> tuple[str, bytes]:
    if name.endswith("sharedStrings.xml"):
        content = content.replace(b"AB</t>", b"AB_x000D_</t>")
    return name, content


@pytest.mark.parametrize(
    "change", [strict, prefixed, wrong_dimension, other_names, carriage_returns]
)
def test_workbooks_of_other_programs_are_read_and_what_they_hide_is_asked_about(alone, change):
    for hide in (lambda sheet: None, by_hand):
        file = workbook(alone.root / "police/crime.xlsx", (SHOWN, 1, 60), hide=hide)
        rewritten(file, change)
        account = checked(alone, file)
        assert account["rows_accepted"] == 60
        assert bool(found(account, "rows-hidden")) == (hide is by_hand)


def test_hours_that_elapsed_are_a_time_of_day(alone):
    path = alone.root / "police/crime.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet, form = book.add_worksheet(), book.add_format({"num_format": "[h]:mm"})
    for n, row in enumerate(DATA):
        sheet.write_row(n, 0, row)
        if n:
            sheet.write_number(n, 3, 22.4 / 24, form)
    book.close()
    assert checked(alone, path)["rows_accepted"] == 60
