"""The order in which rows are released, from the second form of every dataset on.

The order is defined on values, so that every release and every other reader gets the same one. The
columns are compared as they stand in the table, without `record_id`. Empty cells come first.
Numbers, dates and times are compared by size. Text, and words of closed lists, are compared by
their UTF-8 bytes.
"""

from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import Final

import numpy as np
import numpy.ma  # polars does at its first array; here a key is being unlocked meanwhile
import numpy.typing as npt
import polars as pl

from schemas.both_cores import on_both_cores
from schemas.datasets.shared_columns import RECORD_ID
from schemas.distinct import distinct, varying

Numbers = npt.NDArray[np.uint64]
_MOST: Final = 2**63
_MINUTE: Final = 60 * 10**9  # nanoseconds, which is how polars counts times


def is_sorted(rows: pl.DataFrame, heights: Sequence[int]) -> bool:
    """Say whether the rows of some tables, one under the other, each stand in their order.

    Args:
        heights: How many rows each of the tables has.
    """
    alike = np.ones(max(rows.height - 1, 0), dtype=bool)  # each row and the next, so far
    ends = [end - 1 for end in accumulate(heights) if 0 < end < rows.height]
    alike[ends] = False  # of two tables, the first row of the second may be anything
    for name in varying(rows, [name for name in rows.columns if _is_compared(name)]):
        column = rows[name]
        places = column.to_physical()
        differs = places.head(len(alike)).ne_missing(places.tail(len(alike))).to_numpy()
        at = np.flatnonzero(alike & differs)
        before, after = np.split(_number(column.gather(np.concatenate([at, at + 1]))), 2)
        if (before > after).any():
            return False
        alike[at] = False
    return True


def sort_keys(rows: pl.DataFrame) -> list[pl.Series]:
    """Return whole numbers that sort as rows do: as many columns as possible in one of 64 bits."""
    keys: list[Numbers] = []
    room = 0
    columns = [column for column in rows if _is_compared(column.name)]
    for rank in on_both_cores(_rank, columns, rows=rows.height):
        bits = int(rank.max(initial=0)).bit_length()
        if bits > room or not keys:
            keys.append(np.zeros(rows.height, dtype=np.uint64))
            room = 64
        if bits:
            keys[-1] = (keys[-1] << np.uint64(bits)) | rank
        room -= bits
    return [pl.Series(str(n), key) for n, key in enumerate(keys)]


def _is_compared(name: str) -> bool:
    return name != RECORD_ID and not name.startswith("_")


def _rank(column: pl.Series) -> Numbers:
    """Return numbers from 0 that sort as the values do."""
    rank = _number(column)
    rank -= rank.min(initial=_MOST)  # what is the same in every row takes no room
    return rank


def _number(column: pl.Series) -> Numbers:
    """Return numbers that sort as the values do; an empty cell is 0."""
    if isinstance(column.dtype, pl.Enum):
        ranks, places = _ranks_of_list(column.dtype), column.to_physical()
    elif column.dtype == pl.String:
        words, places = distinct(column)
        ranks = _ranks(words)
    else:
        return _size(column)
    if places.null_count():
        places = places.fill_null(len(ranks) - 1)
    return np.take(ranks, places.to_numpy())


def _ranks(words: pl.Series) -> Numbers:
    """Return the ranks of words from 1, and that of no word, which is 0."""
    ranks = np.zeros(len(words) + 1, dtype=np.uint64)
    ranks[words.arg_sort().to_numpy()] = np.arange(1, len(words) + 1)  # polars sorts text by bytes
    return ranks


@cache
def _ranks_of_list(words: pl.Enum) -> Numbers:
    return _ranks(words.categories)


def _size(column: pl.Series) -> Numbers:
    """Return how large numbers, dates and times are; an empty cell is 0."""
    sizes = column.to_physical().cast(pl.Int64)
    if column.dtype == pl.Time and (sizes % _MINUTE).max() == 0:
        sizes //= _MINUTE
    least = sizes.min()
    if least is None:
        return np.zeros(len(column), dtype=np.uint64)
    sizes -= int(least) - 1  # type: ignore[arg-type]  # of whole numbers
    return np.asarray(sizes.fill_null(0).to_numpy(), dtype=np.uint64)
