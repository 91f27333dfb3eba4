"""The table in an Excel workbook or a Parquet file, as text, with the row each record stands on.

Keeps true: whatever is passed over (other sheets) is said; a workbook in which the table can't be
told is refused. No message holds a cell, a heading or the name of a sheet. Leaves to others: where
on its sheet the table is (`tables.py`), and what the cells mean.
"""

import io
import re
import zipfile
from typing import Final

import polars as pl

from schemas.errors import SourceRefused
from schemas.lines import LINE
from schemas.tables import SAVE, Table, locate, records_of, told

RECORDS: Final = "Records"  # a sheet of this name is the one; templates have it
_RIVAL: Final = 10  # a second table counts if it has more than one row to so many of the largest
_MERGED: Final = re.compile(rb'<mergeCell ref="[A-Z]+([0-9]+):[A-Z]+([0-9]+)"')


def read_workbook(content: bytes) -> Table:
    """Read the one table of a workbook.

    Raises:
        SourceRefused: it is not a workbook, or has no table, or several, or its records are merged.
    """
    import fastexcel  # noqa: PLC0415 - only workbooks need it

    try:
        book = fastexcel.read_excel(content)
        sheets = [
            book.load_sheet(i, header_row=None, skip_rows=0, dtypes="string").to_polars()
            for i in range(len(book.sheet_names))
        ]
    except fastexcel.FastExcelError:
        sheets = None
    if sheets is None:
        raise SourceRefused(
            "workbook-unreadable",
            "the file looks like an Excel workbook and can't be read as one",
            SAVE,
        )
    names = [name.strip() for name in book.sheet_names]
    number = names.index(RECORDS) if RECORDS in names else _largest(sheets)
    assumed = ["read as an Excel workbook"]
    if len(sheets) > 1:
        assumed.append(f"read from sheet {number + 1} of {len(sheets)}")
    numbered = sheets[number].with_row_index(LINE, offset=1)
    table = locate(numbered)
    _refuse_merged(content, number, table)
    return Table(table.cells, table.headings, (*assumed, *table.assumed))


def read_parquet(content: bytes) -> Table:
    """Read a Parquet file; a record's line is its row, the first being 2 as under a heading.

    Raises:
        SourceRefused: it is damaged, or holds what is not a plain table.
    """
    try:
        rows = pl.read_parquet(io.BytesIO(content))
        flat = not any(dtype.is_nested() or dtype == pl.Binary for dtype in rows.dtypes)
        cells = rows.cast(pl.String) if flat else None
    except pl.exceptions.PolarsError:
        cells = None
    if cells is None:
        raise SourceRefused(
            "parquet-unreadable", "the Parquet file is damaged, or is not a plain table"
        )
    headings = [" ".join(name.split()) for name in cells.columns]
    cells = cells.rename({name: f"{i}" for i, name in enumerate(cells.columns)})
    table = Table(cells.with_row_index(LINE, offset=2), headings, ("read as Parquet",))
    return records_of(table)


def _largest(sheets: list[pl.DataFrame]) -> int:
    """Return which sheet holds the table: the one with most rows, if no other comes near."""
    heights = [_filled(sheet) if sheet.width > 1 else 0 for sheet in sheets]
    order = sorted(range(len(sheets)), key=lambda i: -heights[i])
    if not heights or heights[order[0]] < 2:
        raise SourceRefused(
            "workbook-without-table", "the workbook holds no table of headings and records", SAVE
        )
    rivals = [i for i in order[1:] if heights[i] * _RIVAL > heights[order[0]]]
    if rivals:
        numbers = ", ".join(str(i + 1) for i in sorted([order[0], *rivals])[:5])
        raise SourceRefused(
            "workbook-with-several-tables",
            f"the workbook holds several tables, on sheets {numbers}",
            SAVE,
        )
    return order[0]


def _filled(sheet: pl.DataFrame) -> int:
    """Count the rows with something in two cells or more."""
    return sheet.filter(told(sheet.columns) >= 2).height


def _refuse_merged(content: bytes, number: int, table: Table) -> None:
    """Refuse cells that are merged over several records: only the first of them has the value."""
    first, last = table.cells[LINE].min(), table.cells[LINE].max()
    if first is None:
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        name = f"xl/worksheets/sheet{number + 1}.xml"
        if name not in archive.namelist():
            return
        sheet = archive.read(name)
    for found in _MERGED.finditer(sheet, max(sheet.rfind(b"</sheetData>"), 0)):
        top, bottom = int(found[1]), int(found[2])
        if top != bottom and top <= int(str(last)) and bottom >= int(str(first)):
            raise SourceRefused(
                "cells-merged",
                f"cells are merged over several records, from line {top:,}",
                "unmerge them and give each record its own value, or export as CSV",
            )
