"""exchange submit of a million crimes, as ratios to a floor of the same run.

`make bench`, or python -m bench.submit ROWS. Whole processes, one after the other in rounds, the
median of each; writes bench/README.md. The ratios are of processor time, which other work on the
machine changes little. This process stays small, because the system counts its size
into the peak of those that it starts. Start-up and unlocking of the key are measured apart.
"""

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
ROUNDS = 3
# Modules are compiled once and kept, as they are where exchange is installed.
COMPILED = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


@dataclass
class Measured:
    """Seconds, CPU seconds and peak memory of some runs of a process."""

    name: str
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
        return max(self.kilobytes) / 1024**2

    def run(self, *command: str) -> None:
        """Run a process, and take its time and its peak."""
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *command], cwd=HERE.parent, env=COMPILED, stdout=subprocess.DEVNULL
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{self.name} ended with {process.returncode}")
        self.seconds.append(time.perf_counter() - began)
        self.cpu.append(used.ru_utime + used.ru_stime)
        self.kilobytes.append(used.ru_maxrss)


def forget(root: Path, pristine: Path) -> None:
    """Put the partnership back as it was founded, so that each round submits anew."""
    for name in ("share", "police"):
        shutil.rmtree(root / name)
        shutil.copytree(pristine / name, root / name)


def bench(rows: int) -> list[Measured]:
    """Measure in rounds; return the floor first and the submission last."""
    floor, bare = Measured("the floor"), Measured("bare polars, CSV to Parquet")
    start, whole = Measured("start-up: the imports of submit"), Measured("exchange submit")
    unlock = Measured("unlocking the key (scrypt, 2^18)")
    wrong = Measured(f"exchange check --report, {rows // 2:,} rows, each with a fault")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        extract, target = str(folder / "crime.csv"), str(folder / "out.parquet")
        Measured("setting up").run("-m", "bench.setup", name, str(rows))
        root = folder / "p"
        for _ in range(ROUNDS):
            floor.run("-m", "bench.floor", extract, target)
            bare.run("-m", "bench.bare", extract, target)
            start.run("-c", "import exchange.cli.actions.submit")
            whole.run("-m", "bench.setup", "submit", str(root / "police"), extract)
            wrong.run(
                "-m", "bench.setup", "check", str(root / "police"), str(folder / "faulty.csv")
            )
            forget(root, folder / "pristine")
            seconds, busy = unlocking(root / "police/police-liaison.key")
            unlock.seconds.append(seconds)
            unlock.cpu.append(busy)
    unlock.kilobytes.append(256 * 1024)  # what scrypt takes at 2^18
    return [floor, bare, start, unlock, whole, wrong]


def unlocking(key: Path) -> tuple[float, float]:
    command = [sys.executable, "-m", "bench.setup", "unlock", str(key)]
    seconds, busy = map(float, subprocess.check_output(command, cwd=HERE.parent).split())
    return seconds, busy


def report(rows: int, measured: list[Measured]) -> str:
    """Return the page."""
    floor = measured[0].busy
    lines = [
        f"| {m.name} | {m.busy:.2f} s | {m.busy / floor:.2f} "
        f"| {m.median:.2f} s | {m.peak:.2f} GiB |"
        for m in measured
    ]
    load = os.getloadavg()[1]
    shared = load > 2 * (os.cpu_count() or 1)
    beside = f" that had other work besides (load {load:.0f})" if shared else ""
    packages = ", ".join(f"{p} {version(p)}" for p in ("polars", "pandera", "cryptography"))
    return f"""# How fast

Written by `make bench`: whole processes, the median of {ROUNDS} rounds, peak memory of the
worst. {rows:,} made-up crimes of eight columns. The floor is a fresh process that imports polars
and pandera, reads the CSV as text, casts four columns and writes Parquet; what counts is the ratio
to it. It is of processor time: on a machine that does other work besides, the time that passes is
longer than it has to be.

| | processor time | ratio to the floor | time that passed | peak memory |
|---|---|---|---|---|
{chr(10).join(lines)}

`exchange submit` here is everything, from start-up to the entry in the log: unlocking the key,
reading and verifying the log, reading, checking and depersonalising the extract, counting its
sensitive rows (a quarter of these) in groups, comparing it with the last, sealing, and writing the
bundle, the entry and the key map to disk. With the passphrase in a file, unlocking goes
on beside the reading; where it is asked for, its time comes on top.

Protecting rows by the lattice, with cover and corrections, and reading by evidence came after
commit 4069686. Measured in turns with that commit, five times each (November 2026, on a quiet
machine): 4.11 s passed before and 4.64 s now, processor time 5.88 s before and 6.42 s now, peak
memory 0.76 GiB before and now.

`python -m bench --check` fails where this ratio, or that of [a pull](pulling.md), is a tenth larger
than the one that was committed.

Measured on {os.cpu_count()} cores{beside}, {platform.system()} {platform.machine()}, Python
{platform.python_version()}, {packages}, {datetime.now(UTC):%B %Y}.
"""


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    page = report(count, bench(count))
    print(page)
    if count == 1_000_000:
        (HERE / "README.md").write_text(page, encoding="utf-8")
