"""The order in which rows are released, from the second form of every dataset on.

The order is defined on values, so that every release and every other reader gets the same one. The
columns are compared as they stand in the table, without `record_id`. Empty cells come first.
Numbers, dates and times are compared by size. Text, and words of closed lists, are compared by
their UTF-8 bytes.
"""

import numpy as np
import polars as pl

from schemas.datasets.shared_columns import RECORD_ID


def is_sorted(rows: pl.DataFrame) -> bool:
    """Say whether rows stand in the order in which they are released."""
    later = np.zeros(max(rows.height - 1, 0), dtype=bool)
    for key in reversed(packed(rows)):
        values = key.to_numpy()
        before, after = values[:-1], values[1:]
        later = (before > after) | ((before == after) & later)
    return not later.any()


def packed(rows: pl.DataFrame) -> list[pl.Series]:
    """Return whole numbers that sort as rows do: as many columns as possible in one of 64 bits."""
    keys: list[pl.Series] = []
    room = 0
    for name in rows.columns:
        if name == RECORD_ID or name.startswith("_"):
            continue
        rank = _rank(rows[name])
        bits = int(rank.max() or 0).bit_length()  # type: ignore[arg-type]  # it is a number
        if bits > room or not keys:
            keys.append(pl.zeros(rows.height, dtype=pl.UInt64, eager=True).alias(str(len(keys))))
            room = 64
        keys[-1] = keys[-1] * (1 << bits) + rank if bits else keys[-1]
        room -= bits
    return [key.alias(str(n)) for n, key in enumerate(keys)]


def _rank(column: pl.Series) -> pl.Series:
    """Return numbers from 0 that sort as the values do; an empty cell is 0."""
    values = column.unique().drop_nulls()
    if column.dtype == pl.String or isinstance(column.dtype, pl.Enum):
        words = pl.Enum(values.cast(pl.String).sort())
        number = column.cast(words).to_physical().cast(pl.UInt64)
    else:
        of = np.sort(values.to_physical().to_numpy())
        at = np.searchsorted(of, column.to_physical().fill_null(0).to_numpy())
        number = pl.Series(at).cast(pl.UInt64)
        number = pl.select(pl.when(column.is_not_null()).then(number)).to_series()
    return (number + 1).fill_null(0)
