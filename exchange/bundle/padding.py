"""Padding: zero bytes in a Parquet file, so that its size does not tell how many rows it has.

They stand between the data and the footer, whose offsets are counted from the beginning of the
file, so that every reader passes over them. Sizes go in steps: the whole file is as
long as the next number whose binary form has at most three significant bits, and at least 16 KiB.

Keeps true: a file that is taken as padded has nothing but zeros between the last thing that its
footer names and the footer itself. The footer is a struct of Thrift's compact protocol (Apache
Parquet's `parquet.thrift`).
"""

from collections.abc import Iterator
from typing import Any, Final

MAGIC: Final = b"PAR1"
LEAST: Final = 16 * 1024
_BITS: Final = 3
_END: Final = 8  # bytes after the footer: its length and the magic
_LENGTHS: Final = {1: 0, 2: 0, 3: 1, 7: 8}  # of true, false, a byte and a decimal number
_DEEPEST: Final = 16  # structs and lists in one another
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


def padded(data: bytes) -> bytes:
    """Return a Parquet file as long as the next size."""
    footer = _footer_at(data)
    return data[:footer] + bytes(next_size(len(data)) - len(data)) + data[footer:]


def check_padded(data: bytes) -> None:
    """Prove that a file has one of the sizes, and nothing but zeros before its footer.

    Raises:
        NotPadded: it is not so.
    """
    if next_size(len(data)) != len(data):
        raise NotPadded("its size is not one of the steps")
    footer = _footer_at(data)
    try:
        said, _ = _struct(data, footer, 0)
        end = max([len(MAGIC), *_ends(said)])
    except (IndexError, KeyError, TypeError, ValueError, AttributeError):
        raise NotPadded("its footer cannot be read") from None
    if data[end:footer].strip(b"\0"):
        raise NotPadded("its padding is not all zeros")


def _footer_at(data: bytes) -> int:
    """Return where the footer of a Parquet file begins."""
    length = int.from_bytes(data[-_END:-4], "little")
    if len(data) < len(MAGIC) + _END + length or data[-4:] != MAGIC or data[:4] != MAGIC:
        raise NotPadded("it is not a Parquet file")
    return len(data) - _END - length


def _ends(said: dict[int, Any]) -> Iterator[int]:
    """Yield where each thing that the footer names ends."""
    for group in said.get(_ROW_GROUPS, []):
        for chunk in group[_CHUNKS]:
            meta = chunk[_META]
            start = min(at for n in _PAGES if (at := meta.get(n)))
            yield start + meta[_COMPRESSED]
            for where, (offset, length) in (*((chunk, one) for one in _BESIDE), (meta, _BLOOM)):
                if offset in where and length in where:
                    yield where[offset] + where[length]


def _struct(data: bytes, at: int, depth: int) -> tuple[dict[int, Any], int]:
    """Read a struct by the numbers of its fields; return it and where it ends."""
    if depth > _DEEPEST:
        raise ValueError
    fields: dict[int, Any] = {}
    number = 0
    while kind := data[at]:
        at += 1
        if kind >> 4:
            number += kind >> 4
        else:
            number, at = _signed(data, at)
        fields[number], at = _value(data, at, kind & 15, depth + 1)
    return fields, at + 1


def _value(data: bytes, at: int, kind: int, depth: int) -> tuple[Any, int]:
    if kind in _LENGTHS:
        return None, at + _LENGTHS[kind]
    match kind:
        case 4 | 5 | 6:  # whole numbers
            return _signed(data, at)
        case 8:  # text, or bytes
            length, at = _varint(data, at)
            return None, at + length
        case 9 | 10:  # a list, or a set
            return _list(data, at, depth)
        case 12:
            return _struct(data, at, depth)
    raise ValueError


def _list(data: bytes, at: int, depth: int) -> tuple[list[Any], int]:
    count, kind = data[at] >> 4, data[at] & 15
    at += 1
    if count == 15:
        count, at = _varint(data, at)
    if count > len(data):
        raise ValueError
    values = []
    for _ in range(count):
        if kind in (1, 2):  # each has a byte of its own
            value, at = data[at] == 1, at + 1
        else:
            value, at = _value(data, at, kind, depth + 1)
        values.append(value)
    return values, at


def _signed(data: bytes, at: int) -> tuple[int, int]:
    number, at = _varint(data, at)
    return (number >> 1) ^ -(number & 1), at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while data[at] & 0x80:
        number |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    return number | data[at] << shift, at + 1
