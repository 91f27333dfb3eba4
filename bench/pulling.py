"""exchange pull of many bundles, as ratios to a floor of the same run.

python -m bench.pulling BUNDLES ROWS; writes bench/pulling.md for three hundred of ten thousand.
Whole processes, one after the other in rounds, the median of each; start-up and unlocking apart.
The ratios are of processor time, which other work on the machine changes little.
"""

import os
import sys
import tempfile
from pathlib import Path

from bench.submit import HERE, Measured, unlocking

ROUNDS = 3
BUNDLES, ROWS = 300, 10_000


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
            seconds, busy = unlocking(Path(name) / "police/police-liaison.key")
            unlock.seconds.append(seconds)
            unlock.cpu.append(busy)
            whole.run("-m", "bench.manybundles", "pull", name)
    unlock.kilobytes.append(256 * 1024)  # what scrypt takes at 2^18
    return [floor, start, unlock, whole]


def report(bundles: int, rows: int, measured: list[Measured]) -> str:
    """Return the page."""
    floor, start, unlock, whole = (m.busy for m in measured)
    apart = (whole - start - unlock) / floor
    lines = [
        f"| {m.name} | {m.busy:.2f} s | {m.busy / floor:.2f} "
        f"| {m.median:.2f} s | {m.peak:.2f} GiB |"
        for m in measured
    ]
    return f"""# How fast a pull is

Written by `python -m bench.pulling`: {bundles:,} bundles of {rows:,} crimes in a folder on a local
disk; whole processes, the median of {ROUNDS} rounds, peak memory of the worst. The floor is a fresh
process in which polars copies the merged table, with its provenance, into one file.

| | processor time | ratio to the floor | time that passed | peak memory |
|---|---|---|---|---|
{chr(10).join(lines)}

`exchange pull` is everything, from start-up to the manifest: reading and verifying the log,
hashing and opening every bundle, checking every row against its dataset, counting sensitive rows in
groups, and writing the table and the incidents, a file of each for each submission. Without
start-up and unlocking it takes {apart:.2f} times the floor.

Versions of several days, each pulling 100 bundles of 10,000 crimes that it had made itself, in
processor time (November 2026, on one busy machine):

| version | pull | times copying |
|---|---|---|
| 22 November | 5.5 s | 2.5 |
| 25 November, before record ids were derived from the salt of each bundle | 4.9 s | 2.4 |
| 29 November, with derived ids, each hashed by itself, and rows in order | 9.1 s | 4.4 |
| 30 November, in the morning | 8.4 s | 3.5 |
| 30 November, the ids of a bundle derived by one call | 6.4 s | 2.9 |

A thousand such bundles, ten million crimes, took 36.5 s of processor time on 30 November: 3.43
times copying. 23 s passed, and peak memory was 0.43 GiB.

Measured on {os.cpu_count()} cores with a load of {os.getloadavg()[1]:.0f}.
"""


if __name__ == "__main__":
    bundles, rows = (int(told) for told in sys.argv[1:] or (BUNDLES, ROWS))
    page = report(bundles, rows, bench(bundles, rows))
    print(page)
    if (bundles, rows) == (BUNDLES, ROWS):
        (HERE / "pulling.md").write_text(page, encoding="utf-8")
