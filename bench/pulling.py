"""exchange pull of many bundles, as ratios to a floor of the same run.

python -m bench.pulling BUNDLES ROWS; writes bench/pulling.md for a thousand of ten thousand. Whole
processes, one after the other in rounds, the median of each; start-up and unlocking apart.
"""

import os
import sys
import tempfile
from pathlib import Path

from bench.submit import HERE, Measured, unlocking

ROUNDS = 5


def bench(bundles: int, rows: int) -> list[Measured]:
    """Measure in rounds; return the floor first."""
    floor = Measured("the floor: polars copies the merged table")
    start = Measured("start-up: the imports of pull")
    unlock = Measured("unlocking the key (scrypt, 2^18)")
    whole = Measured("exchange pull")
    with tempfile.TemporaryDirectory() as name:
        Measured("setting up").run("-m", "bench.manybundles", name, str(bundles), str(rows))
        table = str(Path(name) / "merged/dataset=police-crime")
        Measured("first pull").run("-m", "bench.manybundles", "pull", name)
        for _ in range(ROUNDS):
            floor.run("-m", "bench.floor_pull", table, str(Path(name) / "copy.parquet"))
            start.run("-c", "import exchange.cli.actions.pull")
            unlock.seconds.append(unlocking(Path(name) / "police/police-liaison.key")[0])
            whole.run("-m", "bench.manybundles", "pull", name)
    unlock.kilobytes.append(256 * 1024)  # what scrypt takes at 2^18
    return [floor, start, unlock, whole]


def report(bundles: int, rows: int, measured: list[Measured]) -> str:
    """Return the page."""
    floor, start, unlock, whole = (one.median for one in measured)
    apart = (whole - start - unlock) / floor
    lines = [
        f"| {m.name} | {m.median:.2f} s | {m.median / floor:.2f} | {m.peak:.2f} GiB |"
        for m in measured
    ]
    return f"""# How fast a pull is

Written by `python -m bench.pulling`: {bundles:,} bundles of {rows:,} crimes in a folder on a local
disk; whole processes, the median of {ROUNDS} rounds, peak memory of the worst. The floor is a fresh
process in which polars copies the merged table, with its provenance, into one file.

| | time | ratio to the floor | peak memory |
|---|---|---|---|
{chr(10).join(lines)}

`exchange pull` is everything, from start-up to the manifest: reading and verifying the log,
hashing and opening every bundle, checking every row against its dataset, counting sensitive rows in
groups, and writing the table and the incidents, a file of each for each submission. Without
start-up and unlocking it takes {apart:.2f} times the floor.

Measured on {os.cpu_count()} cores.
"""


if __name__ == "__main__":
    bundles, rows = (int(told) for told in sys.argv[1:] or ("1000", "10000"))
    page = report(bundles, rows, bench(bundles, rows))
    print(page)
    if (bundles, rows) == (1000, 10_000):
        (HERE / "pulling.md").write_text(page, encoding="utf-8")
