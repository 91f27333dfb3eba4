"""The payload of an age file (C2SP age.md, "Payload"): STREAM in chunks of 64 KiB.

Keeps true: nothing is written that was not authenticated; a file that ends before its last chunk,
or goes on after it, is broken.
"""

from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from exchange.age.errors import PayloadBroken, PayloadCutShort

_CHUNK: Final = 64 * 1024
_TAG: Final = 16


def read_fully(source: BinaryIO, size: int) -> bytes:
    """Read so many bytes; fewer only where the source ends: a pipe may give it piece by piece.

    Raises:
        BlockingIOError: the source has nothing yet, and does not wait.
    """
    parts: list[bytes] = []
    while size and (part := source.read(size)) != b"":
        if part is None:
            raise BlockingIOError("the source does not wait for its content")
        parts.append(part)
        size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def seal(source: BinaryIO, target: BinaryIO, key: bytes) -> None:
    """Encrypt all of a source."""
    cipher = ChaCha20Poly1305(key)
    number, chunk = 0, read_fully(source, _CHUNK)
    while True:
        following = read_fully(source, _CHUNK) if len(chunk) == _CHUNK else b""
        target.write(cipher.encrypt(_nonce(number, last=not following), chunk, None))
        if not following:
            return
        number, chunk = number + 1, following


def open_(source: BinaryIO, target: BinaryIO, key: bytes) -> None:
    """Decrypt all of a source.

    Raises:
        PayloadCutShort: it ends before its last chunk.
        PayloadBroken: it was altered.
    """
    cipher = ChaCha20Poly1305(key)
    number, chunk = 0, read_fully(source, _CHUNK + _TAG)
    while True:
        following = read_fully(source, _CHUNK + _TAG) if len(chunk) == _CHUNK + _TAG else b""
        plain = _decrypt(cipher, number, chunk, last=not following)
        if plain is None:
            _explain(cipher, number, chunk, last=not following)
        elif number and not plain:
            raise PayloadBroken("the content ends in an empty chunk")
        else:
            target.write(plain)
        if not following:
            return
        number, chunk = number + 1, following


def _explain(cipher: ChaCha20Poly1305, number: int, chunk: bytes, *, last: bool) -> None:
    if last and (len(chunk) < _TAG or _decrypt(cipher, number, chunk, last=False) is not None):
        raise PayloadCutShort("the content ends early")
    raise PayloadBroken("the content was altered, or is cut in the middle of a chunk")


def _decrypt(cipher: ChaCha20Poly1305, number: int, chunk: bytes, *, last: bool) -> bytes | None:
    try:
        return cipher.decrypt(_nonce(number, last=last), chunk, None)
    except InvalidTag:
        return None


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")
