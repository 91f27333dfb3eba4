"""Ids of records: derived by whoever opens a bundle, from the second form of every dataset on.

The first form stored a random number for each record, which was most of a payload's bytes.

Keeps true: an id says nothing of the record or of its source, and only whoever can open the bundle
can derive it.
"""

import hmac
from typing import Final

import numpy as np
import polars as pl
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from schemas.datasets.shared_columns import RECORD_ID

_PREFIX: Final = b"csp-exchange/v2/record"
_HASH: Final = "sha256"
_HASHED: Final = 32  # bytes of a hash
_BYTES: Final = 16  # of an id
_PLACE: Final = 8  # bytes of the row's place
_COUNTED: Final = 4  # of them, that PBKDF2 counts
_DIGITS: Final = np.frombuffer(bytes(range(256)).hex().encode(), dtype=np.uint16)  # of each byte


def derived_ids(salt: bytes, count: int) -> pl.Series:
    """Return the id of each row of a table, from the salt of its payload and the row's place.

    It is HMAC-SHA-256 of the place. A single round of PBKDF2 is the HMAC of a number that it counts
    from 1 (RFC 8018, 5.2), so one call gives those of all rows but the first, in a fifth of the
    time.
    """
    begins = _PREFIX + bytes(_PLACE - _COUNTED)
    first = hmac.digest(salt, begins + bytes(_COUNTED), _HASH)
    others = _hashes_from_one(salt, begins, count - 1) if count > 1 else b""
    hashed = np.frombuffer(first + others, dtype=np.uint8).reshape(-1, _HASHED)
    digits = np.take(_DIGITS, hashed[:count, :_BYTES]).view(np.uint8)
    ids = pl.Series(RECORD_ID, digits, dtype=pl.Array(pl.UInt8, 2 * _BYTES))
    return ids.cast(pl.List(pl.UInt8)).cast(pl.Binary).cast(pl.String)


def _hashes_from_one(salt: bytes, begins: bytes, count: int) -> bytes:
    """Return HMACs of the numbers from 1, each after the same beginning."""
    once = PBKDF2HMAC(hashes.SHA256(), _HASHED * count, begins, iterations=1)
    return once.derive(salt)


def derived_id(salt: bytes, place: int) -> str:
    """Return the id of one row."""
    message = _PREFIX + place.to_bytes(_PLACE, "big")
    return hmac.digest(salt, message, _HASH)[:_BYTES].hex()
