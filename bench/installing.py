"""How much room an installation takes: python -m bench.installing; writes bench/installing.md.

The wheel is made and installed from the package index into an environment without pip, as
`uv tool install` does it, and then used: Python keeps the compiled form of what it imports.
"""

import os
import platform
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
LIMIT: Final = 400  # MB, of an installation without extras
LISTED: Final = 8
_PIP: Final = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")


def megabytes(folder: Path) -> float:
    """Return how much all files in a folder hold, in MB."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def install(folder: Path, compiled: str) -> Path:
    """Install the wheel in an environment in the folder; return the folder of its packages."""
    environment = folder / compiled.strip("-")
    venv.create(environment, with_pip=False)
    wheel = next(folder.glob("*.whl"))
    python = environment / "bin/python"
    subprocess.run([*_PIP, "--python", python, "install", compiled, wheel], check=True)
    return next(environment.glob("lib/python*/site-packages"))


def bench() -> tuple[dict[str, float], dict[str, float]]:
    """Install and use it; return the size of each state, and of the largest packages."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel = [*_PIP, "wheel", "--no-deps", "--wheel-dir", folder, HERE.parent]
        subprocess.run(wheel, check=True)
        packages = install(folder, "--no-compile")
        sizes = {path.name: megabytes(path) for path in packages.iterdir() if path.is_dir()}
        states = {"installed by `uv tool install` or from a bundle": megabytes(packages)}
        demo = [packages.parents[2] / "bin/exchange", "demo", folder / "demo", "--quarters", "1"]
        keeps = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        subprocess.run(demo, check=True, capture_output=True, env=keeps)
        states["after a demonstration was played with it"] = megabytes(packages)
        states["installed by pip or pipx, which compile every file"] = megabytes(
            install(folder, "--compile")
        )
    largest = sorted(sizes.items(), key=lambda item: item[1], reverse=True)[:LISTED]
    return states, dict(largest)


def report() -> str:
    """Return the page."""
    states, largest = bench()
    rows = "\n".join(f"| {state} | {size:.0f} MB |" for state, size in states.items())
    packages = "\n".join(f"| `{name}` | {size:.0f} MB |" for name, size in largest.items())
    return f"""# How much room an installation takes

Written by `python -m bench.installing`: the wheel without extras and all that it needs, without
Python and pip themselves. The limit is {LIMIT} MB as installed.

| | size |
|---|---|
{rows}

The largest packages, as installed:

| package | size |
|---|---|
{packages}

pandas and numpy come with pgeocode, which names places from GeoNames' postal codes; no command
imports pandas before such a name is asked for.

Measured on {platform.system()} {platform.machine()}, Python {platform.python_version()}.
"""


if __name__ == "__main__":
    (HERE / "installing.md").write_text(report(), encoding="utf-8")
