"""The order in which rows are released, from the second form of every dataset on.

The order is defined on values, so that every release and every other reader gets the same one. The
columns are compared as they stand in the table, without `record_id`. Empty cells come first.
Numbers, dates and times are compared by size. Text, and words of closed lists, are compared by
their UTF-8 bytes.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from schemas.datasets.shared_columns import RECORD_ID

Numbers = npt.NDArray[np.uint64]


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
    keys: list[Numbers] = []
    room = 0
    for name in rows.columns:
        if name == RECORD_ID or name.startswith("_"):
            continue
        rank = _rank(rows[name])
        bits = int(rank.max(initial=0)).bit_length()
        if bits > room or not keys:
            keys.append(np.zeros(rows.height, dtype=np.uint64))
            room = 64
        if bits:
            keys[-1] = (keys[-1] << np.uint64(bits)) | rank
        room -= bits
    return [pl.Series(str(n), key) for n, key in enumerate(keys)]


def _rank(column: pl.Series) -> Numbers:
    """Return numbers from 0 that sort as the values do; an empty cell is 0."""
    if isinstance(column.dtype, pl.Enum):
        words = [word.encode() for word in column.dtype.categories]
        of_word = {word: n for n, word in enumerate(sorted(words), start=1)}
        ranks = np.array([*(of_word[word] for word in words), 0], dtype=np.uint64)
        return np.take(ranks, column.to_physical().fill_null(len(words)).to_numpy())
    values = column.unique().drop_nulls().sort().to_frame("value").with_row_index("rank", offset=1)
    ranked = column.to_frame("value").join(values, on="value", how="left", maintain_order="left")
    return np.asarray(ranked["rank"].fill_null(0).cast(pl.UInt64).to_numpy(), dtype=np.uint64)
