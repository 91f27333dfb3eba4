"""Ids of records: derived by whoever opens a bundle, from the second form of every dataset on.

The first form stored a random number for each record, which was most of a payload's bytes.

Keeps true: an id says nothing of the record or of its source, and only whoever can open the bundle
can derive it.
"""

import hmac
from typing import Final

import polars as pl

from schemas.datasets.shared_columns import RECORD_ID

_PREFIX: Final = b"csp-exchange/v2/record"
_BYTES: Final = 16  # of an id
_PLACE: Final = 8  # bytes of the row's place


def derived_ids(salt: bytes, count: int) -> pl.Series:
    """Return the id of each row of a table, from the salt of its payload and the row's place."""
    ids = [
        hmac.digest(salt, _PREFIX + place.to_bytes(_PLACE, "big"), "sha256")[:_BYTES].hex()
        for place in range(count)
    ]
    return pl.Series(RECORD_ID, ids, dtype=pl.String)
