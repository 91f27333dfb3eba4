"""What is published of a version: hashes of all of it, signed, and the libraries listed."""

import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange.keys import signed_note
from release.release import SIGNER, changes_of, make, verifier

KEY = Ed25519PrivateKey.from_private_bytes(b"a key of the tests, of 32 bytes.")
pytestmark = pytest.mark.soak("install")


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("release") / "made"
    make(KEY, folder)
    return folder


def test_the_signed_hashes_are_those_of_all_files(published):
    note = signed_note.parse((published / "SHA256SUMS.note").read_bytes())
    assert note.is_signed_by(SIGNER, KEY.public_key().public_bytes_raw())
    assert note.text == (published / "SHA256SUMS").read_bytes()
    told = dict(line.split("  ")[::-1] for line in note.text.decode().splitlines())
    files = {f for f in published.iterdir() if not f.name.startswith("SHA256SUMS")}
    assert told == {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in files}
    assert {f.suffix for f in files} == {".whl", ".gz", ".json", ".md"}


def test_the_libraries_are_listed_with_their_versions(published):
    (file,) = published.glob("*.cdx.json")
    listed = json.loads(file.read_text(encoding="utf-8"))
    assert listed["bomFormat"] == "CycloneDX"
    names = {one["name"] for one in listed["components"] if one["version"]}
    assert {"polars", "pandera", "cryptography", "pgeocode", "click"} <= names


def test_nothing_is_written_over(published):
    with pytest.raises(FileExistsError):
        make(KEY, published)


def test_a_version_without_changes_is_not_released():
    with pytest.raises(ValueError, match="write it first"):
        changes_of("9.9", "# Changelog\n\n## 0.1\n")


def test_the_verifier_names_the_key():
    name, key_id, _ = verifier(KEY).split("+", 2)
    assert name == SIGNER
    assert bytes.fromhex(key_id) == signed_note.key_id(SIGNER, KEY.public_key().public_bytes_raw())
