"""The key of a quarter's rounding: who can make it, and what it follows from."""

import hashlib
import hmac

import pytest

from exchange.pull.cube import rounding_key, secret_of
from exchange.pull.manifest import MergedSubmission

SALTS = (b"ab" * 32, b"cd" * 32)


def hkdf(secret: bytes, info: bytes) -> bytes:
    """RFC 5869 without a salt, for 32 bytes."""
    key = hmac.digest(b"\0" * 32, secret, hashlib.sha256)
    return hmac.digest(key, info + b"\1", hashlib.sha256)


def item(salt: bytes) -> MergedSubmission:
    return MergedSubmission(
        3, "police", "police-crime", "", "2026Q3", "2026Q3", 5, 1, "", {}, secret_of(salt)
    )


def test_the_key_is_derived_as_the_specification_says():
    secrets = [hkdf(salt, b"csp-exchange/v1/rounding bundle") for salt in SALTS]
    assert [bytes.fromhex(secret_of(salt)) for salt in SALTS] == secrets
    key = hkdf(b"".join(secrets), b"csp-exchange/v1/rounding 2026Q3")
    assert rounding_key("2026Q3", map(item, SALTS)) == key


@pytest.mark.parametrize(
    ("quarter", "salts"), [("2026Q4", SALTS), ("2026Q3", SALTS[:1]), ("2026Q3", SALTS[::-1])]
)
def test_another_quarter_or_another_bundle_gives_another_key(quarter, salts):
    assert rounding_key(quarter, map(item, salts)) != rounding_key("2026Q3", map(item, SALTS))


def test_the_manifest_does_not_hold_the_salt():
    assert SALTS[0].decode() not in repr(item(SALTS[0]))
