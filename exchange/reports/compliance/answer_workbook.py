"""The register of statutory requirements as one workbook: written, filled in by people, and read.

Keeps true: what is filled in is read whole or not at all; no fault that is found repeats what
somebody wrote. Leaves to others: whether a text names somebody, and the log.
"""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final, TypeVar

from exchange.reports.compliance.requirement_answers import RequirementAnswer
from exchange.workbooks import add_sheet_to_fill_in, height_of, new_workbook, set_paper
from partners.entries import canonical_json
from partners.entries.answers import ANSWERS_MOST, ROWS_MOST, STATES, Answer
from partners.entries.body import plain
from partners.law.requirements import CHAPTERS, draft_of
from partners.register.state import GivenAnswer

T = TypeVar("T")
SHEET: Final = "Register"
_OWN: Final = ("No.", "Chapter", "Requirement", "Note", "In the records")
# The columns that are filled in, by the field of an answer.
COLUMNS: Final = {
    "state": "State",
    "on": "Answered on",
    "position": "Position",
    "action": "Action",
    "owner": "Owner (post, not a name)",
    "by": "Action due by",
    "milestone": "Milestone",
    "meeting": "Meeting",
    "pages": "Pages of the plan",
    "review": "Next review",
}
_ENTRY: Final = 48 * 1024  # bytes of answers in an entry, which may hold 64 KiB in all
_DRAFT: Final = "Usual action (copy it if it fits)"
_DAYS: Final = ("on", "by", "meeting", "review")
_WIDTHS: Final = (10, 16, 50, 40, 30, 18, 13, 40, 40, 24, 13, 30, 13, 14, 13, 40)
_WRITTEN: Final = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y", "%d %B %Y")


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that cannot be read: where, and what it should be; never what is in it.

    Attributes:
        row: The requirement, or the sheet and the number, that its row is of.
    """

    row: str
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.row}, {self.column}: {self.message}"


def write(
    answered: Sequence[RequirementAnswer],
    partnership: str,
    today: date,
    add_sheets: Callable[[Any], None] = lambda _: None,
) -> bytes:
    """Return the workbook, with what has been answered so far.

    Args:
        add_sheets: Adds the sheets of the strategy group's own registers to the workbook.
    """
    content = io.BytesIO()
    with new_workbook(content, f"Statutory requirements: {partnership}") as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        fixed = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#F3F2F1"})
        free = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        sheet, lists = add_sheet_to_fill_in(book, SHEET), book.add_worksheet("Lists")
        for column, heading in enumerate((*_OWN, *COLUMNS.values(), _DRAFT)):
            sheet.set_column(column, column, _WIDTHS[column])
            sheet.write_string(0, column, heading, bold)
        for row, answer in enumerate(answered, start=1):
            cells = _cells(answer)
            sheet.set_row(row, height_of(cells, _WIDTHS))
            for column, text in enumerate(cells):
                is_free = len(_OWN) <= column < len(cells) - 1
                sheet.write_string(row, column, text, free if is_free else fixed)
        _choices(sheet, lists, len(answered))
        sheet.freeze_panes(1, 3)
        sheet.autofilter(0, 0, len(answered), len(_OWN) + len(COLUMNS))
        set_paper(sheet, SHEET, headings=0)
        add_sheets(book)
        _about(book.add_worksheet("About"), partnership, today)
    return content.getvalue()


def _cells(answered: RequirementAnswer) -> tuple[str, ...]:
    r, answer = answered.requirement, answered.answer
    action, note = draft_of(r)
    proved = answered.proof.sentence if answered.proof else ""
    own_cells = (
        [_as_text(name, getattr(answer, name)) for name in COLUMNS]
        if answer
        else [""] * len(COLUMNS)
    )
    return (r.id, CHAPTERS[r.chapter], r.text, note, proved, *own_cells, action)


def _as_text(name: str, value: Any) -> str:
    if name == "state":
        return STATES[value]
    return value.isoformat() if isinstance(value, date) else value or ""


def _choices(sheet: Any, lists: Any, rows: int) -> None:
    lists.set_column(0, 0, 40)
    for row, word in enumerate(STATES.values()):
        lists.write_string(row, 0, word)
    rule = {
        "validate": "list",
        "source": f"=Lists!$A$1:$A${len(STATES)}",
        "error_title": "Not a state",
        "error_message": "Choose one of the list.",
    }
    sheet.data_validation(1, len(_OWN), max(rows, 1), len(_OWN), rule)


def _about(sheet: Any, partnership: str, today: date) -> None:
    sheet.set_column(0, 0, 100)
    for row, line in enumerate(
        (
            f"Statutory requirements of {partnership}, as answered on {today.isoformat()}.",
            "Fill in the white columns. Choose a state for each requirement that you answer.",
            "The other sheets hold the members of the strategy group, its meetings and its plan.",
            "To take a row of these out, write “remove” into the column after its number.",
            "To confirm an answer again, change the date in “Answered on”.",
            "Write days as 2027-03-31. Name posts, not people: the records are permanent.",
            "Then record it: exchange report answer --workbook FILE.xlsx",
        )
    ):
        sheet.write_string(row, 0, line)


def read(
    content: bytes, before: Mapping[str, GivenAnswer], known: Sequence[str], today: date
) -> tuple[list[Answer], list[CellFault]]:
    """Return the answers that differ from those of before, and what cannot be read.

    Args:
        known: The requirements that can be answered.

    Raises:
        ValueError: it is no workbook with the register.
    """
    answers, faults = [], []
    earlier = set[str]()
    for row in _rows(content):
        name = row["requirement"]
        texts = {field: text for field, text in row.items() if field != "requirement"}
        if not any(texts.values()) and name not in before:
            continue
        wrong = list(_faults(name, texts, known, earlier))
        earlier.add(name)
        faults += wrong
        if wrong:
            continue
        answer = _answer(name, texts, today)
        old = before.get(name)
        if old is None or old.answer != answer:
            answers.append(answer)
    return answers, faults


def in_entries(answers: Sequence[T]) -> list[tuple[T, ...]]:
    """Return answers, or rows of registers, in as many parts as entries of the log can hold."""
    parts: list[list[T]] = []
    size = _ENTRY
    for answer in answers:
        length = len(canonical_json.write(plain(answer)))
        if size + length > _ENTRY or len(parts[-1]) == min(ANSWERS_MOST, ROWS_MOST):
            parts.append([])
            size = 0
        parts[-1].append(answer)
        size += length
    return [tuple(part) for part in parts]


def sheets_of(content: bytes, titles: Sequence[str]) -> dict[str, list[dict[str, str]]]:
    """Return the rows of some sheets that are in a workbook, by title, each by its headings."""
    import fastexcel  # noqa: PLC0415 - only this needs it

    book = fastexcel.read_excel(content)
    return {
        title: [
            {heading: " ".join((text or "").split()) for heading, text in row.items()}
            for row in book.load_sheet(title, dtypes="string").to_polars().iter_rows(named=True)
        ]
        for title in titles
        if title in book.sheet_names
    }


def _rows(content: bytes) -> Iterator[dict[str, str]]:
    import fastexcel  # noqa: PLC0415 - only this needs it

    try:
        table = fastexcel.read_excel(content).load_sheet(SHEET, dtypes="string").to_polars()
    except Exception as fault:  # whatever is wrong with it, it is not the register
        raise ValueError from fault
    headings = {"requirement": _OWN[0]} | COLUMNS
    if not set(headings.values()) <= set(table.columns):
        raise ValueError
    for row in table.select(list(headings.values())).iter_rows():
        cells = {
            name: " ".join((text or "").split()) for name, text in zip(headings, row, strict=True)
        }
        if cells["requirement"]:
            yield cells


def _faults(
    name: str, texts: Mapping[str, str], known: Sequence[str], earlier: set[str]
) -> Iterator[CellFault]:
    if name not in known:
        yield CellFault("requirement ?", _OWN[0], "no requirement has this number")
        return
    if name in earlier:
        yield CellFault(f"requirement {name}", _OWN[0], "it stands twice")
    if texts["state"] not in STATES.values():
        yield CellFault(f"requirement {name}", COLUMNS["state"], "choose a state from the list")
    for field in _DAYS:
        if texts[field] and day_written(texts[field]) is None:
            yield CellFault(f"requirement {name}", COLUMNS[field], "write a day as 2027-03-31")


def _answer(name: str, cells: Mapping[str, str], today: date) -> Answer:
    states = {word: state for state, word in STATES.items()}
    texts = {f.name: cells[f.name] for f in fields(Answer) if f.name in cells}
    days = {field: day_written(cells[field]) for field in _DAYS}
    values: dict[str, Any] = texts | days | {"state": states[cells["state"]]}
    return Answer(requirement=name, **values | {"on": days["on"] or today})


def day_written(text: str) -> date | None:
    """Read a day in one of the forms in which people and spreadsheets write it."""
    for form in _WRITTEN:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None
