"""Padding: zero bytes in a Parquet file, so that its size does not tell how many rows it has.

They stand between the data and the footer, whose offsets are counted from the beginning of the
file, so that every reader passes over them. Sizes go in steps: the whole file is as
long as the next number whose binary form has at most three significant bits, and at least 16 KiB.

Keeps true: a file that is taken as padded has nothing but zeros between the last thing that its
footer names and the footer itself (`parquet.thrift` of Apache Parquet).
"""

from collections.abc import Iterator
from typing import Final

from schemas.parquet.thrift import Struct

MAGIC: Final = b"PAR1"
LEAST: Final = 16 * 1024
_BITS: Final = 3
_END: Final = 8  # bytes after the footer: its length and the magic
# Numbers of fields in parquet.thrift.
_ROW_GROUPS, _CHUNKS, _META = 4, 1, 3
_PAGES: Final = (9, 10, 11)  # where data pages, an index page and the dictionary begin
_COMPRESSED: Final = 7  # how long they are together
_BESIDE: Final = ((4, 5), (6, 7))  # offset and length of a chunk's two indexes
_BLOOM: Final = (14, 15)  # of its Bloom filter, in its metadata


class NotPadded(Exception):
    """A file is not padded as it should be. Says which rule it breaks."""


def next_size(size: int) -> int:
    """Return the next size that a file may have.

    >>> [next_size(n) for n in (1, 16384, 16385, 20481, 30000)]
    [16384, 16384, 20480, 24576, 32768]
    """
    size = max(size, LEAST)
    step = 1 << max(size.bit_length() - _BITS, 0)
    return -(-size // step) * step


def pad(data: bytes) -> bytes:
    """Return a Parquet file as long as the next size."""
    footer = _footer_at(data)
    return data[:footer] + bytes(next_size(len(data)) - len(data)) + data[footer:]


def check_padded(data: bytes, footer: Struct) -> None:
    """Prove that a file has one of the sizes, and nothing but zeros before its footer.

    Args:
        footer: What it says, by the numbers of parquet.thrift.

    Raises:
        NotPadded: it is not so.
    """
    if next_size(len(data)) != len(data):
        raise NotPadded("its size is not one of the steps")
    try:
        end = max([len(MAGIC), *_ends(footer)])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise NotPadded("its footer cannot be read") from None
    if data[end : _footer_at(data)].strip(b"\0"):
        raise NotPadded("its padding is not all zeros")


def _footer_at(data: bytes) -> int:
    """Return where the footer of a Parquet file begins."""
    length = int.from_bytes(data[-_END:-4], "little")
    if len(data) < len(MAGIC) + _END + length or data[-4:] != MAGIC or data[:4] != MAGIC:
        raise NotPadded("it is not a Parquet file")
    return len(data) - _END - length


def _ends(footer: Struct) -> Iterator[int]:
    """Yield where each thing that the footer names ends."""
    for group in footer.get(_ROW_GROUPS, []):
        for chunk in group[_CHUNKS]:
            meta = chunk[_META]
            start = min(page for n in _PAGES if (page := meta.get(n)))
            yield start + meta[_COMPRESSED]
            for where, (offset, length) in (*((chunk, pair) for pair in _BESIDE), (meta, _BLOOM)):
                if offset in where and length in where:
                    yield where[offset] + where[length]
