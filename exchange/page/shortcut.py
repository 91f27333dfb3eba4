"""A start-menu or desktop entry that opens the officer's page of a folder."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from exchange.errors import Usage
from exchange.files import replace

_COMMAND: Final = ("-P", "-m", "exchange", "open")
_ONLY_OWNER_WRITES: Final = 0o755


class _Kind(NamedTuple):
    """The entry of one system: where it goes, how its file ends, and what is in it."""

    folder: Path
    suffix: str
    text: Callable[[Path, str], str]


def install_shortcut(folder: Path, *, name: str, python: str, system: str, home: Path) -> Path:
    """Write the entry for the page of a folder, in the place of an earlier one; return its file.

    Args:
        name: Of the partnership or the folder, which the name of the entry ends with.
        python: The Python that exchange is installed in.
        system: As `sys.platform` names it.
        home: The folder of the user.

    Raises:
        Usage: the path of the folder or of Python cannot stand in such a file.
    """
    if not f"{folder}{python}".isprintable():
        raise Usage(
            "shortcut-path-not-allowed",
            "the path of this folder, or of Python, has a character that no shortcut can hold",
        )
    kind = _kind(system, home)
    kind.folder.mkdir(parents=True, exist_ok=True)
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "page"
    path = kind.folder / f"exchange-{plain}{kind.suffix}"
    replace(path, kind.text(folder, python).encode())
    path.chmod(_ONLY_OWNER_WRITES)
    return path


def _kind(system: str, home: Path) -> _Kind:
    if system == "win32":
        menu = home / "AppData/Roaming/Microsoft/Windows/Start Menu/Programs"
        return _Kind(menu, ".cmd", _windows)
    if system == "darwin":
        return _Kind(home / "Desktop", ".command", _mac)
    return _Kind(home / ".local/share/applications", ".desktop", _linux)


def _windows(folder: Path, python: str) -> str:
    """Return a batch file: in UTF-8, with % doubled."""
    place, program = (str(path).replace("%", "%%") for path in (folder, python))
    words = " ".join(_COMMAND)
    lines = ("@echo off", "chcp 65001 >nul", f'cd /d "{place}"', f'"{program}" {words}')
    return "\r\n".join((*lines, "if errorlevel 1 pause", ""))


def _mac(folder: Path, python: str) -> str:
    command = shlex.join((python, *_COMMAND))
    return f"#!/bin/sh\ncd {shlex.quote(str(folder))} && exec {command}\n"


def _linux(folder: Path, python: str) -> str:
    """Return a desktop entry: its strings, and the arguments in them, have quotes of their own."""
    program = re.sub(r'(["`$\\])', r"\\\1", python).replace("%", "%%")
    run = f'"{program}" {" ".join(_COMMAND)}'.replace("\\", "\\\\")
    place = str(folder).replace("\\", "\\\\")
    return (
        f"[Desktop Entry]\nType=Application\nName=exchange: {folder.name}\n".replace("\\", "\\\\")
        + "Comment=Send files from your browser, without commands\n"
        f"Exec={run}\nPath={place}\nTerminal=false\nCategories=Office;\n"
    )
