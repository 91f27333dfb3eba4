"""The table on a sheet of cells: where it begins, where it ends, and what in it is no record.

A sheet is a workbook's, or the lines of a text file. Keeps true: whatever is passed over (titles
above the headings, notes below the table, headings that stand again, a line of totals) is said, and
where it stands. No message holds a cell or a heading.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import polars as pl

from schemas.extract.errors import SourceRefused
from schemas.extract.line_numbers import LINE
from schemas.findings.finding import Finding

SAVE: Final = "save the sheet with the table as its own workbook, or as CSV UTF-8"
_TOP: Final = 30  # rows in which the headings are looked for
_FILLED: Final = 0.6  # of the cells that records usually fill, headings fill at least so many
_TOTALS: Final = ("total", "totals", "grand total", "sum", "overall total")
_NAMED: Final = 5  # lines


@dataclass(frozen=True, slots=True)
class SheetTable:
    """The cells of a table as text with `_line` first, its headings, and what was passed over.

    Attributes:
        epoch: The day from which serial numbers are counted, where dates may stand as such.
        findings: What there is to ask about the file.
    """

    cells: pl.DataFrame
    headings: list[str]
    assumed: tuple[str, ...] = ()
    heading_line: int = 1
    epoch: date | None = None
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"<Table {self.cells.height} rows>"


def count_filled(columns: list[str]) -> pl.Expr:
    """Count the cells of a row that hold something."""
    return pl.sum_horizontal(
        pl.col(c).str.strip_chars().ne("").fill_null(value=False) for c in columns
    ).cast(pl.UInt32)


def locate(sheet: pl.DataFrame) -> SheetTable:
    """Find the table on a sheet.

    Args:
        sheet: `_line` and columns of text; lines with nothing in them may be missing.

    Raises:
        SourceRefused: no line looks like headings.
    """
    columns = [c for c in sheet.columns if c != LINE]
    rows = sheet.with_columns(count_filled(columns).alias("_told"))
    heading = _heading_line(rows, len(columns))
    above = rows.filter((pl.col(LINE) < heading) & (pl.col("_told") > 0)).height
    assumed = []
    if above:
        assumed.append(f"the headings are on line {heading}; titles above them were skipped")
    body = rows.filter((pl.col(LINE) > heading) & (pl.col("_told") > 0))
    body, notes = _without_notes(body, len(columns))
    if notes:
        assumed.append(f"notes below the table, from line {notes:,}, were skipped")
    names = rows.filter(pl.col(LINE) == heading).row(0, named=True)
    held = body.select((count_filled([c]) > 0).any().alias(c) for c in columns).row(0, named=True)
    used = [c for c in columns if names[c] or held[c]]
    headings = [" ".join((names[c] or "").split()) for c in used]
    return records_of(SheetTable(body.select(LINE, *used), headings, tuple(assumed), heading))


def records_of(table: SheetTable) -> SheetTable:
    """Take out the lines that are no records: the headings again, and totals at the end."""
    cells, assumed = table.cells, list(table.assumed)
    again = _headings_again(cells, table.headings)
    if len(again):
        cells = cells.filter(~pl.col(LINE).is_in(again.implode()))
        assumed.append(f"repeated headings on {_lines(again)} were skipped")
    if cells.height > 1 and _is_total(cells):
        assumed.append(f"a line of totals, line {cells[LINE][-1]:,}, was skipped")
        cells = cells.head(-1)
    return replace(table, cells=cells, assumed=tuple(assumed))


def _headings_again(cells: pl.DataFrame, headings: list[str]) -> pl.Series:
    """Return the lines that hold what the heading line holds."""
    columns = [c for c in cells.columns if c != LINE]
    named = [(c, h) for c, h in zip(columns, headings, strict=True) if h]
    if len(named) < 2:
        return cells[LINE].clear()
    (first, words), *rest = named
    likely = cells.filter(pl.col(first).str.strip_chars() == words)
    same = [pl.col(c).str.replace_all(r"\s+", " ").str.strip_chars() == h for c, h in rest]
    return likely.filter(pl.all_horizontal(same).fill_null(value=False))[LINE]


def _is_total(cells: pl.DataFrame) -> bool:
    """Say whether the last line begins with a word for totals."""
    last = (cell for cell in cells.drop(LINE).row(-1) if cell and cell.strip())
    return next(last, "").strip().rstrip(":").casefold() in _TOTALS


def _lines(lines: pl.Series) -> str:
    shown = ", ".join(f"{n:,}" for n in lines.head(_NAMED))
    more = len(lines) - _NAMED
    return ("line " if len(lines) == 1 else "lines ") + shown + (f" and {more:,} more" * (more > 0))


def _heading_line(rows: pl.DataFrame, width: int) -> int:
    """Return the first line, among the first, that fills most of the columns that records fill."""
    usual = rows.filter(pl.col("_told") > 1)["_told"].median()
    least = max(2, int((usual if isinstance(usual, float) else width) * _FILLED))
    top = rows.head(_TOP).filter(pl.col("_told") >= min(least, width))
    if top.is_empty():
        raise SourceRefused(
            "headings-missing", f"no line among the first {_TOP} looks like headings", SAVE
        )
    return int(top[LINE][0])


def _without_notes(body: pl.DataFrame, width: int) -> tuple[pl.DataFrame, int]:
    """Take off what stands below the table: lines of one cell, after an empty line.

    Returns:
        The records, and the line of the first note; 0 if there are none.
    """
    if width < 3 or body.is_empty():
        return body, 0
    table = body.filter(pl.col("_told") > 1)
    if table.is_empty():
        return body, 0
    last = int(table[LINE][-1])
    notes = body.filter(pl.col(LINE) > last)
    if notes.is_empty() or int(notes[LINE][0]) == last + 1:
        return body, 0
    return body.filter(pl.col(LINE) <= last), int(notes[LINE][0])
