"""A second reading of receipts, from the specifications and nothing of ours.

Standard library and one cryptographic library; shares no line with the product.
"""

import base64
import hashlib
import zipfile
from pathlib import Path

from tests.lib.second_reading import _cards, _json, _name, _note, _pretends, _verifies


def verify_receipt(path: Path, founding: str) -> dict:
    """Return the entry that a receipt proves; fail if it proves nothing."""
    _, origin, first = founding.strip().splitlines()[-1].split(":")
    with zipfile.ZipFile(path) as archive:
        position = int(archive.comment)
        files = {int(n[8:]): archive.read(n) for n in archive.namelist() if n[:8] == "entries/"}
        proofs = {int(n[7:15]): archive.read(n) for n in archive.namelist() if n[:7] == "proofs/"}
    assert hashlib.sha256(files[0]).hexdigest() == first
    (checkpoint,) = {p.split(b"\n\n", 1)[1] for p in proofs.values()}
    body = checkpoint.partition(b"\n\n")[0]
    told, size, root, *extensions = body.decode().split("\n")
    assert all(extensions)
    assert told == origin
    for number, proof in proofs.items():
        magic, *lines = proof.split(b"\n\n", 1)[0].decode().split("\n")
        index, *hashes = lines[lines[0].startswith("extra ") :]
        assert magic == "c2sp.org/tlog-proof@v1"
        assert index == f"index {number}"
        leaf = hashlib.sha256(b"\x00" + files[number]).digest()
        way = [base64.b64decode(h) for h in hashes]
        assert _climb(leaf, number, int(size), way) == base64.b64decode(root)
    known: list[dict] = []
    entries = {}
    for number in sorted(files):
        text, ((name, signature),) = _note(files[number])
        entry = _json(text)
        cards = _cards(entry)
        if number == 0:
            known = cards
        signer = next(
            c for c in known if _name(c) == name and _verifies(c["signer"], name, signature, text)
        )
        if entry["kind"] == "enrol":
            assert "coordinator" in signer["roles"]
            known = [*known, *cards]
        entries[number] = entry
    text, lines = _note(checkpoint)
    assert lines[0][0] == origin
    assert any(_verifies(c["signer"], origin, lines[0][1], text) for c in known)
    for c in known:
        assert not _pretends(c["signer"], origin, lines, text)
        assert not _pretends(c["witness"], f"{_name(c)}/witness", lines, text, b"\x04")
    return entries[position]


def _climb(node: bytes, index: int, size: int, way: list[bytes]) -> bytes:
    if size == 1:
        assert not way
        return node
    split = 1
    while split * 2 < size:
        split *= 2
    if index < split:
        return _hash(_climb(node, index, split, way[:-1]), way[-1])
    return _hash(way[-1], _climb(node, index - split, size - split, way[:-1]))


def _hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
