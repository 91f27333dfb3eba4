"""age files as text (age.md, "ASCII armor"): strict PEM, in one way only.

Keeps true: what is not written in that way is refused, whitespace before and after it excepted, and
lines may end as Windows ends them. Nothing but a block of it is in memory.
"""

import base64
import binascii
import io
from typing import BinaryIO, Final

from exchange.age.errors import HeaderBroken
from exchange.age.header import LINE_MAX
from exchange.age.payload import read_fully

_BEGIN: Final = b"-----BEGIN AGE ENCRYPTED FILE-----"
_END: Final = b"-----END AGE ENCRYPTED FILE-----"
_COLUMNS: Final = 64
_SPACE: Final = b" \t\r\n"
_BLOCK: Final = 64 * 1024


def open_armor(source: BinaryIO) -> tuple[BinaryIO, bytes]:
    """Return an age file without its armour, if it has one, and its first line, which was read.

    Whatever is read of it afterwards raises HeaderBroken where the armour is malformed.
    """
    line, skipped = source.readline(LINE_MAX + 1), 0
    while line and not line.strip(_SPACE) and skipped <= LINE_MAX:
        skipped += len(line)
        line = source.readline(LINE_MAX + 1)
    if line.lstrip(_SPACE) in (_BEGIN + b"\n", _BEGIN + b"\r\n"):
        plain = io.BufferedReader(_Armored(source), _BLOCK)
        return plain, plain.readline(LINE_MAX + 1)
    return source, b"" if skipped else line


class _Armored(io.RawIOBase):
    """What armour holds, read and decoded block by block."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._text = b""  # that was read and is not decoded yet
        self._plain = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # as it is called
        while not self._plain and not self._ended:
            self._plain = self._next()
        chunk, self._plain = self._plain[: len(buffer)], self._plain[len(buffer) :]
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def _next(self) -> bytes:
        read = read_fully(self._source, _BLOCK)
        body, dashes, after = (self._text + read).replace(b"\r\n", b"\n").partition(b"-----")
        if dashes:
            self._end(dashes + after)
            return _decode_lines(body, last=True)
        if not read:
            raise HeaderBroken("the armour has no end")
        whole = len(body) // (_COLUMNS + 1) * (_COLUMNS + 1)
        self._text = body[whole:]
        return _decode_lines(body[:whole], last=False)

    def _end(self, text: bytes) -> None:
        """Read what is left: the last line, and whitespace."""
        self._ended = True
        if (text + read_fully(self._source, _BLOCK)).rstrip(_SPACE) != _END:
            raise HeaderBroken("the armour has no end, or something follows it")
        while part := read_fully(self._source, _BLOCK):
            if part.strip(_SPACE):
                raise HeaderBroken("something follows the armour")


def _decode_lines(body: bytes, *, last: bool) -> bytes:
    """Decode lines of armour, all of them full but the last of all.

    Raises:
        HeaderBroken: they are not written as they have to be.
    """
    text = body.replace(b"\n", b"")
    try:
        plain = base64.b64decode(text, validate=True)
    except binascii.Error:
        plain = b""
    lines = [text[start : start + _COLUMNS] for start in range(0, len(text), _COLUMNS)]
    canonical = base64.b64encode(plain) == text and b"".join(line + b"\n" for line in lines) == body
    if not canonical or (b"=" in text and not last):
        raise HeaderBroken("the armour is malformed")
    return plain
