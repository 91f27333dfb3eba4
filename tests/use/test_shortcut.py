"""An entry for the start menu or the desktop opens the page of its own folder."""

import configparser
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from exchange.errors import Usage
from exchange.page.shortcut import install_shortcut

ODD = 'it\'s 50 % of $HOME `x` \\ and "more"'
WORDS = ["-P", "-m", "exchange", "open"]


def installed(folder: Path, python: Path, system: str, home: Path) -> Path:
    return install_shortcut(
        folder, name="Westshire CSP", python=str(python), system=system, home=home
    )


@pytest.fixture
def odd(tmp_path) -> tuple[Path, Path]:
    """A folder of a name that every quoting has to get right, and in it a program that says what
    it was run with, and where.
    """
    folder = tmp_path / ODD
    folder.mkdir()
    program = folder / "python"
    program.write_text('#!/bin/sh\npwd\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return folder, program


def test_on_linux_it_is_in_the_menu(odd, tmp_path):
    folder, program = odd
    path = installed(folder, program, "linux", tmp_path)
    assert path == tmp_path / ".local/share/applications/exchange-westshire-csp.desktop"
    entry = configparser.RawConfigParser()
    entry.optionxform = str
    entry.read_string(path.read_text(encoding="utf-8"))
    told = {name: text.replace("\\\\", "\\") for name, text in entry["Desktop Entry"].items()}
    assert told["Path"] == str(folder)
    quoted, *words = re.fullmatch(r'"((?:[^"\\]|\\.)*)" (.*)', told["Exec"]).groups()
    assert re.sub(r"\\(.)", r"\1", quoted).replace("%%", "%") == str(program)
    assert words == [" ".join(WORDS)]


def test_on_a_mac_it_is_on_the_desktop_and_runs_in_its_folder(odd, tmp_path):
    folder, program = odd
    path = installed(folder, program, "darwin", tmp_path)
    assert path == tmp_path / "Desktop/exchange-westshire-csp.command"
    ran = subprocess.run([path], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == [str(folder), *WORDS]
    assert shlex.quote(str(folder)) in path.read_text(encoding="utf-8")


def test_on_windows_it_is_in_the_start_menu(tmp_path):
    folder, program = Path("C:/Users/é/50 % CSP"), Path("C:/Python 3/python.exe")
    path = installed(folder, program, "win32", tmp_path)
    menu = tmp_path / "AppData/Roaming/Microsoft/Windows/Start Menu/Programs"
    assert path == menu / "exchange-westshire-csp.cmd"
    lines = path.read_bytes().decode().split("\r\n")
    assert lines[1:4] == [
        "chcp 65001 >nul",
        'cd /d "C:/Users/é/50 %% CSP"',
        '"C:/Python 3/python.exe" -P -m exchange open',
    ]


def test_a_path_that_would_begin_another_line_is_refused(tmp_path):
    with pytest.raises(Usage) as refused:
        installed(tmp_path / "a\nExec=b", tmp_path / "python", "linux", tmp_path)
    assert refused.value.id == "shortcut-path-not-allowed"
    assert not list(tmp_path.iterdir())


def test_the_command_writes_one_for_its_folder_however_often(partnership, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    for _ in range(2):
        ran = partnership.run("police", "open", "--install-shortcut")
    (made,) = (tmp_path / ".local/share/applications").iterdir()
    assert f"written  {made}" in ran.out
    assert f"Path={partnership.root / 'police'}" in made.read_text(encoding="utf-8")
