"""The order in which rows are released: by what is released of them, and by nothing else.

The order of the source would give days away: a row that is released without its day would stand
between rows that are released with theirs. So rows are shuffled, and then sorted by everything that
is released. Without the shuffle, rows that are equal would keep the order of the source.

The order is defined on values, so that every release and every other reader gets the same one. The
columns are compared as they stand in the table, without `record_id`. Empty cells come first.
Numbers, dates and times are compared by size. Text, and words of closed lists, are compared by
their UTF-8 bytes.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import polars as pl

_NO_ORDER: Final = ("record_id",)
_BYTES: Final = 8  # of the random number by which equal rows are ordered


def shuffled_and_sorted(rows: pl.DataFrame, random: Callable[[int], bytes]) -> pl.Series:
    """Return the positions of rows in the order in which they are released.

    Args:
        rows: What is released of them; columns whose names begin with "_" are not.
        random: Returns so many random bytes.
    """
    numbers = np.frombuffer(random(_BYTES * rows.height), dtype=np.uint64)
    keys = pl.DataFrame([*packed(rows), pl.Series("random", numbers)])
    return keys.select(pl.arg_sort_by(keys.columns)).to_series()


def packed(rows: pl.DataFrame) -> list[pl.Series]:
    """Return whole numbers that sort as rows do: as many columns as possible in one of 64 bits."""
    keys: list[pl.Series] = []
    room = 0
    for name in rows.columns:
        if name in _NO_ORDER or name.startswith("_"):
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
