"""The officer's own copy of the log's entries: read in place of the store's, where it is verified.

One file that only grows; a run that was killed leaves at most half an entry at its end, which is
cut off. Believed no more than a store: what counts is what the memory vouches for.
"""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

_DIGITS: Final = 8  # of the length before each entry


class EntryCache:
    """Entries as they were read, in order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ends: list[int] = []  # of the entries, as far as they have been walked through

    def __len__(self) -> int:
        """How many entries have been walked through, or added."""
        return len(self._ends)

    def __iter__(self) -> Iterator[bytes]:
        """Walk through the whole entries that are there."""
        self._ends = []
        return self.walk_on()

    def walk_on(self) -> Iterator[bytes]:
        """Walk through the whole entries after those that have been walked through."""
        with contextlib.suppress(OSError), self._path.open("rb") as file:
            end = self._ends[-1] if self._ends else 0
            file.seek(end)
            while (digits := file.read(_DIGITS)).isdigit() and len(digits) == _DIGITS:
                entry = file.read(int(digits))
                if len(entry) < int(digits):
                    return
                end += _DIGITS + len(entry)
                self._ends.append(end)
                yield entry

    def __getitem__(self, position: int) -> bytes:
        """Return one entry that has been walked through; nothing where it can't be read."""
        if position >= len(self._ends):  # the file was lost meanwhile, and could not be made again
            return b""
        start = self._ends[position - 1] if position else 0
        with contextlib.suppress(OSError), self._path.open("rb") as file:
            file.seek(start + _DIGITS)
            return file.read(self._ends[position] - start - _DIGITS)
        return b""

    @property
    def ends(self) -> list[int]:
        """Where the entries end that have been walked through, or added."""
        return self._ends

    def skip(self, ends: list[int]) -> bool:
        """Take the first entries for walked through, as it is known where they end.

        Returns:
            Whether the file is long enough to hold them; nothing is taken where it is not.
        """
        with contextlib.suppress(OSError):
            if self._path.stat().st_size >= ends[-1]:
                self._ends = [*ends]
                return True
        return False

    def cut(self, count: int) -> None:
        """Keep the first so many entries."""
        del self._ends[count:]

    def keep_aside(self) -> None:
        """Begin again; what was there is kept beside it, so that it can be sent again."""
        with contextlib.suppress(OSError):
            self._path.replace(self._path.with_name(f"{self._path.name}-given-up"))
        self._ends = []

    def append(self, entries: Sequence[bytes]) -> None:
        """Add entries; a disk that is full costs the copy, and nothing else."""
        if not entries:
            return
        end = self._ends[-1] if self._ends else 0
        with contextlib.suppress(OSError):
            descriptor = os.open(
                self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600
            )
            with os.fdopen(descriptor, "r+b") as file:
                file.truncate(end)
                file.seek(end)
                file.write(b"".join(f"{len(e):0{_DIGITS}d}".encode() + e for e in entries))
            for entry in entries:
                end += _DIGITS + len(entry)
                self._ends.append(end)
