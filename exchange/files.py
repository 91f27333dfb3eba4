"""Putting a file in its place: whole or not at all, and never over another.

Written aside and forced to disk first, then published by a step that cannot replace: a hard link;
on Windows a rename, which refuses a name that is taken; where a share has no hard links,
renameat2 with RENAME_NOREPLACE, on a Mac renamex_np with RENAME_EXCL. Opening exclusively and
writing afterwards would let a reader see half a file, and a kill leave an empty one for ever.

A file that a newer release wrote is refused. Each says its format as a number at the top; one that
says none is of format 1.
"""

import contextlib
import ctypes
import errno
import os
import re
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final

from exchange.errors import Usage

_NO_LINKS: Final = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
# What Windows says of a file that another program has open: access denied, sharing violation, lock
# violation. A virus scanner, an indexer or OneDrive lets go within seconds; Excel does not.
_HELD: Final = (5, 32, 33)
_WAITS: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)  # seconds
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9])$", re.IGNORECASE)
# What a share says that has no such thing as forcing a file to disk.
_NO_FORCE: Final = (errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_AT_FDCWD: Final = -100
_RENAME_NOREPLACE: Final = 1
_RENAME_EXCL: Final = 4  # the same on a Mac


class CannotPublish(OSError):
    """This folder has no way to put a file in place without replacing another."""


def is_held(fault: OSError) -> bool:
    """Say whether Windows refused because another program has the file open."""
    return getattr(fault, "winerror", None) in _HELD


def retry_while_held(change: Callable[[], object]) -> None:
    """Change a name on disk; while another program holds it, try again for some three seconds.

    Raises:
        OSError: it can't be changed, or is still held.
    """
    for wait in _WAITS:
        try:
            change()
        except OSError as fault:
            if not is_held(fault):
                raise
        else:
            return
        time.sleep(wait)
    change()


def is_reserved(name: str) -> bool:
    """Say whether Windows keeps a file name for itself, whatever follows the first dot.

    >>> is_reserved("con.founding"), is_reserved("conwy")
    (True, False)
    """
    return _RESERVED.match(name.split(".", maxsplit=1)[0].strip()) is not None


@contextlib.contextmanager
def temporary_file(target: Path, tag: str = "") -> Iterator[tuple[BinaryIO, Path]]:
    """Yield a new private file beside the target, gone afterwards unless the plug is pulled.

    Args:
        tag: By which `sweep` finds what a pulled plug left; random where nobody will.

    Raises:
        OSError: it cannot be written; it names the target where the disk is full.
    """
    path = target.with_name(f".{target.name}.{tag or secrets.token_hex(6)}.part")
    descriptor = os.open(
        path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600
    )
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file, path
    except OSError as fault:
        if fault.errno in _FULL and fault.filename is None:  # no write says which file it is of
            fault.filename = str(target)
        raise
    finally:
        # What a scanner holds is swept another time; it must not hide why something failed.
        with contextlib.suppress(OSError):
            path.unlink()


def sweep(folder: Path, tag: str) -> None:
    """Delete what was written aside under a tag and never published."""
    for path in folder.glob(f".*.{tag}.part"):
        with contextlib.suppress(OSError):
            path.unlink()


def publish(file: BinaryIO, temporary: Path, target: Path) -> bool:
    """Force a finished file to disk and give it its name; say whether the disk could be forced.

    Raises:
        FileExistsError: the name is taken; nothing was changed.
        CannotPublish: the folder offers no way that is safe.
    """
    forced = _force(file)
    file.close()
    if sys.platform == "win32":
        retry_while_held(lambda: temporary.rename(target))  # refuses a name that is taken
        return forced
    try:
        os.link(temporary, target)
    except OSError as fault:
        if fault.errno not in _NO_LINKS:
            raise
        _rename_without_replacing(temporary, target)
    sync_folder(target.parent)
    return forced


def _force(file: BinaryIO) -> bool:
    """Force what was written to disk; say whether the file system knows how to."""
    file.flush()
    try:
        os.fsync(file.fileno())
    except OSError as fault:
        if fault.errno not in _NO_FORCE:
            raise
        return False
    return True


def create(target: Path, content: bytes) -> None:
    """Write a file of our own, whole or not at all, where there is none.

    Raises:
        FileExistsError, CannotPublish: as for `publish`.
    """
    with temporary_file(target) as (file, path):
        file.write(content)
        publish(file, path, target)


def replace(target: Path, content: bytes) -> None:
    """Write a file of our own, whole or not at all, over what was there."""
    with temporary_file(target) as (file, path):
        file.write(content)
        _force(file)
        file.close()
        retry_while_held(lambda: path.replace(target))
        sync_folder(target.parent)


def swap(folder: Path, fresh: Path, names: Iterable[str]) -> None:
    """Put what lies in a folder in the place of names in another: all of it, or nothing.

    What had those names goes aside first, and comes back if anything can't be moved, for example
    because a table is open in Excel.

    Args:
        folder: Where it goes; `fresh`, where it comes from, on the same disk.
        names: Further names that were there before and are not to stay.

    Raises:
        OSError: something can't be moved; all is as it was.
    """
    fresh_names = sorted(path.name for path in fresh.iterdir())
    before = folder / f".before-{secrets.token_hex(6)}"
    before.mkdir(mode=0o700)
    moved: list[tuple[Path, Path]] = []

    def move(old: Path, new: Path) -> None:
        retry_while_held(partial(old.rename, new))
        moved.append((old, new))

    try:
        for name in sorted({*fresh_names, *names}):
            if (folder / name).exists():
                move(folder / name, before / name)
        for name in fresh_names:
            move(fresh / name, folder / name)
    except OSError:
        for old, new in reversed(moved):
            retry_while_held(partial(new.rename, old))
        before.rmdir()
        raise
    sync_folder(folder)
    shutil.rmtree(before, ignore_errors=True)


def scratch(folder: Path | None = None) -> "tempfile.TemporaryDirectory[str]":
    """Return a private folder, in a folder or where the system has such; it goes at the end.

    What a scanner still holds then does not make a command fail that has done its work.
    """
    prefix = "csp-exchange-" if folder is None else ".pull-"
    return tempfile.TemporaryDirectory(prefix=prefix, dir=folder, ignore_cleanup_errors=True)


def put_back(folder: Path) -> None:
    """Put back what a swap had put aside when it was killed."""
    for before in folder.glob(".before-*"):
        for path in before.iterdir():
            if not (folder / path.name).exists():
                retry_while_held(partial(path.rename, folder / path.name))
        shutil.rmtree(before, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Force a folder's names to disk, where the system can."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some network file systems have no such thing
    finally:
        os.close(descriptor)


def _rename_without_replacing(temporary: Path, target: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    old, new = os.fsencode(temporary), os.fsencode(target)
    if hasattr(libc, "renameat2"):
        status = libc.renameat2(_AT_FDCWD, old, _AT_FDCWD, new, _RENAME_NOREPLACE)
    elif hasattr(libc, "renamex_np"):
        status = libc.renamex_np(old, new, _RENAME_EXCL)
    else:
        raise CannotPublish(errno.ENOTSUP, "no hard links, and no rename that refuses to replace")
    if status == 0:
        return
    number = ctypes.get_errno()
    if number == errno.EEXIST:
        raise FileExistsError(number, os.strerror(number))
    if number in (*_NO_LINKS, errno.EINVAL):
        raise CannotPublish(number, "no hard links, and no rename that refuses to replace")
    raise OSError(number, os.strerror(number))


def refuse_newer(content: Any, path: Path, known: int = 1, number: str = "format") -> None:
    """Refuse what a file says where a newer release wrote it.

    Args:
        number: What the file calls the number that shows it.

    Raises:
        Usage: it did.
    """
    format_ = content.get(number, 1) if isinstance(content, dict) else 1
    if isinstance(format_, int) and format_ > known:
        raise Usage(
            "file-needs-newer",
            f'"{path.name}" needs a newer version of exchange: it has {number} {format_}, and '
            f"this release knows {known}",
        )


def refuse_existing(path: Path, *hints: str) -> None:
    """Refuse to write a file where there is one already.

    Raises:
        Usage: there is.
    """
    if path.exists():
        raise Usage("file-already-exists", f"{path.name} already exists", *hints)
