"""Columns of words from a list: polars writes them faster than text, and readers see text.

To write text, polars looks up each value again; words that it holds as numbers of a list (`Enum`)
are written in half of that time. The file's metadata tells readers of Arrow which type a column
had; here it says text, which is what Parquet stores anyway.

Keeps true: what one submission says is in no other's file. polars writes the whole list, and rows
that are merged together share a list of the words of all of them.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final

import numpy as np
import polars as pl

_ARROW: Final = "ARROW:schema"  # what polars calls the types in a file's metadata
_CLOCKS: Final = pl.Enum([f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(60)])


def repeated_word(value: str, others: Iterable[str] = ()) -> pl.Expr:
    """Return a column with one word in each row, from a list of this word or of several."""
    return pl.lit(value, dtype=pl.Enum(sorted({value, *others})))


def word_series(values: Sequence[str]) -> pl.Series:
    """Return words as a column with a list of them."""
    return pl.Series(values, dtype=pl.Enum(sorted({*values})))


def hours_and_minutes(time: pl.Expr) -> pl.Expr:
    """Return times as hours and minutes, such as 09:05."""
    hours, minutes = time.dt.hour().cast(pl.UInt16), time.dt.minute().cast(pl.UInt16)
    return (60 * hours + minutes).cat.to(_CLOCKS).name.keep()


def own_words(
    rows: pl.DataFrame, heights: Sequence[int], names: Iterable[str]
) -> Iterator[pl.DataFrame]:
    """Yield tables that stand one under the other, each with lists of its own words alone.

    Args:
        heights: How many rows each of the tables has.
        names: The columns that have lists of the words of all of them.
    """
    lists = [
        (name, dtype.categories, rows[name].to_physical())
        for name, dtype in rows.schema.items()
        if name in names and isinstance(dtype, pl.Enum)
    ]
    start = 0
    for height in heights:
        columns = {
            name: with_own
            for name, words, places in lists
            if (with_own := _with_own_words(words, places.slice(start, height))) is not None
        }
        yield rows.slice(start, height).with_columns(**columns)
        start += height


def _with_own_words(words: pl.Series, places: pl.Series) -> pl.Expr | None:
    """Return the words at some places of a list, with a list of them alone; none if it is that."""
    present = places.drop_nulls() if places.null_count() else places
    used = np.bincount(present.to_numpy(), minlength=len(words)) > 0
    if used.all():
        return None
    positions = pl.Series(np.cumsum(used, dtype=np.uint32) - np.uint32(1))
    return pl.lit(positions).gather(places).cat.to(pl.Enum(words.filter(pl.Series(used))))


def metadata_as_text(rows: pl.LazyFrame) -> dict[str, str]:
    """Return the metadata of a Parquet file of some rows in which lists of words are text."""
    types = rows.collect_schema().items()
    return _metadata(
        tuple((name, pl.String() if dtype == pl.Enum else dtype) for name, dtype in types)
    )


@cache
def _metadata(types: tuple[tuple[str, pl.DataType], ...]) -> dict[str, str]:
    file = io.BytesIO()
    pl.DataFrame(schema=pl.Schema(types)).write_parquet(file)
    file.seek(0)
    return {_ARROW: pl.read_parquet_metadata(file)[_ARROW]}
