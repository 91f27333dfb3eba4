"""The officer's own copy of the log's entries, with which what a restored backup lost is put back.

One file that only grows; a run that was killed leaves at most half an entry at its end, which is
cut off. Believed no more than a store: what is put back must be, entry by entry, what this client
verified and remembers.
"""

import contextlib
from pathlib import Path
from typing import Final

_DIGITS: Final = 8  # of the length before each entry


class Mirror:
    """Entries as they were read, in order."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> list[bytes]:
        """Return the whole entries that are there."""
        try:
            data = self._path.read_bytes()
        except OSError:
            return []
        found, at = [], 0
        while data[at : at + _DIGITS].isdigit() and at + _DIGITS <= len(data):
            end = at + _DIGITS + int(data[at : at + _DIGITS])
            if end > len(data):
                break
            found.append(data[at + _DIGITS : end])
            at = end
        return found

    def keep(self, entries: list[bytes]) -> None:
        """Hold at least these entries, from the first on; a disk that is full costs the copy."""
        held = self.read()
        if len(entries) <= len(held) and held[: len(entries)] == entries:
            return
        mode, new = (
            ("ab", entries[len(held) :]) if entries[: len(held)] == held else ("wb", entries)
        )
        with contextlib.suppress(OSError), self._path.open(mode) as file:
            file.write(b"".join(f"{len(entry):0{_DIGITS}d}".encode() + entry for entry in new))
