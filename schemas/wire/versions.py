"""The columns and types of a dataset's versions, and rows brought from one version to another.

Leaves to others: what the values are held to (`shared_table.py`).
"""

import polars as pl

from schemas.datasets.column_types import enum_of
from schemas.datasets.dataset import Dataset, Upgrade
from schemas.datasets.shared_columns import RECORD_ID, Column
from schemas.wire import wire_of


class NotAsDeclared(Exception):
    """A table is not what its dataset says may be shared. Names columns, and no values."""


def type_of(column: Column) -> pl.DataType | type[pl.DataType]:
    """Return the polars type of a column."""
    return enum_of(column.words) if column.words else getattr(pl, column.type)


def polars_schema(dataset: Dataset, version: int | None = None) -> pl.Schema:
    """Return the shared columns of a dataset with their types, in its newest or another version.

    Raises:
        KeyError: this release does not know that version.
    """
    return pl.Schema({c.name: type_of(c) for c in wire_of(dataset, version).columns})


def conform(rows: pl.DataFrame, dataset: Dataset, version: int | None = None) -> pl.DataFrame:
    """Return a table in the types of its dataset's form; text and lists of words may be either.

    Args:
        version: The version that it is of; the newest if not told.

    Raises:
        NotAsDeclared: it has other columns, or words that are not of a list. Names columns.
        KeyError: this release does not know that version.
    """
    check_types(rows.schema, dataset, version)
    return _cast(rows, polars_schema(dataset, version))


def check_types(types: pl.Schema, dataset: Dataset, version: int | None = None) -> None:
    """Prove that columns are those of a dataset's form; text and lists of words may be either.

    Raises:
        NotAsDeclared: they are others.
        KeyError: this release does not know that version.
    """
    schema = polars_schema(dataset, version)
    if tuple(types) != tuple(schema) or not all(
        _may_stand_for(types[n], schema[n]) for n in schema
    ):
        raise NotAsDeclared("its columns are not those that may be shared")


def _cast(rows: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """Return a table in the types of a form that has its columns.

    Raises:
        NotAsDeclared: a value has no place in its type. Names columns.
    """
    types = rows.schema
    casts = {name: dtype for name, dtype in schema.items() if types[name] != dtype}
    if not casts:
        return rows
    if not all(_may_stand_for(types[name], schema[name]) for name in casts):
        raise NotAsDeclared("its columns are not those that may be shared")
    cast = rows.with_columns(
        pl.col(name).cast(pl.String).cast(dtype, strict=False) for name, dtype in casts.items()
    )
    wrong = [name for name in casts if cast[name].null_count() != rows[name].null_count()]
    if wrong:
        raise NotAsDeclared("not as may be shared: " + ", ".join(sorted(wrong)))
    return cast


def _may_stand_for(dtype: pl.DataType, declared: pl.DataType) -> bool:
    return dtype == declared or (_is_text(dtype) and _is_text(declared))


def _is_text(dtype: pl.DataType) -> bool:
    return dtype == pl.String or isinstance(dtype, pl.Enum | pl.Categorical)


def upgrade_rows(rows: pl.DataFrame, dataset: Dataset, version: int) -> pl.DataFrame:
    """Return checked rows of an earlier version as rows of the newest; their ids stay beside them.

    Raises:
        NotAsDeclared: what the declaration says of the change does not lead there.
    """
    for number, upgrade in enumerate(dataset.upgrades[version - 1 :], start=version + 1):
        has = wire_of(dataset, number).names
        rows = rows.drop(upgrade.drops).rename(upgrade.renames)
        rows = rows.with_columns(
            *(pl.lit(value).alias(name) for name, value in upgrade.adds.items() if name in has),
            *(_with_words(name, words) for name, words in upgrade.words.items() if name in has),
        )
    return _in_form(rows, dataset, dataset.version)


def _with_words(name: str, words: dict[str, str]) -> pl.Expr:
    return pl.col(name).cast(pl.String).replace(words)


def as_version(rows: pl.DataFrame, dataset: Dataset, version: int) -> pl.DataFrame:
    """Return rows of the newest version as rows of an earlier one; their ids stay beside them.

    Raises:
        NotAsDeclared: that version has no word for what they say; the message names columns.
    """
    for upgrade in reversed(dataset.upgrades[version - 1 :]):
        rows = _undo(upgrade, rows)
    return _in_form(rows, dataset, version)


def _undo(upgrade: Upgrade, rows: pl.DataFrame) -> pl.DataFrame:
    if upgrade.drops:
        raise NotAsDeclared("not held any more: " + ", ".join(sorted(upgrade.drops)))
    rows = rows.drop([name for name in upgrade.adds if name in rows.columns])
    rows = rows.rename({new: old for old, new in upgrade.renames.items()})
    back = {name: {new: old for old, new in words.items()} for name, words in upgrade.words.items()}
    return rows.with_columns(
        _with_words(name, words) for name, words in back.items() if name in rows.columns
    )


def _in_form(rows: pl.DataFrame, dataset: Dataset, version: int) -> pl.DataFrame:
    """Return rows with the columns of a version in its order and types, and their ids if given."""
    schema = polars_schema(dataset, version)
    if RECORD_ID in rows.columns:
        schema = pl.Schema({RECORD_ID: pl.String(), **schema})
    if set(rows.columns) | {RECORD_ID} != set(schema) | {RECORD_ID}:
        raise NotAsDeclared("its columns are not those that may be shared")
    types = rows.schema
    schema = pl.Schema({name: dtype for name, dtype in schema.items() if name in types})
    other = [n for n, dtype in schema.items() if types[n] != dtype and not _is_text(dtype)]
    typed = rows.select(list(schema)).with_columns(
        pl.col(name).cast(schema[name], strict=False) for name in other
    )
    return _cast(typed, schema)
