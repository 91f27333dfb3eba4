"""Where a partnership's log and bundles lie: a folder on a share.

Keeps true: what is published is never replaced; sizes are bounded before reading. A store trusts
nobody and proves nothing: whoever can write to it can put anything there, or take it away, and
what is there is believed only as far as `log.py` verifies it.
"""

import contextlib
import errno
import re
import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from exchange.errors import LogBroken
from exchange.publishing import CannotPublish, aside, publish, sweep

FOLDERS: Final = ("log", "bundles", "witness")
_SYNCED: Final = re.compile(r"onedrive|sharepoint|dropbox|google ?drive", re.IGNORECASE)


class AlreadyThere(Exception):
    """Another file has that name in the store."""


class FolderStore:
    """A store that is a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __str__(self) -> str:
        return str(self.root)

    def set_up(self) -> None:
        """Make the folders, and prove that what is published can't be replaced.

        Raises:
            LogBroken: the folder can't be written, or would let one writer replace another's file.
        """
        if any(_SYNCED.search(part) for part in self.root.resolve().parts):
            raise LogBroken(
                "the folder is kept by a sync client, which would make conflict copies of the log",
                "use a folder on a file share that all partners reach directly",
            )
        with _in_words(self.root):
            for name in FOLDERS:
                (self.root / name).mkdir(parents=True, exist_ok=True)
        trial = f"witness/.trial-{secrets.token_hex(8)}"
        try:
            self.publish(trial, b"1")
            with contextlib.suppress(AlreadyThere):
                self.publish(trial, b"2")
            if self.read(trial, 10) != b"1":
                raise LogBroken(
                    "this folder lets one writer replace another's file; no log can be kept in it",
                    "nothing was founded; use another file share",
                )
        finally:
            with contextlib.suppress(OSError):
                (self.root / trial).unlink()

    def read(self, name: str, most: int) -> bytes | None:
        """Return a file's bytes, or None where there is none.

        Raises:
            LogBroken: it is larger than `most`, or the store can't be read.
        """
        with _in_words(self.root):
            try:
                with (self.root / name).open("rb") as file:
                    content = file.read(most + 1)
            except FileNotFoundError:
                self._reachable()
                return None
        if len(content) > most:
            raise LogBroken(
                f"{name} is larger than any {name.split('/', maxsplit=1)[0]} file may be"
            )
        return content

    def open(self, name: str) -> BinaryIO | None:
        """Open a file for reading, or return None where there is none."""
        with _in_words(self.root):
            try:
                return (self.root / name).open("rb")
            except FileNotFoundError:
                self._reachable()
                return None

    def publish(self, name: str, content: bytes | BinaryIO, tag: str = "") -> None:
        """Put a file in place, whole, where there is none of that name.

        Raises:
            AlreadyThere: there is one; nothing was changed.
            LogBroken: the store can't be written.
        """
        target = self.root / name
        with _in_words(self.root):
            self._reachable()
            if target.exists():
                raise AlreadyThere(name)
            with aside(target, tag) as (file, path):
                if isinstance(content, bytes):
                    file.write(content)
                else:
                    shutil.copyfileobj(content, file, 1024 * 1024)
                try:
                    publish(file, path, target)
                except FileExistsError:
                    raise AlreadyThere(name) from None

    def destroy(self, name: str) -> None:
        """Delete a bundle; it may be gone already.

        Raises:
            LogBroken: the store can't be written.
        """
        with _in_words(self.root):
            self._reachable()
            (self.root / name).unlink(missing_ok=True)

    def sweep(self, tag: str) -> None:
        """Delete what an interrupted run wrote aside under a tag."""
        with _in_words(self.root):
            for folder in FOLDERS:
                sweep(self.root / folder, tag)

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, sorted."""
        with _in_words(self.root):
            return sorted(path.name for path in (self.root / folder).iterdir())

    def written(self, name: str) -> datetime | None:
        """Return when a file was written by the store's own clock, where it can be told."""
        try:
            return datetime.fromtimestamp((self.root / name).stat().st_mtime, UTC)
        except OSError:
            return None

    def _reachable(self) -> None:
        """Tell a file that is not there from a store that is not there."""
        if not (self.root / "log").is_dir():
            raise FileNotFoundError(errno.ENOENT, "there is no store")


@contextlib.contextmanager
def _in_words(root: Path) -> Iterator[None]:
    """Turn the system's refusals into ours."""
    says = ""
    try:
        yield
    except CannotPublish:
        says, hint = "has no way to put a file in place without replacing another", "use another"
    except OSError as fault:
        says, hint = _WORDS.get(fault.errno or 0, ("can't be used: " + (fault.strerror or "?"), ""))
    if says:
        raise LogBroken(f"the store {root} {says}", *([hint] if hint else []))


_WORDS: Final = {
    errno.ENOENT: ("is not there", "is the share connected? the path stands in exchange.toml"),
    errno.ENOSPC: ("is full", "make room on the share and run the same command again"),
    errno.EDQUOT: ("is full", "make room on the share and run the same command again"),
    errno.EROFS: ("can only be read", "ask for the right to write there"),
    errno.EACCES: ("does not let you in", "ask for the right to read and write there"),
    errno.EPERM: ("does not let you in", "ask for the right to read and write there"),
    errno.ENOTDIR: ("is not a folder", "the path stands in exchange.toml"),
}
