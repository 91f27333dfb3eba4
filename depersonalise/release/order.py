"""The order in which rows are released: by what is released of them, and by nothing else.

The order of the source would give days away: a row that is released without its day would stand
between rows that are released with theirs. So rows are shuffled, and then sorted by everything that
is released. Without the shuffle, rows that are equal would keep the order of the source.

Leaves to others: the order itself (`schemas/wire/order.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from schemas.both_cores import on_both_cores
from schemas.datasets.dataset import Dataset
from schemas.datasets.shared_columns import released_columns
from schemas.wire.order import sort_keys
from schemas.wire.versions import as_version

_BYTES: Final = 8  # of the random number by which equal rows are ordered
_ORIGIN: Final = {
    "line": pl.col("_line"),
    "reference": pl.col("_reference"),
    "why": pl.col("_reason"),
    "cover": pl.col("_cover"),
}
_KNOWN: Final = {"ref": pl.col("_ref"), "nth": pl.col("_nth"), "state": pl.col("_state")}
SALT: Final = 32  # bytes, so that the hash of a small table gives nothing of it away
_SLICE: Final = 1_000_000  # record ids drawn at a time, to spare memory


def shuffled_and_sorted(rows: pl.DataFrame, random: Callable[[int], bytes]) -> pl.Series:
    """Return the positions of rows in the order in which they are released.

    Args:
        rows: What is released of them; columns whose names begin with "_" are not.
        random: Returns so many random bytes.
    """
    numbers = np.frombuffer(random(_BYTES * rows.height), dtype=np.uint64)
    keys = pl.DataFrame([*sort_keys(rows), pl.Series("random", numbers)])
    return keys.select(pl.arg_sort_by(keys.columns)).to_series()


@dataclass(frozen=True, slots=True, repr=False)
class OrderedRows:
    """Rows in the order in which they leave, and where each came from.

    Attributes:
        known: By what each is known again (`batches.py`), and how it leaves, in the newest form of
            its dataset; nothing of what is personal.
    """

    rows: pl.DataFrame
    origin: pl.DataFrame
    salt: bytes
    known: pl.DataFrame


def in_order(
    treated: pl.DataFrame,
    dataset: Dataset,
    version: int,
    random: Callable[[int], bytes],
    *,
    personal: bool = False,
) -> OrderedRows:
    """Return the rows that leave in a version of their form, in the order in which they may leave.

    Args:
        treated: The rows as they leave; their columns are taken out of it, to spare memory.

    Raises:
        NotAsDeclared: that version has no word for what they say.
    """
    salt = random(SALT)
    second = dataset.is_second(version)
    newest = treated.select(released_columns(dataset))
    rows = as_version(newest, dataset, version)
    if version == dataset.version:
        newest = rows  # so that the memory of each column is freed once it is in order
    if personal and not second:  # the first form said what marks them
        rows = rows.with_columns(generalised=treated["_reason"].cast(rows.schema["generalised"]))
    helpers = treated.select(**_ORIGIN, **({} if personal else _KNOWN))
    for name in treated.columns:
        treated.drop_in_place(name)
    order = shuffled_and_sorted(rows, random)
    ordered = _take(rows, order)
    newest = ordered if newest is rows else _take(newest, order)
    helpers = _take(helpers, order)
    known = pl.DataFrame() if personal else helpers.select(*_KNOWN).hstack(newest)
    if not second:
        ordered = ordered.insert_column(0, _record_ids(ordered.height, random))
    return OrderedRows(ordered, helpers.select(*_ORIGIN), salt, known)


def _take(rows: pl.DataFrame, positions: pl.Series) -> pl.DataFrame:
    """Return the rows at some positions; their columns are taken out of the table one by one."""
    columns = (rows.drop_in_place(name) for name in rows.columns)
    return pl.DataFrame([*on_both_cores(lambda c: c.gather(positions), columns, rows=rows.height)])


def rows_at(rows: pl.DataFrame, positions: pl.Series) -> pl.DataFrame:
    """Return the rows at some positions, in their order."""
    return rows.select(pl.all().gather(positions)).rechunk()


def _record_ids(count: int, random: Callable[[int], bytes]) -> pl.Series:
    """Return a random 128-bit number for each row, as 32 hexadecimal digits."""
    parts = [pl.Series("record_id", [], dtype=pl.String)]
    for start in range(0, count, _SLICE):
        digits = random(16 * min(_SLICE, count - start)).hex("\n", 16).encode()
        read = pl.read_csv(digits, has_header=False, infer_schema=False, new_columns=["record_id"])
        parts.append(read["record_id"])
    return pl.concat(parts)
