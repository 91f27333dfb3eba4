"""Text that people write into files: settings, mappings, lists, cards, the first line of a secret.

Keeps true: one reader for all of them, so that what Notepad, PowerShell or an e-mail program does
to a file (a byte-order mark, UTF-16, Windows-1252, lines that end in CR LF) makes no difference.
Leaves to others: what the text means, and extracts (`file_kinds.py`), which are too large for this.
"""

from pathlib import Path
from typing import Final

_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
MARK: Final = "\ufeff"


def read_text(path: Path) -> str:
    """Return the text of a file, without a mark at its front, its lines ended by line feeds.

    Raises:
        OSError: it can't be read.
        ValueError: it is no text.
    """
    return decode_text(path.read_bytes())


def decode_text(content: bytes) -> str:
    """Return bytes as text, as `read_text` does.

    >>> decode_text("\\ufeffa\\r\\nb".encode("utf-16-le"))
    'a\\nb'

    Raises:
        ValueError: they are no text.
    """
    text = _decode(content)
    if text is None or "\x00" in text:
        raise ValueError
    return text.removeprefix(MARK).replace("\r\n", "\n").replace("\r", "\n")


def _decode(content: bytes) -> str | None:
    """Return bytes in the first encoding in which they are text; None if there is none."""
    if content.startswith(_UTF16):
        encodings = ["utf-16"]
    elif b"\x00" in content[:2]:
        encodings = ["utf-16-be" if content[:1] == b"\x00" else "utf-16-le"]
    else:
        encodings = ["utf-8", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
