"""Reports as workbooks: what is read on a screen and on paper."""

import io
from datetime import UTC, datetime

import openpyxl

from exchange.reports.report import Prose, Report, ReportTable
from exchange.reports.report_workbook import workbook

NOW = datetime(2026, 11, 30, tzinfo=UTC)
LONG = "The group meets in every quarter and publishes its minutes. " * 6


def made(*, public: bool = False) -> openpyxl.Workbook:
    columns = ("partner", "records")
    parts = (
        ReportTable("first", "What is due", LONG, columns, [("Fore", "1,200")], (1,)),
        ReportTable("second", "Answers", "", ("no", "answer"), [("1", LONG), ("2", "yes")]),
        ReportTable("third", "Notes", "", ("note",), []),
        Prose("end", "In words", "", (LONG,)),
    )
    report = Report("Position of Fore & Aft", (LONG,), (), None, parts, public=public)
    return openpyxl.load_workbook(io.BytesIO(workbook(report, NOW)))


def heights(sheet, text: str) -> list[float | None]:
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == text]
    assert all(cell.alignment.wrap_text for cell in cells)
    return [sheet.row_dimensions[cell.row].height for cell in cells]


def test_every_row_is_as_tall_as_its_text():
    book = made()
    assert heights(book["Cover"], LONG) == [90, 90]  # six lines of 66 letters
    assert heights(book["second"], LONG) == [45]
    assert heights(book["second"], "yes") == [None]  # as tall as one line is anyway
    (narrow,) = heights(book["first"], LONG)
    assert narrow > 45  # across a table that is not as wide as paper


def test_every_sheet_is_printed_as_wide_as_its_paper_with_its_headings_and_its_marking():
    for sheet in made():
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddHeader.center.text == "OFFICIAL-SENSITIVE"
        if sheet.title != "Cover":
            assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$4:$4")
    assert all(not sheet.oddHeader.center.text for sheet in made(public=True))


def test_the_contents_lead_to_each_table():
    cover = made()["Cover"]
    links = {cell.value: cell.hyperlink.location for (cell,) in cover if cell.hyperlink}
    assert links == {
        "first: What is due": "'first'!A1",
        "second: Answers": "'second'!A1",
        "third: Notes": "'third'!A1",
    }


def test_no_column_is_wider_than_excel_has_them():
    table = ReportTable("first", "Answers", "", ("no", "answer"), [("1", "x" * 300)])
    report = Report("Position", (), (), None, (table,))
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(report, NOW)))["first"]
    assert max(column.width for column in sheet.column_dimensions.values()) < 255
    assert heights(sheet, "x" * 300) == [45]
