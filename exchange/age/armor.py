"""age files as text (age.md, "ASCII armor"): strict PEM, in one way only."""

import base64
import binascii
from typing import Final

from exchange.age.errors import HeaderBroken

_BEGIN: Final = b"-----BEGIN AGE ENCRYPTED FILE-----"
_END: Final = b"-----END AGE ENCRYPTED FILE-----"
_COLUMNS: Final = 64


def without_armor(data: bytes) -> bytes:
    """Return an age file without its armour; one that has none as it is.

    Raises:
        HeaderBroken: the armour is not written as it has to be.
    """
    lines = data.strip(b" \t\r\n").replace(b"\r\n", b"\n").split(b"\n")
    if lines[0] != _BEGIN:
        return data
    body = b"".join(lines[1:-1])
    try:
        plain = base64.b64decode(body, validate=True)
    except binascii.Error:
        plain = b""
    if lines != armored(plain).splitlines():
        raise HeaderBroken("the armour is malformed")
    return plain


def armored(data: bytes) -> bytes:
    """Return an age file as text."""
    text = base64.b64encode(data)
    lines = [text[start : start + _COLUMNS] for start in range(0, len(text), _COLUMNS)]
    return b"\n".join([_BEGIN, *lines, _END, b""])
