"""What a payload may cost to read, proved from its bytes before any table is made of them.

A Parquet file of a few megabytes can stand for gigabytes: 400 million rows without a value, a page
that unpacks to a thousand times its size, texts that each repeat the one before. So the footer,
and the header of every page, are read here first, and held to the limits of docs/spec/bundle.md,
4.4. Leaves to others: what the columns are, and what is in them.

The structs are those of parquet.thrift (Apache Parquet).
"""

from dataclasses import dataclass
from typing import Final

from exchange.bundle.thrift import NotThrift, Struct, read_struct

ROWS_MAX: Final = 2_000_000
COLUMNS_MAX: Final = 64
FOOTER_MAX: Final = 1024 * 1024  # bytes
UNPACKED_MAX: Final = 512 * 1024 * 1024  # bytes of all pages
RATIO_MAX: Final = 1000  # times the file's size, from which on pages unpack too far
RATIO_FREE: Final = 16 * 1024 * 1024  # bytes to which they may unpack in any file
PAGES_MAX: Final = 100_000
TEXT_MAX: Final = 128  # bytes of a value
_GROUPS_MAX: Final = 10_000
_HEADER_MAX: Final = 64 * 1024  # bytes of a page's header, with its statistics

_MAGIC: Final = b"PAR1"
_CODECS: Final = (0, 1, 6)  # none, Snappy, Zstandard
_ENCODINGS: Final = (0, 2, 3, 5, 6, 8, 9)  # not 7, by which each text repeats the one before
_PAGES: Final = {0: (5, 1, 2), 2: (7, 1, 2), 3: (8, 1, 4)}  # type: its header, values, encoding
_DICTIONARY: Final = 2


class NoTable(ValueError):
    """A payload is no well-formed Parquet file."""


class TooMuch(NoTable):
    """A payload is no Parquet file that may be read. Says which limit, and never a value."""


def count_rows(data: bytes) -> int:
    """Return how many rows a Parquet file has, once all that reading it costs is in its limits.

    Raises:
        TooMuch: it is not.
        NoTable: it is no Parquet file.
    """
    try:
        return _File(data).rows()
    except NoTable:
        raise
    except NotThrift as fault:
        raise TooMuch(str(fault)) from None
    except (IndexError, KeyError, TypeError, AttributeError, ValueError):
        raise NoTable("it is not a well-formed Parquet file") from None


def _need(holds: object, fault: str) -> None:
    if not holds:
        raise TooMuch(fault)


@dataclass(slots=True)
class _File:
    """A file, and what was counted of it so far."""

    data: bytes
    packed: int = 0
    unpacked: int = 0
    pages: int = 0

    def rows(self) -> int:
        size = len(self.data)
        length = int.from_bytes(self.data[-8:-4], "little")
        marks = self.data[:4], self.data[-4:]
        if size < 12 or marks != (_MAGIC, _MAGIC):
            raise NoTable("it is not a Parquet file")
        _need(length <= min(FOOTER_MAX, size - 12), "its footer is too large")
        footer = size - 8 - length
        meta, _ = read_struct(self.data[footer : size - 8])
        _need(0 <= meta[3] <= ROWS_MAX, f"it has more than {ROWS_MAX:,} rows")
        columns = len(meta[2]) - 1
        _need(0 < columns <= COLUMNS_MAX, f"it has more than {COLUMNS_MAX} columns")
        _need(meta[2][0][5] == columns, "its columns are nested")
        _need(not any(one.get(5) or one.get(3) == 2 for one in meta[2][1:]), "columns are nested")
        _need(len(meta[4]) <= _GROUPS_MAX, "it has too many groups of rows")
        for group in meta[4]:
            _need(len(group[1]) == columns, "a group of rows has other columns")
            for chunk in group[1]:
                self._chunk(chunk, group[3], footer)
        _need(sum(group[3] for group in meta[4]) == meta[3], "its rows are not those of its groups")
        return int(meta[3])

    def _chunk(self, chunk: Struct, rows: int, footer: int) -> None:
        """Count the pages of a column in a group of rows."""
        _need(1 not in chunk and 8 not in chunk, "a column lies in another file, or is encrypted")
        meta = chunk[3]
        _need(meta[4] in _CODECS, "it is packed in a way that is not used")
        at = min(offset for offset in (meta.get(11), meta[9]) if offset)
        end = at + meta[7]
        _need(len(_MAGIC) <= at <= end <= footer, "a column lies outside of it")
        self.packed += meta[7]
        _need(self.packed <= len(self.data), "its columns lie over one another")
        values = 0
        while at < end:
            header, length = read_struct(self.data[at : min(end, at + _HEADER_MAX)])
            values += self._page(header)
            at += length + header[3]
        _need(at == end and values == rows, "a column's pages are not as its footer says")

    def _page(self, header: Struct) -> int:
        """Count a page; return how many values it holds."""
        kind, count, encoding = _PAGES[header[1]]
        _need(header[2] >= 0 and header[3] >= 0, "a page has no size")
        self.unpacked += header[2]
        self.pages += 1
        _need(self.pages <= PAGES_MAX, "it has too many pages")
        _need(
            self.unpacked <= min(UNPACKED_MAX, max(RATIO_FREE, RATIO_MAX * len(self.data))),
            "its pages unpack to more than is read",
        )
        _need(header[kind][encoding] in _ENCODINGS, "it is encoded in a way that is not used")
        _need(0 <= header[kind][count] <= ROWS_MAX, "a page has too many values")
        return 0 if header[1] == _DICTIONARY else int(header[kind][count])
