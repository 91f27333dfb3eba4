"""What is pulled is its owner's alone: the folder it is written in first, and the files it becomes.

Keeps true: nobody else on the machine can read a pulled table; what a stopped pull left goes at the
next one. A decrypted payload is never written to a disk at all (`bundle/bundle.py`).
"""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

_PREFIX: Final = ".pull-"
_LOCK: Final = "lock"
_TO_LOCK: Final = 60  # seconds after which a folder without a lock is none that is being begun


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner can look into; one that is there stays as it is."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


@contextlib.contextmanager
def working_folder(folder: Path) -> Iterator[Path]:
    """Give a private folder inside another, for what is put in place when all of it is there."""
    with tempfile.TemporaryDirectory(
        prefix=_PREFIX, dir=folder, ignore_cleanup_errors=True
    ) as name:
        path = Path(name)
        with FileLock(path / _LOCK):  # by which another pull sees that this one is alive
            _sweep(folder, path)
            new = path / "new"
            new.mkdir(mode=0o700)
            yield new


def _sweep(folder: Path, path: Path) -> None:
    """Delete what stopped pulls left; a running one holds its lock, or will in a moment."""
    begun = path.stat().st_mtime
    for other in folder.glob(f"{_PREFIX}*"):
        with contextlib.suppress(Timeout, OSError):
            if (other / _LOCK).exists():
                with FileLock(other / _LOCK, timeout=0):
                    pass
            elif begun - other.stat().st_mtime < _TO_LOCK:
                continue
            shutil.rmtree(other, ignore_errors=True)


def keep_private(folder: Path) -> None:
    """Let the owner alone read what lies in a folder."""
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
