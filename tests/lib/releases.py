"""Releases of the program beside each other: copies of it that a test changes, each run by itself.

A copy runs in processes of its own (`processes.py`), forked from one that has imported the copy.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from functools import cached_property
from pathlib import Path

from tests.lib.partnership import Partnership, Ran
from tests.lib.processes import ROOT, Processes, shared

# What a release is: the program, what generates its pages, and what starts its processes.
PARTS = ("exchange", "schemas", "depersonalise", "partners", "tests/__init__.py", "tests/lib")


class Release:
    """One release of the program, in a folder of its own."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root

    @classmethod
    def copied(cls, root: Path, *parts: str) -> "Release":
        """Copy today's program, compiled as it is, or some parts of the repository."""
        for part in parts or PARTS:
            here, there = ROOT / part, root / part
            there.parent.mkdir(parents=True, exist_ok=True)
            if here.is_dir():  # but for what another process is just compiling
                shutil.copytree(here, there, ignore=shutil.ignore_patterns("*.pyc.*"))
            else:
                shutil.copy2(here, there)
        return cls(root)

    def replace(self, file: str, old: str, new: str) -> None:
        """Change one place of a file, which has to be there once."""
        text = (self.root / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, (file, old)
        (self.root / file).write_text(text.replace(old, new), encoding="utf-8")

    def write(self, file: str, text: str) -> None:
        """Write a file, over the one that there is."""
        (self.root / file).write_text(text, encoding="utf-8")

    def append(self, file: str, text: str) -> None:
        """Add to the end of a file, which begins with it if there is none."""
        with (self.root / file).open("a", encoding="utf-8") as end:
            end.write(text)

    def python(self, *arguments: str) -> Ran:
        """Run a module of the copy in a new interpreter: `-m schemas.declarations`."""
        typed = [sys.executable, *arguments]
        path = os.pathsep.join([str(self.root), os.environ.get("PYTHONPATH", "")])
        environment = os.environ | {"PYTHONPATH": path.strip(os.pathsep)}
        ran = subprocess.run(
            typed, cwd=self.root, env=environment, capture_output=True, text=True, check=False
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    @cached_property
    def processes(self) -> Processes:
        return shared() if self.root == ROOT else Processes(program=self.root)

    def run(self, p: Partnership, who: str, *arguments: object, status: int | None = 0) -> Ran:
        """Type a command of this release in a partner's folder, as `Partnership.run` does."""
        words = [str(a) for a in arguments]
        with tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder) / "out", Path(folder) / "err"
            pid = self.processes.start(
                "tests.lib.processes:in_folder",
                p.root / who, p.now.isoformat(), err, words, output=out,
            )  # fmt: skip
            ran = Ran(self.processes.wait(pid), out.read_text(), err.read_text())
        if status is not None:
            assert ran.status == status, ran.said
        return ran

    def signed(self, p: Partnership, who: str, *arguments: object, status: int | None = 0) -> Ran:
        """The same, for a command that needs the passphrase."""
        file = p.root / "passphrase.txt"
        return self.run(p, who, *arguments, "--passphrase-file", file, status=status)

    def close(self) -> None:
        """End its processes; those of today's program are shared, and end with the tests."""
        if self.root != ROOT and "processes" in vars(self):
            self.processes.close()
