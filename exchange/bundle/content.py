"""What tells a sender that the same rows were sent before: an HMAC over a form of our own.

The form (docs/spec/bundle.md, 3.3) is written out here, value by value, so that it is the same with
every version of the table library, and can be made without it.
"""

import hashlib
import hmac
from collections.abc import Iterator
from typing import Final

import polars as pl

from partners.entries import canonical_json
from partners.register.state import ReturnKey
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
        rows: The columns that leave, and no others.
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
    for column in rows:
        for piece in _pieces(column):
            digest.update(piece)
    return digest.hexdigest()


def _pieces(column: pl.Series) -> Iterator[bytes]:
    """Yield a column: which rows have a value, then the values, text as its lengths and bytes."""
    yield column.is_not_null().to_numpy().tobytes()
    text = _KINDS.get(column.dtype.base_type()) == "text"
    values = column.drop_nulls().cast(pl.String) if text else column.drop_nulls().to_physical()
    parts = [values.slice(at, _SLICE) for at in range(0, len(values), _SLICE)]
    for part in parts:
        yield _numbers(part.str.len_bytes() if text else part)
    for part in parts if text else ():
        yield part.str.join().item().encode()


def _numbers(values: pl.Series) -> bytes:
    """Write whole numbers as 8 bytes each, the least significant first."""
    return values.cast(pl.Int64).to_numpy().astype("<i8").tobytes()
