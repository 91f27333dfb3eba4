"""A process that may take only so much more memory, as an administrator may limit one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process so")


@contextmanager
def memory_for(more: int) -> Iterator[None]:
    """Limit this process to what it has and so many bytes, of which it can use a third."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + 3 * more, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def hole(path: Path, size: int) -> Path:
    """Make a file of nothing that is so large, and takes no room on the disk."""
    with path.open("wb") as out:
        out.truncate(size)
    return path
