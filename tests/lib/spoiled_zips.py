"""Zips that open and can't be read."""

import io
import zipfile


def spoiled_zips(name: str, content: bytes) -> tuple[bytes, bytes, bytes]:
    """Return zips of one file: said to be encrypted, damaged within, of no known compression."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = b"0"
        archive.writestr(name, content)
    data = made.getvalue()
    inside, listed = 30 + len(name), data.index(b"PK\x01\x02")
    return (
        _set(_set(data, 6, b"\x01"), listed + 8, b"\x01"),
        _set(data, inside, b"\xff" * 4),
        _set(_set(data, 8, b"\x61"), listed + 10, b"\x61"),
    )


def _set(data: bytes, at: int, to: bytes) -> bytes:
    return data[:at] + to + data[at + len(to) :]
