"""A second reading of the formats, from their specifications and nothing of ours.

Verifies a store from its founding file with the standard library and one cryptographic library:
the log's tree, every entry's signature and entitlement, checkpoints, and that each bundle is the
one that its statement signs. Shares no line with the product, so that both can't be wrong alike.
"""

import base64
import hashlib
import json
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def verify_store(store: Path, founding: str) -> dict:
    """Return size, root, which positions count, and the statements in effect, by position."""
    _, origin, first = founding.strip().splitlines()[-1].split(":")
    files = []
    while (path := store / "log" / f"{len(files):08d}").exists():
        files.append(path.read_bytes())
    assert hashlib.sha256(files[0]).hexdigest() == first
    keys: dict[str, tuple[str, list[str], dict]] = {}  # key, by hexadecimal: name, roles, card
    seen_ids, counts, statements = set(), [], {}
    for position, data in enumerate(files):
        entry, name, signature, text = _note(data)
        ok = entry is not None and entry["origin"] == origin
        cards = _cards(entry) if ok else []
        if ok and position == 0:
            ok = entry["kind"] == "found" and len(cards) == 2
            for card in cards:
                keys[card["signer"]] = (_name(card), card["roles"], card)
        signer = next(
            (k for k, (n, _, _) in keys.items() if _signed(n, k, name, signature, text)), ""
        )
        ok = ok and bool(signer) and (signer, entry["id"]) not in seen_ids
        if ok:
            seen = entry["seen"]
            ok = seen["size"] <= position and _root(files[: seen["size"]]).hex() == seen["root"]
        if ok and entry["kind"] == "enrol":
            ok = "coordinator" in keys[signer][1]
            for card in cards if ok else []:
                keys[card["signer"]] = (_name(card), card["roles"], card)
        if ok and entry["kind"] == "submit":
            card = keys[signer][2]
            ok = "liaison" in card["roles"] and entry["partner"] == card["partner"]
            for old, one in list(statements.items()) if ok else []:
                if _replaces(entry, one):
                    del statements[old]
            if ok:
                statements[position] = entry
        if signer:
            seen_ids.add((signer, entry["id"]))
        counts.append(ok)
    for path in (store / "witness").glob("*.checkpoint"):
        _check(path.read_bytes(), origin, files, keys)
    for statement in statements.values():
        sealed = (store / "bundles" / f"{statement['bundle']['sha256']}.age").read_bytes()
        assert hashlib.sha256(sealed).hexdigest() == statement["bundle"]["sha256"]
        assert len(sealed) == statement["bundle"]["size"]
    return {"size": len(files), "root": _root(files).hex(), "counts": counts, "current": statements}


def _note(data: bytes) -> tuple:
    try:
        text, _, tail = data.rpartition(b"\n\n")
        dash, name, blob = tail.decode().rstrip("\n").split(" ")
        entry = json.loads(text)
    except ValueError:
        return None, "", b"", b""
    assert dash == "—"
    return entry, name, base64.b64decode(blob), text + b"\n"


def _signed(name: str, key: str, claimed: str, signature: bytes, text: bytes) -> bool:
    public = bytes.fromhex(key)
    key_id = hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]
    if claimed != name or signature[:4] != key_id:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], text)
    except InvalidSignature:
        return False
    return True


def _cards(entry: dict) -> list[dict]:
    notes = entry.get("cards") or ([entry["card"]] if "card" in entry else [])
    cards = []
    for note in notes:
        card, name, signature, text = _note(note.encode())
        assert _signed(_name(card), card["signer"], name, signature, text)
        cards.append(card)
    return cards


def _name(card: dict) -> str:
    return f"{card['origin']}/{card['partner']}/{card['officer']}"


def _replaces(new: dict, old: dict) -> bool:
    same = all(new[k] == old[k] for k in ("partner", "dataset", "part", "personal"))
    first, last = new["covered"]["first"], new["covered"]["last"]
    return same and first <= old["covered"]["first"] and old["covered"]["last"] <= last


def _root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + _root(leaves[:k]) + _root(leaves[k:])).digest()


def _check(data: bytes, origin: str, files: list[bytes], keys: dict) -> None:
    text, _, tail = data.rpartition(b"\n\n")
    lines = text.decode().split("\n")
    _, name, blob = tail.decode().rstrip("\n").split(" ")
    assert lines[0] == name == origin
    assert base64.b64decode(lines[2]) == _root(files[: int(lines[1])])
    signature = base64.b64decode(blob)
    assert any(_signed(origin, key, name, signature, text + b"\n") for key in keys)
