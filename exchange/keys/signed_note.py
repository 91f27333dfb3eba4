"""Signed notes (C2SP signed-note.md): a text, and Ed25519 signatures under names.

And cosignatures (C2SP tlog-cosignature.md, cosignature/v1): of a witness, with the time at which it
had seen the text.

Keeps true: one way to write a note, and that way only is read. Leaves to others: whose the keys
are, and what the text means.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

# A key's name has no space of Unicode (White_Space, as it has been since 2013) and no plus.
_SPACES: Final = r"\x09-\x0d\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_SIGNATURE: Final = re.compile(rf"— ([^{_SPACES}+]+) ([A-Za-z0-9+/]+={{0,2}})")
_CONTROLS: Final = bytes(set(range(0x20)) - {0x0A})
_TIME_MAX: Final = 32_503_679_999  # of a cosignature: the last second of the year 2999
_ED25519: Final = b"\x01"
_COSIGNATURE: Final = b"\x04"

# The y coordinates of the points of small order, also in their forms that are not reduced: under
# such a key one signature fits any message (libsodium's ge25519_has_small_order has the list).
_P: Final = 2**255 - 19
_Y8: Final = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
_SMALL_ORDER: Final = {0, 1, _P - 1, _P, _P + 1, _Y8, _P - _Y8}


class NoteBroken(ValueError):
    """The bytes are not a signed note, or a signature on it is not the key's."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the key's name, its four-byte id, and the signature."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends in a line feed, and the signatures on it."""

    text: bytes
    signatures: tuple[Signature, ...]

    def is_signed_by(self, name: str, public: bytes) -> bool:
        """Say whether this key signed it under this name, and no line that says so is false."""
        return self.verdict(name, public) is True

    def verdict(self, name: str, public: bytes) -> bool | None:
        """Say whether the signatures that name a key are the key's; None where none names it.

        A note with one that is not is refused by whoever knows the key (signed-note.md).
        """
        key = key_id(name, public)
        claims = [s for s in self.signatures if s.name == name and s.key_id == key]
        return (
            all(verifies(signature.signature, public, self.text) for signature in claims)
            if claims
            else None
        )

    def names_witness(self, name: str, public: bytes) -> bool:
        """Say whether a line names this witness's key, rightly or not."""
        return bool(self._lines_of(name, public))

    def cosigned_by(self, name: str, public: bytes) -> int | None:
        """Return the time of this witness's cosignature, in seconds since 1970.

        None if it has none, or if a line that names its key is not its cosignature.
        """
        times = [self._cosigned_at(line, public) for line in self._lines_of(name, public)]
        return min(times, key=lambda when: -1 if when is None else when, default=None)

    def _lines_of(self, name: str, public: bytes) -> list[Signature]:
        witness = key_id(name, public, _COSIGNATURE)
        return [s for s in self.signatures if s.name == name and s.key_id == witness]

    def _cosigned_at(self, line: Signature, public: bytes) -> int | None:
        when = int.from_bytes(line.signature[:8], "big")
        signed = _cosigned_text(self.text, when)
        good = when <= _TIME_MAX and verifies(line.signature[8:], public, signed)
        return when if good else None


def cosign(text: bytes, name: str, key: Ed25519PrivateKey, when: int) -> bytes:
    """Return a note with one cosignature, of a time in seconds since 1970."""
    public = key.public_key().public_bytes_raw()
    signed = when.to_bytes(8, "big") + key.sign(_cosigned_text(text, when))
    line = base64.b64encode(key_id(name, public, _COSIGNATURE) + signed).decode()
    return text + f"\n— {name} {line}\n".encode()


def _cosigned_text(text: bytes, when: int) -> bytes:
    return f"cosignature/v1\ntime {when}\n".encode() + text


def sign(text: bytes, name: str, key: Ed25519PrivateKey) -> bytes:
    """Return a note with one signature."""
    return text + b"\n" + signature_line(text, name, key)


def signature_line(text: bytes, name: str, key: Ed25519PrivateKey) -> bytes:
    """Return the line of a signature on a text, which can follow those of a note."""
    public = key.public_key().public_bytes_raw()
    signature = base64.b64encode(key_id(name, public) + key.sign(text)).decode()
    return f"— {name} {signature}\n".encode()


def parse(data: bytes) -> Note:
    """Read a note, without verifying anything.

    Raises:
        NoteBroken: it is not well formed.
    """
    text, blank, tail = data.rpartition(b"\n\n")
    if not blank or not tail.endswith(b"\n"):
        raise NoteBroken("this is not a signed note")
    try:
        lines = tail[:-1].decode().split("\n")
        text.decode()
    except UnicodeDecodeError:
        lines = []
    if not lines or len(lines) > 100 or len(data.translate(None, _CONTROLS)) < len(data):
        raise NoteBroken("this is not a signed note")
    return Note(text + b"\n", tuple(_signature(line) for line in lines))


def only_by(data: bytes, name: str, keys: Sequence[bytes]) -> bytes:
    """Return a note without the signatures that are not those of some keys under a name."""
    note, (text, blank, lines) = parse(data), data.rpartition(b"\n\n")
    notes = [Note(note.text, (signature,)) for signature in note.signatures]
    signed = (any(n.is_signed_by(name, key) for key in keys) for n in notes)
    return text + blank + b"".join(compress(lines.splitlines(keepends=True), signed))


@lru_cache(maxsize=4096)
def key_id(name: str, public: bytes, kind: bytes = _ED25519) -> bytes:
    """Return the four bytes by which a signature line names its key."""
    return hashlib.sha256(name.encode() + b"\n" + kind + public).digest()[:4]


def is_usable(public: bytes) -> bool:
    """Say whether a public key is 32 bytes, and not a point of small order."""
    return len(public) == 32 and int.from_bytes(public, "little") % 2**255 not in _SMALL_ORDER


def _signature(line: str) -> Signature:
    match = _SIGNATURE.fullmatch(line)
    if not match:
        raise NoteBroken("a signature line is not well formed")
    try:
        data = base64.b64decode(match[2], validate=True)
    except binascii.Error:
        data = b""
    if len(data) < 5 or base64.b64encode(data).decode() != match[2]:
        raise NoteBroken("a signature line is not well formed")
    return Signature(match[1], data[:4], data[4:])


@lru_cache(maxsize=256)  # a process that runs on reads the same log for each command
def verifies(signature: bytes, public: bytes, text: bytes) -> bool:
    """Say whether a signature is a key's, on a text."""
    key = _key_of(public)
    try:
        if key:
            key.verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return key is not None


@lru_cache(maxsize=4096)
def _key_of(public: bytes) -> Ed25519PublicKey | None:
    """Return a public key that can be used; None where it can't."""
    try:
        return Ed25519PublicKey.from_public_bytes(public) if is_usable(public) else None
    except ValueError:
        return None
