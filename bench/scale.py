"""How many combined records one machine counts, and in how much memory.

python -m bench.scale MERGED MILLIONS...; writes bench/scale.md. The records are those of a pull,
over and over: files of a million, linked as often as is needed into ten years of quarters.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import polars as pl

HERE: Final = Path(__file__).parent
MILLION: Final = 1_000_000
QUARTERS: Final = [f"{year}Q{n}" for year in range(2016, 2026) for n in range(1, 5)]
# What is asked, as docs/analysing.md asks it: a name, the columns to count by.
ASKED: Final = {
    "by theme": ["theme"],
    "by quarter, agency and theme": ["quarter", "agency", "theme"],
    "by place and theme": ["place", "theme"],
}
COUNT: Final = """
import sys
from exchange import open_merged
rows = open_merged(sys.argv[1]).group_by(sys.argv[2:]).len().collect(engine="streaming")
print(rows["len"].sum(), rows.height)
"""


def repeated(merged: Path, folder: Path, millions: int) -> None:
    """Make a folder like that of a pull, of the incidents of one, over and over."""
    rows = pl.read_parquet(merged / "incidents/**/*.parquet", hive_partitioning=False)
    one = folder / "one.parquet"
    pl.concat([rows] * -(-MILLION // rows.height)).head(MILLION).write_parquet(one)
    for n in range(millions):
        target = folder / f"merged/incidents/quarter={QUARTERS[n % len(QUARTERS)]}/part{n}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        os.link(one, target)


def counted(folder: Path, by: list[str]) -> tuple[int, float, float, float]:
    """Count in a fresh process: rows, seconds, seconds of processors, GiB at the peak."""
    begun = time.monotonic()
    command = [sys.executable, "-c", COUNT, str(folder / "merged"), *by]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        said = process.stdout.read() if process.stdout else ""
        _, _, used = os.wait4(process.pid, 0)
    took = used.ru_utime + used.ru_stime
    return int(said.split()[0]), time.monotonic() - begun, took, used.ru_maxrss / 2**20


def main() -> None:
    """Count each size in each way, and write the page."""
    merged, sizes = Path(sys.argv[1]), [int(word) for word in sys.argv[2:]]
    lines = []
    for millions in sizes:
        with tempfile.TemporaryDirectory(dir=merged.parent) as name:
            folder = Path(name)
            repeated(merged, folder, millions)
            for what, by in ASKED.items():
                rows, passed, took, memory = counted(folder, by)
                if rows != millions * MILLION:
                    sys.exit(f"{rows} of {millions} million rows were counted {what}")
                cells = f"{took:.0f} s | {passed:.0f} s | {memory:.2f} GiB"
                lines.append(f"| {millions} million | {what} | {cells} |")
    text = (HERE / "scale.md").read_text(encoding="utf-8").partition("| rows |")[0]
    head = "| rows | counted | processor time | time that passed | peak memory |\n"
    head += "|---|---|---|---|---|\n"
    (HERE / "scale.md").write_text(text + head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
