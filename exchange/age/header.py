"""The header of an age file (C2SP age.md, "Header"): written in one way, read in that way only.

Keeps true: its lines, its stanzas and all of it are bounded before they are read, and reading takes
time in proportion to them. The limits stand in docs/spec/bundle.md, 2.4.

Leaves to others: what a stanza's body holds (`recipients.py`), and the MAC's key.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import BinaryIO, Final

from exchange.age.errors import HeaderBroken

HEADER_MAX: Final = 4 * 1024 * 1024  # bytes; a thousand hybrid recipients take 1.7 MB
STANZAS_MAX: Final = 1000  # as many as a statement can name recipients
LINE_MAX: Final = 4096  # bytes with its line feed; a hybrid recipient's takes 1,513
BODY_MAX: Final = 64 * 1024  # characters of a stanza's body; a hybrid recipient's has 43
_VERSION: Final = b"age-encryption.org/v1\n"
_COLUMNS: Final = 64
_WORD: Final = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Stanza:
    """What one recipient needs to unwrap the file key."""

    type: str
    arguments: tuple[str, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Header:
    """The stanzas, the bytes that the MAC is over, and the MAC."""

    stanzas: tuple[Stanza, ...]
    signed: bytes
    mac: bytes


def b64(data: bytes) -> str:
    """Encode in base64 without padding."""
    return base64.b64encode(data).decode().rstrip("=")


def unb64(text: str) -> bytes:
    """Decode base64 without padding, in its canonical form only.

    Raises:
        HeaderBroken: it is not.
    """
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        data = None
    if data is None or b64(data) != text:
        raise HeaderBroken("the header holds text that is not canonical base64")
    return data


def write(stanzas: list[Stanza]) -> bytes:
    """Return the header up to and including the three dashes, which is what the MAC is over."""
    lines = []
    for stanza in stanzas:
        lines.append(" ".join(("->", stanza.type, *stanza.arguments)))
        body = b64(stanza.body)
        lines += [body[i : i + _COLUMNS] for i in range(0, len(body), _COLUMNS)]
        if len(body) % _COLUMNS == 0:
            lines.append("")
    return _VERSION + "".join(line + "\n" for line in lines).encode() + b"---"


def read(source: BinaryIO, first: bytes) -> Header:
    """Read a header, leaving the source at the first byte of the payload.

    Args:
        first: Its first line, which was read of the source already.

    Raises:
        HeaderBroken: it is not one, is not canonical, is cut, or is too large.
    """
    lines = _Lines(source, first)
    if lines.next() != _VERSION.rstrip(b"\n").decode():
        raise HeaderBroken("this is not an age file")
    stanzas: list[Stanza] = []
    while (line := lines.next()).startswith("-> "):
        if len(stanzas) == STANZAS_MAX:
            raise HeaderBroken(f"the header has more than {STANZAS_MAX} stanzas")
        stanzas.append(_stanza(line, lines))
    if not stanzas or not line.startswith("--- "):
        raise HeaderBroken("the header is not well formed")
    mac = unb64(line[4:])
    if len(mac) != 32:
        raise HeaderBroken("the header's MAC has the wrong length")
    signed = bytes(lines.read[: -len(line) - 1]) + b"---"
    return Header(tuple(stanzas), signed, mac)


def _stanza(line: str, lines: "_Lines") -> Stanza:
    words = line[3:].split(" ")
    if not all(_WORD.fullmatch(word) for word in words):
        raise HeaderBroken("a stanza of the header is not well formed")
    body: list[str] = []
    while True:
        part = lines.next()
        if len(part) > _COLUMNS or len(body) * _COLUMNS >= BODY_MAX:
            raise HeaderBroken("a line or a stanza of the header is too long")
        body.append(part)
        if len(part) < _COLUMNS:
            return Stanza(words[0], tuple(words[1:]), unb64("".join(body)))


class _Lines:
    """The lines of a source, one by one, and all that was read of it."""

    def __init__(self, source: BinaryIO, first: bytes) -> None:
        self._source = source
        self._first: bytes | None = first
        self.read = bytearray()

    def next(self) -> str:
        line = self._source.readline(LINE_MAX + 1) if self._first is None else self._first
        self._first = None
        self.read += line
        if len(line) > LINE_MAX or len(self.read) > HEADER_MAX:
            raise HeaderBroken("a line of the header is too long, or it is larger than 4 MiB")
        if not line.endswith(b"\n") or not line.isascii():
            raise HeaderBroken("the header is cut, or is not text")
        return line[:-1].decode()
