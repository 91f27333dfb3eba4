"""The rows of a source as one row for each record of a dataset, as its mapping says.

Rows of other kinds are left out; rows of one record (the casualties of a collision) are brought
together, and what a field counts of them is counted. Keeps true: every row is taken, joined or left
out, and counted as that.
"""

from dataclasses import dataclass, field
from typing import Final

import polars as pl

from schemas.extract.column_numbers import column_name
from schemas.extract.file import Raw
from schemas.extract.line_numbers import LINE
from schemas.extract.mapping import Mapping, RowGrouping, Values
from schemas.extract.row_counts import LeftOut
from schemas.extract.text import plain

_KEY: Final = "_together"


@dataclass(frozen=True, slots=True, repr=False)
class GroupedRows:
    """The rows, with a column for each field that was counted; and what became of the others.

    Attributes:
        differ: The lines of records whose rows do not say the same of what they share.
        uncounted: The lines of records of which a row was counted nowhere.
    """

    cells: pl.DataFrame
    left_out: dict[LeftOut, int] = field(default_factory=dict)
    differ: pl.Series = field(default_factory=lambda: pl.Series(LINE, [], dtype=pl.UInt32))
    uncounted: pl.Series = field(default_factory=lambda: pl.Series(LINE, [], dtype=pl.UInt32))


def group_rows(raw: Raw, mapping: Mapping) -> GroupedRows:
    """Return the rows that a mapping selects, combined as it says."""
    cells = raw.cells
    left_out: dict[LeftOut, int] = {}
    if mapping.select:
        selected = cells.filter(_has_values(raw, mapping.select))
        left_out[LeftOut.OTHER_DATASET] = cells.height - selected.height
        cells = selected
    if mapping.together is None:
        return GroupedRows(cells, left_out)
    joined = _join(raw, cells, mapping, mapping.together)
    left_out[LeftOut.JOINED] = cells.height - joined.height
    differ, uncounted = (joined.filter(name)[LINE] for name in ("_differ", "_uncounted"))
    return GroupedRows(joined.drop(_KEY, "_differ", "_uncounted"), left_out, differ, uncounted)


def _has_values(raw: Raw, values: Values) -> pl.Expr:
    """Say which rows have one of the values in each of some columns, whatever their case."""
    return pl.all_horizontal(
        _text(raw, heading).is_in([value.strip().lower() for value in texts])
        for heading, texts in values.items()
    ).fill_null(value=False)


def _text(raw: Raw, heading: str) -> pl.Expr:
    return plain(column_name(raw.number(heading))).str.to_lowercase()


def _join(raw: Raw, cells: pl.DataFrame, mapping: Mapping, together: RowGrouping) -> pl.DataFrame:
    """Bring the rows of each record together; a row without the record's name stands alone."""
    name = _text(raw, together.by)
    alone = pl.lit("line ") + pl.col(LINE).cast(pl.String)
    key = pl.when(name.is_in(["", "na", "n/a", "null", "-"]) | name.is_null()).then(alone)
    keyed = cells.with_columns(pl.coalesce(key, name).alias(_KEY))
    shared = [column_name(raw.number(heading)) for heading in mapping.columns.values()]
    count_columns = {field: _has_values(raw, values) for field, values in together.count.items()}
    anywhere = pl.any_horizontal(count_columns.values()) if count_columns else pl.lit(value=True)
    return keyed.group_by(_KEY, maintain_order=True).agg(
        pl.col(LINE).first(),
        pl.col(c for c in cells.columns if c != LINE).first(),
        *(rows.sum().cast(pl.String).alias(field) for field, rows in count_columns.items()),
        _differ=pl.any_horizontal(pl.col(name).n_unique() > 1 for name in shared),
        _uncounted=(~anywhere).any(),
    )
