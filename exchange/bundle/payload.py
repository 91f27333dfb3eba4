"""What a payload states, and its table: read only as far as it costs little.

Leaves to others: opening what is encrypted, and what the values are held to (`bundle.py`).
"""

import re
from collections.abc import Mapping
from typing import Final

import polars as pl

from depersonalise.depersonalise import Depersonalised
from exchange.bundle.marking import MARKING, PERSONAL
from exchange.errors import BundleBroken
from partners.entries import canonical_json
from partners.entries.returns import Submit
from schemas.datasets.dataset import Dataset
from schemas.datasets.registry import DATASETS
from schemas.parquet.limits import TEXT_MAX, LimitExceeded, NotParquet, ParquetCounts, count
from schemas.parquet.untrusted import read_untrusted
from schemas.wire.versions import check_types, conform, polars_schema

METADATA: Final = "csp-exchange"
_SALT: Final = r"[0-9a-f]{64}"


def not_described(sender: str) -> BundleBroken:
    """Return the refusal of a payload that is not as its statement says."""
    return BundleBroken(
        "bundle-not-as-described", f"the file of {sender} is not the table that they described"
    )


def _too_large(sender: str, fault: str) -> BundleBroken:
    return BundleBroken(
        "bundle-content-too-large", f"the file of {sender} needs too much memory to read: {fault}"
    )


def count_payload(payload: bytes, sender: str) -> ParquetCounts:
    """Count what a payload costs; nothing of it is read but what says that.

    Raises:
        BundleBroken: it is no table, or would cost too much to read.
    """
    try:
        return count(payload)
    except LimitExceeded as fault:
        raise _too_large(sender, str(fault)) from None
    except NotParquet:
        raise not_described(sender) from None


def read_table(payload: bytes, sender: str, dataset: Dataset, version: int) -> pl.DataFrame:
    """Return the rows of a payload that was counted. Its types are looked at before its rows.

    A text that stands in millions of rows is stored once, and costs as much as all of them to look
    at: so none is longer than those of any dataset.

    Raises:
        BundleBroken: it can't be read, or has a text that is too long.
        NotAsDeclared: its columns are not those of its dataset, or have words that are not theirs.
    """
    types = read_untrusted(pl.read_parquet_schema, payload)
    if types is None:
        raise not_described(sender)
    declared = polars_schema(dataset, version)
    is_as_declared = list(types.items()) == list(declared.items())
    if not is_as_declared:
        check_types(pl.Schema(types), dataset, version)
    rows = read_untrusted(pl.read_parquet, payload)
    if rows is None:
        raise not_described(sender)
    if _longest(rows, types, declared) > TEXT_MAX:
        raise _too_large(sender, f"a text is longer than {TEXT_MAX} bytes")
    return rows if is_as_declared else conform(rows, dataset, version)


def _longest(
    rows: pl.DataFrame, types: Mapping[str, pl.DataType], declared: Mapping[str, pl.DataType]
) -> int:
    """Return the length of the longest text of some rows, in bytes; 0 if they have none.

    Columns whose words are those of their own list are not looked at.
    """
    texts = [
        pl.col(name) if dtype == pl.String else pl.col(name).unique().cast(pl.String)
        for name, dtype in types.items()
        if isinstance(dtype, pl.String | pl.Categorical)
        or (isinstance(dtype, pl.Enum) and dtype != declared[name])
    ]
    lengths = [text.str.len_bytes().max() for text in texts]
    # One column after another, as each costs memory.
    return max((length or 0 for length in rows.select_seq(lengths).row(0)), default=0)


def describe(shared: Depersonalised) -> canonical_json.Json:
    """What a payload states, and nothing of the rows that were not shared."""
    return {
        "dataset": shared.dataset.id,
        "schema": shared.version,
        "quarter": str(shared.covered.quarter),
        "covered": str(shared.covered),
        "rows": shared.rows.height,
        "marking": MARKING,
        "part": shared.policy.part,
        "personal": shared.personal,
        "holds": PERSONAL if shared.personal else "depersonalised information",
        "salt": shared.salt.hex(),
    }


def description(payload: bytes) -> canonical_json.Json:
    """Return what a payload states; nothing if that can't be read."""
    metadata = read_untrusted(pl.read_parquet_metadata, payload) or {}
    try:
        return canonical_json.read(metadata.get(METADATA, "").encode())
    except canonical_json.NotCanonical:
        return {}


def is_described(description: canonical_json.Json, statement: Submit, height: int) -> bool:
    """Say whether a payload of so many rows states what its statement says."""
    salt = str(description.get("salt", ""))
    if DATASETS[statement.dataset].is_second(statement.schema) and not re.fullmatch(_SALT, salt):
        return False
    return (
        description.get("dataset") == statement.dataset
        and description.get("covered") == str(statement.covered)
        and description.get("schema") == statement.schema
        and description.get("rows") == height
        and description.get("personal") == statement.personal
        and description.get("part") == statement.part
    )
