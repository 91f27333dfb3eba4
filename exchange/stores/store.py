"""What every store can do, and how it is proved.

Keeps true: what is published is never replaced; sizes are bounded before reading. A store trusts
nobody and proves nothing: whoever can write to it can put anything there, or take it away, and
what is there is believed only as far as `log/log.py` verifies it.
"""

import contextlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import BinaryIO, Final, Protocol

from exchange.errors import LogBroken

FOLDERS: Final = ("log", "bundles", "witness")
ACCESS: Final = "your access credentials are in the file that exchange.toml names under access"
_WRITERS: Final = 8  # that try to take one name at once, at set-up


class AlreadyThere(Exception):
    """Another file has that name in the store."""


class Unreachable(LogBroken):
    """The store is missing, or does not answer: nothing is known to be wrong with it."""


class ReplacesFiles(LogBroken):
    """The store lets one writer replace another's file."""


class UnusableFile(Exception):
    """What has a name in the store is too large for it, or is no regular file.

    Attributes:
        start: The first bytes of what is too large, one more than were allowed; else none.
    """

    def __init__(self, start: bytes = b"") -> None:
        super().__init__()
        self.start = start


class Store(Protocol):
    """Files in three folders, by name; `str()` names it as exchange.toml does."""

    def set_up(self) -> None:
        """Make the folders, where the store has such things.

        Raises:
            LogBroken: the store can't be written.
        """

    def read(self, name: str, most: int) -> bytes | None:
        """Return a file's bytes, or None where there is none.

        Raises:
            UnusableFile: it is larger than `most`, or no regular file.
            LogBroken: the store can't be read.
        """

    def open(self, name: str) -> BinaryIO | None:
        """Open a file for reading, or return None where there is none.

        Raises:
            UnusableFile: it is no regular file.
            LogBroken: the store can't be read.
        """

    def publish(self, name: str, content: bytes | BinaryIO, tag: str = "") -> None:
        """Put a file in place, whole, where there is none of that name.

        Args:
            content: Bytes, or a file, which is read from where it stands.
            tag: By which `sweep` finds what an interrupted run left.

        Raises:
            AlreadyThere: there is one; nothing was changed. If it is of the same bytes, a store
                may count it as put in place: its service may have taken it and not said so.
            LogBroken: the store can't be written.
        """

    def destroy(self, name: str) -> None:
        """Delete a file; it may be gone already.

        Raises:
            LogBroken: the store can't be written.
        """

    def sweep(self, tag: str) -> None:
        """Delete what an interrupted run wrote aside under a tag."""

    def names(self, folder: str, after: str = "") -> list[str]:
        """Return the names in a folder that sort after one, sorted.

        Raises:
            LogBroken: the store can't be read.
        """

    def written_at(self, name: str) -> datetime | None:
        """Return when a file was written by the store's own clock, where it is known."""


def prove_no_overwrite(store: Store) -> None:
    """Prove that one writer can't replace another's file, by letting several try at once.

    Raises:
        ReplacesFiles: it would.
        LogBroken: the store can't be written.
    """
    trial = f"witness/.trial-{secrets.token_hex(8)}"

    def take(writer: int) -> list[bytes]:
        with contextlib.suppress(AlreadyThere):
            store.publish(trial, b"%d" % writer)
            return [b"%d" % writer]
        return []

    try:
        with ThreadPoolExecutor(_WRITERS) as pool:
            won = [who for winners in pool.map(take, range(_WRITERS)) for who in winners]
        if len(won) != 1 or take(_WRITERS) or store.read(trial, 10) != won[0]:
            raise ReplacesFiles(
                "store-replaces-files",
                "this store lets one writer replace another's file, so it cannot hold a log",
            )
    finally:
        with contextlib.suppress(LogBroken):
            store.destroy(trial)


def check_size(content: bytes, most: int) -> bytes:
    """Return the bytes that were read of a file, of which one more than `most` was asked for.

    Raises:
        UnusableFile: it is larger than `most`.
    """
    if len(content) > most:
        raise UnusableFile(content[: most + 1])
    return content
