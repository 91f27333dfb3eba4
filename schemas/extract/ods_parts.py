"""What a spreadsheet of LibreOffice (OpenDocument) states besides its cells.

Leaves to others: the cells (`workbook.py`), and Excel's own workbooks (`workbook_parts.py`).
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from schemas.extract.day_text import EPOCH
from schemas.extract.sheet_parts import Parts

CONTENT: Final = "content.xml"
_NULL_DATE: Final = re.compile(
    rb"<table:null-date\b[^>]*\btable:date-value=\"([0-9]{4})-([0-9]{2})-([0-9]{2})"
)
_TABLE: Final = re.compile(rb"<table:table\s.*?</table:table>", re.DOTALL)
_COLUMN: Final = re.compile(rb"<table:table-column\b([^>]*)>")
_ROW: Final = re.compile(
    rb"<table:table-row\b([^>]*?)(?:/>|>(.*?)</table:table-row>)", re.DOTALL
)  # fmt: skip
_CELL: Final = re.compile(
    rb"<table:(covered-)?table-cell\b([^>]*?)(?:/>|>(.*?)</table:(?:covered-)?table-cell>)",
    re.DOTALL,
)
_HIDDEN: Final = re.compile(rb"\btable:visibility=\"(?:collapse|filter)\"")
_REPEATED: Final = re.compile(rb"\btable:number-(?:rows|columns)-repeated=\"([0-9]+)\"")
_SPANNED: Final = re.compile(rb"\btable:number-rows-spanned=\"([0-9]+)\"")
_ERROR: Final = re.compile(rb"\bcalcext:value-type=\"error\"")
_ERROR_NAME: Final = re.compile(rb"<text:p>(#[A-Z0-9/]+[!?]?)</text:p>")
_POWER: Final = re.compile(rb"<text:p>[0-9](?:\.[0-9]+)?E[+-]?[0-9]+</text:p>")
_MOST: Final = 2**20  # rows or columns of a sheet


def ods_parts(content: bytes, number: int) -> Parts:
    """Return what a spreadsheet says of one of its sheets, as `parts_of` does.

    Args:
        content: Of its `content.xml`.
        number: Of the sheet, from 0.
    """
    tables = (table[0] for n, table in enumerate(_TABLE.finditer(content)) if n == number)
    table = next(tables, b"")
    stated = _NULL_DATE.search(content)
    epoch = date(*map(int, stated.groups())) if stated else EPOCH
    hidden_columns = _hidden(_COLUMN.findall(table))
    rows, names = set[int](), set[bytes]()
    merged, powers, errors = [], [], []
    line = 1
    for row in _ROW.finditer(table):
        times = _times(row[1])
        if _HIDDEN.search(row[1]):
            rows |= set(range(line, line + times))
        for column, attributes, inside in _cells(row[2] or b""):
            if spanned := _SPANNED.search(attributes):
                merged.append((line, line + int(spanned[1]) - 1))
            if _ERROR.search(attributes):
                errors += [(line + n, column) for n in range(times)]
                names |= set(_ERROR_NAME.findall(inside))
            elif b'"float"' in attributes and _POWER.search(inside):
                powers += [(line + n, column) for n in range(times)]
        line += times
    return Parts(
        epoch,
        frozenset(rows),
        frozenset(hidden_columns),
        tuple(merged),
        tuple(powers),
        (),
        tuple(errors),
        tuple(sorted(name.decode() for name in names)),
    )


def _hidden(elements: list[bytes]) -> set[int]:
    """Return the numbers of the columns that are hidden, from 1."""
    hidden, first = set[int](), 1
    for attributes in elements:
        times = _times(attributes)
        if _HIDDEN.search(attributes):
            hidden |= set(range(first, first + times))
        first += times
    return hidden


def _cells(row: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Give the column of each cell that states something, its attributes and what is in it."""
    column = 1
    for cell in _CELL.finditer(row):
        if cell[3] or _SPANNED.search(cell[2]):
            yield column, cell[2], cell[3] or b""
        column += _times(cell[2])


def _times(attributes: bytes) -> int:
    repeated = _REPEATED.search(attributes)
    return min(int(repeated[1]), _MOST) if repeated else 1
