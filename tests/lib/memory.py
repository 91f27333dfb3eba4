"""A process that may take only so much more memory, as an administrator may limit one."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.lib.partnership import Partnership

ROOT: Final = Path(__file__).parent.parent.parent
TIMEOUT: Final = 900  # seconds, after which a command that waits for nothing is ended
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process so")


# What prlimit limits, and which number of /proc/self/statm counts it.
LIMITS: Final = {"AS": 0, "DATA": 5}
_COMMAND: Final = """
    import re, resource, sys
    from datetime import datetime
    from pathlib import Path
    limit, most, now, *words = sys.argv[1:]
    if most:
        resource.setrlimit(getattr(resource, f"RLIMIT_{limit}"), (int(most), int(most)))
    from exchange.cli.group import App
    from exchange.cli.main import main
    ended = main(words, App(now=datetime.fromisoformat(now), folder=Path.cwd()))
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(ended, re.search(r"VmHWM:\\s+(\\d+) kB", status)[1])
"""


@contextmanager
def memory_for(more: int, limit: str = "AS") -> Iterator[None]:
    """Limit this process to what it has and so many bytes, of which it can use a third."""
    import resource

    kind = getattr(resource, f"RLIMIT_{limit}")
    before = resource.getrlimit(kind)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[LIMITS[limit]])
    resource.setrlimit(kind, (pages * resource.getpagesize() + 3 * more, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(kind, before)


@dataclass(frozen=True)
class Used:
    """How a command ended in a process of its own, its peak memory in KiB, and what it said."""

    status: int
    peak: int
    said: str


def command(p: Partnership, who: str, *words: object, limit: str = "", most: int = 0) -> Used:
    """Type a command that needs the passphrase in a new process, which may be limited.

    Args:
        limit: Which of `LIMITS` is set to `most` bytes.
    """
    typed = [str(word) for word in (*words, "--passphrase-file", "../passphrase.txt")]
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_COMMAND), limit, str(most or ""),
         p.now.isoformat(), *typed],
        cwd=p.root / who, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False, timeout=TIMEOUT,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    ended, peak = done.stdout.splitlines()[-1].split()
    return Used(int(ended), int(peak), said)


def hole(path: Path, size: int) -> Path:
    """Make a file of nothing that is so large, and takes no room on the disk."""
    with path.open("wb") as out:
        out.truncate(size)
    return path
