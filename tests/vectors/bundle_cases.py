"""Bundles, a good one and each kind of bad: who opens it, what was signed, and what comes of it."""

import hashlib
import hmac
import io
from collections.abc import Callable

from exchange import age
from partners.entries import canonical_json
from tests.lib.armor import armored
from tests.vectors.seal import SEALED
from tests.vectors.world import officer, statement, written

HEADER = b"\n--- "  # the line of the header's MAC


def sealed(name: str) -> bytes:
    return (SEALED / f"{name}.age").read_bytes()


def payload(data: bytes) -> bytes:
    plain = io.BytesIO()
    age.decrypt(io.BytesIO(data), plain, [officer("police").identity])
    return plain.getvalue()


def _vector(
    comment: str,
    clause: str,
    expect: str,
    source: str = "good",
    change: Callable[[bytes], bytes] = bytes,
    *,
    resigned: bool = True,
    signed_payload: bytes | None = None,
    opener: str = "analysts",
    schema: int = 1,
    also: dict[str, str] | None = None,
    band: str = "10-49",
) -> Callable[[], bytes]:
    """Return what writes a vector.

    Args:
        change: What was done to the sealed file.
        resigned: It was done before the sender signed; else after.
        signed_payload: Whose hash the sender signed, where it is not what is inside.
        schema: The version that the sender signed.
        also: Headers beside those of all vectors.
    """

    def make() -> bytes:
        whole = sealed(source)
        data = change(whole)
        signed = data if resigned else whole
        inside = hashlib.sha256(signed_payload or payload(whole)).hexdigest()
        fields = statement(
            schema=schema,
            bundle={"sha256": hashlib.sha256(signed).hexdigest(), "size": len(signed)},
            payload={"sha256": inside},
            counts={"rows_in": band, "accepted": band, "left_out": {}},
            recipients=[
                {"who": "police/liaison", "key": officer("police").signer},
                {"who": "analysts/analyst", "key": officer("analysts").signer},
            ],
        )
        headers = {
            "comment": comment,
            "clause": clause,
            "identity": str(officer(opener).identity),
            "sender": "police",
            "expect": expect,
            **(also or {}),
        }
        files = {"statement": canonical_json.write(fields), "bundle.age": data}
        return written(headers, files)

    return make


def _flip(at: Callable[[bytes], int]) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        n = at(data)
        return data[:n] + bytes([data[n] ^ 1]) + data[n + 1 :]

    return change


def _body(data: bytes) -> int:
    """Return where the sealed payload begins: after the header and its nonce."""
    return data.index(b"\n", data.index(HEADER) + 1) + 1 + 16


RECORD = b"csp-exchange/v2/record"
SIGNED, AGE, OPENS = "4.1", "2.2 4.2", "4.2"
BUNDLES: dict[str, Callable[[], bytes]] = {
    "good": _vector("a good one", "4", "opened"),
    "altered-after-signing": _vector(
        "one bit changed after it was signed", SIGNED, "not as signed",
        change=_flip(lambda d: len(d) // 2), resigned=False,
    ),
    "cut-after-signing": _vector(
        "cut after it was signed", SIGNED, "ends early", change=lambda d: d[:-100], resigned=False
    ),
    "longer-after-signing": _vector(
        "a byte more than was signed", SIGNED, "not as signed",
        change=lambda d: d + b"x", resigned=False,
    ),
    "another-file": _vector(
        "another bundle in its place", SIGNED, "not as signed",
        change=lambda d: sealed("other-rows")[: len(d)].ljust(len(d), b"x"), resigned=False,
    ),
    "mac-altered": _vector(
        "the header's MAC changed", AGE, "not opened", change=_flip(lambda d: d.index(HEADER) + 8)
    ),
    "header-not-canonical": _vector(
        "a line of the header ends in a space", AGE, "not opened",
        change=lambda d: d.replace(b"\n-> ", b" \n-> ", 1),
    ),
    "stanza-dropped": _vector(
        "a recipient's stanza taken out", SIGNED, "not as described",
        change=lambda d: d[: d.index(b"-> ")] + d[d.index(b"-> ", d.index(b"-> ") + 3) :],
    ),
    "payload-altered": _vector(
        "one bit of the sealed payload changed", AGE, "not opened",
        change=_flip(lambda d: _body(d) + 40),
    ),
    "last-chunk-cut": _vector(
        "the last chunk cut short", AGE, "not opened", change=lambda d: d[:-17]
    ),
    "trailing": _vector("bytes after the last chunk", AGE, "not opened", change=lambda d: d + b"x"),
    "in-armour": _vector("a good one, as text", "2.1", "opened", change=armored),
    "in-armour-with-a-long-line": _vector(
        "as text, of which a line is too long", "2.1 4.1", "not opened",
        change=lambda d: armored(d).replace(b"\n", b"", 2).replace(b"FILE-----", b"FILE-----\n", 1),
    ),
    "no-age-file": _vector(
        "no age file at all", AGE, "not opened", change=lambda d: b"hello\n" * 20
    ),
    "for-others": _vector(
        "named as a recipient, and not sealed for", OPENS, "not for this key", "for-others"
    ),
    "another-payload": _vector(
        "the payload is not the one signed", "4.3", "not as signed", signed_payload=b"another"
    ),
    "no-table": _vector("the payload is no table", "4.4", "not as described", "no-table"),
    "rows-not-in-their-band": _vector(
        "more rows are said in the log than the payload holds", "4.4", "not as described",
        band="1000-4999",
    ),
    "more-rows-than-are-read": _vector(
        "millions of rows without a value", "4.4", "too large", "more-rows",
        band="1000000-4999999",
    ),
    **{
        name: _vector(f"the payload says otherwise: {name}", "4.4", "not as described", name)
        for name in ("other-dataset", "other-dates", "other-rows", "other-part", "says-personal")
    },
    **{
        name: _vector(f"not what may leave: {name}", "4.5", "may not be shared", name)
        for name in ("same-record-twice", "other-columns", "too-fine-a-place")
    },
    "second": _vector(
        "a good one in the second form", "4 1.4 1.5 1.6", "opened", "second", schema=2,
        also={
            "first-id": hmac.digest(b"Z" * 32, RECORD + bytes(8), "sha256").hex()[:32],
            "last-id": hmac.digest(b"Z" * 32, RECORD + bytes(7) + b"\x1d", "sha256").hex()[:32],
        },
    ),
    **{
        f"second-{name}": _vector(
            f"in the second form: {comment}", f"4.5 {clause}", "may not be shared",
            f"second-{name}", schema=2,
        )
        for name, clause, comment in (
            ("unsorted", "1.5", "rows that are not in order"),
            ("not-padded", "1.6", "a size that is no step"),
            ("padding-not-zero", "1.6", "padding that is not zeros"),
            ("too-few-alike", "1.8", "four generalised rows that are alike"),
            ("fine-and-protected", "1.8", "a sexual offence that is not generalised"),
        )
    },
}  # fmt: skip
