"""Pictures beside a written section: PNG and JPEG files, as part of the page and without metadata.

Keeps true: a picture is no program and asks nobody for anything; what a camera noted of place, time
and owner does not come into the page.
"""

import base64
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

MOST: Final = 2 * 1024 * 1024  # bytes of a picture
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8"
_DRAWN: Final = frozenset((b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM"))
_NAME: Final = re.compile(r"[^/\\:%]+\.(?:png|jpe?g)", re.IGNORECASE)


class NotAPicture(Exception):
    """A file is no picture that a page shows; the words say why."""


def is_picture_name(address: str) -> bool:
    """Say whether an address is the name of a file beside the section.

    >>> is_picture_name("town.png"), is_picture_name("../town.png"), is_picture_name("a:b.png")
    (True, False, False)
    """
    return _NAME.fullmatch(address) is not None


def picture(file: Path) -> str:
    """Return a picture as the address that stands in a page: all of it, in base 64.

    Raises:
        NotAPicture: it is missing, too large, or neither PNG nor JPEG.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST + 1)
    except OSError:
        data = b""
    if not data:
        raise NotAPicture("cannot be read")
    if len(data) > MOST:
        raise NotAPicture("is larger than 2 MB; make it smaller")
    try:
        kind, plain = ("png", _png(data)) if data.startswith(_PNG) else ("jpeg", _jpeg(data))
    except (struct.error, ValueError):
        kind, plain = "", b""
    if not plain:
        raise NotAPicture("is not a PNG or JPEG picture")
    return f"data:image/{kind};base64,{base64.b64encode(plain).decode()}"


def _png(data: bytes) -> bytes:
    """Return a PNG of the chunks alone that are drawn."""
    return _PNG + b"".join(chunk for kind, chunk in _chunks(data) if kind in _DRAWN)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    offset, kind = len(_PNG), b""
    while kind != b"IEND":
        size, kind = struct.unpack_from(">I4s", data, offset)
        end = offset + 12 + size
        if end > len(data):
            raise ValueError
        yield kind, data[offset:end]
        offset = end


def _jpeg(data: bytes) -> bytes:
    """Return a JPEG without what programs and cameras noted; JFIF's and Adobe's colours stay."""
    if not data.startswith(_JPEG):
        raise ValueError
    parts, offset = [_JPEG], len(_JPEG)
    while True:
        mark, kind, size = struct.unpack_from(">BBH", data, offset)
        if mark != 0xFF or offset + 2 + size > len(data):
            raise ValueError
        if kind == 0xDA:  # what is drawn follows, to the end of the picture
            end = data.rindex(b"\xff\xd9") + 2
            return b"".join([*parts, data[offset:end]])
        if kind in (0xE0, 0xEE) or not (0xE0 <= kind <= 0xEF or kind == 0xFE):
            parts.append(data[offset : offset + 2 + size])
        offset += 2 + size
