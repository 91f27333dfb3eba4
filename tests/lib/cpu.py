"""How many CPU seconds a run of the tests costs, by folder: its own, and those of what it starts.

Seconds on a clock say little on a busy machine.
"""

import gc
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_MEMORY = Path("/dev/shm")  # a disk in memory, as Linux has it
_ROOM = 2 * 2**30  # a run leaves less than a tenth of it


def spent() -> float:
    """Return the CPU seconds of this process, and of those it started that have ended."""
    return sum(os.times()[:4])


def spare() -> None:
    """Cost less; to be called before anything imports polars, and before tests are collected.

    One thread of polars in each process: the frames of tests are so small that further ones only
    wait, and the tests run in as many processes as there are cores. What one process compiles,
    the others take, whatever the environment says. Garbage is looked for less often. Folders are
    made in memory where there is room and programs may be run from there: an eighth of what a test
    of a command costs is making, copying and removing files on a disk. The soak writes to the disk.
    """
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    gc.set_threshold(100_000, 20, 100)
    if _is_fit(_MEMORY):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


def _is_fit(folder: Path) -> bool:
    """Say whether a folder is there, has room, and lets programs be run."""
    if not folder.is_dir() or os.statvfs(folder).f_flag & os.ST_NOEXEC:
        return False
    return shutil.disk_usage(folder).free > _ROOM


class Account:
    """Adds up what each test costs, in whatever process of the run it is made."""

    def __init__(self) -> None:
        self._before = spent()
        self._workers = 0.0
        self._folders: Counter[str] = Counter()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Iterator[None]:
        report: Any = yield
        now = spent()
        report.user_properties.append(("cpu", now - self._before))
        self._before = now
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        seconds = [value for name, value in report.user_properties if name == "cpu"]
        if seconds:
            self._folders[Path(report.nodeid.split("::")[0]).parent.name] += seconds[-1]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["cpu"] = spent()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self._workers += node.workeroutput["cpu"] if hasattr(node, "workeroutput") else 0

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        folders = ", ".join(f"{name} {n:.0f}" for name, n in self._folders.most_common())
        # The workers of a run in several processes are children of this one: once is enough.
        whole = sum(os.times()[:2]) + self._workers if self._workers else spent()
        terminalreporter.write_line(f"CPU seconds: {whole:.0f} ({folders})")
