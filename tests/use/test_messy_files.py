"""What is no table is named for what it is, and what only looks odd is read."""

import gzip
import io
import json
import zipfile

import pytest
import xlsxwriter

from schemas.extract import file_kinds
from tests.lib.extracts import crimes
from tests.lib.memory import LINUX, hole, memory_for

TEXT = crimes(30)
TABLE = "<table><tr><th>Date</th></tr><tr><td>01/07/2026</td></tr></table>"


def packed(**files: str | bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_DOT_", "."), content)
    return stream.getvalue()


def check(p, name: str, content: str | bytes, status: int | None = 0):
    file = p.extract("police", name, content)
    return p.run(
        "police", "check", file, "--dataset", "police-crime", "--dates", "2026Q3", status=status
    )


NO_TABLES = {
    "report.xls": (f"<html><head></head><body>{TABLE}</body></html>", "web page", ".xlsx"),
    "report2.xls": (f"\ufeff<!DOCTYPE html>\n<HTML>{TABLE}</HTML>", "web page", ".xlsx"),
    "bare.xls": (TABLE, "web page", ".xlsx"),
    "wide.xls": (f"<html>{TABLE}</html>".encode("utf-16"), "web page", ".xlsx"),
    "old tags.xls": (f"<center><font size=2>{TABLE}</font></center>", "web page", ".xlsx"),
    "titled.xls": (f"<h2>Offences</h2>\n{TABLE}", "web page", ".xlsx"),
    "rows.xls": (TABLE.removeprefix("<table>"), "web page", ".xlsx"),
    "note first.csv": (f"Report of offences\r\n\r\n{TABLE}", "web page", ".xlsx"),
    "page.mht": ("MIME-Version: 1.0\nContent-Type: multipart/related", "MHTML", ".xlsx"),
    "2003.xls": (
        '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook/>',
        "Excel workbook of 2003",
        ".xlsx",
    ),
    "crime.xml": ('<?xml version="1.0"?><crimes><crime/></crimes>', "XML", "CSV"),
    "plain.xml": ("<crimes>\n<crime>x</crime></crimes>", "XML", "CSV"),
    "api.json": (json.dumps([{"Date": "01/07/2026"}]), "JSON", "CSV"),
    "api2.json": (json.dumps({"value": [1]}, indent=1), "JSON", "CSV"),
    "rows.json": ("[[1, 2], [3, 4]]", "JSON", "CSV"),
    "report.docx": (packed(word__document_DOT_xml="x"), "Word", "CSV"),
    "slides.xlsx": (packed(ppt__presentation_DOT_xml="x"), "PowerPoint", "CSV"),
    "mac.numbers": (packed(Index__Document_DOT_iwa="x"), "Numbers", "CSV"),
    "report.rtf": ("{\\rtf1\\ansi x}", "RTF", "CSV"),
    "old.doc": (b"\xd0\xcf\x11\xe0" + b"\x00" * 60 + "WordDocument".encode("utf-16-le"), "Word",
                "CSV"),
    "several.zip": (packed(a_DOT_csv=TEXT, b_DOT_xlsx=b"x"), "zip of 2 files", "unpack"),
    "crime.csv.gz": (gzip.compress(TEXT.encode()), "compressed", "unpack"),
    "~$crime.xlsx": (b"\x05Officer" + b"\x00" * 90, "file that a spreadsheet", "~$"),
    ".~lock.crime.xlsx#": (",officer,pc,01.10.2026;", "file that a spreadsheet", "workbook itself"),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_TABLES)
def test_what_is_no_table_is_named_with_its_remedy(alone, name):
    content, what, remedy = NO_TABLES[name]
    ran = check(alone, name, content, status=10)
    assert ran.refusal == "file-is-no-table"
    assert what in ran.err
    assert remedy in ran.err
    assert "01/07/2026" not in ran.said


WHOLE = "Crime number,Recorded date,Postcode,Code,Domestic flag"
# Each with the lines on which the headings stand; nothing where they have to be corrected.
SEVERAL_LINES = {
    "a heading above two others": (["Crime number,Recorded date,Place,Offence,Marker",
                                    ",,Postcode,Code,Domestic flag"], "1 to 2"),
    "headings in two halves": (["Crime,Recorded,Place,Offence,Domestic",
                                "number,date,Postcode,Code,flag"], "1 to 2"),
    "groups of columns": (["Record,,Place,Classification,", WHOLE], "1 to 2"),
    "three lines below a title": (["Offences,,,,", "Crime number,Recorded date,Where,What,",
                                   ",,Location,Offence,Marker",
                                   ",,Postcode,Code,Domestic flag"], ""),
    "how to fill it in": ([WHOLE, "text,day/month/year,as on envelopes,Home Office,yes/no"], ""),
    "a record of words": ([WHOLE, "none,unknown,nowhere,Bicycle theft,perhaps"], ""),
}  # fmt: skip


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
@pytest.mark.parametrize("name", SEVERAL_LINES)
def test_headings_on_several_lines_are_read_as_one_or_refused_as_such(alone, name, ending):
    heads, lines = SEVERAL_LINES[name]
    rows = [f"R{n:03d},{n % 9 + 1:02d}/07/2026,WZ1 1AA,45,N" for n in range(30)]
    content: str | bytes = "\n".join([*heads, *rows]) + "\n"
    if ending == ".xlsx":
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream) as book:
            sheet = book.add_worksheet()
            for n, line in enumerate([*heads, *rows]):
                sheet.write_row(n, 0, line.split(","))
        content = stream.getvalue()
    ran = check(alone, f"x{ending}", content, status=0 if lines else 10)
    if lines:
        assert f"the headings on lines {lines} were read as one" in ran.out
        assert "rows checked                                        30" in ran.out
    else:
        assert ran.refusal == "headings-on-several-lines"
    assert "Domestic flag" not in ran.said


@pytest.mark.parametrize(
    "first", ["ABC,,WZ,Theft from shop,N", "ABC,not known,unknown,Other theft,N", ",,,Robbery,"]
)
def test_a_first_record_without_figures_is_no_heading(alone, first):
    head = "Crime number,Recorded date,Postcode,Code,Domestic flag"
    rows = [f"R{n:03d},{n % 9 + 1:02d}/07/2026,WZ1 1AA,45,N" for n in range(30)]
    ran = check(alone, "x.csv", "\n".join([head, first, *rows]) + "\n", status=None)
    assert ran.refusal != "headings-on-several-lines"


@pytest.mark.parametrize("dataset", [(), ("--dataset", "police-crime")])
def test_a_table_on_its_side_is_named_with_its_remedy(alone, dataset):
    columns = zip(*(row.split(",") for row in TEXT.splitlines()), strict=True)
    turned = "\n".join(",".join(cells) for cells in columns)
    file = alone.extract("police", "turned.csv", turned)
    ran = alone.run("police", "check", file, *dataset, status=10)
    assert "Transpose" in ran.err
    assert "01/07/2026" not in ran.said


def test_the_zip_that_a_site_hands_out_is_read(alone):
    content = packed(**{"2026-07__2026-07-westshire_DOT_csv": TEXT, "__MACOSX__._x": b"\x00"})
    assert "rows checked" in check(alone, "download.zip", content).out


def test_a_zip_of_several_tables_is_read_as_several_files(alone):
    head, *rows = TEXT.splitlines(keepends=True)
    first, second = (
        head + "".join(rows[:20]),
        head + "".join(rows[20:]).replace("E0199", "X0199", 1),
    )
    ran = check(alone, "two.zip", packed(a_DOT_csv=first, b_DOT_csv=second), status=11)
    assert "2 files combined" in ran.out
    assert "  2:2" in ran.err
    other = packed(a_DOT_csv=first, b_DOT_csv="Outcome,Date\nx,y\n")
    assert check(alone, "two.zip", other, status=10).refusal == "files-differ"
    broken = packed(a_DOT_csv=first, b_DOT_csv=TABLE)
    assert "file 2 of 2 in the zip" in check(alone, "two.zip", broken, status=10).err


def test_a_zip_that_cannot_be_unpacked_here_is_named(alone, monkeypatch):
    content = packed(a_DOT_csv=TEXT)
    at = content.index(b"Crime number")
    damaged = content[:at] + b"x" + content[at + 1 :]
    assert check(alone, "x.zip", damaged, status=10).refusal == "file-is-no-table"
    monkeypatch.setattr(file_kinds, "LARGEST", 100)
    assert "too large" in check(alone, "x.zip", content, status=10).err


def test_a_report_of_a_zip_names_lines_by_file(alone):
    head, *rows = TEXT.splitlines(keepends=True)
    spoilt = packed(a_DOT_csv=head + "".join(rows[:20]), b_DOT_csv=head + "x" + "".join(rows[20:]))
    file = alone.extract("police", "two.zip", spoilt)
    ran = alone.run(
        "police", "check", file, "--dates", "2026Q3", "--dataset", "police-crime", "--report",
        alone.root / "police/errors.xlsx", "--with-values",
    )  # fmt: skip
    assert "file-holds-personal-data" in ran.warnings


@pytest.mark.parametrize("below", ["", ",,,,,,,,\r\n" * 300, '"","","","","","","",""\r\n' * 3])
def test_headings_without_records_suggest_a_nil_return(alone, below):
    ran = check(alone, "crime.csv", TEXT.splitlines(keepends=True)[0] + below, status=10)
    assert ran.refusal == "file-without-records"
    assert "exchange nil" in ran.err


@pytest.mark.parametrize("line", [",,,,,,,,", " , ,,,,,, ,", '"",,,,,,,,'])
@pytest.mark.parametrize("middle", [True, False])
def test_lines_of_separators_alone_are_no_rows(alone, line, middle):
    lines = TEXT.splitlines()
    at = 10 if middle else len(lines)
    text = "\r\n".join([*lines[:at], *[line] * 300, *lines[at:]]) + "\r\n"
    file = alone.extract("police", "crime.csv", text)
    account = alone.run("police", "check", file, "--dates", "2026Q3", "--json").json
    assert (account["rows_in"], account["rows_accepted"]) == (30, 30)
    assert not account["left_out"]


@pytest.mark.parametrize("separator", ["|", "\t", ";"])
@pytest.mark.parametrize("title", ["", "Crime of the quarter\r\n", "sep={}\r\n"])
def test_other_separators_are_read_and_said(alone, separator, title):
    text = title.format(separator) + TEXT.replace(",", separator)
    ran = check(alone, "crime.txt", text)
    assert "separated by" in ran.out
    assert "rows checked                                        30" in ran.out


@LINUX
def test_what_does_not_fit_into_memory_is_refused_in_plain_words_with_nothing_sent(partnership):
    file = hole(partnership.root / "police/large.csv", 10**9)
    for command in ("check", "submit"):
        with memory_for(10**9):
            ran = partnership.run("police", command, file, "--dates", "2026Q3", status=10)
        assert ran.refusal == "memory-too-small"
        assert "to read it takes about 5.8 GB of memory" in ran.err
        assert "each month separately" in ran.err
    assert not list(partnership.share.glob("bundles/*"))
