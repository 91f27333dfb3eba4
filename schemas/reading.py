"""An extract as it stands in its file: every cell text, every record with its line.

Keeps true: no record is lost, none is made up, and a file that can't be read rightly is refused.
Leaves to others: what the cells mean (`parsing.py`). No message holds a cell or a heading.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from schemas.errors import SourceRefused
from schemas.lines import FILE_LINES, LINE
from schemas.tables import Table, locate, records_of
from schemas.workbooks import read_parquet, read_workbook

_TABLES: Final = {b"PK\x03\x04": read_workbook, b"PAR1": read_parquet}
_LARGEST: Final = 2 * 10**9  # bytes; a laptop holds twice that in memory, and not much more
_OLD: Final = b"\xd0\xcf\x11\xe0"  # the container of .xls, and of what has a password
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_BLOCK: Final = 256 * 1024  # bytes
_SAVE_AS_CSV: Final = 'open it and save it as "CSV UTF-8 (comma delimited)"'
_MARKS: Final = (b"<<<<<<< ", b"=======\n", b"=======\r", b">>>>>>> ")
_FILES_MOST: Final = 40
_HEADED: Final = 0.6  # of the columns, the first line of a plain file has so many headings


@dataclass(frozen=True, slots=True)
class Raw:
    """The cells of an extract as text, as they stand in the file, with `_line` first.

    Attributes:
        assumed: What had to be decided about the file, in words.
        serials: Dates may stand as a workbook's serial numbers.
    """

    cells: pl.DataFrame
    headings: list[str]
    assumed: tuple[str, ...]
    serials: bool = False

    def __repr__(self) -> str:
        return f"<Raw {self.cells.height} rows>"

    def first(self, rows: int) -> "Raw":
        """Return the first records."""
        return replace(self, cells=self.cells.head(rows))

    def name(self, heading: str) -> str:
        """Return the name of the column of cells under a heading."""
        return _name(self.headings.index(heading))

    def column(self, heading: str) -> pl.Series:
        """Return the cells under a heading."""
        return self.cells[self.name(heading)]


def read(path: Path) -> Raw:
    """Read an Excel workbook, a Parquet file, or text separated by commas, tabs or semicolons.

    Text may be UTF-8, UTF-16 or Windows-1252. What a file is, it says itself, whatever its name.

    Raises:
        SourceRefused: it is none of these, or is damaged.
    """
    try:
        size = path.stat().st_size
        if size >= _LARGEST:
            raise SourceRefused(
                "file-too-large",
                f"the file is too large to read at once: {size / 10**9:.1f} GB",
                "export it month by month, and send each: --dates 2026-07",
            )
        content = path.read_bytes()
    except OSError as fault:
        raise SourceRefused(
            "file-unreadable", f"the file can't be opened: {fault.strerror}"
        ) from None
    for magic, read_table in _TABLES.items():
        if content.startswith(magic):
            return _raw(read_table(content), serials=True)
    text, encoding = _as_utf8(content)
    del content
    separator = _separator(text)
    assumed = [f"read as {encoding}"]
    if path.suffix.lower() in (".xlsx", ".xls", ".parquet"):
        assumed.append(f"its name ends in {path.suffix.lower()}, and it is text all the same")
    if separator != ",":
        assumed.append({"\t": "separated by tabs", ";": "separated by semicolons"}[separator])
    table = _table(text, separator)
    return _raw(Table(table.cells, table.headings, (*assumed, *table.assumed)))


def read_all(paths: Sequence[Path]) -> Raw:
    """Read an extract that stands in one file or in several with the same headings.

    The lines of a second file are told from those of the first by their names: see `line_name`.

    Raises:
        SourceRefused: one can't be read, or has other headings than the first.
    """
    if len(paths) == 1:
        return read(paths[0])
    if len(paths) > _FILES_MOST:
        raise SourceRefused("too-many-files", f"more than {_FILES_MOST} files can't be one extract")
    raws = [_read_one_of(path) for path in paths]
    if odd := [n for n, raw in enumerate(raws, 1) if raw.headings != raws[0].headings]:
        raise SourceRefused(
            "files-differ",
            f"file {odd[0]} of {len(raws)} has other headings than file 1",
            "files of one kind can be sent together; send the others by themselves",
        )
    cells = [
        raw.cells.with_columns(pl.col(LINE) + pl.lit(n * FILE_LINES, dtype=pl.UInt32))
        for n, raw in enumerate(raws)
    ]
    assumed = [words for raw in raws for words in raw.assumed]
    together = f"{len(raws)} files read as one; a line of the second is named as 2:17"
    return Raw(
        pl.concat(cells),
        raws[0].headings,
        (together, *dict.fromkeys(assumed)),
        any(raw.serials for raw in raws),
    )


def _read_one_of(path: Path) -> Raw:
    """Read one of several files; a refusal says which it is."""
    try:
        return read(path)
    except SourceRefused as told:
        fault = told
    raise SourceRefused(fault.id, f"in {path.name}: {fault.says}", *fault.hints)


def _raw(table: Table, *, serials: bool = False) -> Raw:
    """Give the columns their names by position, the lines first."""
    if table.cells.is_empty():
        raise SourceRefused("file-without-records", "the file has headings and no records")
    columns = [c for c in table.cells.columns if c != LINE]
    lines = table.cells[LINE].cast(pl.UInt32)
    cells = table.cells.select(pl.col(c).alias(_name(i)) for i, c in enumerate(columns))
    return Raw(cells.insert_column(0, lines), _unique(table.headings), table.assumed, serials)


def _as_utf8(content: bytes) -> tuple[bytes, str]:
    """Return the file as UTF-8 and the name of what it was in, decided on all of it."""
    if content.startswith(_OLD):
        if _LOCKED in content:
            raise SourceRefused(
                "workbook-locked",
                "the workbook has a password",
                "open it with its password, and save a copy without one",
            )
        raise SourceRefused(
            "workbook-too-old", "the file is an old Excel workbook (.xls)", "save it as .xlsx"
        )
    if content.startswith(b"%PDF"):
        raise SourceRefused(
            "file-is-pdf", "the file is a PDF", "export the records themselves, as CSV"
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(content, "utf-16"), "UTF-16"
    if b"\x00" in content:
        raise SourceRefused(
            "file-not-text", "the file is not text: it holds zero bytes", _SAVE_AS_CSV
        )
    bom = content.startswith(b"\xef\xbb\xbf")
    if not content[3 * bom :].strip():
        raise SourceRefused(
            "file-empty", "the file is empty", "export it again, and look at it before sending"
        )
    try:
        if not content.isascii():
            content.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(content, "cp1252"), "Windows-1252"
    return content[3 * bom :], "UTF-8"


def _decoded(content: bytes, encoding: str) -> bytes:
    try:
        return content.decode(encoding).encode()
    except UnicodeDecodeError:
        pass  # raised below, where no part of the file can hang on to the exception
    raise SourceRefused(
        "encoding-unknown", "the file is neither UTF-8, UTF-16 nor Windows-1252 text", _SAVE_AS_CSV
    )


def _separator(text: bytes) -> str:
    """Return the separator that the heading line has most of."""
    heading = text[: text.find(b"\n") if b"\n" in text else None]
    return max((",", "\t", ";"), key=lambda s: heading.count(s.encode()))


def _table(text: bytes, separator: str) -> Table:
    """Return the cells with their lines, and the headings as they stand in the file."""
    if b"\r" in text and b"\n" not in text:
        text = text.replace(b"\r", b"\n")
    if text.endswith((b"\n\n", b"\n\r\n")):
        text = text.rstrip(b"\r\n")
    if _is_regular(text, separator):
        headings = _headings(text[: text.find(b"\n")].decode(), separator)
        if sum(map(bool, headings)) >= len(headings) * _HEADED:
            cells = _fast(text, separator, len(headings))
            return records_of(Table(cells, headings))
    return _careful(text, separator)


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
    odd = pl.col("open_").any() | (pl.col("seps") != pl.col("seps").first()).any()
    return not tally.select(odd).collect().item()


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


def _fast(text: bytes, separator: str, columns: int) -> pl.DataFrame:
    try:
        cells = pl.read_csv(
            io.BytesIO(text),
            separator=separator,
            infer_schema=False,
            new_columns=[_name(i) for i in range(columns)],
        )
    except pl.exceptions.PolarsError:
        return _careful(text, separator).cells  # which says the lines; polars' message quotes cells
    numbers = pl.int_range(2, cells.height + 2, dtype=pl.UInt32, eager=True)
    return cells.insert_column(0, numbers.alias(LINE))


def _careful(text: bytes, separator: str) -> Table:
    """Read records that run over several lines, find the table, and refuse ragged ones."""
    _refuse_conflicts(text)
    records, numbers = _records(text, separator)
    columns = zip_longest(*records, fillvalue="")
    sheet = {_name(i): pl.Series(values, dtype=pl.String) for i, values in enumerate(columns)}
    found = locate(pl.DataFrame({LINE: pl.Series(numbers, dtype=pl.UInt32), **sheet}))
    kept, headings = set(found.cells[LINE]), found.heading_line
    width = next(len(r) for n, r in zip(numbers, records, strict=True) if n == headings)
    ragged = [
        n
        for n, record in zip(numbers, records, strict=True)
        if n in kept and (len(record) < width or any(cell.strip() for cell in record[width:]))
    ]
    if ragged:
        raise SourceRefused(
            "lines-uneven",
            f"{len(ragged):,} {'line has' if len(ragged) == 1 else 'lines have'} more or fewer "
            "cells than the heading line: "
            + ", ".join(f"{n:,}" for n in ragged[:5])
            + (f" and {len(ragged) - 5:,} more" if len(ragged) > 5 else ""),
            "look for notes below the table, stray commas, and a file that was cut short",
        )
    return found


def _records(text: bytes, separator: str) -> tuple[list[list[str]], list[int]]:
    """Return the records that hold something, and the line on which each begins."""
    reader = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=separator, strict=True)
    records: list[list[str]] = []
    numbers: list[int] = []
    start = 0
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                records.append(record)
                numbers.append(start + 1)
            start = reader.line_num
    except csv.Error:
        start = -start - 1
    if start < 0:
        raise SourceRefused(
            "quotation-mark-open", f"a quotation mark does not close, on line {-start} or after it"
        )
    return records, numbers


def _headings(line: str, separator: str) -> list[str]:
    cells = next(csv.reader([line.rstrip("\r")], delimiter=separator))
    return [" ".join(cell.split()) for cell in cells]


def _unique(headings: list[str]) -> list[str]:
    """Return the headings; refuse one that stands twice, by the columns' numbers."""
    seen: dict[str, int] = {}
    for number, heading in enumerate(headings, start=1):
        first = seen.setdefault(heading.casefold(), number)
        if heading and first != number:
            raise SourceRefused(
                "headings-repeat",
                f"columns {first} and {number} have the same heading",
                "take one of them out, or give it another heading",
            )
    return headings


def _name(index: int) -> str:
    return f"_{index}"


def _refuse_conflicts(text: bytes) -> None:
    """Refuse a file saved in the middle of a merge."""
    for mark in _MARKS:
        at = 0 if text.startswith(mark) else text.find(b"\n" + mark) + 1
        if at or text.startswith(mark):
            number = text[:at].count(b"\n") + 1
            raise SourceRefused(
                "merge-conflict-marks",
                f"the file was saved in the middle of a merge: conflict marks on line {number:,}",
                "get a clean copy from where the file came from",
            )
