"""The table in an Excel workbook or a Parquet file, as text, with the row each record stands on.

Keeps true: whatever is skipped (other sheets) is said; a workbook in which the table can't be
told is refused. No message holds a cell, a heading or the name of a sheet. Leaves to others: where
on its sheet the table is (`sheet.py`), and what the cells mean.
"""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from schemas.extract.cells import FORMULA_ERRORS
from schemas.extract.column_numbers import column_name, column_number
from schemas.extract.day_text import EPOCH
from schemas.extract.errors import SourceRefused
from schemas.extract.headings import same_headings
from schemas.extract.line_numbers import LINE
from schemas.extract.sheet import SAVE, SEVERAL_SHEETS, SheetTable, count_filled, locate, records_of
from schemas.extract.sheet_parts import Parts
from schemas.extract.workbook_parts import parts_of
from schemas.findings.finding import Finding
from schemas.findings.rules import RULES
from schemas.parquet.limits import EXTRACT, NotParquet, count_rows
from schemas.parquet.untrusted import read_untrusted

if TYPE_CHECKING:
    from fastexcel import ExcelSheet

RECORDS: Final = "Records"  # a sheet of this name is the one; templates have it
_EXCEL: Final = "read as an Excel workbook"
_ODS: Final = "read as an OpenDocument spreadsheet"
_MIMETYPE: Final = slice(38, 80)  # where the zip of an OpenDocument file says what it is
_TABLE: Final = 2  # rows: headings and a record
_RIVAL: Final = 10  # a second table counts if it has more than one row to so many of the largest


def read_workbook(content: bytes) -> list[SheetTable]:
    """Read the table of a workbook, which may be spread over several sheets, as one a month.

    Raises:
        SourceRefused: it is not a workbook, or has no table, or several, or its records are merged.
    """
    import fastexcel  # noqa: PLC0415 - only workbooks need it

    try:
        book = fastexcel.read_excel(content)
        loaded = [
            book.load_sheet(i, header_row=None, skip_rows=0, dtypes="string")
            for i in range(len(book.sheet_names))
        ]
        sheets = [_cells_of(sheet) for sheet in loaded]
    except fastexcel.FastExcelError:
        sheets = []
    if not sheets:
        raise SourceRefused(
            "workbook-unreadable",
            "the file looks like an Excel workbook but cannot be read as one",
            SAVE,
        )
    names = [name.strip() for name in book.sheet_names]
    shown = [sheet.visible == "visible" for sheet in loaded]
    heights = [_count_filled_rows(sheet) for sheet in sheets]
    numbers = [names.index(RECORDS)] if RECORDS in names else _with_table(sheets, heights, shown)
    assumed = [_ODS if content[_MIMETYPE].startswith(b"application/vnd.oasis") else _EXCEL]
    if len(sheets) > 1:
        words = "read from sheet " if len(numbers) == 1 else SEVERAL_SHEETS
        assumed.append(words + ", ".join(str(n + 1) for n in numbers) + f" of {len(sheets)}")
    hidden = _hidden_sheets(sheets, heights, shown, numbers)
    tables = []
    for number in numbers:
        table = _table_on(sheets[number])
        parts = parts_of(content, number)
        _refuse_merged(parts, table)
        findings = (
            *table.findings,
            *hidden,
            *_hidden(parts, table),
            *_cell_findings(table, "category-changed-by-excel", parts.powers),
            *_cell_findings(table, "formula-without-value", parts.uncalculated),
            *_errors(table, parts),
        )
        assumptions = (*assumed, *table.assumed)
        tables.append(replace(table, assumed=assumptions, epoch=parts.epoch, findings=findings))
        hidden = []
    return tables


def _cells_of(sheet: "ExcelSheet") -> pl.DataFrame:
    """Return the cells of a sheet, from the first column that holds something."""
    names = {c.name: column_name(c.absolute_index + 1) for c in sheet.selected_columns}
    return sheet.to_polars().rename(names)


def _table_on(sheet: pl.DataFrame) -> SheetTable:
    return locate(sheet.with_row_index(LINE, offset=1))


def _is_sound(content: bytes) -> bool:
    """Say whether a Parquet file is in order: polars may abort the program over one that is not."""
    try:
        count_rows(content, EXTRACT)
    except NotParquet:
        return False
    return True


def _cells(file: io.BytesIO) -> pl.DataFrame | None:
    """Return every cell as text; None where some are no text."""
    rows = pl.read_parquet(file)
    flat = not any(dtype.is_nested() or dtype == pl.Binary for dtype in rows.dtypes)
    return rows.cast(pl.String) if flat else None


def read_parquet(content: bytes) -> SheetTable:
    """Read a Parquet file; a record's line is its row, the first being 2 as under a heading.

    Raises:
        SourceRefused: it is damaged, or holds what is not a plain table.
    """
    cells = read_untrusted(_cells, content) if _is_sound(content) else None
    if cells is None:
        raise SourceRefused(
            "parquet-unreadable", "the Parquet file is damaged, or is not a plain table"
        )
    headings = [" ".join(name.split()) for name in cells.columns]
    cells = cells.rename({name: column_name(n) for n, name in enumerate(cells.columns, 1)})
    table = SheetTable(cells.with_row_index(LINE, offset=2), headings, ("read as Parquet",))
    return replace(records_of(table), epoch=EPOCH)


def _with_table(sheets: list[pl.DataFrame], heights: list[int], shown: list[bool]) -> list[int]:
    """Return which sheets hold the table: the visible one with most rows, and those like it.

    A hidden sheet is taken only where no visible one holds a table. A sheet of other headings that
    is nearly as large is another table.
    """
    heights_shown = [h if see else 0 for h, see in zip(heights, shown, strict=True)]
    if max(heights_shown) < _TABLE:
        heights_shown = heights
    first = max(range(len(heights_shown)), key=lambda i: heights_shown[i])
    if heights_shown[first] < _TABLE:
        raise SourceRefused(
            "workbook-without-table", "the workbook has no table with headings and records", SAVE
        )
    headings = _headings_of(sheets[first])
    others = [i for i, h in enumerate(heights_shown) if h >= _TABLE and i != first]
    like = [
        i
        for i in others
        if _is_like(_headings_of(sheets[i]), headings) and not _is_copy(sheets[i], sheets[first])
    ]
    rivals = [i for i in others if heights_shown[i] * _RIVAL > heights_shown[first]]
    if set(rivals) - set(like):
        numbers = ", ".join(str(i + 1) for i in sorted([first, *rivals])[:5])
        raise SourceRefused(
            "workbook-with-several-tables",
            f"the workbook has several tables, on sheets {numbers}",
            SAVE,
            "if each sheet has some of the records, give the columns the same headings on each",
        )
    return sorted([first, *like])


def _is_like(headings: list[str], others: list[str]) -> bool:
    return headings == others or same_headings(headings, others)


def _is_copy(sheet: pl.DataFrame, other: pl.DataFrame) -> bool:
    """Say whether most records of a sheet are those of another, whatever stands around them."""
    rows, other_rows = ({*_table_on(s).cells.drop(LINE).iter_rows()} for s in (sheet, other))
    return len(rows & other_rows) * 2 > len(rows)


def _headings_of(sheet: pl.DataFrame) -> list[str]:
    """Return the headings of the table on a sheet; none if it has none."""
    try:
        return _table_on(sheet).headings
    except SourceRefused:
        return []


def _count_filled_rows(sheet: pl.DataFrame) -> int:
    """Count the rows with something in two cells or more."""
    return sheet.filter(count_filled(sheet.columns) > 1).height if sheet.width > 1 else 0


def _hidden_sheets(
    sheets: list[pl.DataFrame], heights: list[int], shown: list[bool], numbers: list[int]
) -> list[Finding]:
    """Ask about the sheet that is read if it is hidden, and about hidden ones of its size or its
    headings.
    """
    headings = _headings_of(sheets[numbers[0]])
    large = [
        i
        for i, height in enumerate(heights)
        if not shown[i]
        and height >= _TABLE
        and (
            height * _RIVAL > heights[numbers[0]]
            or (_headings_of(sheets[i]) == headings and not _is_copy(sheets[i], sheets[numbers[0]]))
        )
    ]
    words = [
        f"sheet {i + 1}, {heights[i] - 1:,} rows, was {'' if i in numbers else 'not '}read"
        for i in large
    ]
    return [Finding(RULES["sheet-hidden"], detail="; ".join(words))] if words else []


def _hidden(parts: Parts, table: SheetTable) -> list[Finding]:
    """Ask about rows and columns of the table that are hidden and hold something."""
    findings = []
    lines = table.cells[LINE].filter(table.cells[LINE].is_in(sorted(parts.rows)))
    if len(lines):
        findings.append(Finding.at(RULES["rows-hidden"], None, lines))
    numbers = [column_number(c) for c in table.cells.columns if c != LINE]
    positions = tuple(number for number in numbers if number in parts.columns)
    if positions:
        findings.append(Finding(RULES["columns-hidden"], positions=positions))
    return findings


def _cell_findings(
    table: SheetTable, rule: str, cells: tuple[tuple[int, int], ...]
) -> Iterator[Finding]:
    """Find, column by column, cells of the table that their own XML tells a fault of.

    Numbers that are shown as powers of ten where codes stand: Excel made them of codes. Formulas
    that nothing has calculated.
    """
    field = "category" if rule == "category-changed-by-excel" else None
    for number in sorted({column for _, column in cells}):
        rows = [row for row, column in cells if column == number]
        lines = table.cells[LINE].filter(table.cells[LINE].is_in(rows))
        if len(lines) and column_name(number) in table.cells.columns:
            yield replace(Finding.at(RULES[rule], field, lines), positions=(number,))


def _errors(table: SheetTable, parts: Parts) -> Iterator[Finding]:
    """Find errors of formulas by their names; other names than Excel's are not said."""
    detail = ", ".join(name for name in parts.error_names if name.lower() in FORMULA_ERRORS)
    for finding in _cell_findings(table, "formula-error", parts.errors):
        yield replace(finding, detail=detail)


def _refuse_merged(parts: Parts, table: SheetTable) -> None:
    """Refuse cells that are merged over several records: only the first of them has the value."""
    if table.cells.is_empty():
        return
    first, last = table.cells[LINE][0], table.cells[LINE][-1]
    for top, bottom in parts.merged:
        if top != bottom and top <= last and bottom >= first:
            raise SourceRefused(
                "cells-merged", f"cells are merged across several records, from line {top:,}"
            )
