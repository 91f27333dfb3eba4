"""exchange submit beside what people put together themselves for a part of its work.

python -m bench.peers SIZE...; writes bench/peers.md. Whole processes, one after the other in
rounds, the median of each. Each peer reads the extract as text, checks its eight columns, writes
Parquet without the reference and with places and times made coarser, and encrypts it for one key.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.submit import HERE, Measured, forget

ROUNDS = 3
SIZES = (10_000, 100_000, 1_000_000)


def bench(rows: int) -> list[Measured]:
    """Measure in rounds; return the submission first."""
    import pyrage

    whole = Measured("exchange submit")
    peers = {
        "pandas": Measured("pandas, pandera, GnuPG"),
        "polars": Measured("polars, pyrage"),
        "duckdb": Measured("DuckDB, pyrage"),
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        extract, root = str(folder / "crime.csv"), folder / "p"
        Measured("setting up").run("-m", "bench.setup", name, str(rows))
        keys = dict.fromkeys(peers, str(pyrage.x25519.Identity.generate()))
        keys["pandas"] = _gnupg(folder / "gnupg")
        for _ in range(ROUNDS):
            whole.run("-m", "bench.setup", "submit", str(root / "police"), extract)
            forget(root, folder / "pristine")
            for peer, measured in peers.items():
                target = str(folder / "out")
                measured.run("-m", f"bench.peer_{peer}", extract, target, keys[peer])
    return [whole, *peers.values()]


def _gnupg(home: Path) -> str:
    """Make a key of GnuPG; return its folder."""
    home.mkdir(mode=0o700)
    command = ["gpg", "--homedir", str(home), "--batch", "--passphrase", ""]
    subprocess.run([*command, "--quick-gen-key", "peer"], check=True, capture_output=True)
    return str(home)


def table(rows: int, measured: list[Measured]) -> str:
    """Return a table."""
    lines = [
        f"| {m.name} | {m.busy:.2f} s | {m.median:.2f} s | {m.peak:.2f} GiB |" for m in measured
    ]
    return f"""## {rows:,} rows

| | processor time | time that passed | peak memory |
|---|---|---|---|
{chr(10).join(lines)}
"""


def report(sizes: list[int]) -> str:
    """Return the page."""
    tables = "\n".join(table(rows, bench(rows)) for rows in sizes)
    return f"""# Beside what people put together themselves

Written by `python -m bench.peers`: whole processes, the median of {ROUNDS}. Each of the others
reads the same extract as text, checks its eight columns, writes Parquet without the reference and
with places and times made coarser, and encrypts it for one key. None of them has a log, unlocks a
key that a passphrase protects, generalises rows of small groups, or proves what it encrypts.

{tables}
Measured on {os.cpu_count()} cores with a load of {os.getloadavg()[1]:.0f}.
"""


if __name__ == "__main__":
    sizes = [int(told) for told in sys.argv[1:]] or [*SIZES]
    (HERE / "peers.md").write_text(report(sizes), encoding="utf-8")
