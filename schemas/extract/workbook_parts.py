"""What an Excel workbook states besides its cells: its calendar, and what it does not show.

Leaves to others: the cells (`workbook.py`), and the spreadsheets of OpenDocument (`ods_parts.py`).
A workbook whose parts are not where Excel puts them, such as a binary one, is taken to hide
nothing.
"""

import io
import re
import zipfile
from typing import Final

from schemas.extract.day_text import EPOCH, EPOCH_1904
from schemas.extract.ods_parts import CONTENT, ods_parts
from schemas.extract.sheet_parts import Parts
from schemas.zip_files import UNREADABLE, read_bounded

_MOST: Final = 16 * 1024 * 1024  # bytes of the list of sheets
_LARGEST: Final = 4 * 10**9  # bytes of a sheet
_BOOK: Final = "xl/workbook.xml"
_RELS: Final = "xl/_rels/workbook.xml.rels"
_STYLES: Final = "xl/styles.xml"
_POWERS: Final = ("11", "48")  # Excel's own formats 0.00E+00 and ##0.0E+0
_FORMAT: Final = re.compile(rb"<(?:\w+:)?numFmt\s[^>]*formatCode=[\"'][^\"']*0E\+[^>]*>")
_XFS: Final = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_XF: Final = re.compile(rb"<(?:\w+:)?xf\s[^>]*>")
_1904: Final = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*\bdate1904=[\"'](?:1|true)[\"']")
_SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\s[^>]*?:id=[\"']([^\"']+)[\"']")
_REL: Final = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ROW: Final = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_COLUMN: Final = re.compile(rb"<(?:\w+:)?col\s([^>]*)>")
_NUMBER: Final = re.compile(rb"\br=[\"'](\d+)[\"']")
_HIDDEN: Final = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']|\b(?:ht|width)=[\"']0(?:\.0+)?[\"']")
_EMPTY_FORMULA: Final = re.compile(
    rb"<(?:\w+:)?c\b[^>]*?\br=[\"']([A-Z]+)([0-9]+)[\"'][^>]*(?<!/)>\s*"
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ERROR: Final = re.compile(
    rb"<(?:\w+:)?c\b(?=[^>]*\bt=[\"']e[\"'])[^>]*?\br=[\"']([A-Z]+)([0-9]+)[\"'][^>]*(?<!/)>"
    rb".*?<(?:\w+:)?v>([^<]*)</"
)
_MERGED: Final = re.compile(rb"<(?:\w+:)?mergeCell ref=\"[A-Z]+([0-9]+):[A-Z]+([0-9]+)\"")


def parts_of(content: bytes, number: int) -> Parts:
    """Return what a workbook says of one of its sheets.

    Args:
        number: Of the sheet, from 0, in the order of the workbook.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if CONTENT in archive.namelist():
                return ods_parts(read_bounded(archive, CONTENT, _LARGEST), number)
            book = read_bounded(archive, _BOOK, _MOST)
            names = _sheet_files(book, read_bounded(archive, _RELS, _MOST))
            sheet = read_bounded(archive, names[number], _LARGEST)
            styles = read_bounded(archive, _STYLES, _MOST) if _STYLES in archive.namelist() else b""
    except (*UNREADABLE, IndexError):
        return Parts()
    end = max(sheet.rfind(b"sheetData>"), 0)
    merged = tuple((int(m[1]), int(m[2])) for m in _MERGED.finditer(sheet, end))
    epoch = EPOCH_1904 if _1904.search(book) else EPOCH
    powers = _cells_of(sheet, _styles_of_powers(styles))
    columns = _hidden_columns(sheet)
    empty = tuple((int(c[2]), _column(c[1])) for c in _EMPTY_FORMULA.finditer(sheet))
    wrong = [*_ERROR.finditer(sheet)] if b't="e"' in sheet or b"t='e'" in sheet else []
    errors = tuple((int(cell[2]), _column(cell[1])) for cell in wrong)
    rows = _hidden_rows(sheet) if _HIDDEN.search(sheet) else frozenset()
    error_names = tuple(sorted({cell[3].decode("ascii", "replace") for cell in wrong}))
    return Parts(epoch, rows, columns, merged, powers, empty, errors, error_names)


def _sheet_files(book: bytes, rels: bytes) -> list[str]:
    """Return the file of each sheet, in the order of the workbook."""
    targets = {
        _attribute(rel[0], b"Id"): _attribute(rel[0], b"Target") for rel in _REL.finditer(rels)
    }
    files = [targets.get(sheet[1].decode(), "") for sheet in _SHEET.finditer(book)]
    return [name.lstrip("/") if name.startswith("/") else f"xl/{name}" for name in files]


def _attribute(element: bytes, name: bytes) -> str:
    match = re.search(rb"\s" + name + rb"=[\"']([^\"']*)[\"']", element)
    return match[1].decode("utf-8", "replace") if match else ""


def _hidden_rows(sheet: bytes) -> frozenset[int]:
    hidden, number = set(), 0
    for row in _ROW.finditer(sheet):
        stated = _NUMBER.search(row[1])
        number = int(stated[1]) if stated else number + 1
        if _HIDDEN.search(row[1]):
            hidden.add(number)
    return frozenset(hidden)


def _hidden_columns(sheet: bytes) -> frozenset[int]:
    hidden: set[int] = set()
    for column in _COLUMN.finditer(sheet):
        if _HIDDEN.search(column[1]):
            first, last = (int(_attribute(column[0], name) or 0) for name in (b"min", b"max"))
            hidden |= set(range(first, min(last, first + 16_384) + 1))
    return frozenset(hidden)


def _styles_of_powers(styles: bytes) -> set[int]:
    """Return the numbers of the styles that show a number by a power of ten."""
    own_formats = {_attribute(match[0], b"numFmtId") for match in _FORMAT.finditer(styles)}
    xfs = _XFS.search(styles)
    formats = (_attribute(xf[0], b"numFmtId") for xf in _XF.finditer(xfs[0])) if xfs else ()
    return {n for n, form in enumerate(formats) if form in _POWERS or form in own_formats}


def _cells_of(sheet: bytes, styles: set[int]) -> tuple[tuple[int, int], ...]:
    """Return the row and column of the cells of some styles that hold something."""
    if not styles:
        return ()
    cells = re.compile(
        rb"<(?:\w+:)?c\b(?=[^>]*\bs=[\"'](?:"
        + b"|".join(str(n).encode() for n in sorted(styles))
        + rb")[\"'])[^>]*?\br=[\"']([A-Z]+)([0-9]+)[\"'][^>]*(?<!/)>\s*<(?:\w+:)?v\b"
    )
    return tuple((int(cell[2]), _column(cell[1])) for cell in cells.finditer(sheet))


def _column(letters: bytes) -> int:
    """Return the number of a column from its letters.

    >>> _column(b"C"), _column(b"AB")
    (3, 28)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
