"""A process that runs a command and dies before its nth change of a disk, as if unplugged.

Usage: python -m tests.lib.dying STEP FOLDER NOW COMMAND... ; STEP -1 never dies.
"""

import os
import sys
from datetime import datetime
from pathlib import Path

from exchange.__main__ import main
from exchange.cli import App

_CHANGES = ("link", "rename", "replace", "unlink", "mkdir", "rmdir", "fsync", "remove", "open")


def die_at(step: int) -> None:
    """Let the nth call of what changes a disk end the process, with nothing cleaned up."""
    left = [step]

    def wrap(name: str) -> None:
        real = getattr(os, name)

        def dying(*args: object, **kwargs: object) -> object:
            if left[0] == 0:
                os._exit(137)
            left[0] -= 1
            return real(*args, **kwargs)

        setattr(os, name, dying)

    for name in _CHANGES:
        wrap(name)


if __name__ == "__main__":
    step, folder, now, *command = sys.argv[1:]
    import exchange.actions.submit  # noqa: F401 - imports change no disk worth dying at

    if int(step) >= 0:
        die_at(int(step))
    status = main(command, App(now=datetime.fromisoformat(now), folder=Path(folder), work_factor=4))
    sys.stdout.flush()
    os._exit(status)
