"""The table in an Excel workbook or a Parquet file, as text, with the row each record stands on.

Keeps true: whatever is passed over (titles above the headings, notes below the table, other sheets)
is said; a workbook in which the table can't be told is refused. No message holds a cell, a heading
or the name of a sheet. Leaves to others: what the cells mean.
"""

import io
from typing import Final

import polars as pl

from schemas.errors import SourceRefused

Table = tuple[pl.DataFrame, pl.Series, list[str], list[str]]  # cells, rows, headings, assumed

_TOP: Final = 30  # rows in which the headings are looked for
_RIVAL: Final = 10  # a second table counts if it has more than one row to so many of the largest
_SAVE: Final = "save the sheet that holds the table as a workbook of its own, or as CSV UTF-8"


def read_workbook(content: bytes) -> Table:
    """Read the one table of a workbook.

    Raises:
        SourceRefused: it is not a workbook, or has no table, or several.
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
        raise SourceRefused("the file looks like an Excel workbook and can't be read as one", _SAVE)
    number = _largest(sheets)
    assumed = ["read as an Excel workbook"]
    if len(sheets) > 1:
        assumed.append(f"read from sheet {number + 1} of {len(sheets)}")
    return _table(sheets[number], assumed)


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
        raise SourceRefused("the Parquet file is damaged, or is not a plain table")
    numbers = pl.int_range(2, cells.height + 2, dtype=pl.UInt32, eager=True)
    return cells, numbers, cells.columns, ["read as Parquet"]


def _largest(sheets: list[pl.DataFrame]) -> int:
    """Return which sheet holds the table: the one with most rows, if no other comes near."""
    heights = [_filled(sheet).height if sheet.width > 1 else 0 for sheet in sheets]
    order = sorted(range(len(sheets)), key=lambda i: -heights[i])
    if not heights or heights[order[0]] < 2:
        raise SourceRefused("the workbook holds no table of headings and records", _SAVE)
    rivals = [i for i in order[1:] if heights[i] * _RIVAL > heights[order[0]]]
    if rivals:
        numbers = ", ".join(str(i + 1) for i in sorted([order[0], *rivals])[:5])
        raise SourceRefused(f"the workbook holds several tables, on sheets {numbers}", _SAVE)
    return order[0]


def _filled(sheet: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with something in two cells or more."""
    return sheet.filter(_told(sheet) >= 2)


def _told(sheet: pl.DataFrame) -> pl.Expr:
    """Count the cells of a row that hold something."""
    return pl.sum_horizontal(
        pl.col(c).str.strip_chars().ne("").fill_null(value=False) for c in sheet.columns
    )


def _table(sheet: pl.DataFrame, assumed: list[str]) -> Table:
    rows = sheet.with_columns(_told(sheet).alias("_told")).with_row_index("_row", offset=1)
    heading = _heading_row(rows, sheet.width)
    above = rows.filter((pl.col("_row") < heading) & (pl.col("_told") > 0)).height
    if above:
        assumed.append(f"the headings stand on line {heading}; titles above them were passed over")
    body = rows.filter((pl.col("_row") > heading) & (pl.col("_told") > 0))
    body, notes = _without_notes(body, sheet.width)
    if notes:
        assumed.append(f"notes below the table, from line {notes:,}, were passed over")
    names = rows.filter(pl.col("_row") == heading).row(0, named=True)
    used = [c for c in sheet.columns if names[c] or body[c].null_count() < body.height]
    return body.select(used), body["_row"], [names[c] or "" for c in used], assumed


def _heading_row(rows: pl.DataFrame, width: int) -> int:
    """Return the first row, among the first, that fills most of the columns that records fill."""
    usual = rows.filter(pl.col("_told") > 1)["_told"].median()
    least = max(2, int((usual if isinstance(usual, float) else width) * 0.6))
    top = rows.head(_TOP).filter(pl.col("_told") >= least)
    if top.is_empty():
        raise SourceRefused(f"no line among the first {_TOP} looks like headings", _SAVE)
    return int(top["_row"][0])


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
    last = int(table["_row"][-1])
    notes = body.filter(pl.col("_row") > last)
    if notes.is_empty() or int(notes["_row"][0]) == last + 1:
        return body, 0
    return body.filter(pl.col("_row") <= last), int(notes["_row"][0])
