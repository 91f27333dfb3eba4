"""The order in which rows are released: by what is released of them, and by nothing else.

The order of the source would give days away: a row that is released without its day would stand
between rows that are released with theirs. So rows are shuffled, and then sorted by everything that
is released. Without the shuffle, rows that are equal would keep the order of the source.

Leaves to others: the order itself (`schemas/wire/order.py`).
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import polars as pl

from schemas.wire.order import packed

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
