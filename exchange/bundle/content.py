"""How a sender recognises rows that were sent before: by an HMAC over a form of our own.

The form (docs/spec/bundle.md, 3.3) is written out here, value by value, so that it is the same with
every version of the table library, and can be made without it.
"""

import hashlib
import hmac
from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl

from partners.entries import canonical_json
from partners.register.state import ReturnKey
from schemas.both_cores import one_ahead
from schemas.quarters import Covered

_MAGIC: Final = b"csp-exchange/v1/content\n"
_SLICE: Final = 100_000  # rows whose values are held at a time, to spare memory
_TEXT: Final = (pl.String, pl.Enum, pl.Categorical)
_KINDS: Final = {pl.Date: "date", pl.Time: "time", **dict.fromkeys(_TEXT, "text")}


def content_of(
    rows: pl.DataFrame, *, secret: bytes, key: ReturnKey, covered: Covered, version: int
) -> str:
    """Return the HMAC by which the same rows for the same dates are recognised, in hexadecimal.

    Args:
        rows: The columns that are shared, and no others.
        secret: The sender's `content` key.
        version: Of the form that the rows are in.
    """
    digest = hmac.new(secret, _MAGIC, hashlib.sha256)
    about = {
        "columns": [[c.name, _KINDS.get(c.dtype.base_type(), "number")] for c in rows],
        "covered": {"first": covered.first.isoformat(), "last": covered.last.isoformat()},
        "dataset": key.dataset,
        "part": key.part,
        "partner": key.partner,
        "personal": key.personal,
        "rows": rows.height,
        "schema": version,
    }
    digest.update(canonical_json.write(about))
    for piece in one_ahead(piece for column in rows for piece in _pieces(column)):
        digest.update(piece)
    return digest.hexdigest()


def _pieces(column: pl.Series) -> Iterator[bytes]:
    """Yield a column: which rows have a value, then the values, text as its lengths and bytes."""
    yield column.is_not_null().to_numpy().tobytes()
    values = column.drop_nulls() if column.null_count() else column
    if _KINDS.get(column.dtype.base_type()) != "text":
        yield from (_numbers(part.to_physical()) for part in _parts(values))
        return
    if _is_one_word(values):
        word = str(values[0]).encode()
        yield np.full(len(values), len(word), "<i8").tobytes()
        yield word * len(values)
        return
    text = _text(values)
    yield from (_numbers(part.str.len_bytes()) for part in _parts(text))
    yield from (part.str.join().item().encode() for part in _parts(text))


def _text(values: pl.Series) -> pl.Series:
    if isinstance(values.dtype, pl.Enum):  # to take its words is quicker than to cast it
        return values.dtype.categories.gather(values.to_physical())
    return values.cast(pl.String)


def _parts(values: pl.Series) -> Iterator[pl.Series]:
    return (values.slice(start, _SLICE) for start in range(0, len(values), _SLICE))


def _is_one_word(values: pl.Series) -> bool:
    """Say whether all values are the same word of a list, which is quick to see."""
    if values.is_empty() or not isinstance(values.dtype, pl.Enum):
        return False
    return values.min() == values.max()


def _numbers(values: pl.Series) -> bytes:
    """Write whole numbers as 8 bytes each, the least significant first."""
    return values.cast(pl.Int64).to_numpy().astype("<i8", copy=False).tobytes()
