"""Columns of words from a list: polars writes them faster than text, and readers see text.

To write text, polars looks up each value again; words that it holds as numbers of a list (`Enum`)
are written in half of that time. The file's metadata tells readers of Arrow which type a column
had; here it says text, which is what Parquet stores anyway.

Keeps true: what one submission says is in no other's file. polars writes the whole list, and rows
that are merged together share a list of the words of all of them.
"""

import io
from collections.abc import Iterable
from typing import Final

import polars as pl

_ARROW: Final = "ARROW:schema"  # what polars calls the types in a file's metadata
_CLOCKS: Final = pl.Enum([f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(60)])


def word(value: str, of: Iterable[str] = ()) -> pl.Expr:
    """Return a column with one word in each row, from a list of this word or of several."""
    return pl.lit(value, dtype=pl.Enum(sorted({value, *of})))


def clock(time: pl.Expr) -> pl.Expr:
    """Return times as hours and minutes, such as 09:05."""
    hours, minutes = time.dt.hour().cast(pl.UInt16), time.dt.minute().cast(pl.UInt16)
    return (60 * hours + minutes).cat.to(_CLOCKS).name.keep()


def with_own_words(rows: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    """Return rows of which the columns of these names have lists of their own words alone."""
    return rows.with_columns(
        _of_its_own(rows[name], dtype.categories)
        for name, dtype in rows.schema.items()
        if name in names and isinstance(dtype, pl.Enum)
    )


def _of_its_own(column: pl.Series, listed: pl.Series) -> pl.Series:
    words = column.unique().drop_nulls()
    if len(words) == len(listed):
        return column
    return column.cast(pl.Enum(words.cast(pl.String).sort()))


def metadata_as_text(rows: pl.LazyFrame) -> dict[str, str]:
    """Return the metadata of a Parquet file of some rows in which lists of words are text."""
    empty = pl.DataFrame(schema=rows.collect_schema()).cast({pl.Enum: pl.String})
    file = io.BytesIO()
    empty.write_parquet(file)
    file.seek(0)
    return {_ARROW: pl.read_parquet_metadata(file)[_ARROW]}
