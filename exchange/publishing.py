"""Putting a file in its place: whole or not at all, and never over another.

Written aside and forced to disk first, then published by a step that cannot replace: a hard link;
on Windows a rename, which refuses a name that is taken; where a Linux share has no hard links,
renameat2 with RENAME_NOREPLACE. Opening exclusively and writing afterwards would let a reader see
half a file, and a kill leave an empty one for ever.
"""

import contextlib
import ctypes
import errno
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

_NO_LINKS: Final = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
# What a share says that has no such thing as forcing a file to disk.
_NO_FORCE: Final = (errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
_AT_FDCWD: Final = -100
_RENAME_NOREPLACE: Final = 1


class CannotPublish(OSError):
    """This folder has no way to put a file in place without replacing another."""


@contextlib.contextmanager
def aside(target: Path, tag: str = "") -> Iterator[tuple[BinaryIO, Path]]:
    """Yield a new private file beside the target, gone afterwards unless the plug is pulled.

    Args:
        tag: By which `sweep` finds what a pulled plug left; random where nobody will.
    """
    path = target.with_name(f".{target.name}.{tag or secrets.token_hex(6)}.part")
    descriptor = os.open(
        path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600
    )
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file, path
    finally:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()


def sweep(folder: Path, tag: str) -> None:
    """Delete what was written aside under a tag and never published."""
    for path in folder.glob(f".*.{tag}.part"):
        path.unlink(missing_ok=True)


def publish(file: BinaryIO, written: Path, target: Path) -> bool:
    """Force a finished file to disk and give it its name; say whether the disk could be forced.

    Raises:
        FileExistsError: the name is taken; nothing was changed.
        CannotPublish: the folder offers no way that is safe.
    """
    forced = _force(file)
    file.close()
    if sys.platform == "win32":
        written.rename(target)  # refuses a name that is taken
        return forced
    try:
        os.link(written, target)
    except OSError as fault:
        if fault.errno not in _NO_LINKS:
            raise
        _rename_without_replacing(written, target)
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


def replace(target: Path, content: bytes) -> None:
    """Write a file of our own, whole or not at all, over what was there."""
    with aside(target) as (file, path):
        file.write(content)
        _force(file)
        file.close()
        path.replace(target)
        sync_folder(target.parent)


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


def _rename_without_replacing(written: Path, target: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        raise CannotPublish(errno.ENOTSUP, "no hard links, and no rename that refuses to replace")
    done = libc.renameat2(
        _AT_FDCWD, os.fsencode(written), _AT_FDCWD, os.fsencode(target), _RENAME_NOREPLACE
    )
    if done == 0:
        return
    number = ctypes.get_errno()
    if number == errno.EEXIST:
        raise FileExistsError(number, os.strerror(number))
    if number in (*_NO_LINKS, errno.EINVAL):
        raise CannotPublish(number, "no hard links, and no rename that refuses to replace")
    raise OSError(number, os.strerror(number))
