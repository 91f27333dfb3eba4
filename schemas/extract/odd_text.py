"""What Excel or a web page left in a file: invisible characters, guards, errors of formulas."""

import itertools
import re
from typing import Final

import polars as pl

from schemas.datasets.dataset import Reads
from schemas.extract.cells import FORMULA_ERRORS, Cells, Fault
from schemas.extract.text import GUARDED, INVISIBLE, invisible_in

_FORMULA_ERROR: Final = (
    r"(?i)^\s*(?:" + "|".join(re.escape(error) for error in FORMULA_ERRORS) + r")\s*$"
)
_ODD: Final = {
    "characters-invisible": INVISIBLE,
    "excel-guards": GUARDED,
    "formula-error": _FORMULA_ERROR,
    "column-too-narrow": r"^\s*#{3,}\s*$",
}
_ANY: Final = "|".join(f"(?:{pattern})" for pattern in _ODD.values())


def odd_text(cells: Cells) -> list[Fault]:
    """Say on which lines there is odd text, in the columns that are read."""
    read = [
        name
        for name in cells.mapping.columns
        if name in cells.rows.columns and cells.dataset.fields[name].reads is not Reads.TEXT
    ]
    if not read:
        return []
    values = {name: cells.distinct(name)[0] for name in read}
    if not pl.concat(values.values()).str.contains(_ANY).any():
        return []
    columns = [name for name, cells_of in values.items() if cells_of.str.contains(_ANY).any()]
    faults = []
    for rule, name in itertools.product(_ODD, columns):
        if not values[name].str.contains(_ODD[rule]).any():
            continue
        broken = cells.rows[name].str.contains(_ODD[rule]).fill_null(value=False)
        detail = _names_of_odd(rule, values[name])
        faults += [f._replace(detail=detail) for f in cells.fault(rule, name, broken)]
    return faults


def _names_of_odd(rule: str, values: pl.Series) -> str:
    """Name what is odd in some text: characters and errors that have names, and no values."""
    if rule == "characters-invisible":
        return invisible_in(values)
    if rule == "formula-error":
        folded = values.str.strip_chars().str.to_lowercase().unique()
        return ", ".join(error.upper() for error in FORMULA_ERRORS if error in folded)
    return ""
