"""Several tables of one extract that share a key, such as STATS19's, as one table.

Which sources are such, and by which column their tables belong together, the mappings that come
with this tool say. Keeps true: no row is lost. A row of one table that has none in the other stays,
with nothing in the columns of the other, so that checking finds it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from schemas.extract.errors import SourceRefused
from schemas.extract.line_numbers import FILE_LINES, LINE, line_name
from schemas.extract.mapping import Mapping, read_shipped
from schemas.extract.text import plain

Table = tuple[list[str], pl.DataFrame]  # headings; cells under them, with `_line`
_KEY: Final = "_key"
_LINES_NAMED: Final = 5


@dataclass(frozen=True, slots=True, repr=False)
class JoinedTables:
    """The tables of a source as one.

    Attributes:
        alone: The lines of the rows of one table that have none in the other.
    """

    headings: list[str]
    cells: pl.DataFrame
    note: str
    alone: pl.Series


def join_tables(tables: Sequence[Table]) -> JoinedTables | None:
    """Return the tables of a known source as one; None if they are of none.

    Args:
        tables: In the order of their files.

    Raises:
        SourceRefused: they are of one, and each repeats the key.
    """
    for mapping in read_shipped():
        if mapping.join and (joined := _join_by_key(tables, mapping)) is not None:
            return joined
    return None


def key_of(headings: Sequence[str]) -> str:
    """Return the column by which a table belongs to others of a known source; empty if to none."""
    return next((m.join for m in read_shipped() if m.join and m.join in headings), "")


def _join_by_key(tables: Sequence[Table], mapping: Mapping) -> JoinedTables | None:
    """Join the table of records with the table of what belongs to each, as a mapping says."""
    key, columns_used = mapping.join, mapping.headings - {mapping.join}
    kinds = _combine_alike(tables)
    used = [cells for cells in kinds if columns_used & set(cells.columns)]
    if not all(key in headings for headings, _ in tables) or len(used) != 2:
        return None
    if not columns_used <= {column for cells in used for column in cells.columns}:
        return None
    keyed = [cells.with_columns(plain(key).alias(_KEY)) for cells in used]
    records = next((t for t in keyed if t[_KEY].n_unique() == t.height), None)
    if records is None:
        raise _key_repeats(keyed, key)
    (parts,) = (t for t in keyed if t is not records)
    shared = [c for c in parts.columns if c in records.columns and c not in (_KEY, LINE, key)]
    whole = records.drop(shared).join(
        parts, on=_KEY, how="full", suffix="_of_parts", maintain_order="right_left"
    )
    alone = whole.filter(pl.col(key).is_null() | pl.col(f"{key}_of_parts").is_null())
    lines = pl.coalesce(f"{LINE}_of_parts", LINE).alias(LINE)
    name = pl.coalesce(key, f"{key}_of_parts").alias(key)
    columns = [c for c in whole.columns if c not in (LINE, key) and not c.endswith("_of_parts")]
    joined = whole.select(lines, name, *(c for c in columns if c != _KEY))
    note = f"{len(used)} tables joined by the column {key}"
    if len(kinds) > len(used):
        note += f"; {len(kinds) - len(used)} that is not needed was left out"
    note += (
        f"; line 2:17 means line 17 of file 2, and its row in the other file has the same {key}; "
        "columns are numbered as in the joined table"
    )
    return JoinedTables(joined.columns[1:], joined, note, alone.select(lines)[LINE])


def _key_repeats(tables: Sequence[pl.DataFrame], key: str) -> SourceRefused:
    """Say which rows of the table that repeats its key least keep it from being joined."""
    repeats = [t.filter(~pl.col(_KEY).is_first_distinct())[LINE] for t in tables]
    lines = min(repeats, key=len)
    first_lines = ", ".join(map(line_name, lines.head(_LINES_NAMED)))
    rest = len(lines) - _LINES_NAMED
    return SourceRefused(
        "key-repeats",
        f"the files cannot be joined, because each of them has several rows with the same {key}: "
        f"line {first_lines}" + (f" and {rest:,} more" if rest > 0 else ""),
    )


def _combine_alike(tables: Sequence[Table]) -> list[pl.DataFrame]:
    """Bring tables of the same headings together, their lines told apart by their files."""
    kinds: dict[tuple[str, ...], list[pl.DataFrame]] = {}
    for number, (headings, cells) in enumerate(tables):
        lines = pl.col(LINE) + pl.lit(number * FILE_LINES, dtype=pl.UInt32)
        renamed = cells.rename(dict(zip(cells.columns[1:], headings, strict=True)))
        kinds.setdefault(tuple(headings), []).append(renamed.with_columns(lines))
    return [pl.concat(group) for group in kinds.values()]
