"""The distinct values of a column of text, and which of them each row holds.

Most columns of an extract hold few values again and again. Whoever works on the values, and then on
whole numbers in place of them, spares most of the time and the memory that the text takes.
"""

from collections.abc import Sequence

import polars as pl


def distinct(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the distinct values of some text, and for each row the place of its value among them.

    Nothing is no value, and has no place.

    >>> values, places = distinct(pl.Series(["b", None, "a", "b"]))
    >>> values.to_list(), places.to_list()
    (['b', 'a'], [0, None, 1, 0])
    """
    kind = pl.Categorical(pl.Categories.random())  # of its own, which numbers values from 0
    coded = text.cast(kind)
    places = coded.to_physical()
    last = places.max()
    count = 0 if last is None else int(last) + 1  # type: ignore[arg-type]  # of whole numbers
    codes = pl.int_range(count, dtype=pl.UInt32, eager=True)
    return codes.cat.to(kind).cast(pl.String), places


def distinct_rows(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Return the distinct rows of some columns, in any order.

    Columns that hold the same in every row cost little, and most tables have a single code list.

    >>> rows = pl.DataFrame({"a": ["x", "x"], "b": [None, None], "c": [0, 1]})
    >>> distinct_rows(rows, ["a", "b"]).rows()
    [('x', None)]
    """
    table, differing = rows.select(names), varying(rows, names)
    if len(differing) > 1:
        return table.unique()
    first = table.head(1)
    if not differing:
        return first
    values = table[differing[0]].unique().to_frame()
    return first.drop(differing).join(values, how="cross").select(names)


def varying(rows: pl.DataFrame, names: Sequence[str]) -> list[str]:
    """Return those of some columns that do not hold the same in every row."""
    column = pl.col(names)
    alike = rows.select(column.eq_missing(column.first()).all()).row(0, named=True)
    return [name for name in names if not alike[name]]
