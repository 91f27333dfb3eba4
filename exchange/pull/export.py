"""Merged tables as CSV and as Excel workbooks, for programs that don't read Parquet."""

from pathlib import Path
from typing import Final

import polars as pl

from exchange.pull.tables import open_merged
from exchange.text import FORMULA_STARTS
from exchange.workbooks import new_workbook

_ROWS: Final = 1_048_575  # of an Excel sheet, its heading aside


def write_csv(folder: Path, dataset: str) -> Path:
    """Write one table as `csv/DATASET.csv`; what a spreadsheet would run is made text.

    Returns:
        Where.
    """
    target = folder / "csv" / f"{dataset or 'incidents'}.csv"
    target.parent.mkdir(exist_ok=True)
    rows = open_merged(folder, dataset)
    text = [name for name, dtype in rows.collect_schema().items() if dtype == pl.String]
    guarded = [
        pl.when(pl.col(name).str.slice(0, 1).is_in(list(FORMULA_STARTS)))
        .then("'" + pl.col(name))
        .otherwise(name)
        for name in text
    ]
    columns = [column.alias(name) for column, name in zip(guarded, text, strict=True)]
    rows.with_columns(columns).sink_csv(target)
    return target


def write_xlsx(folder: Path, dataset: str) -> Path:
    """Write one table as `xlsx/DATASET.xlsx`, on as many sheets as Excel's limits ask for.

    Returns:
        Where.
    """
    target = folder / "xlsx" / f"{dataset or 'incidents'}.xlsx"
    target.parent.mkdir(exist_ok=True)
    rows = open_merged(folder, dataset).collect()
    with new_workbook(target) as book:
        for number, sheet in enumerate(list(rows.iter_slices(_ROWS)) or [rows], start=1):
            sheet.write_excel(
                book, worksheet=f"{(dataset or 'incidents')[:27]} {number}", freeze_panes=(1, 0)
            )
    return target
