"""Limits on what a Parquet file may cost to read, checked before any table is made of it.

A Parquet file of a few megabytes can stand for gigabytes: 400 million rows without a value, a page
that unpacks to a thousand times its size, texts that each repeat the one before. So the footer
and the header of every page are read here first, and compared with limits. Leaves to others: what
the columns are, and what is in them.

The structs are those of parquet.thrift (Apache Parquet).
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from schemas.parquet.thrift import NotThrift, Struct, read_struct

TEXT_MAX: Final = 100  # bytes of a value in a bundle


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that a file may have.

    Attributes:
        groups: Groups of rows.
        footer: Bytes of the footer.
        unpacked: Bytes of all pages, once they are unpacked.
        ratio: How many times the file's size its pages may unpack to.
        free: To how many bytes they may unpack whatever the file's size.
        codecs: How its pages may be packed; by their number in parquet.thrift.
        encodings: How its values may be written; by their number there.
    """

    rows: int
    columns: int
    groups: int
    pages: int
    footer: int
    unpacked: int
    ratio: int
    free: int
    codecs: tuple[int, ...]
    encodings: tuple[int, ...]


# What a partner signed (docs/spec/bundle.md, 4.4): packed by nothing, Snappy or Zstandard, and not
# encoded by DELTA_BYTE_ARRAY, by which each text repeats the one before.
BUNDLE: Final = Limits(
    rows=2_000_000,
    columns=64,
    groups=10_000,
    pages=100_000,
    footer=2**20,
    unpacked=512 * 2**20,
    ratio=1000,
    free=16 * 2**20,
    codecs=(0, 1, 6),
    encodings=(0, 2, 3, 5, 6, 8, 9),
)
# What an officer's own system wrote: as much as there is memory for, in any way that polars reads.
EXTRACT: Final = Limits(
    rows=2**31,
    columns=2**14,
    groups=2**20,
    pages=2**24,
    footer=2**26,
    unpacked=2**40,
    ratio=2**20,
    free=2**30,
    codecs=tuple(range(8)),
    encodings=tuple(range(10)),
)
_HEADER_MAX: Final = 64 * 1024  # bytes of a page's header, with its statistics
_CELL: Final = 8  # bytes of a cell of text, with what separates it from the next
_MAGIC: Final = b"PAR1"
_PAGES: Final = {0: (5, 1, 2), 2: (7, 1, 2), 3: (8, 1, 4)}  # by type: its header, values, encoding
_DICTIONARY: Final = 2


class NotParquet(ValueError):
    """The bytes are not a well-formed Parquet file."""


class LimitExceeded(NotParquet):
    """The file exceeds a limit. The message names the limit, and never a value."""


@dataclass(frozen=True, slots=True)
class ParquetCounts:
    """How many rows a Parquet file has, and its footer, once the file is known to be within limits.

    Attributes:
        footer: Its fields, by their numbers in parquet.thrift.
    """

    rows: int
    footer: Struct


def count_rows(data: bytes, limits: Limits = BUNDLE) -> int:
    """Return how many rows a Parquet file has. Raises as `count` does."""
    return count(data, limits).rows


def count(data: bytes, limits: Limits = BUNDLE) -> ParquetCounts:
    """Count what reading a Parquet file costs.

    Raises:
        LimitExceeded: it costs more than the limits allow.
        NotParquet: it is not a Parquet file.
    """
    try:
        return _File(data, limits).count()
    except NotParquet:
        raise
    except NotThrift as fault:
        raise LimitExceeded(str(fault)) from None
    except (IndexError, KeyError, TypeError, AttributeError, ValueError):
        raise NotParquet("it is not a well-formed Parquet file") from None


def size_as_text(path: Path) -> int | None:
    """Return about how many bytes of text a Parquet file holds, by its footer.

    None if it is not a Parquet file, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            file.seek(-8, os.SEEK_END)
            tail = file.read()
            length = int.from_bytes(tail[:4], "little")
            if tail[4:] != _MAGIC or length > EXTRACT.footer:
                return None
            file.seek(-8 - length, os.SEEK_END)
            meta, _ = read_struct(file.read(length))
        unpacked = sum(chunk[3][6] for group in meta[4] for chunk in group[1])
        return int(max(unpacked, meta[3] * (len(meta[2]) - 1) * _CELL))
    except (OSError, NotThrift, IndexError, KeyError, TypeError):
        return None


def _require(holds: object, fault: str) -> None:
    if not holds:
        raise LimitExceeded(fault)


@dataclass(slots=True)
class _File:
    """A file, and what has been counted of it so far."""

    data: bytes
    limits: Limits
    packed: int = 0
    unpacked: int = 0
    pages: int = 0

    def count(self) -> ParquetCounts:
        size = len(self.data)
        length = int.from_bytes(self.data[-8:-4], "little")
        marks = self.data[:4], self.data[-4:]
        if size < 12 or marks != (_MAGIC, _MAGIC):
            raise NotParquet("it is not a Parquet file")
        _require(length <= min(self.limits.footer, size - 12), "its footer is too large")
        footer = size - 8 - length
        meta, _ = read_struct(self.data[footer : size - 8])
        _require(0 <= meta[3] <= self.limits.rows, f"it has more than {self.limits.rows:,} rows")
        columns = len(meta[2]) - 1
        _require(
            0 < columns <= self.limits.columns, f"it has more than {self.limits.columns} columns"
        )
        _require(meta[2][0][5] == columns, "its columns are nested")
        _require(not any(c.get(5) or c.get(3) == 2 for c in meta[2][1:]), "columns are nested")
        _require(len(meta[4]) <= self.limits.groups, "it has too many groups of rows")
        for group in meta[4]:
            _require(len(group[1]) == columns, "a group of rows has other columns")
            for chunk in group[1]:
                self._chunk(chunk, group[3], footer)
        _require(
            sum(group[3] for group in meta[4]) == meta[3], "its rows are not those of its groups"
        )
        return ParquetCounts(int(meta[3]), meta)

    def _chunk(self, chunk: Struct, rows: int, footer: int) -> None:
        """Count the pages of a column in a group of rows."""
        _require(
            1 not in chunk and 8 not in chunk, "a column lies in another file, or is encrypted"
        )
        meta = chunk[3]
        _require(meta[4] in self.limits.codecs, "it is packed in a way that is not used")
        if rows == meta[7] == 0:  # it has no pages
            return
        position = min(offset for offset in (meta.get(11), meta[9]) if offset)
        end = position + meta[7]
        _require(len(_MAGIC) <= position <= end <= footer, "a column lies outside of it")
        self.packed += meta[7]
        _require(self.packed <= len(self.data), "its columns lie over one another")
        values = 0
        while position < end:
            header, length = read_struct(self.data[position : min(end, position + _HEADER_MAX)])
            values += self._page(header)
            position += length + header[3]
        _require(position == end and values == rows, "a column's pages are not as its footer says")

    def _page(self, header: Struct) -> int:
        """Count a page; return how many values it holds."""
        kind, count, encoding = _PAGES[header[1]]
        _require(header[2] >= 0 and header[3] >= 0, "a page has no size")
        self.unpacked += header[2]
        self.pages += 1
        _require(self.pages <= self.limits.pages, "it has too many pages")
        _require(
            self.unpacked
            <= min(self.limits.unpacked, max(self.limits.free, self.limits.ratio * len(self.data))),
            "its pages unpack to more than is read",
        )
        _require(
            header[kind][encoding] in self.limits.encodings,
            "it is encoded in a way that is not used",
        )
        _require(0 <= header[kind][count] <= self.limits.rows, "a page has too many values")
        return 0 if header[1] == _DICTIONARY else int(header[kind][count])
