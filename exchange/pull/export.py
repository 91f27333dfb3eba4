"""Merged tables as CSV and as Excel workbooks, for programs that don't read Parquet."""

import re
from pathlib import Path
from typing import Final

import polars as pl

from exchange.pull.tables import open_merged
from exchange.text import FORMULA_STARTS
from exchange.workbooks import new_workbook
from schemas.datasets.registry import dataset_title

_ROWS: Final = 1_048_575  # of an Excel sheet, its heading aside
_SHEET_NAME: Final = re.compile(r"[^][:*?/\\']{1,28}")  # what Excel allows, with a number after it


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
    slices = list(rows.iter_slices(_ROWS)) or [rows]
    name = _sheet_name(dataset)
    with new_workbook(target) as book:
        for number, sheet in enumerate(slices, start=1):
            sheet.write_excel(
                book,
                worksheet=name if len(slices) == 1 else f"{name} {number}",
                dtype_formats=dict.fromkeys(pl.datatypes.group.INTEGER_DTYPES, "0"),
                freeze_panes=(1, 0),
            )
    return target


def _sheet_name(dataset: str) -> str:
    """Return the title of a dataset where Excel allows it as a sheet's name, or else its id."""
    title = dataset_title(dataset) if dataset else "Incidents"
    return title if _SHEET_NAME.fullmatch(title) else dataset[:28]
