"""Text separated by commas and the like: its cells, with the line of each record.

Keeps true: no record is lost, none is made up; lines that cannot be separated are refused by their
numbers. Lines are numbered as a spreadsheet numbers the rows of the file. No message holds a cell
or a heading. Leaves to others: what the file is (`file_kinds.py`).
"""

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import zip_longest
from typing import Final

import numpy as np
import polars as pl

from schemas.extract.column_numbers import column_name
from schemas.extract.errors import SourceRefused
from schemas.extract.line_numbers import LINE
from schemas.extract.sheet import SheetTable, locate, records_of

SEPARATORS: Final = {
    ",": "commas",
    "\t": "tabs",
    ";": "semicolons",
    "|": "vertical bars",
    "^": "circumflexes (^)",
    "~": "tildes (~)",
}
_QUOTED: Final = "quotation marks around whole lines were taken off"
_BLOCK: Final = 256 * 1024  # bytes
_MARK: Final = "\ufeff".encode()
_MARKS: Final = (b"<<<<<<< ", b"=======\n", b"=======\r", b">>>>>>> ")
_HEADED: Final = 0.6  # of the columns, the first line of a plain file has so many headings
_SPACES: Final = re.compile(rb" {2,}")
_COLUMNS: Final = 3  # made of spaces
_TITLES: Final = 30  # lines in which the separator is looked for
# Excel reads it and does not show it.
_SEPARATOR_LINE: Final = re.compile(rb'\A"?(?i:sep)=."?(?:\r\n?|\n)')
_BREAKS: Final = "some cells have line breaks: lines are numbered as Excel numbers rows"
_INSIDE_QUOTES: Final = re.compile(rb'"[^"]*"')


def separator_of(text: bytes) -> str:
    """Return the separator that most of the first lines have alike, whatever stands in titles.

    What stands in quotation marks does not count, unless whole lines do.
    """
    block = text[:_BLOCK].replace(b"\r", b"\n")
    outside = _INSIDE_QUOTES.sub(b"", block)
    if not any(separator.encode() in outside for separator in SEPARATORS):
        outside = block
    lines = outside.split(b"\n")[:_TITLES]

    def alike(separator: str) -> tuple[int, int]:
        counts = Counter(line.count(separator.encode()) for line in lines)
        return max(((often, count) for count, often in counts.items() if count), default=(0, 0))

    return max(SEPARATORS, key=alike)


def table_of(text: bytes, separator: str) -> SheetTable:
    """Return the cells with their lines, and the headings as they stand in the file."""
    text = _SEPARATOR_LINE.sub(b"", _together(text.removesuffix(b"\x1a")), count=1)
    spaced = f'"{separator} "'.encode()
    if text.startswith(b'"') and spaced in text[: text.find(b"\n")]:
        text = text.replace(spaced, f'"{separator}"'.encode())
    text, quoted = _without_quotes_around_lines(text, separator)
    if quoted:
        table = table_of(text, separator)
        return replace(table, assumed=(_QUOTED, *table.assumed))
    _refuse_spaces(text, separator)
    if b"\r" in text and b"\n" not in text:
        text = text.replace(b"\r", b"\n")
    if b"\r\r\n" in text[:_BLOCK]:
        text = text.replace(b"\r\r\n", b"\n\n")  # Excel shows an empty row behind each line
    if text.endswith((b"\n\n", b"\n\r\n")):
        text = text.rstrip(b"\r\n")
    if _is_regular(text, separator):
        headings = _headings(text[: text.find(b"\n")].decode(), separator)
        if sum(map(bool, headings)) >= len(headings) * _HEADED:
            cells = _parse_fast(text, separator, len(headings))
            return records_of(SheetTable(cells, headings))
    return _parse(text, separator)


def _together(text: bytes) -> bytes:
    """Begin a line where a second file was put behind the first: its byte-order mark tells it."""
    if _MARK[:1] not in text or _MARK not in text:  # one byte is looked for much faster
        return text
    headings = text.split(b"\n", 1)[0].rstrip(b"\r")
    text = text.replace(b"\n" + _MARK, b"\n")
    return text.replace(_MARK + headings, b"\n" + headings)


def _without_quotes_around_lines(text: bytes, separator: str) -> tuple[bytes, bool]:
    """Return lines that stand in quotation marks as a whole, as one cell each, without them."""
    first = text[: text.find(b"\n")].rstrip(b"\r")
    if not (first.startswith(b'"') and first.endswith(b'"') and separator.encode() in first):
        return text, False
    if len(_headings(first.decode(), separator)) > 1:
        return text, False
    records, numbers, _ = _records(text, separator)
    if any(len(record) > 1 for record in records):
        return text, False
    lines: list[str] = []
    for record, number in zip(records, numbers, strict=True):
        lines += [""] * (number - 1 - len(lines))  # so that each keeps its number
        lines.append(record[0])
    return "\n".join(lines).encode(), True


def _refuse_spaces(text: bytes, separator: str) -> None:
    """Refuse a report whose columns are made of spaces."""
    head = [line for line in text[:_BLOCK].splitlines()[:_TITLES] if line.strip()]
    spaced = sum(len(_SPACES.split(line.strip())) >= _COLUMNS for line in head)
    if separator.encode() not in text[:_BLOCK] and spaced * 2 > len(head):
        raise SourceRefused(
            "file-is-no-table",
            "the file is a report with columns made of spaces, not a table",
            "export the records as CSV; or open it in Excel with Data, From Text/CSV, choose "
            "Fixed width, and save it as an Excel workbook (.xlsx)",
        )


def _is_regular(text: bytes, separator: str) -> bool:
    """Say whether each line is one record with as many cells as the heading line has.

    Without quotation marks it is enough to count separators, because a line with too many is
    refused later: if none has too many and the sum is right, none has too few.
    """
    first = text.find(b"\n")
    columns = text[:first].count(separator.encode())
    if first < 0 or not columns:
        return False
    if b'"' not in text:
        lines = _count(text, b"\n") + (not text.endswith(b"\n"))
        return _count(text, separator.encode()) == columns * lines
    outside = pl.col("line").str.replace_all(r'"[^"]*"', "")
    tally = (
        _lines(text)
        .lazy()
        .select(
            seps=outside.str.count_matches(separator, literal=True),
            open_=outside.str.contains('"', literal=True),
        )
    )
    is_ragged = pl.col("open_").any() | (pl.col("seps") != pl.col("seps").first()).any()
    return not tally.select(is_ragged).collect(engine="in-memory").item()


def _count(text: bytes, byte: bytes) -> int:
    """Count a byte; in blocks, so that what is compared stays in the processor's cache."""
    whole = np.frombuffer(text, np.uint8)
    blocks = range(0, len(whole), _BLOCK)
    return sum(int(np.count_nonzero(whole[i : i + _BLOCK] == byte[0])) for i in blocks)


def _lines(text: bytes) -> pl.DataFrame:
    return pl.read_csv(
        io.BytesIO(text),
        has_header=False,
        separator="\x00",
        quote_char=None,
        infer_schema=False,
        empty_string_is_null=False,
        new_columns=["line"],
    )


def _parse_fast(text: bytes, separator: str, columns: int) -> pl.DataFrame:
    try:
        cells = pl.read_csv(
            io.BytesIO(text),
            separator=separator,
            infer_schema=False,
            new_columns=[column_name(number) for number in range(1, columns + 1)],
        )
    except pl.exceptions.PolarsError:
        return _parse(text, separator).cells  # which says the lines; polars' message quotes cells
    return _without_empty(cells.with_row_index(LINE, offset=2))


def _without_empty(cells: pl.DataFrame) -> pl.DataFrame:
    """Take out lines of separators alone, as Excel leaves them below a table."""
    first, *rest = (_is_empty(c) for c in cells.columns if c != LINE)
    likely = cells.filter(first)
    if likely.is_empty():
        return cells
    empty = likely.filter(pl.all_horizontal(rest)) if rest else likely
    return cells.filter(~pl.col(LINE).is_in(empty[LINE].implode())) if empty.height else cells


@cache
def _is_empty(column: str) -> pl.Expr:
    return pl.col(column).is_null() | (pl.col(column).str.strip_chars() == "")


def _parse(text: bytes, separator: str) -> SheetTable:
    """Read records that run over several lines, find the table, and refuse ragged ones."""
    _refuse_conflicts(text)
    records, numbers, has_breaks = _records(text, separator)
    columns = zip_longest(*records, fillvalue="")
    sheet = {
        column_name(number): pl.Series(values, dtype=pl.String)
        for number, values in enumerate(columns, 1)
    }
    table = locate(pl.DataFrame({LINE: pl.Series(numbers, dtype=pl.UInt32), **sheet}))
    if has_breaks:
        table = replace(table, assumed=(*table.assumed, _BREAKS))
    alone = {line for finding in table.findings for line in finding.lines}  # or what is left of one
    lines, headings = set(table.cells[LINE]) | alone, table.heading_line
    heads = next(r for n, r in zip(numbers, records, strict=True) if n == headings)
    width = len(heads)
    last = max(n for n, cell in enumerate(heads, 1) if cell.strip())  # commas may stand behind
    ragged = [
        n
        for n, record in zip(numbers, records, strict=True)
        if n in lines and (len(record) < last or any(cell.strip() for cell in record[width:]))
    ]
    if ragged:
        raise SourceRefused(
            "lines-uneven",
            f"{len(ragged):,} {'line has' if len(ragged) == 1 else 'lines have'} more or "
            "fewer cells than the heading line: "
            + ", ".join(f"{n:,}" for n in ragged[:5])
            + (f" and {len(ragged) - 5:,} more" if len(ragged) > 5 else ""),
        )
    return table


def _records(text: bytes, separator: str) -> tuple[list[list[str]], list[int], bool]:
    """Return the records that hold something, the line of each, and whether cells have line breaks.

    Raises:
        SourceRefused: a quotation mark does not close.
    """
    reader = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=separator, strict=True)
    records: list[list[str]] = []
    numbers: list[int] = []
    number, is_open = 0, False
    try:
        for number, record in enumerate(reader, 1):
            if any(cell.strip() for cell in record):
                records.append(record)
                numbers.append(number)
    except csv.Error:
        is_open = True
    if is_open:
        raise SourceRefused(
            "quotation-mark-open",
            f"a quotation mark on line {number + 1} or after it does not close",
        )
    return records, numbers, reader.line_num > number


def _headings(line: str, separator: str) -> list[str]:
    cells = next(csv.reader([line.rstrip("\r")], delimiter=separator))
    return [" ".join(cell.split()) for cell in cells]


def _refuse_conflicts(text: bytes) -> None:
    """Refuse a file saved in the middle of a merge."""
    for mark in _MARKS:
        position = 0 if text.startswith(mark) else text.find(b"\n" + mark) + 1
        if position or text.startswith(mark):
            number = text[:position].count(b"\n") + 1
            raise SourceRefused(
                "merge-conflict-marks",
                f"the file was saved in the middle of a merge: conflict marks on line {number:,}",
            )
