"""Processes of their own, forked from one that has imported everything and run nothing.

A fresh interpreter spends two seconds on imports; a fork has them at once. polars starts threads
when it is first used, and they do not survive a fork: the process that is forked only imports.
"""

import functools
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import traceback
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
_SLOW = (
    "exchange.cli.actions.check",
    "exchange.cli.actions.pull",
    "exchange.cli.actions.submit",
    "exchange.stores.objects",
    "exchange.stores.sftp",
    "tests.lib.dying",
    "tests.lib.writers",
)


class Processes:
    """Starts functions of the tests in processes of their own, waits for them and kills them."""

    def __init__(self, *packages: Path, program: Path = ROOT) -> None:
        """Import everything of a copy of the program, and what is installed in some folders."""
        path = os.pathsep.join([*map(str, packages), os.environ.get("PYTHONPATH", "")])
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.lib.processes"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=program,
            env=os.environ | {"PYTHONPATH": path.strip(os.pathsep)},
        )

    def start(self, function: str, *arguments: object, output: Path) -> int:
        """Call "module:name" in a new process, whose output is added to a file; return its id."""
        plain = [str(a) if isinstance(a, Path) else a for a in arguments]
        return self._ask(function=function, arguments=plain, output=str(output))

    def status(self, pid: int) -> int | None:
        """Return the exit status of a process, or None while it runs; it can be asked for once."""
        return self._ask(poll=pid)

    def wait(self, pid: int, seconds: float = 120) -> int:
        """Return the exit status of a process when it has ended; it can be asked for once."""
        return self._ask(wait=pid, seconds=seconds)

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        self.wait(pid)

    def close(self) -> None:
        self._server.communicate()

    def _ask(self, seconds: float = 60, **request: object) -> Any:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(request).encode() + b"\n")
        self._server.stdin.flush()
        if not select.select([self._server.stdout], [], [], seconds)[0]:
            self._server.kill()  # nothing that it started is of use without it
            raise TimeoutError(request)
        return json.loads(self._server.stdout.readline())


@functools.cache
def shared() -> Processes:
    """Return the one that all tests of a worker share; `conftest.py` closes it at the end."""
    return Processes()


def at_terminal(
    terminal: str, folder: str, now: str, words: list[str], variables: dict[str, str]
) -> int:
    """Type a command at a terminal, given by its path, with more variables of the environment."""
    from exchange.cli.group import App
    from exchange.cli.main import main

    os.environ.update(variables)
    os.setsid()
    device = os.open(terminal, os.O_RDWR)  # which becomes the terminal whose Ctrl-C counts
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # as in a job in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for descriptor in (0, 1, 2):
        os.dup2(device, descriptor)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", buffering=1, encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", closefd=False)
    os.close(device)
    return main(words, App(now=datetime.fromisoformat(now), folder=Path(folder), work_factor=4))


def in_folder(folder: str, now: str, errors: str, words: list[str]) -> int:
    """Type a command in a folder, whose errors and warnings go into a file."""
    from exchange.cli.group import App
    from exchange.cli.main import main

    os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 2)
    return main(words, App(now=datetime.fromisoformat(now), folder=Path(folder), work_factor=4))


def _serve() -> None:
    """Answer requests, a line each, until there are no more."""
    from exchange.cli.group import exchange
    from schemas.extract.mapping import read_shipped

    for name in exchange.list_commands(None):  # type: ignore[arg-type]  # it needs none
        exchange.get_command(None, name)  # type: ignore[arg-type]  # the same
    for name in _SLOW:
        importlib.import_module(name)
    read_shipped()
    for line in sys.stdin:
        request = json.loads(line)
        if "function" in request:
            answer: int | None = os.fork()
            if answer == 0:
                _run(request["function"], request["arguments"], request["output"])
        else:
            waits = "wait" in request
            pid, ended = os.waitpid(
                request["wait" if waits else "poll"], 0 if waits else os.WNOHANG
            )
            answer = os.waitstatus_to_exitcode(ended) if pid else None
        print(json.dumps(answer), flush=True)


def _run(function: str, arguments: list[object], output: str) -> None:
    """Call a function with its output in a file, and end this process with what it returns."""
    status = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, 1)
        os.dup2(file, 2)
        module, name = function.split(":")
        status = getattr(importlib.import_module(module), name)(*arguments) or 0
    except BaseException:  # noqa: BLE001 - whatever it is, the parent must not go on in two
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    _serve()
