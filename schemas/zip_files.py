"""Zips that came from elsewhere: what reading one may raise, and a read that has an end."""

import zipfile
import zlib
from typing import Final

UNREADABLE: Final = (
    zipfile.BadZipFile,  # none, or damaged where the archive says so itself
    zlib.error,  # damaged within what was compressed
    EOFError,  # cut
    RuntimeError,  # encrypted; its NotImplementedError: compressed in a way that Python can't read
    KeyError,  # a file in it is missing
    ValueError,  # a place or a name in it that can't be; its UnicodeDecodeError: not text
    OSError,
)
"""What opening and reading a zip raises where it is not what it should be."""


def read_bounded(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """Return what a file in a zip holds, never reading on beyond `most` bytes.

    Raises:
        BadZipFile: it holds more.
        Exception: one of UNREADABLE.
    """
    with archive.open(name) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise zipfile.BadZipFile
    return data
