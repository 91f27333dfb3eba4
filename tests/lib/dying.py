"""A command that records its changes of a disk, or dies before one of them, as if unplugged.

A change is named by what it does, where, and the how-manieth of its kind it is, so that the same
command changes the same in every run: "link share/log/00000003 1". What is drawn at random in the
name of a file is left out.
"""

import builtins
import io
import json
import os
import re
import signal
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from exchange.cli.group import App
from exchange.cli.main import main
from tests.lib.processes import Processes

UNPLUGGED = 137
_RANDOM = re.compile(r"[0-9a-f]{12,}")
# What changes nothing unless its file is there, or is not.
_NEEDS = {"unlink": True, "remove": True, "rmdir": True, "mkdir": False}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True)
class Death:
    """How a command in a process of its own ended.

    Attributes:
        changes: Of the disk, in their order; the one before which it died is not among them.
        died: The change before which it died, if it did.
    """

    status: int
    output: str
    changes: tuple[str, ...]
    died: str


def type_and_die(
    processes: Processes, root: Path, who: str, now: datetime, *command: object, before: str = ""
) -> Death:
    """Type a command in a partner's folder, in a process that dies before a change of a disk."""
    account, output = root / "account.json", root / "output.txt"
    for path in (account, output):
        path.unlink(missing_ok=True)
    words = [str(word) for word in command]
    pid = processes.start(
        "tests.lib.dying:run", root, root / who, now.isoformat(), words, before, account,
        output=output,
    )  # fmt: skip
    status = processes.wait(pid)
    found = json.loads(account.read_text()) if account.exists() else {"changes": [], "died": ""}
    return Death(status, output.read_text(), tuple(found["changes"]), found["died"])


def run(  # noqa: PLR0917 - they come through a pipe
    root: str, folder: str, now: str, words: list[str], before: str, account: str
) -> int:
    """Type a command, recording its changes; end this process before one of them."""
    changes: list[str] = []
    write = io.open

    def keep(died: str) -> None:
        with write(account, "w") as file:
            json.dump({"changes": changes, "died": died}, file)

    def changing(change: str) -> None:
        if change == before:
            keep(change)
            os._exit(UNPLUGGED)
        changes.append(change)

    _record(root, changing)
    app = App(now=datetime.fromisoformat(now), folder=Path(folder), work_factor=4)
    status = main(words, app)
    keep("")
    return status


def die_before(root: str, change: str) -> None:
    """Have this process killed before a change of a disk."""

    def changing(what: str) -> None:
        if what == change:
            os.kill(os.getpid(), signal.SIGKILL)

    _record(root, changing)


def _record(root: str, changing: Callable[[str], None]) -> None:
    """Have each change of a disk named before it is made, for as long as this process lives."""
    seen: Counter[str] = Counter()
    one_at_a_time = threading.Lock()

    def name(what: str, path: Any, within: object = None) -> None:
        where = _path_of(path) if isinstance(path, int) else os.fsdecode(path)
        if isinstance(within, int):
            where = str(Path(_path_of(within), where))
        if what in _NEEDS and Path(where).exists() is not _NEEDS[what]:
            return  # nothing changes
        kind = f"{what} {_RANDOM.sub('*', os.path.relpath(where, root))}"
        with one_at_a_time:
            seen[kind] += 1
            changing(f"{kind} {seen[kind]}")

    def naming(what: str, at: int) -> None:
        real = getattr(os, what)

        def call(*args: object, **more: object) -> object:
            name(what, args[at], more.get("dir_fd"))
            return real(*args, **more)

        setattr(os, what, call)

    for what in (*_NEEDS, "fsync"):
        naming(what, 0)
    for what in ("link", "rename", "replace"):
        naming(what, 1)
    os_open, io_open = os.open, io.open

    def opening(path: Any, flags: int, *rest: Any, **more: Any) -> object:
        if flags & _WRITES:
            name("open", path)
        return os_open(path, flags, *rest, **more)

    def writing(path: Any, mode: str = "r", *rest: Any, **more: Any) -> object:
        if set(mode) & set("wxa+") and not isinstance(path, int):
            name("write", path)
        return io_open(path, mode, *rest, **more)

    os.open, io.open, builtins.open = opening, writing, writing


def _path_of(descriptor: int) -> str:
    return str(Path(f"/proc/self/fd/{descriptor}").readlink())
