"""Workbooks as officers keep them, and Parquet."""

import datetime as dt
import io
import re
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from schemas.extract.errors import SourceRefused
from schemas.extract.file import FileInMemory, read
from tests.lib.extracts import csv
from tests.lib.partnership import Partnership

HEADINGS = ["Date", "Time", "Code", "Postcode", "Notes"]
DAY = dt.datetime(2026, 8, 1, tzinfo=None)  # noqa: DTZ001 - a workbook knows no zones


def workbook(path: Path, *sheets: dict[tuple[int, int], object]) -> Path:
    """Write sheets of cells by (row, column), counted from nought."""
    book = xlsxwriter.Workbook(path)
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    clock = book.add_format({"num_format": "hh:mm"})
    for cells in sheets:
        sheet = book.add_worksheet()
        for (row, column), value in cells.items():
            form = {dt.datetime: day, dt.time: clock}.get(type(value))
            sheet.write(row, column, value, form) if form else sheet.write(row, column, value)
    book.close()
    return path


def table(top: int = 0, left: int = 0, rows: int = 4) -> dict[tuple[int, int], object]:
    cells: dict[tuple[int, int], object] = {(top, left + i): h for i, h in enumerate(HEADINGS)}
    for n in range(1, rows + 1):
        record = [DAY, dt.time(22, 10), 45, f" WZ1 {n}AA", "x"]
        cells |= {(top + n, left + i): v for i, v in enumerate(record)}
    return cells


def test_a_plain_sheet_is_read_with_its_dates_times_and_numbers(tmp_path):
    raw = read(workbook(tmp_path / "x.xlsx", table()))
    assert raw.headings == HEADINGS
    assert raw.cells.row(0) == (
        2, "2026-08-01 00:00:00", "1899-12-31 22:10:00", "45", " WZ1 1AA", "x",
    )  # fmt: skip
    assert raw.assumed == ("read as an Excel workbook",)


def test_titles_above_and_notes_below_are_passed_over_and_said(tmp_path):
    cells = table(top=4) | {(0, 0): "Crime, July to September", (1, 0): "Protect"}
    cells |= {(11, 0): "Figures are provisional", (12, 0): "Source: records system"}
    raw = read(workbook(tmp_path / "x.xlsx", cells))
    assert raw.cells["_line"].to_list() == [6, 7, 8, 9]
    assert raw.assumed[1:] == (
        "the headings are on line 5; titles above them were skipped",
        "notes below the table, from line 12, were skipped",
    )


def test_a_line_right_under_the_table_is_a_record_and_not_a_note(tmp_path):
    raw = read(workbook(tmp_path / "x.xlsx", table() | {(5, 0): "2026-07-01"}))
    assert raw.cells["_line"].to_list() == [2, 3, 4, 5, 6]


def test_totals_and_headings_that_stand_again_are_passed_over_and_said(tmp_path):
    again = {(3, column): heading for column, heading in enumerate(HEADINGS)}
    raw = read(workbook(tmp_path / "x.xlsx", table() | again | {(5, 0): "Total", (5, 3): 4}))
    assert raw.cells["_line"].to_list() == [2, 3, 5]
    assert raw.assumed[1:] == (
        "repeated headings on line 4 were skipped",
        "totals on line 6 were skipped",
    )


def test_records_under_one_merged_cell_are_refused_and_merged_titles_are_not(tmp_path):
    for first, last, fine in (((0, 0), (0, 4), True), ((4, 3), (6, 3), False)):
        book = xlsxwriter.Workbook(tmp_path / "x.xlsx")
        sheet = book.add_worksheet()
        for (row, column), value in table(top=2).items():
            sheet.write(row, column, str(value))
        sheet.merge_range(*first, *last, "merged")
        book.close()
        if fine:
            assert read(tmp_path / "x.xlsx").cells["_line"].to_list() == [4, 5, 6, 7]
            continue
        with pytest.raises(SourceRefused, match="line 5") as told:
            read(tmp_path / "x.xlsx")
        assert told.value.id == "cells-merged"


def opendocument(*rows: str, columns: str = "", epoch: str = "") -> FileInMemory:
    """Write a spreadsheet as LibreOffice writes it: its rows, what it says of columns and days."""
    names = "".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" '
        for name in ("office", "table", "text")
    )
    stated = f'<table:null-date table:date-value="{epoch}"/>' if epoch else ""
    content = (
        f'<?xml version="1.0"?><office:document-content {names} '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        "<office:body><office:spreadsheet>"
        f"<table:calculation-settings>{stated}</table:calculation-settings>"
        f'<table:table table:name="A">{columns}{"".join(rows)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return FileInMemory("x.ods", stream.getvalue())


def ods_row(*cells: str, attributes: str = "") -> str:
    """Return a row two columns from the left; a cell of markup stands as it is."""
    before = '<table:table-cell table:number-columns-repeated="2"/>'
    written = [
        cell
        if cell.startswith("<")
        else f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
        "</table:table-cell>"
        for cell in cells
    ]
    return f"<table:table-row {attributes}>{before}{''.join(written)}</table:table-row>"


def test_what_a_spreadsheet_of_libreoffice_does_not_show_is_asked_about():
    record = ("46204", "22:10", "45", "WZ1 1AA", "x")
    error = (
        '<table:table-cell table:formula="of:=NA()" office:value-type="string" '
        'office:string-value="" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
    )
    power = (
        '<table:table-cell office:value-type="float" office:value="20" '
        'calcext:value-type="float"><text:p>2.00E+01</text:p></table:table-cell>'
    )
    raw = read(
        opendocument(
            '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>',
            ods_row(*HEADINGS),
            ods_row(*record),
            ods_row(*record, attributes='table:visibility="collapse" '
                    'table:number-rows-repeated="2"'),
            ods_row(*record, attributes='table:visibility="filter"'),
            ods_row(*record[:3], error, "x"),
            ods_row(*record[:2], power, *record[3:]),
            columns='<table:table-column table:number-columns-repeated="3"/>'
            '<table:table-column table:visibility="collapse"/>',
            epoch="1904-01-01",
        )
    )  # fmt: skip
    assert raw.assumed[0] == "read as an OpenDocument spreadsheet"
    assert raw.serials == dt.date(1904, 1, 1)
    assert [(f.rule.id, f.lines, f.positions, f.detail) for f in raw.findings] == [
        ("rows-hidden", (5, 6, 7), (), ""),
        ("columns-hidden", (), (4,), ""),
        ("category-changed-by-excel", (9,), (5,), ""),
        ("formula-error", (8,), (6,), "#N/A"),
    ]


def test_records_under_one_merged_cell_of_libreoffice_are_refused():
    wide = (
        '<table:table-cell office:value-type="string" table:number-rows-spanned="2">'
        "<text:p>x</text:p></table:table-cell>"
    )
    rows = [ods_row(*HEADINGS), ods_row("46204", "", "45", "WZ1 1AA", wide)]
    with pytest.raises(SourceRefused, match="line 2"):
        read(
            opendocument(
                *rows, ods_row("46205", "", "45", "WZ1 1AA", "<table:covered-table-cell/>")
            )
        )


def test_an_error_of_a_formula_is_named_as_a_program_stores_it(tmp_path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for (row, column), value in table(left=1).items():
            sheet.write(row, column, str(value))
        for row, value in ((2, "#N/A"), (3, "#REF!")):
            sheet.write_formula(row, 4, "=1/0", None, value)
    (found,) = read(path).findings
    assert (found.rule.id, found.lines, found.positions) == ("formula-error", (3, 4), (5,))
    assert found.detail == "#N/A, #REF!"


def test_empty_rows_and_columns_move_no_lines_and_no_numbers(tmp_path):
    cells = table(top=2, left=3)
    below = {(row + 3, column): v for (row, column), v in table(top=4, left=3).items() if row > 4}
    moved = {(row, column + (column > 4)): v for (row, column), v in (cells | below).items()}
    raw = read(workbook(tmp_path / "x.xlsx", moved))
    assert raw.columns == dict(zip((4, 5, 7, 8, 9), HEADINGS, strict=True))
    assert raw.cells["_line"].to_list() == [4, 5, 6, 7, 9, 10, 11, 12]


def test_a_small_sheet_beside_the_table_is_passed_over_and_said(tmp_path):
    notes = {(0, 0): "Exported", (0, 1): "today", (1, 0): "By", (1, 1): "system"}
    raw = read(workbook(tmp_path / "x.xlsx", notes, table(rows=40)))
    assert raw.cells.height == 40
    assert "read from sheet 2 of 2" in raw.assumed


@pytest.mark.parametrize(
    ("sheets", "refusal", "numbers"),
    [
        ((table(), table()), "workbook-with-several-tables", ["1", "2"]),
        (({(0, 0): "only a title"},), "workbook-without-table", []),
        (({},), "workbook-without-table", []),
    ],
)
def test_a_workbook_in_which_no_one_table_can_be_told_is_refused(
    tmp_path, sheets, refusal, numbers
):
    with pytest.raises(SourceRefused) as told:
        read(workbook(tmp_path / "x.xlsx", *sheets))
    assert told.value.id == refusal
    assert re.findall(r"\d+", told.value.message) == numbers


def test_what_only_looks_like_a_workbook_is_refused(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04nonsense")
    with pytest.raises(SourceRefused) as told:
        read(path)
    assert told.value.id == "workbook-unreadable"


def test_a_workbook_that_is_really_csv_is_read_as_what_it_is(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_text("A,B\n1,2\n")
    assert read(path).assumed == (
        "read as UTF-8",
        "its name ends in .xlsx, but it is text",
    )


def test_a_password_and_an_old_workbook_are_told_apart(tmp_path):
    path = tmp_path / "x.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0rest")
    with pytest.raises(SourceRefused) as told:
        read(path)
    assert told.value.id == "workbook-too-old"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(SourceRefused) as told:
        read(path)
    assert told.value.id == "workbook-locked"


def test_parquet_is_read_with_its_types_as_text(tmp_path):
    rows = pl.DataFrame({"Date": [DAY.date()], "Time": [dt.time(22, 10)], "Code": [45]})
    rows.write_parquet(tmp_path / "x.parquet")
    raw = read(tmp_path / "x.parquet")
    assert raw.headings == ["Date", "Time", "Code"]
    assert raw.cells.row(0)[:2] == (2, "2026-08-01")
    pl.DataFrame({"A": [[1]]}).write_parquet(tmp_path / "y.parquet")
    with pytest.raises(SourceRefused) as told:
        read(tmp_path / "y.parquet")
    assert told.value.id == "parquet-unreadable"
    (tmp_path / "z.parquet").write_bytes(b"PAR1nonsense")
    with pytest.raises(SourceRefused) as told:
        read(tmp_path / "z.parquet")
    assert told.value.id == "parquet-unreadable"


def _sent(p: Partnership, name: str) -> pl.DataFrame:
    p.submit("police", p.root / "police" / name, "--dates", "2026Q3")
    p.signed("analysts", "pull", "merged")
    rows = pl.read_parquet(p.root / "analysts/merged/dataset=police-crime")
    return rows.drop("record_id", "entry")


def test_the_same_records_leave_alike_from_every_kind_of_file(partnership, tmp_path):
    """As CSV, workbook (dates as dates, as text and as serial numbers) and Parquet."""
    days = [dt.datetime(2026, m, 9) for m in (7, 8, 9)]  # noqa: DTZ001 - the same
    head = ["Reported date", "Time", "Code", "Postcode", "District", "Domestic flag"]
    rest = ["45", "WZ1 1AA", "Westshire", "N"]
    rows = [[f"{d:%d/%m/%Y}", "22:10", *rest] for d in days]
    text = csv(",".join(head), *(",".join(r) for r in rows))
    partnership.extract("police", "x.csv", text)
    tables = {}
    tables["x.csv"] = _sent(partnership.copy(tmp_path / "csv"), "x.csv")
    serial = (days[2].date() - dt.date(1899, 12, 30)).days
    mixed: list[object] = [days[0], f"{days[1]:%d/%m/%Y}", serial]
    cells: dict[tuple[int, int], object] = {(0, i): h for i, h in enumerate(head)}
    for n, day in enumerate(mixed, start=1):
        cells |= {(n, i): v for i, v in enumerate([day, dt.time(22, 10), *rest])}
    workbook(partnership.root / "police/x.xlsx", cells)
    tables["x.xlsx"] = _sent(partnership.copy(tmp_path / "xlsx"), "x.xlsx")
    frame = pl.read_csv(io.BytesIO(text.encode())).with_columns(
        pl.col("Reported date").str.to_date("%d/%m/%Y")
    )
    frame.write_parquet(partnership.root / "police/x.parquet")
    tables["x.parquet"] = _sent(partnership.copy(tmp_path / "parquet"), "x.parquet")
    assert tables["x.csv"].equals(tables["x.xlsx"])
    assert tables["x.csv"].equals(tables["x.parquet"])


def test_a_canary_in_a_workbook_is_said_nowhere(partnership):
    canary = "Zebedee Quackenbush"
    for at in [(0, 0), (0, 4), (2, 0), (2, 2), (2, 3), (2, 4), (9, 0)]:
        workbook(partnership.root / "police/x.xlsx", table() | {at: canary})
        for command in (["check"], ["submit", "--yes"]):
            run = partnership.signed if command[0] == "submit" else partnership.run
            file = partnership.root / "police/x.xlsx"
            arguments = [*command, file, "--dataset", "police-crime", "--dates", "2026-08"]
            assert canary not in run("police", *arguments, status=None).said, at
    assert canary.encode() not in partnership.everything_shared()


@pytest.mark.needs("real data")
def test_a_published_workbook_made_for_reading_is_refused_with_the_reason(real_data):
    with pytest.raises(SourceRefused) as told:
        read(real_data / "messy/ons-weekly-2020.xlsx")
    assert told.value.id == "workbook-with-several-tables"
