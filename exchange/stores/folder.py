"""A store that is a folder: on a file share, or on a disk.

Our own code, and not a library's: what is published is written aside, forced to disk, and given
its name by a step that can't replace (`files.py`).
"""

import contextlib
import errno
import io
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, cast

from exchange.errors import LogBroken
from exchange.files import CannotPublish, is_held, publish, sweep, temporary_file
from exchange.stores import failures
from exchange.stores.store import FOLDERS, AlreadyThere, UnusableFile, check_size
from exchange.stores.sync_folders import is_synced

# The longest name that this store ever writes: a bundle, written aside under an entry's id.
_LONGEST: Final = f"bundles/.{'0' * 64}.age.{'0' * 32}.part"


class FolderStore:
    """A store that is a folder.

    Attributes:
        unforced: Something was written that the share could not be made to put on its disk.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.normpath(root))  # as it is shown
        self.unforced = False
        # What files are asked for by: ".." after a link leads elsewhere than it looks.
        path = _without_limit(os.path.abspath(root)) if sys.platform == "win32" else root  # noqa: PTH100 - it resolves ".."
        self._there = Path(path)
        self._folder = str(path)

    def __str__(self) -> str:
        return str(self.root)

    def set_up(self) -> None:
        """Make the folders.

        Raises:
            LogBroken: the folder can't be written, or is kept by a sync client.
        """
        with _in_words(self.root):
            in_sync_folder = is_synced(self.root)
        if in_sync_folder:
            raise LogBroken(
                "store-in-sync-folder",
                "the folder is in a sync folder, which would make conflicting copies of the log",
            )
        with _in_words(self.root):
            for name in FOLDERS:
                (self._there / name).mkdir(parents=True, exist_ok=True)
        self._prove_long_names()

    def _prove_long_names(self) -> None:
        """Make and delete a file with the longest name, because Windows calls one "not found".

        Raises:
            LogBroken: the path of the store is too long for it.
        """
        path = self._there / _LONGEST
        try:
            path.touch(exist_ok=False)
            path.unlink()
            fault: OSError | None = None
        except OSError as told:
            fault = told
        if fault is None:
            return
        if fault.errno in (errno.ENOENT, errno.ENAMETOOLONG, errno.EINVAL):
            raise LogBroken(
                "store-path-too-long",
                f"the store's path is too long for its files ({len(str(path))} characters)",
            )
        raise _refusal(self.root, fault)

    def read(self, name: str, most: int) -> bytes | None:
        """Return a file's bytes, or None where there is none.

        Raises:
            UnusableFile: it is larger than `most`, or no regular file.
            LogBroken: the store can't be read.
        """
        file = self._open_file(name)
        if file is None:
            return None
        try:
            with file:
                content = file.read(most + 1)
                while len(content) <= most and (chunk := file.read(most + 1 - len(content))):
                    content += chunk  # a share may give it piece by piece
        except OSError as fault:
            raise _refusal(self.root, fault) from None
        return check_size(content, most)

    def open(self, name: str) -> BinaryIO | None:
        """Open a file for reading, or return None where there is none.

        Raises:
            UnusableFile: it is no regular file.
            LogBroken: the store can't be read.
        """
        file = self._open_file(name)
        return None if file is None else cast("BinaryIO", io.BufferedReader(file))

    def _open_file(self, name: str) -> io.FileIO | None:
        path = f"{self._folder}{os.sep}{name.replace('/', os.sep)}"
        try:
            # Asked for thousands of entries, one after the other: the plain call is a third faster.
            file = open(path, "rb", buffering=0, opener=_without_waiting)  # noqa: SIM115 - its caller closes it
        except FileNotFoundError:
            with _in_words(self.root):
                self._check_missing(name)
            return None
        except OSError as fault:
            if fault.errno == errno.ELOOP or os.path.isdir(path):  # noqa: PTH112 - a text, as above
                raise UnusableFile from None
            raise _refusal(self.root, fault) from None
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            file.close()
            raise UnusableFile
        return file

    def publish(self, name: str, content: bytes | BinaryIO, tag: str = "") -> None:
        """Put a file in place, whole, where there is none of that name.

        Raises:
            AlreadyThere: there is one; nothing was changed.
            LogBroken: the store can't be written.
        """
        target = self._there / name
        with _in_words(self.root):
            self._reachable()
            if target.exists():
                raise AlreadyThere(name)
            with temporary_file(target, tag) as (file, path):
                if isinstance(content, bytes):
                    file.write(content)
                else:
                    shutil.copyfileobj(content, file, 1024 * 1024)
                try:
                    self.unforced |= not publish(file, path, target)
                except FileExistsError:
                    raise AlreadyThere(name) from None

    def destroy(self, name: str) -> None:
        """Delete a bundle; it may be gone already.

        Raises:
            LogBroken: the store can't be written.
        """
        with _in_words(self.root):
            self._reachable()
            (self._there / name).unlink(missing_ok=True)

    def sweep(self, tag: str) -> None:
        """Delete what an interrupted run wrote aside under a tag."""
        with _in_words(self.root):
            for folder in FOLDERS:
                sweep(self._there / folder, tag)

    def names(self, folder: str, after: str = "") -> list[str]:
        """Return the names in a folder that sort after one, sorted."""
        with _in_words(self.root):
            names = (path.name for path in (self._there / folder).iterdir())
            return sorted(name for name in names if name > after)

    def written_at(self, name: str) -> datetime | None:
        """Return when a file was written by the store's own clock, where it is known."""
        try:
            return datetime.fromtimestamp((self._there / name).stat().st_mtime, UTC)
        except OSError:
            return None

    def _check_missing(self, name: str) -> None:
        """Distinguish a missing file from a link to nothing, and from a store that is.

        A file that another has put there in the meantime was not there when it was read.
        """
        self._reachable()
        if (self._there / name).is_symlink():
            raise UnusableFile

    def _reachable(self) -> None:
        """Distinguish a missing file from a missing store."""
        if not self._there.is_dir():
            raise FileNotFoundError(errno.ENOENT, "there is no store")
        if not (self._there / "log").is_dir():
            raise LogBroken(
                "store-without-log",
                f"the store {self.root} is a folder without a log",
                "check its path in exchange.toml",
            )


def _without_limit(path: str) -> str:
    r"""Return an absolute path in the form in which Windows allows more than 260 characters.

    >>> print(_without_limit(r"S:\csp"), _without_limit(r"\\server\csp"))
    \\?\S:\csp \\?\UNC\server\csp
    """
    if path.startswith(("\\\\?\\", "\\\\.\\")):
        return path
    return rf"\\?\UNC{path[1:]}" if path.startswith("\\\\") else rf"\\?\{path}"


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; one that is a pipe is not waited for."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


@contextlib.contextmanager
def _in_words(root: Path) -> Iterator[None]:
    """Turn the system's refusals into ours."""
    try:
        yield
    except OSError as told:
        fault = told
    else:
        return
    raise _refusal(root, fault)


def _refusal(root: Path, fault: OSError) -> LogBroken:
    if isinstance(fault, CannotPublish):
        return failures.refusal(root, failures.REPLACES)
    if is_held(fault):
        return LogBroken(
            "store-file-in-use", f"a file in the store {root} is open in another program"
        )
    if getattr(fault, "winerror", None) in _AWAY:
        return failures.refusal(root, failures.AWAY)
    if fault.errno not in _SAID:
        return LogBroken(
            "store-failed", f"the store {root} cannot be used: {fault.strerror or '?'}"
        )
    return failures.refusal(root, _SAID[fault.errno])


# What Windows says when a share goes away: unexpected network error, name gone, time out.
_AWAY: Final = (53, 59, 64, 67, 121)
_SAID: Final[dict[int, failures.Failure]] = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), failures.FULL),
    **dict.fromkeys((errno.EACCES, errno.EPERM), failures.DENIED),
    errno.EROFS: failures.READ_ONLY,
    **dict.fromkeys((errno.ENOENT, errno.EHOSTDOWN, errno.EHOSTUNREACH), failures.AWAY),
    **dict.fromkeys((errno.ENETUNREACH, errno.ESTALE, errno.ETIMEDOUT), failures.AWAY),
    errno.ENAMETOOLONG: (
        LogBroken,
        "store-path-too-long",
        "has a path that is too long",
        "use a folder with a shorter path, or map the share to a drive letter",
    ),
    errno.ENOTDIR: (
        LogBroken,
        "store-not-a-folder",
        "is not a folder",
        "correct its path in exchange.toml",
    ),
}
