"""How many combined records one machine counts, and two workers of Spark; in how much memory.

python -m bench.scale MERGED MILLIONS...; writes bench/scale.md. The records are those of a pull,
over and over: files of a million, linked as often as is needed into ten years of quarters, or into
as many partnerships as there are millions. Spark is that of the Python that EXCHANGE_ENGINES names.
"""

import os
import subprocess
import sys
import tempfile
import time
from functools import partial
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


ROLL_UP: Final = """
import sys
from pathlib import Path
import polars as pl
from exchange import open_merged
every = [open_merged(one).with_columns(partnership=pl.lit(one.name))
         for one in Path(sys.argv[1]).iterdir()]
counts = {"records": pl.len(), "partnerships": pl.col("partnership").n_unique(),
          "domestic": (pl.col("domestic") == "yes").sum(),
          "generalised": (pl.col("generalised") == "generalised").sum()}
rows = pl.concat(every).group_by("quarter", "agency", "theme").agg(**counts)
rows.sink_parquet(sys.argv[2], engine="streaming")
"""
SPARK: Final = {
    "master": "local-cluster[2,1,1024]",
    "driver.memory": "1g",
    "executor.memory": "1g",
    "ui.enabled": "false",
    "driver.host": "127.0.0.1",
    "driver.bindAddress": "127.0.0.1",
}


def repeated(merged: Path, folder: Path, millions: int) -> None:
    """Make a folder like that of a pull, of the incidents of one, over and over; and partnerships.

    The files of `nation` are those of `merged`, each as the pull of a partnership of its own.
    """
    rows = pl.read_parquet(merged / "incidents/**/*.parquet", hive_partitioning=False)
    one = folder / "one.parquet"
    pl.concat([rows] * -(-MILLION // rows.height)).head(MILLION).write_parquet(one)
    for n in range(millions):
        part = f"incidents/quarter={QUARTERS[n % len(QUARTERS)]}/part{n}.parquet"
        for target in (folder / "merged" / part, folder / f"nation/partnership{n}" / part):
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(one, target)


def counted(folder: Path, by: list[str]) -> tuple[int, float, float, float]:
    """Count in a fresh process: rows, seconds, seconds of processors, GiB at the peak."""
    said, *used = measured([sys.executable, "-c", COUNT, str(folder / "merged"), *by])
    return int(said.split()[0]), *used


def rolled_up(folder: Path, engine: str) -> tuple[int, float, float, float]:
    """Count partnerships together in a fresh process: as `counted`; memory of the largest one."""
    paths = [str(folder / "nation"), str(folder / engine)]
    if engine == "spark":
        python = Path(os.environ["EXCHANGE_ENGINES"])
        (home,) = python.parent.parent.glob("lib/python*/site-packages/pyspark")
        os.environ |= {"SPARK_HOME": str(home), "PYSPARK_PYTHON": str(python)}
        script = HERE.parent / "examples/spark/national.py"
        options = [w for name, value in SPARK.items() for w in ("--conf", f"spark.{name}={value}")]
        _, *used = measured([str(home / "bin/spark-submit"), *options, str(script), *paths])
        rows = pl.read_parquet(folder / engine / "*.parquet")
    else:
        _, *used = measured([sys.executable, "-c", ROLL_UP, *paths])
        rows = pl.read_parquet(folder / engine)
    return int(rows["records"].sum()), *used


def measured(command: list[str]) -> tuple[str, float, float, float]:
    """Run a command: what it prints, seconds, seconds of processors, GiB at the peak."""
    begun = time.monotonic()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        said = process.stdout.read() if process.stdout else ""
        _, _, used = os.wait4(process.pid, 0)
    took = used.ru_utime + used.ru_stime
    return said, time.monotonic() - begun, took, used.ru_maxrss / 2**20


def main() -> None:
    """Count each size in each way, and write the page."""
    merged, sizes = Path(sys.argv[1]), [int(word) for word in sys.argv[2:]]
    lines = []
    for millions in sizes:
        with tempfile.TemporaryDirectory(dir=merged.parent) as name:
            folder = Path(name)
            repeated(merged, folder, millions)
            made = {what: partial(counted, folder, by) for what, by in ASKED.items()}
            made[f"{millions} partnerships together, polars"] = partial(rolled_up, folder, "polars")
            if "EXCHANGE_ENGINES" in os.environ:
                what = f"{millions} partnerships together, two workers of Spark"
                made[what] = partial(rolled_up, folder, "spark")
            for what, count in made.items():
                rows, passed, took, memory = count()
                if rows != millions * MILLION:
                    sys.exit(f"{rows} of {millions} million rows were counted {what}")
                cells = f"{took:.0f} s | {passed:.0f} s | {memory:.2f} GiB"
                lines.append(f"| {millions} million | {what} | {cells} |")
                print(lines[-1], flush=True)
    text = (HERE / "scale.md").read_text(encoding="utf-8").partition("| rows |")[0]
    head = "| rows | counted | processor time | time that passed | peak memory |\n"
    head += "|---|---|---|---|---|\n"
    (HERE / "scale.md").write_text(text + head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
