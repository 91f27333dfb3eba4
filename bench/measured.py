"""Whole processes, measured: their time, their processor time and their peak memory.

Two environments are made for what is measured, beside the one of developers. That of users holds
the wheel and nothing else, because pandas imports a tool of developers where it is installed, which
would make the floor slower; that of the peers holds what they need.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
USERS: Final = (f"{HERE.parent}[page]",)
PEERS: Final = (
    "cryptography", "dataframely", "duckdb", "frictionless", "pandas", "pandera[pandas]", "polars",
    "pyarrow", "pyrage",
)  # fmt: skip
# Modules are compiled once and kept, as they are where exchange is installed.
COMPILED: Final = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
GIB: Final = 1024**2  # kilobytes


def python_of(packages: tuple[str, ...]) -> str:
    """Return the interpreter of an environment."""
    name = "users" if packages == USERS else "peers"
    return str(Path(sys.prefix) / "bench" / name / "bin/python")


def install() -> None:
    """Make the two environments, or bring them up to date."""
    for packages in (USERS, PEERS):
        python = Path(python_of(packages))
        if not python.exists():
            venv.create(python.parents[1], with_pip=False)
        pip = [sys.executable, "-m", "pip", "--python", str(python), "-qq"]
        subprocess.run([*pip, "--disable-pip-version-check", "install", *packages], check=True)


@dataclass
class Measured:
    """Some runs of a process.

    Attributes:
        packages: Of the environment that it runs in.
        status: How it ends if all is well.
        seconds: The time that passed in each run; `cpu`, its processor time.
        kilobytes: The peak memory of each run.
    """

    name: str
    packages: tuple[str, ...] = USERS
    status: int = 0
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    kilobytes: list[int] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def busy(self) -> float:
        return statistics.median(self.cpu)

    @property
    def peak(self) -> float:
        return max(self.kilobytes) / GIB

    def run(self, *command: str) -> None:
        """Run a process of Python, and take its time and its peak."""
        began = time.perf_counter()
        with tempfile.TemporaryFile("w+") as said:
            process = subprocess.Popen(
                [python_of(self.packages), *command],
                cwd=HERE.parent,
                env=COMPILED,
                stdout=subprocess.DEVNULL,
                stderr=said,
            )
            self.take(process, began)
            said.seek(0)
            if process.returncode != self.status:
                raise SystemExit(f"{said.read()}{self.name} ended with {process.returncode}")

    def take(self, process: subprocess.Popen[str] | subprocess.Popen[bytes], began: float) -> None:
        """Wait for a process, and take what it used."""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.seconds.append(time.perf_counter() - began)
        self.cpu.append(used.ru_utime + used.ru_stime)
        self.kilobytes.append(used.ru_maxrss)


def forget(root: Path, pristine: Path) -> None:
    """Put the partnership back as it was founded, so that each round submits anew."""
    for name in ("share", "police"):
        shutil.rmtree(root / name)
        shutil.copytree(pristine / name, root / name)


def table(measured: list[Measured]) -> str:
    """Return a table of some processes, of which the first is the floor."""
    floor = measured[0]
    head = "| | processor time | ratio | time that passed | ratio | peak memory |\n"
    lines = [
        f"| {m.name} | {m.busy:.2f} s | {m.busy / floor.busy:.2f} "
        f"| {m.median:.2f} s | {m.median / floor.median:.2f} | {m.peak:.2f} GiB |"
        for m in measured
    ]
    return head + "|---|---|---|---|---|---|\n" + "\n".join(lines) + "\n"
