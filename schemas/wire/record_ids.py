"""Ids of records: derived by whoever opens a bundle, from the second form of every dataset on.

The first form stored a random number for each record, which was most of a payload's bytes.

Keeps true: an id says nothing of the record or of its source, and only whoever can open the bundle
can derive it.
"""

import hashlib
import hmac
from typing import Final

import numpy as np
import polars as pl

from schemas.datasets.shared_columns import RECORD_ID

_PREFIX: Final = b"csp-exchange/v2/record"
_HASH: Final = "sha256"
_HASHED: Final = 32  # bytes of a hash
_BYTES: Final = 16  # of an id
_PLACE: Final = 8  # bytes of the row's place
_COUNTED: Final = 4  # of them, that PBKDF2 counts


def derived_ids(salt: bytes, count: int) -> pl.Series:
    """Return the id of each row of a table, from the salt of its payload and the row's place.

    It is HMAC-SHA-256 of the place. A single round of PBKDF2 is the HMAC of a number that it counts
    from 1 (RFC 8018, 5.2), so one call gives those of all rows but the first, in a third of the
    time.
    """
    begins = _PREFIX + bytes(_PLACE - _COUNTED)
    first = hmac.digest(salt, begins + bytes(_COUNTED), _HASH)
    length = _HASHED * (count - 1)
    others = hashlib.pbkdf2_hmac(_HASH, salt, begins, 1, length) if length > 0 else b""
    hashes = np.frombuffer(first + others, dtype=np.uint8).reshape(-1, _HASHED)
    digits = hashes[:count, :_BYTES].tobytes().hex().encode()
    ids = np.frombuffer(digits, dtype=f"S{2 * _BYTES}")
    return pl.Series(RECORD_ID, ids, dtype=pl.Binary).cast(pl.String)


def derived_id(salt: bytes, place: int) -> str:
    """Return the id of one row."""
    message = _PREFIX + place.to_bytes(_PLACE, "big")
    return hmac.digest(salt, message, _HASH)[:_BYTES].hex()
