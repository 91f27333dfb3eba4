"""Hashes of many rows, made at once, are those of each row by itself."""

import hashlib
import hmac

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from depersonalise.release.batches import hash_references
from schemas.wire.record_ids import derived_id, derived_ids
from tests.lib.fuzz import examples


@given(st.binary(max_size=64), st.sampled_from([0, 1, 2, 300]))
@examples(20)
def test_an_id_is_the_hmac_of_the_rows_place(salt, count):
    def slowly(place: int) -> str:
        message = b"csp-exchange/v2/record" + place.to_bytes(8, "big")
        return hmac.digest(salt, message, "sha256").hex()[:32]

    assert derived_ids(salt, count).to_list() == [slowly(place) for place in range(count)]
    assert [derived_id(salt, place) for place in range(count)] == [*map(slowly, range(count))]


@pytest.mark.parametrize(
    ("references", "nth"),
    [
        ([], []),
        (["a"], [0]),
        (["a", "é", ""], [0, 0, 0]),
        (["a", None, "b"], [0, 0, 0]),
        (["a", "b", "a", "a"], [0, 0, 1, 2]),
        ([None, "b", None], [0, 0, 1]),
    ],
)
@pytest.mark.parametrize("at_once", [2, 1 << 16])
def test_references_are_hashed_with_the_key_and_repeated_ones_are_numbered(
    references, nth, at_once, monkeypatch
):
    monkeypatch.setattr("depersonalise.release.batches._AT_ONCE", at_once)

    def slowly(reference: str) -> bytes:
        return hashlib.blake2b(reference.encode(), key=bytes(range(32)), digest_size=16).digest()

    done = hash_references(pl.Series("reference", references, dtype=pl.String), bytes(range(32)))
    assert done["ref"].to_list() == [None if r is None else slowly(r) for r in references]
    assert done["nth"].to_list() == nth
    assert done.schema == {"ref": pl.Binary, "nth": pl.UInt32}
