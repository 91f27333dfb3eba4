"""An extract as it stands in its file: every cell text, every record with its line.

Keeps true: no record is lost, none is made up, and a file that can't be read rightly is refused.
Leaves to others: what the cells mean (`parse.py`). No message holds a cell or a heading.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePath
from typing import Final

import polars as pl

from schemas.extract.column_numbers import column_name, column_number, columns_in_words
from schemas.extract.delimited import SEPARATORS, separator_of, table_of
from schemas.extract.errors import SourceRefused
from schemas.extract.file_kinds import (
    LARGEST,
    PARQUET,
    ZIP,
    as_utf8,
    is_workbook,
    refuse_by_name,
    tables_in,
)
from schemas.extract.headings import are_a_record, same_headings
from schemas.extract.join_tables import Table, join_tables
from schemas.extract.joined_headings import is_known
from schemas.extract.line_numbers import FILE_LINES, LINE
from schemas.extract.memory import refuse_what_does_not_fit
from schemas.extract.repeated_records import repeated_records
from schemas.extract.sheet import SEVERAL_SHEETS, SheetTable, without_empty_columns
from schemas.extract.text import plain_heading
from schemas.findings.finding import Finding
from schemas.findings.rules import RULES

_FILES_MOST: Final = 40
_SHEET_ROWS: Final = (65_536, 1_048_576)  # the last row of a sheet: of .xls, and of .xlsx


@dataclass(frozen=True, slots=True, repr=False)
class FileInMemory:
    """A file of an extract that is in memory alone: its name, as it was chosen, and its bytes."""

    name: str
    content: bytes = field(repr=False)


ExtractFile = Path | FileInMemory


@dataclass(frozen=True, slots=True, repr=False)
class Raw:
    """The cells of an extract as text, as they stand in the file, with `_line` first.

    Attributes:
        columns: The heading of each column by its number in the file, from 1. An empty column
            without a heading is not among them, and counts in the numbers of those after it.
        assumed: What had to be decided about the file, in words.
        serials: The day from which a workbook's serial numbers are counted, where dates may stand
            as such.
        findings: What there is to ask about the file itself.
    """

    cells: pl.DataFrame
    columns: dict[int, str]
    assumed: tuple[str, ...]
    serials: date | None = None
    findings: tuple[Finding, ...] = ()

    def first(self, rows: int) -> "Raw":
        """Return the first records."""
        return replace(self, cells=self.cells.head(rows))

    @property
    def headings(self) -> list[str]:
        """The headings of the columns, in their order."""
        return list(self.columns.values())

    def number(self, heading: str) -> int:
        """Return the number of the first column under a heading."""
        return next(number for number, other in self.columns.items() if other == heading)

    def column(self, number: int) -> pl.Series:
        """Return the cells of a column."""
        return self.cells[column_name(number)]


def read(path: ExtractFile) -> Raw:
    """Read one file, as `read_all` does."""
    return read_all([path])


def read_all(paths: Sequence[ExtractFile]) -> Raw:
    """Read an extract that stands in one file or in several with the same headings.

    A file is an Excel workbook, a Parquet file, text separated by commas, tabs, semicolons or
    vertical bars, or a zip of such text. Text may be UTF-8, UTF-16 or Windows-1252. What a file is,
    it says itself, whatever its name. The lines of a second file are distinguished from those of
    the first by their names: see `line_name`.

    Raises:
        SourceRefused: one can't be read, or has other headings than the first; or there is too
            little memory for them.
    """
    raws: list[Raw] = []
    refuse_what_does_not_fit(path for path in paths if isinstance(path, Path))
    for path in paths:
        for raw in _files_of(path, alone=len(paths) == 1):
            raws.append(raw)
            if len(raws) > _FILES_MOST:
                raise SourceRefused(
                    "too-many-files", f"more than {_FILES_MOST} files cannot be sent as one"
                )
    raw = raws[0] if len(raws) == 1 else _combine(raws)
    return replace(raw, findings=(*raw.findings, *repeated_records(raw.cells)))


def refuse_a_record(headings: Iterable[str]) -> None:
    """Refuse a file whose first line holds a record.

    Raises:
        SourceRefused: it does.
    """
    if are_a_record(headings):
        raise SourceRefused(
            "headings-are-a-record", "the line that should hold the headings looks like a record"
        )


def _in_order_of(first: Raw, raw: Raw) -> Raw:
    """Put the columns where the first file has them, if they have the same headings."""
    if same_headings(raw.headings, first.headings):
        numbers = {heading.casefold(): number for number, heading in raw.columns.items()}
        places = {numbers[heading.casefold()]: n for n, heading in first.columns.items()}
    elif raw.headings == first.headings:
        places = dict(zip(raw.columns, first.columns, strict=True))
    else:
        return raw
    if all(old == new for old, new in places.items()):
        return replace(raw, columns=first.columns)
    columns = [pl.col(column_name(old)).alias(column_name(new)) for old, new in places.items()]
    findings = [replace(f, positions=tuple(places[p] for p in f.positions)) for f in raw.findings]
    return replace(
        raw,
        cells=raw.cells.select(LINE, *columns),
        columns=first.columns,
        assumed=(*raw.assumed, "columns in other places were put where the first table has them"),
        findings=tuple(findings),
    )


def _combine(raws: Sequence[Raw]) -> Raw:
    """Return several files as one extract."""
    raws = [_in_order_of(raws[0], raw) for raw in raws]
    if joined := _join(raws):
        return joined
    if different := [n for n, raw in enumerate(raws, 1) if raw.headings != raws[0].headings]:
        raise SourceRefused(
            "files-differ",
            f"file {different[0]} of {len(raws)} has different headings from file 1",
            "send together only files of one kind; if these are of one kind, give their columns "
            "the same headings",
        )
    epochs = {raw.serials for raw in raws if raw.serials is not None}
    if len(epochs) > 1:
        raise SourceRefused(
            "files-differ",
            "one workbook counts its days from 1904, another from 1900",
            "send them separately",
        )
    cells = [
        raw.cells.with_columns(pl.col(LINE) + pl.lit(n * FILE_LINES, dtype=pl.UInt32))
        for n, raw in enumerate(raws)
    ]
    assumed = [words for raw in raws for words in raw.assumed]
    sheets = any(words.startswith(SEVERAL_SHEETS) for words in assumed)
    kind = "table" if sheets else "file"
    together = f"{len(raws)} {kind}s combined; line 2:17 means line 17 of {kind} 2"
    return Raw(
        pl.concat(cells),
        raws[0].columns,
        (together, *dict.fromkeys(assumed)),
        next(iter(epochs), None),
        tuple(_name_file(f, n, kind) for n, raw in enumerate(raws) for f in raw.findings),
    )


def _join(raws: Sequence[Raw]) -> Raw | None:
    """Return the tables of a source that has several as one; None if they are not of one."""
    if all(raw.headings == raws[0].headings for raw in raws):
        return None
    joined = join_tables([_with_headings(raw) for raw in raws])
    if joined is None:
        return None
    columns = dict(enumerate(joined.headings, 1))
    cells = joined.cells.rename({heading: column_name(n) for n, heading in columns.items()})
    assumed = [joined.note, *(words for raw in raws for words in raw.assumed)]
    findings = [_name_file(f, n, "file") for n, raw in enumerate(raws) for f in raw.findings]
    if len(joined.alone):
        findings.append(Finding.at(RULES["rows-not-joined"], None, joined.alone))
    return Raw(cells, columns, tuple(dict.fromkeys(assumed)), raws[0].serials, tuple(findings))


def _with_headings(raw: Raw) -> Table:
    """Return the columns that have a heading, by which a known source names all that it has."""
    columns = {number: heading for number, heading in raw.columns.items() if heading}
    return list(columns.values()), raw.cells.select(LINE, *map(column_name, columns))


def _name_file(finding: Finding, number: int, kind: str) -> Finding:
    """Return what was found in one of several files or sheets, its lines named as that file's."""
    lines = tuple(line + number * FILE_LINES for line in finding.lines)
    where = f"{kind} {number + 1}" + (f", {finding.detail}" if finding.detail else "")
    return replace(finding, lines=lines, detail="" if lines else where)


def _files_of(path: ExtractFile, *, alone: bool) -> Iterator[Raw]:
    """Read a file, or each table in a zip; of several files a refusal says which it is."""
    fault: SourceRefused | None = None
    where = "" if alone else f"in {path.name}: "
    try:
        content = _content(path)
        packed = content.startswith(ZIP) and not is_workbook(content)
        tables = tables_in(content) if packed else [content]
    except SourceRefused as told:
        fault = told
    if fault:
        raise SourceRefused(fault.id, where + fault.message, *fault.hints)
    for number, table in enumerate(tables, 1):
        raws: list[Raw] = []
        try:
            raws = _read(table, PurePath(path.name).suffix.lower())
        except SourceRefused as told:
            fault = told
        if fault:
            of_zip = f"in file {number} of {len(tables)} in the zip: " if packed else ""
            raise SourceRefused(fault.id, where + of_zip + fault.message, *fault.hints)
        for raw in raws:
            yield replace(raw, assumed=("read from a zip", *raw.assumed)) if packed else raw


_IN_USE: Final = (32, 33)  # what Windows says of a file that another program keeps to itself


def _content(path: ExtractFile) -> bytes:
    refuse_by_name(PurePath(path.name))
    try:
        size = len(path.content) if isinstance(path, FileInMemory) else path.stat().st_size
        if size >= LARGEST:
            raise SourceRefused(
                "file-too-large", f"the file is too large to read at once: {size / 10**9:.1f} GB"
            )
        return path.content if isinstance(path, FileInMemory) else path.read_bytes()
    except OSError as told:
        fault = told
    if getattr(fault, "winerror", None) in _IN_USE:
        raise SourceRefused(
            "file-unreadable",
            "the file is open in another program",
            "close it (is it open in Excel?), and run the same command again",
        )
    raise SourceRefused("file-unreadable", f"the file cannot be opened: {fault.strerror}")


def _read_binary(content: bytes) -> list[Raw]:
    """Read a workbook or a Parquet file. Most files are neither, so what reads them waits."""
    from schemas.extract.workbook import read_parquet, read_workbook  # noqa: PLC0415

    if content.startswith(PARQUET):
        return [_raw(read_parquet(content))]
    return [_raw(table) for table in read_workbook(content)]


def _read(content: bytes, suffix: str) -> list[Raw]:
    """Read a table, of whatever kind its content says; of a workbook each sheet that has it."""
    if content.startswith((ZIP, PARQUET)):
        return _read_binary(content)
    text, encoding = as_utf8(content)
    separator = separator_of(text)
    assumed = [f"read as {encoding}"]
    if suffix in (".xlsx", ".xls", ".parquet"):
        assumed.append(f"its name ends in {suffix}, but it is text")
    if separator != ",":
        assumed.append(f"separated by {SEPARATORS[separator]}")
    table = table_of(text, separator)
    return [_raw(replace(table, assumed=(*assumed, *table.assumed)))]


def _raw(table: SheetTable) -> Raw:
    """Name each column by its number in the file, the lines first."""
    if table.cells.is_empty():
        raise SourceRefused(
            "file-without-records",
            "the file has headings and no records",
            "if you had no records: exchange nil DATASET --dates 2026Q3",
            "if you had records, export them again, and check the file before sending",
        )
    table = without_empty_columns(table)
    numbers = [column_number(c) for c in table.cells.columns if c != LINE]
    headings = [plain_heading(heading) for heading in table.headings]
    columns = dict(zip(numbers, headings, strict=True))
    cells = table.cells.with_columns(pl.col(LINE).cast(pl.UInt32))
    same = _same_columns(columns, cells)
    return Raw(
        cells.with_columns(pl.lit(None, pl.String).alias(column_name(n)) for n in same),
        _unique(columns, same),
        (*table.assumed, *_read_once(same)),
        table.epoch,
        (*table.findings, *_ask_if_cut(table)),
    )


def _ask_if_cut(table: SheetTable) -> list[Finding]:
    """Ask about a table that ends where a sheet of Excel does."""
    rows = table.cells.height
    if not any(rows in (most - 1, most) or table.cells[LINE][-1] == most for most in _SHEET_ROWS):
        return []
    return [Finding(RULES["rows-as-many-as-a-sheet"], detail=f"{rows:,} records")]


def _same_columns(columns: Mapping[int, str], cells: pl.DataFrame) -> dict[int, int]:
    """Return which columns are an earlier one again: the same heading over the same cells.

    Raises:
        SourceRefused: a heading that a dataset knows stands over cells that differ.
    """
    firsts: dict[str, int] = {}
    same: dict[int, int] = {}
    for number, heading in columns.items():
        first = firsts.setdefault(heading.casefold(), number)
        if not heading or first == number:
            continue
        refuse_a_record(columns.values())
        if not is_known(heading):
            continue
        if not cells[column_name(first)].equals(cells[column_name(number)]):
            raise SourceRefused(
                "headings-repeat",
                f"{columns_in_words(first, number)} have the same heading, and differ",
            )
        same[number] = first
    return same


def _read_once(same: Mapping[int, int]) -> Iterator[str]:
    """Say which columns are the same."""
    for number, first in same.items():
        yield f"{columns_in_words(first, number)} are the same, and were read once"


def _unique(columns: Mapping[int, str], same: Mapping[int, int]) -> dict[int, str]:
    """Return the headings; of those that stand twice, with the columns' numbers.

    The first of columns that are the same keeps its heading.
    """
    times = Counter(heading.casefold() for heading in columns.values())
    return {
        number: f"{heading} (column {number})"
        if heading and times[heading.casefold()] > 1 and number not in same.values()
        else heading
        for number, heading in columns.items()
    }
