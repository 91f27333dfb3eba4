"""exchange status and exchange verify of a long log, as ratios to a floor of the same run.

python -m bench.reading SIZE...; writes bench/reading.md. Whole processes, one after the other in
rounds, the median of each; start-up is measured apart.
"""

import os
import sys
import tempfile
from pathlib import Path

from bench.submit import HERE, Measured

ROUNDS = 3
QUARTER = "2012Q1"


def bench(entries: int) -> list[Measured]:
    """Measure in rounds; return the floor first."""
    floor = Measured("the floor: files read, JSON parsed, one signature verified for each")
    start = Measured("start-up: the imports of status")
    status = Measured("exchange status, the log verified before")
    verify = Measured("exchange verify --log-only")
    with tempfile.TemporaryDirectory() as name:
        Measured("setting up").run("-m", "bench.longlog", name, str(entries))
        police = str(Path(name) / "police")
        command = (
            "-c",
            f"import os, sys; os.chdir({police!r}); from exchange.cli.main import program",
        )
        look = f"{command[1]}; sys.exit(program(['status', '--quarter', '{QUARTER}']))"
        account = f"{command[1]}; sys.exit(program(['verify', '--log-only']))"
        Measured("first look").run("-c", look)
        for _ in range(ROUNDS):
            floor.run("-m", "bench.bare_log", str(Path(name) / "share/log"))
            start.run("-c", "import exchange.cli.commands.status")
            status.run("-c", look)
            verify.run("-c", account)
    return [floor, start, status, verify]


def table(entries: int, measured: list[Measured]) -> str:
    """Return a table."""
    floor = measured[0].busy
    lines = [
        f"| {m.name} | {m.busy:.2f} s | {m.busy / floor:.2f} "
        f"| {m.median:.2f} s | {m.peak:.2f} GiB |"
        for m in measured
    ]
    return f"""## {entries:,} entries

| | processor time | ratio to the floor | time that passed | peak memory |
|---|---|---|---|---|
{chr(10).join(lines)}
"""


def report(sizes: list[int]) -> str:
    """Return the page."""
    tables = "\n".join(table(entries, bench(entries)) for entries in sizes)
    return f"""# How fast a log is read

Written by `python -m bench.reading`: logs in a folder on a local disk, of twelve authorities that
return four datasets every month; whole processes, start-up included, the median of {ROUNDS}.

{tables}
When this was first measured, on 22 November 2026, `exchange verify` of 10,000 entries took 2.06
times the floor in time that passed.

Measured on {os.cpu_count()} cores that had other work besides.
"""


if __name__ == "__main__":
    sizes = [int(told) for told in sys.argv[1:]] or [10_000, 100_000]
    (HERE / "reading.md").write_text(report(sizes), encoding="utf-8")
