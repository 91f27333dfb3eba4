"""The strategy group's registers as sheets of the workbook of answers: written, filled in and read.

Keeps true: a row is read whole or not at all; no fault that is found repeats what somebody wrote.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from exchange.reports.compliance.answer_workbook import CellFault, day_written
from exchange.reports.registers.tables import TABLES, Column, GroupTable, Recorded, rows_of
from exchange.workbooks import add_sheet_to_fill_in, height_of, set_paper
from partners.entries.answers import Row
from partners.entries.card import KINDS
from partners.register.register import Register
from schemas.codes.vocabularies import THEMES

_NUMBER: Final = "No."
_VALUES: Final = {"theme": THEMES, "agency": KINDS}  # where nothing else can choose a record
REMOVE: Final = "remove"  # in the first column of a row that is to be taken out
_BLANK: Final = 40  # rows to fill in below those that are there
_WIDTHS: Final = {
    "text": 34,
    "partner": 28,
    "partners": 40,
    "filters": 34,
    "choice": 16,
    "day": 13,
    "number": 12,
}


def add_sheets(
    book: Any, partners: Mapping[str, str], rows: Mapping[str, Sequence[Recorded]]
) -> None:
    """Add a sheet for each register, with what was recorded so far.

    Args:
        partners: What each partner is called.
        rows: Those of each register, by its id.
    """
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    free = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    for table in TABLES.values():
        sheet = add_sheet_to_fill_in(book, table.title)
        widths = [_WIDTHS[column.kind] for column in table.columns]
        sheet.set_column(0, 0, 6, free)
        sheet.write_string(0, 0, _NUMBER, bold)
        recorded = rows.get(table.id, ())
        last = len(recorded) + _BLANK
        for number, column in enumerate(table.columns, start=1):
            sheet.set_column(number, number, widths[number - 1], free)
            sheet.write_string(0, number, column.heading, bold)
            _limit(sheet, number, last, column, list(partners.values()))
        used = [int(row.id) for row in recorded if row.id.isdecimal()]
        for row in range(_BLANK):
            following = max(used, default=0) + 1 + row
            sheet.write_string(len(recorded) + 1 + row, 0, str(following), free)
        for row, record in enumerate(recorded, start=1):
            sheet.write_string(row, 0, record.id, free)
            texts = [_with_partner_names(c, record[c.id], partners) for c in table.columns]
            sheet.set_row(row, height_of(texts, widths))
            for number, text in enumerate(texts, start=1):
                sheet.write_string(row, number, text, free)
        sheet.freeze_panes(1, 2)
        set_paper(sheet, table.title, headings=0)


def _limit(sheet: Any, number: int, last: int, column: Column, names: Sequence[str]) -> None:
    """Offer the values of a column in a list; a partner that is not listed may be written too."""
    listed = list(column.choices) or (list(names) if column.kind == "partner" else [])
    if not listed or len(",".join(listed)) > 250:
        return
    rule = {"validate": "list", "source": listed, "show_error": bool(column.choices)}
    rule |= {"error_title": "Not in the list", "error_message": "Choose one of the list."}
    sheet.data_validation(1, number, last, number, rule)


def _with_partner_names(column: Column, text: str, partners: Mapping[str, str]) -> str:
    """Write partners by their names."""
    if column.kind not in ("partner", "partners"):
        return text
    words = [word.strip() for word in text.split(";") if word.strip()]
    return "; ".join(partners.get(word, word) for word in words)


def read_sheets(
    sheets: Mapping[str, Sequence[Mapping[str, str]]], register: Register
) -> tuple[list[Row], list[CellFault]]:
    """Return the rows that differ from those recorded, and what cannot be read.

    Only a row that says so is taken out: one that is empty or not there may have been recorded
    after the workbook was written. A sheet that is missing changes nothing.

    Args:
        sheets: The rows of each sheet that is in the workbook, by title; each by its headings.
    """
    items = [
        item
        for table in TABLES.values()
        if table.title in sheets
        for item in _read_sheet(table, sheets[table.title], register)
    ]
    rows = [item for item in items if isinstance(item, Row)]
    return rows, [item for item in items if isinstance(item, CellFault)]


def _read_sheet(
    table: GroupTable, sheet: Sequence[Mapping[str, str]], register: Register
) -> Iterator[Row | CellFault]:
    before = {row.id: row.cells for row in rows_of(register, table.id)}
    if sheet and not {_NUMBER, *(column.heading for column in table.columns)} <= sheet[0].keys():
        yield CellFault(table.title, "columns", "a heading is missing or was changed")
        return
    filled = [row for row in sheet if any(row.get(column.heading) for column in table.columns)]
    ids = [row.get(_NUMBER, "") for row in filled]
    for name, row in zip(ids, filled, strict=True):
        where = f"{table.title} {name}"
        if not name.isdecimal() or ids.count(name) > 1:
            yield CellFault(table.title, _NUMBER, "each row needs a number of its own")
            continue
        if row[table.columns[0].heading].casefold() == REMOVE:
            yield from (Row(table.id, name, {}) for _ in before.keys() & {name})
            continue
        cells, faults = _cells(table, row, register)
        yield from (CellFault(where, heading, message) for heading, message in faults)
        if not faults and before.get(name) != cells:
            yield Row(table.id, name, cells)


def _cells(
    table: GroupTable, row: Mapping[str, str], register: Register
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    cells, faults = {}, []
    for column in table.columns:
        text = row.get(column.heading, "")
        if not text:
            if column.required:
                faults.append((column.heading, "it is empty"))
            continue
        read = _read_cell(column, text, register)
        if read is None:
            faults.append((column.heading, _asks(column)))
        else:
            cells[column.id] = read
    return cells, faults


def _read_cell(column: Column, text: str, register: Register) -> str | None:
    """Return a cell as it is recorded; none if it cannot be read."""
    match column.kind:
        case "day":
            day: date | None = day_written(text)
            return day.isoformat() if day else None
        case "number":
            number = text.replace(",", "").removesuffix(".0")
            return number if number.isascii() and number.isdecimal() else None
        case "filters":
            filters = [_filter(words) for words in text.split(";") if words.strip()]
            return None if "" in filters else "; ".join(filters)
        case "choice":
            return text.casefold() if text.casefold() in column.choices else None
        case "partner" | "partners":
            ids = {partner.name.casefold(): partner.id for partner in register.partners.values()}
            texts = [word.strip() for word in text.split(";") if word.strip()]
            return "; ".join(ids.get(word.casefold(), word) for word in texts)
    return text


def _filter(words: str) -> str:
    """Return COLUMN=VALUE as it is recorded; empty if it can choose no record."""
    name, _, value = (part.strip() for part in words.partition("="))
    name = name.lower()
    if name not in _columns() or not value:
        return ""
    if allowed := _VALUES.get(name):
        value = value.lower() if value.lower() in allowed else ""
    return f"{name}={value}" if value else ""


def _columns() -> tuple[str, ...]:
    """Return what the records of all datasets can be chosen by."""
    from exchange.pull.cube import SHARED  # noqa: PLC0415 - it imports the library of tables

    return SHARED


def _asks(column: Column) -> str:
    return {
        "day": "write a day as 2027-03-31",
        "number": "write a whole number",
        "filters": "write COLUMN=VALUE, such as theme=burglary; a column is one of "
        f"{', '.join(_columns())}; a theme is one of {', '.join(THEMES)}",
        "choice": f"choose one of: {', '.join(column.choices)}",
    }[column.kind]
