"""Whether there is memory enough to read an extract, asked before the first byte of it is read.

A program that gets no more memory is ended by the system, without a message that helps. Where the
system does not say how much there is, every file is tried.
"""

import ctypes
import sys
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from schemas.extract.errors import SourceRefused
from schemas.parquet.limits import size_as_text
from schemas.zip_files import UNREADABLE

_TIMES: Final = 5.5  # bytes of memory for each byte of text that is read (bench/README.md)
_BESIDE: Final = 300 * 2**20  # bytes for the libraries, and for unlocking the key
_RESERVED: Final = 3  # bytes that the libraries reserve for each that they use
_GROUPS: Final = Path("/sys/fs/cgroup")


def refuse_what_does_not_fit(paths: Iterable[Path]) -> None:
    """Refuse files for which there is too little memory.

    Raises:
        SourceRefused: they need more than is free, or than this process may have.
    """
    needed = round(sum(map(_size, paths)) * _TIMES) + _BESIDE
    free = min((n for n in (_of_machine(), _of_process(), _of_group()) if n is not None), default=0)
    if 0 < free < needed:
        raise SourceRefused(
            "memory-too-small",
            f"to read it takes about {needed / 10**9:.1f} GB of memory, and {free / 10**9:.1f} GB "
            "are free",
        )


def _size(path: Path) -> int:
    """Return how many bytes of text a file holds, as it says itself."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(member.file_size for member in archive.infolist())
    except UNREADABLE:  # it is no zip, or cannot be read, which is said later
        size = path.stat().st_size if path.is_file() else 0
        return size_as_text(path) or size


def _of_machine() -> int | None:
    """Return how much memory is free on this computer."""
    if sys.platform == "win32":
        return _of_windows()
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    values = dict(line.split(":", 1) for line in lines)
    return _number(lambda: values["MemAvailable"].split()[0], 1024)


def _of_windows() -> int | None:
    """Return how much memory Windows still gives out, its page file included."""
    if sys.platform != "win32":
        return None
    eight = ctypes.c_ulonglong
    names = ("physical", "free", "paged", "free_paged", "virtual", "free_virtual", "extended")

    class Status(ctypes.Structure):
        _fields_ = [
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((n, eight) for n in names),
        ]

    status = Status(length=ctypes.sizeof(Status))
    answered = ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
    return int(status.free_paged) if answered else None


def _of_process() -> int | None:
    """Return how much memory this process may still take, where one of its limits is set."""
    if sys.platform == "win32":
        return None
    import resource  # noqa: PLC0415 - Windows has none

    try:
        counts = [int(pages) for pages in Path("/proc/self/statm").read_text("ascii").split()]
    except (OSError, ValueError):
        return None
    pages_of = {resource.RLIMIT_AS: counts[0], resource.RLIMIT_DATA: counts[5]}
    free = [
        max((most - pages * resource.getpagesize()) // _RESERVED, 1)
        for limit, pages in pages_of.items()
        if (most := resource.getrlimit(limit)[0]) != resource.RLIM_INFINITY
    ]
    return min(free, default=None)


def _of_group() -> int | None:
    """Return how much the group of processes may still take that Linux limits together."""

    def group_folder() -> Path:
        groups = Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines()
        name = next(group for group in groups if group.startswith("0::"))
        return _GROUPS / name.removeprefix("0::").lstrip("/")

    def limit_of(name: str) -> int | None:
        return _number(lambda: (group_folder() / name).read_text(encoding="ascii"))

    most, used = limit_of("memory.max"), limit_of("memory.current")
    return None if most is None or used is None else max(most - used, 1)


def _number(read: Callable[[], str], times: int = 1) -> int | None:
    """Return a number that the system tells; None where it tells none."""
    try:
        return int(read()) * times
    except (OSError, KeyError, ValueError, StopIteration):
        return None
