"""The commands of the page on installing, typed as they stand there, with pip, pipx and uv."""

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from release.bundle import ROOT

pytestmark = [
    pytest.mark.soak("install"),
    pytest.mark.skipif(sys.platform == "win32", reason="it types what stands there for others"),
]
PAGE = (ROOT / "docs/install.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## Install the wheel on Linux or macOS\n")[2].partition("\n## ")[0]
ALONE, TOOLS = ([line.strip() for line in block.splitlines()] for block in
                re.findall(r"((?:^    .+\n)+)", SECTION, re.MULTILINE))  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A home with the wheel, made as the page says, and with pipx."""
    folder = tmp_path_factory.mktemp("home")
    (command,) = re.findall(
        r"^    python (-m pip wheel .*) --wheel-dir dist \.$", PAGE, re.MULTILINE
    )
    told = [sys.executable, *command.split(), "--quiet", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(told, check=True)
    venv.create(folder / "tools", with_pip=True)
    subprocess.run([folder / "tools/bin/pip", "install", "--quiet", "pipx"], check=True)
    return folder


def typed(home: Path, line: str) -> str:
    bins = [home / ".local/bin", home / "tools/bin", Path(sys.executable).parent]
    told = {"HOME": str(home), "PATH": os.pathsep.join([*map(str, bins), os.environ["PATH"]])}
    for name in ("PIPX_HOME", "PIPX_BIN_DIR", "UV_TOOL_DIR", "UV_TOOL_BIN_DIR", "XDG_DATA_HOME"):
        told[name] = ""
    environment = {n: v for n, v in (os.environ | told).items() if v}
    done = subprocess.run(
        ["sh", "-c", line], cwd=home, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_pip_installs_it_into_an_environment_of_its_own(home):
    said = [typed(home, line) for line in ALONE]
    assert said[-1].startswith("exchange, version ")


@pytest.mark.parametrize("line", TOOLS, ids=lambda line: line.split()[0])
def test_one_command_puts_it_on_the_path(home, line):
    typed(home, line)
    command = home / ".local/bin/exchange"
    assert typed(home, f"{command} --version").startswith("exchange, version ")
    command.unlink()
