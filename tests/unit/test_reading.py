import re
import zipfile

import pytest

from exchange.errors import messages
from schemas.extract.errors import SourceRefused
from schemas.extract.file import FileInMemory, read, read_all
from schemas.extract.line_numbers import LINE
from tests.lib.memory import LIMITS, LINUX, hole, memory_for

TABLE = "Date,Place\n2026-07-01,here\n2026-07-02,there\n"


@pytest.fixture
def file(tmp_path):
    def write(content: str | bytes):
        path = tmp_path / "extract.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def table(raw):
    return [tuple(row) for row in raw.cells.iter_rows()]


@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode(),
        TABLE.replace("\n", "\r\n").encode(),
        TABLE.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + TABLE.encode(),
        TABLE.rstrip("\n").encode(),
        TABLE.replace(",", "\t").encode(),
        TABLE.replace(",", ";").encode(),
        TABLE.encode("utf-16"),
        TABLE.encode("utf-32"),
        TABLE.replace(",", "^").encode(),
        TABLE.replace(",", "~").encode(),
        "".join(f'"{line}"\n' for line in TABLE.replace(",", '", "').splitlines()).encode(),
        TABLE.replace(",here", ',"here"').encode(),
    ],
    ids=["lf", "crlf", "cr", "bom", "no end", "tabs", "semicolons", "utf-16", "utf-32",
         "circumflexes", "tildes", "quoted with spaces", "quoted"],
)  # fmt: skip
def test_a_plain_table_is_read_the_same_however_it_is_written(file, content):
    raw = read(file(content))
    assert raw.headings == ["Date", "Place"]
    assert table(raw) == [(2, "2026-07-01", "here"), (3, "2026-07-02", "there")]


def test_lines_in_quotation_marks_keep_their_numbers(file):
    raw = read(file('"Date,Place"\n\n"2026-07-01,""a\nb"""\n\n"2026-07-02,there"\n'))
    assert [(row[0], row[-1]) for row in table(raw)] == [(3, "a\nb"), (5, "there")]


@pytest.mark.parametrize(
    ("second", "is_said"),
    [("DATE,PLACE\n2026-07-03,z\n", False), ("Place,date\nz,2026-07-03\n", True)],
)
def test_columns_are_said_to_be_put_in_order_only_where_they_were(second, is_said):
    files = [FileInMemory(f"{n}.csv", text.encode()) for n, text in enumerate([TABLE, second])]
    raw = read_all(files)
    assert raw.headings == ["Date", "Place"]
    assert table(raw)[-1][1:] == ("2026-07-03", "z")
    assert any("other places" in words for words in raw.assumed) == is_said


def test_windows_1252_is_told_by_its_last_byte(file):
    content = b"Name,N\n" + b"plain,1\n" * 50_000 + b"caf\xe9,2\n"
    raw = read(file(content))
    assert raw.assumed[0] == "read as Windows-1252"
    assert raw.cells.row(-1) == (50_002, "café", "2")


def test_as_many_records_as_a_sheet_of_excel_holds_are_asked_about(file):
    raw = read(file(b"A,B\n" + b"1,x\n" * 1_048_575))
    assert "rows-as-many-as-a-sheet" in [f.rule.id for f in raw.findings]


MIXED = "read as UTF-8 and Windows-1252, each line as what it is"


@pytest.mark.parametrize("at_once", range(1, 9))
@pytest.mark.parametrize("end", [b"", b"\xc3"], ids=["whole", "cut off"])
def test_utf_8_is_told_wherever_a_letter_is_parted(file, monkeypatch, at_once, end):
    monkeypatch.setattr("schemas.extract.file_kinds._AT_ONCE", at_once)
    raw = read(file("Name,N\ncafé €,1\nx,".encode() + end))
    assert raw.assumed[0] == (MIXED if end else "read as UTF-8")


def test_records_that_run_over_several_lines_are_numbered_as_excel_numbers_rows(file):
    raw = read(file('A,B\n1,"x\ny"\n\n2,"a ""quoted"" word"\n3,"p,q"\n'))
    assert table(raw) == [(2, "1", "x\ny"), (4, "2", 'a "quoted" word'), (5, "3", "p,q")]
    assert (
        raw.assumed[-1] == "some cells have line breaks: lines are numbered as Excel numbers rows"
    )


def test_blank_lines_are_no_records_and_move_no_lines(file):
    raw = read(file("A,B\n\n1,2\n\n\n3,4\n,\n"))
    assert table(raw) == [(3, "1", "2"), (6, "3", "4")]


@pytest.mark.parametrize("title", ["Force: A; from: 1; to: 2", "sep=;", "a|b|c|d", "~~~~~~~"])
def test_the_separator_is_that_of_the_lines_and_not_of_a_title(file, title):
    assert table(read(file(f"{title}\n\n{TABLE}")))[0][1:] == ("2026-07-01", "here")
    turned = TABLE.replace(",", ";").replace(";here", ';"a, b, c, d"')
    assert table(read(file(turned)))[0][1:] == ("2026-07-01", "a, b, c, d")


@pytest.mark.parametrize("other", [";", "|", "~", "^", "\t"])
def test_the_separator_is_not_that_of_what_stands_in_quotation_marks(file, other):
    places = ["12 High St", "1, The Mews, Andover", "a\nb, c", "Flat 3, x, y, z"]
    rows = [f'{n},"{place}",two{other}themes' for n, place in enumerate(places)]
    raw = read(file("\n".join(["Reference,Place,Themes", *rows, ""])))
    assert [row[1:] for row in table(raw)] == [
        (str(n), place, f"two{other}themes") for n, place in enumerate(places)
    ]


@pytest.mark.parametrize(
    ("lines", "asked"), [(65_534, False), (65_535, True), (65_536, True), (65_537, False)]
)
def test_a_file_of_as_many_rows_as_an_old_sheet_holds_is_asked_about(file, lines, asked):
    found = read(file("A\n" + "1\n" * lines)).findings
    assert [one.rule.id for one in found] == ["rows-as-many-as-a-sheet"] * asked


def test_one_column_is_a_table(file):
    assert table(read(file("A\n1\n2\n"))) == [(2, "1"), (3, "2")]


@pytest.mark.parametrize(
    ("content", "refusal", "numbers"),
    [
        (b"", "file-empty", []),
        (b"\xef\xbb\xbf \n\n", "file-empty", []),
        (b"%PDF-1.4", "file-is-pdf", []),
        (b"A,B\n1,\x00\n", "file-not-text", []),
        (b"A,B\n1,\x81\x8d\n", "encoding-unknown", []),
        (b"A,B\n", "file-without-records", []),
        (b"A,B\n1,2,3\n4,5\n", "lines-uneven", ["1", "2"]),  # how many, and which
        (b"A,B\n1\n4,5\n", "lines-uneven", ["1", "2"]),
        (b"A,B\n1\n4,5,6\n", "lines-uneven", ["2", "2", "3"]),
        (b'A,B\n1,"2\n3,4\n', "quotation-mark-open", ["2"]),
        (b"Code,code\n1,2\n", "headings-repeat", ["1", "2"]),
        (b"-- crimes\nINSERT INTO t (A) VALUES (1);\n", "file-is-no-table", []),
        (b"insert into t values (1,2),\n(3,4);\n", "file-is-no-table", []),
        (b"USE [x]\r\nGO\r\nINSERT INTO [dbo].[t] VALUES (1)\r\n", "file-is-no-table", []),
        (
            b"/* dump */\nCREATE TABLE t (a int,\nb int);\nINSERT INTO t VALUES (1,2);\n",
            "file-is-no-table",
            [],
        ),
        (
            b"A,B\n1,2\n<<<<<<< ours\n3,4\n=======\n5,6\n>>>>>>> theirs\n",
            "merge-conflict-marks",
            ["3"],
        ),
        (b"A,B\n1,2\n=======\n3,4\n", "merge-conflict-marks", ["3"]),
    ],
)
def test_what_cannot_be_read_rightly_is_refused_with_the_reason(file, content, refusal, numbers):
    with pytest.raises(SourceRefused) as told:
        read(file(content))
    assert told.value.id == refusal
    if numbers:
        assert re.findall(r"\d+", told.value.message) == numbers


@pytest.mark.parametrize("units", ["dd/mm/yyyy,text", "(DD/MM/YYYY HH24:MI),", "date,varchar(20)"])
def test_a_line_that_says_how_columns_are_written_is_no_record(file, units):
    raw = read(file(TABLE.replace("\n", f"\n{units}\n", 1)))
    assert [line for line, *_ in table(raw)] == [3, 4]
    assert "how the columns are written, on line 2, was skipped" in raw.assumed


def test_a_first_record_that_holds_more_than_units_is_a_record(file):
    assert len(table(read(file("Place,Kind\nhere,text\nthere,date\n")))) == 2


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(SourceRefused) as told:
        read(tmp_path / "nothing.csv")
    assert told.value.id == "file-unreadable"


def test_many_ragged_lines_are_counted_and_the_first_named(file):
    with pytest.raises(SourceRefused, match=r"^20 .*: 2, 3, 4, 5, 6 and 15 more") as told:
        read(file("A,B\n" + "1\n" * 20))
    assert told.value.id == "lines-uneven"


def test_lines_are_numbered_from_the_heading(file):
    assert read(file(TABLE)).cells[LINE].to_list() == [2, 3]


TITLED = "Crime export{pad}\nProtect{pad}\n{pad}\nDate,Place,Code\n2026-07-01,here,1\n"


@pytest.mark.parametrize("pad", [",,", ""], ids=["padded", "bare"])
def test_titles_above_and_notes_below_a_csv_are_passed_over_and_said(file, pad):
    raw = read(file(TITLED.format(pad=pad) + f"2026-07-02,there,2\n{pad}\nProvisional{pad}\n"))
    assert raw.headings == ["Date", "Place", "Code"]
    assert table(raw) == [(5, "2026-07-01", "here", "1"), (6, "2026-07-02", "there", "2")]
    assert raw.assumed[1:] == (
        "the headings are on line 4; titles above them were skipped",
        "notes below the table, from line 8, were skipped",
    )


def test_a_file_that_was_cut_in_its_last_record_is_refused(file):
    with pytest.raises(SourceRefused, match=r"^1 .*: 4$") as told:
        read(file(TABLE + "2026-07"))
    assert told.value.id == "lines-uneven"


@pytest.mark.parametrize("last", ["6,7,8", '6,"7",8'], ids=["fast", "careful"])
def test_a_record_stays_whichever_of_its_cells_are_empty(file, last):
    raw = read(file(f"A,B,C\n,1,2\n3,,\n,,4\n , ,\n,5, \n{last}\n"))
    assert [cells[0] for cells in table(raw)] == [2, 3, 4, 6, 7]
    assert [[cell for cell in cells[1:] if cell and cell.strip()] for cells in table(raw)] == [
        ["1", "2"], ["3"], ["4"], ["5"], ["6", "7", "8"],
    ]  # fmt: skip


def test_empty_cells_behind_a_record_lose_nothing(file):
    assert table(read(file("A,B\n1,2,\n3,4,,\n"))) == [(2, "1", "2"), (3, "3", "4")]


@pytest.mark.parametrize("quote", ["", '"x"'], ids=["fast", "careful"])
def test_headings_again_and_totals_are_passed_over_and_said(file, quote):
    text = f"Date,N\n2026-07-01,{quote}\nDate,N\n2026-07-02,1\nTOTAL:,2\n"
    raw = read(file(text))
    assert raw.cells[LINE].to_list() == [2, 4]
    assert raw.assumed[1:] == (
        "repeated headings on line 3 were skipped",
        "totals on line 5 were skipped",
    )


def test_a_total_in_the_middle_is_a_record(file):
    raw = read(file("Date,N\nTotal,2\n2026-07-02,1\n"))
    assert raw.cells[LINE].to_list() == [2, 3]


def test_a_file_of_two_gigabytes_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "x.csv"
    with path.open("wb") as out:
        out.write(TABLE.encode())
        out.truncate(2 * 10**9)  # a hole, which takes no room on the disk
    with pytest.raises(SourceRefused) as told:
        read(path)
    assert told.value.id == "file-too-large"
    assert "2.0 GB" in told.value.message
    assert "submit FILE FILE" in messages()[told.value.id].remedy


def test_a_file_in_memory_is_read_as_one_on_disk(file):
    held = FileInMemory("extract.csv", TABLE.encode())
    assert read(held).cells.equals(read(file(TABLE)).cells)
    assert "here" not in repr(held)
    assert "extract.csv" not in repr(held)
    with pytest.raises(SourceRefused) as told:
        read(FileInMemory("~$extract.xlsx", b"x"))
    assert told.value.id == "file-is-no-table"


@LINUX
@pytest.mark.parametrize("limit", LIMITS)
def test_a_file_that_does_not_fit_into_memory_is_refused_before_it_is_read(tmp_path, file, limit):
    with memory_for(10**9, limit), pytest.raises(SourceRefused) as told:
        read(hole(tmp_path / "x.csv", 10**9))
    assert told.value.id == "memory-too-small"
    assert "about 5.8 GB of memory, and 1.0 GB are free" in told.value.message
    assert "each month separately" in messages()[told.value.id].remedy
    with memory_for(10**9, limit):
        assert read(file(TABLE)).cells.height == 2


@LINUX
def test_a_zip_needs_as_much_memory_as_what_it_holds(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.csv", bytes(64 * 2**20))
    with memory_for(400 * 2**20), pytest.raises(SourceRefused) as told:
        read(path)
    assert told.value.id == "memory-too-small"


@pytest.mark.parametrize("first", ["sep=;\r\n", '"sep=;"\n', "SEP=;\n", "sep=,\n", "sep=;\r"])
def test_the_line_that_tells_excel_the_separator_is_not_counted(file, first):
    separator = first.strip('\r\n"')[-1]
    text = TABLE if "\n" in first else TABLE.replace("\n", "\r")
    raw = read(file(first + text.replace(",", separator)))
    assert table(raw) == table(read(file(TABLE)))
    assert not any("titles" in words for words in raw.assumed)


@pytest.mark.parametrize("cell", ["a", '"a,b"', '"a\nb"'])
def test_lines_that_end_in_two_returns_are_numbered_as_excel_shows_them(file, cell):
    lines = ["A,B", f"1,{cell}", "2,c", "3,d"]
    raw = read(file("".join(line + "\r\r\n" for line in lines)))
    assert [row[:2] for row in table(raw)] == [(3, "1"), (5, "2"), (7, "3")]
