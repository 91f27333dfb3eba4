"""A column is named by its number in the file, whatever empty columns and lines stand before it."""

import click
import pytest
import xlsxwriter

from exchange.cli.questions import Number
from exchange.page.extract_view import rows_of
from schemas.checks import check
from schemas.checks.select import select
from schemas.datasets.registry import DATASETS
from schemas.extract.draft_mapping import draft_of
from schemas.extract.errors import SourceRefused
from schemas.extract.file import FileInMemory, read, read_all
from schemas.extract.mapping import Mapping, by_aliases
from schemas.extract.parse import parse
from schemas.extract.places import PlaceLookup
from schemas.findings.finding import Finding
from schemas.findings.rules import RULES
from schemas.quarters import Covered
from tests.lib.extracts import crimes
from tests.lib.typed import AREAS, TODAY

CRIME = DATASETS["police-crime"]
PLACES = PlaceLookup(lambda codes: codes & {"WZ1", "WZ2", "WZ3"})
ROWS = [line.split(",") for line in crimes(12).splitlines()]
ROWS[4][2] = "soon"  # of the column "Date from", on the fifth line
ROWS = [[*row, "Officer" if n == 0 else "x", "Marker" if n == 0 else "YN"[n % 2]]
        for n, row in enumerate(ROWS)]  # fmt: skip
# Where the 11 columns stand: which numbers are empty between, before and behind them.
PLACED = {
    "as they are": [*range(1, 12)],
    "empty first": [*range(2, 13)],
    "empty between": [1, 2, 5, 6, 7, 8, 9, 10, 11, 13, 14],
    "beyond Z": [*range(30, 41)],
}


def placed(numbers: list[int], behind: int = 0) -> list[list[str]]:
    """Return the rows with their columns at some numbers."""
    wide = [[""] * (numbers[-1] + behind) for _ in ROWS]
    for row, cells in zip(wide, ROWS, strict=True):
        for number, cell in zip(numbers, cells, strict=True):
            row[number - 1] = cell
    return wide


def as_csv(rows: list[list[str]]) -> FileInMemory:
    return FileInMemory("x.csv", "".join(",".join(row) + "\r\n" for row in rows).encode())


def as_titled_csv(rows: list[list[str]]) -> FileInMemory:
    """Return the rows under two titles and an empty line."""
    above = [["Crime"], ["July"], [""]]
    return as_csv([*above, *rows])


def workbook_of(rows: list[list[str]], path) -> FileInMemory:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write(n + 3, column, cell)
    return FileInMemory("x.xlsx", path.read_bytes())


@pytest.mark.parametrize("kind", ["csv", "titled csv", "trailing commas", "workbook"])
@pytest.mark.parametrize("numbers", PLACED.values(), ids=PLACED)
def test_findings_name_the_columns_and_lines_as_a_spreadsheet_does(kind, numbers, tmp_path):
    rows = placed(numbers)
    if kind == "workbook":
        file = workbook_of(rows, tmp_path / "x.xlsx")
    elif kind == "trailing commas":
        file = as_csv(placed(numbers, behind=3))
    else:
        file = as_titled_csv(rows) if "titled" in kind else as_csv(rows)
    raw = read(file)
    assert list(raw.columns) == numbers
    typed = parse(raw, CRIME, by_aliases(CRIME, raw.headings), PLACES)
    found = check.check(select(typed, CRIME, AREAS), Covered.parse("2026Q3"), TODAY).findings
    where = {finding.rule.id: (finding.positions, finding.lines) for finding in found}
    line = 5 if kind in ("csv", "trailing commas") else 8
    assert where["date-unreadable"] == ((numbers[2],), (line,))
    assert where["column-not-ours"][0] == (numbers[9],)
    assert where["column-may-protect"][0] == (numbers[10],)
    assert typed.positions["category"] == numbers[4]
    draft = draft_of(raw, CRIME, PLACES, "england")
    assert {guess.field: guess.column for guess in draft.guesses}["postcode"] == numbers[5]


@pytest.mark.parametrize("numbers", PLACED.values(), ids=PLACED)
def test_the_page_marks_the_column_that_a_finding_is_about(numbers):
    raw = read(as_csv(placed(numbers)))
    view = rows_of(raw, Finding(RULES["date-unreadable"], "recorded", (numbers[2],), lines=(5,)))
    ((_, cells),) = view.rows
    assert [(view.headings[n], cells[n]) for n in view.marked] == [("Date from", "soon")]


def test_columns_with_the_same_heading_are_named_by_their_numbers():
    rows = [["", "Date", "", "Place", "Date"], ["", "2026-07-01", "", "x", "2026-07-02"]]
    with pytest.raises(SourceRefused, match=r"columns 2 \(B\) and 5 \(E\) have the same"):
        read(as_csv(rows))
    rows[0] = ["", "Seen", "", "Place", "Seen"]
    assert read(as_csv(rows)).headings == ["Seen (column 2)", "Place", "Seen (column 5)"]


def test_a_mapping_by_other_numbers_is_not_taken_for_one_that_fits():
    rows = [["", "Seen", "Seen", "Place"], ["", "2026-07-01", "2026-07-02", "x"]]
    headings = read(as_csv(rows)).headings
    assert headings == ["Seen (column 2)", "Seen (column 3)", "Place"]
    columns = {"recorded": "Seen (column 2)"}  # where the first column is not empty, the second one

    def fits(*unused: str) -> bool:
        return Mapping("x", ("police-crime",), columns, {}, unused=unused).fits(headings)

    assert fits("Seen (column 3)", "Gone")
    assert not fits("Seen (column 1)")


@pytest.mark.parametrize("order", [1, -1])
def test_files_are_combined_wherever_their_columns_stand(order):
    plain, moved = (as_csv(placed(PLACED[name])) for name in ("as they are", "empty between"))
    first, second = [plain, moved][::order]
    raw = read_all([first, second])
    assert raw.columns == read(first).columns
    assert raw.cells["_line"].len() == 2 * len(ROWS) - 2
    half = len(ROWS) - 1
    values = raw.cells.drop("_line")
    assert values.head(half).equals(values.tail(half))
    assert any("other places" in words for words in raw.assumed)


def test_an_empty_column_cannot_be_chosen_by_its_number():
    with pytest.raises(click.BadParameter, match="from 0 to 5, but not 1, 3"):
        Number(0, 5, left_out={1, 3}).convert("3", None, None)
    assert Number(0, 5, left_out={1, 3}).convert("2", None, None) == 2


def test_columns_without_a_heading_are_in_the_way_of_no_other_file():
    tables = (["collision_index,,,x", "1,a,b,c"], ["collision_index,q,,", "1,a,b,c"])
    with pytest.raises(SourceRefused) as refused:
        read_all([FileInMemory("x.csv", "\n".join(lines).encode()) for lines in tables])
    assert refused.value.id == "files-differ"


def test_a_column_without_a_heading_that_holds_something_is_left_out_by_its_number():
    rows = placed(PLACED["empty first"])
    for row in rows[1:]:
        row.append("note")
    rows[0].append("")
    raw = read(as_csv(rows))
    typed = parse(raw, CRIME, by_aliases(CRIME, raw.headings), PLACES)
    assert raw.columns[13] == ""
    assert typed.left_over == (11, 12, 13)
