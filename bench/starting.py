"""How soon commands start: CPU seconds of whole processes.

python -m bench.starting; writes bench/starting.md. One after the other in rounds, the median of
each. CPU seconds and not the clock, because a start should cost little on a busy machine too. Run
it with the interpreter of an environment that holds the wheel and nothing else: where the tools of
a developer are installed, pandera imports some of them.
"""

import os
import platform
import shutil
import statistics
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench.submit import HERE, Measured

ROUNDS = 7
READS_NO_ROWS = {
    "exchange --help": ["--help"],
    "exchange explain police-crime": ["explain", "police-crime"],
    "exchange explain": ["explain"],
    "exchange key list": ["key", "list"],
    "exchange status": ["status"],
    "exchange partner list": ["partner", "list"],
    "exchange log cosign": ["log", "cosign"],
    "exchange verify --log-only": ["verify", "--log-only"],
}
READS_ROWS = {
    "exchange check, 10 rows": ["check", "few.csv"],
    "exchange pull, nothing to pull": ["pull", "merged", "--passphrase-file", "../passphrase.txt"],
}
# Limits were set in CPU seconds where the floor, an interpreter that imports polars, takes 0.11.
SET_AT = 0.11
NO_ROWS, ROWS, TEN_THOUSAND = (round(seconds / SET_AT, 1) for seconds in (0.3, 0.8, 1.5))
TYPED = (
    "import os, sys; os.chdir(sys.argv[1]); from exchange.cli.main import program; "
    "program(sys.argv[2:])"
)


def bench() -> tuple[list[Measured], list[Measured], list[Measured]]:
    """Measure in rounds; return the floors, the commands that read no rows, and the others."""
    floors = {
        "an interpreter that does nothing": "pass",
        "an interpreter that imports polars": "import polars",
        "an interpreter that imports polars and pandera as installed": "import pandera.polars",
    }
    bare = {name: Measured(name) for name in floors}
    light = {name: Measured(name) for name in READS_NO_ROWS}
    heavy = {name: Measured(name) for name in READS_ROWS}
    submit = Measured("exchange submit, 10,000 rows")
    unlock = Measured("unlocking the key (scrypt, 2^18), of it")
    with tempfile.TemporaryDirectory() as name:
        Measured("setting up").run("-m", "bench.setup", name, "10000")
        root = Path(name) / "p"
        police = root / "police"
        lines = (Path(name) / "crime.csv").read_text(encoding="utf-8").splitlines()[:11]
        (police / "few.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        for _ in range(ROUNDS):
            for title, code in floors.items():
                bare[title].run("-c", code)
            for title, words in READS_NO_ROWS.items():
                light[title].run("-c", TYPED, str(police), *words)
            for title, words in READS_ROWS.items():
                heavy[title].run("-c", TYPED, str(police), *words)
            fresh = Path(name) / "fresh"
            shutil.copytree(root, fresh)
            crimes = str(Path(name) / "crime.csv")
            submit.run("-m", "bench.setup", "submit", str(fresh / "police"), crimes)
            unlock.run("-m", "bench.setup", "unlock", str(police / "police-liaison.key"))
            shutil.rmtree(fresh)
    return list(bare.values()), list(light.values()), [*heavy.values(), submit, unlock]


def table(measured: list[Measured], floor: Measured) -> str:
    """Return a table."""
    least = statistics.median(floor.cpu)
    lines = []
    for m in measured:
        cpu = statistics.median(m.cpu)
        lines.append(f"| {m.name} | {cpu:.2f} s | {cpu / least:.1f} |")
    return "\n".join(["| | CPU | ratio to the floor |", "|---|---|---|", *lines])


def report() -> str:
    """Return the page."""
    bare, light, heavy = bench()
    floor = next(m for m in bare if m.name.endswith("imports polars"))
    return f"""# How soon commands start

Written by `python -m bench.starting`: whole processes in a partnership of two, from the start of
the interpreter to its end, the median of {ROUNDS} rounds. The floor is an interpreter that imports
polars and ends; machines differ by a factor of three, so it is the ratio that can be compared. The
environment is that of a user: the wheel and what it needs.

{table(bare, floor)}

The limits were set on a machine on which the floor takes {SET_AT} s: 0.3 s for commands that read
no rows, 0.8 s for those that read some, and 1.5 s for a submission of 10,000 rows. They are ratios
of {NO_ROWS}, {ROWS} and {TEN_THOUSAND}.

Commands that read no rows import no table library; at most {NO_ROWS} times the floor:

{table(light, floor)}

Commands that read rows import polars and pandera, and no pandas; at most {ROWS} times the floor,
and a submission of 10,000 rows {TEN_THOUSAND} times. Unlocking the key goes on beside the imports
on another core. It is slow on purpose, so that nobody can try many passphrases, and it stays so.
It is counted in what pull and submit take here, and the last line says how much it is.

{table(heavy, floor)}

Measured on {os.cpu_count()} cores with a load of {os.getloadavg()[1]:.0f}, on {platform.system()}
{platform.machine()}, Python {platform.python_version()}, {datetime.now(UTC):%B %Y}.
"""


if __name__ == "__main__":
    page = report()
    print(page)
    (HERE / "starting.md").write_text(page, encoding="utf-8")
