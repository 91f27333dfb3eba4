"""How fast exchange is, as ratios to floors and beside its peers: python -m bench.

Whole processes, one after the other in rounds, the median of each; writes bench/README.md and its
chart. With --check, submit, pull and verify are measured again, and it fails where the ratio of one
is more than a tenth above the one on the page. Numbers of rows, bundles and entries that are given
are measured and printed, and the page stays as it is.

This process stays small, because the system counts its size into the peak of those that it starts.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench import page, report
from bench.measured import HERE, PEERS, Measured, forget, install
from schemas.parquet.limits import BUNDLE

SIZES: Final = (10_000, 100_000, 1_000_000, BUNDLE.rows)  # the last is the most that is accepted
ON_PAGE: Final = 1_000_000
BUNDLES, ROWS = 300, 10_000
ENTRIES: Final = 100_000
MOST: Final = 1.1  # times the ratio that was committed
SUBMIT, PULL, VERIFY = "exchange submit", "exchange pull", "exchange verify --log-only"
PEER_NAMES: Final = {
    "by_hand": "the leanest script by hand",
    "dataframely": "polars, dataframely, pyrage",
    "duckdb": "DuckDB, pyrage",
    "pandas": "pandas, pandera, GnuPG",
    "frictionless": "frictionless, pyrage",
}
AT_MOST: Final = {"frictionless": 1_000_000}  # rows; it takes minutes for more
NOTHING: Final = "exchange pull, nothing to pull"  # which it says by its exit status
COMMANDS: Final = {
    "exchange --help": ["--help"],
    "exchange explain police-crime": ["explain", "police-crime"],
    "exchange key list": ["key", "list"],
    "exchange status": ["status"],
    "exchange verify --log-only": ["verify", "--log-only"],
    "exchange check, 10 rows": ["check", "few.csv"],
    NOTHING: ["pull", "merged", "--passphrase-file", "../passphrase.txt"],
}
TYPED: Final = (
    "import os, sys; os.chdir(sys.argv[1]); from exchange.cli.main import program; "
    "sys.exit(program(sys.argv[2:]))"
)


def submissions(rows: int, rounds: int, peers: dict[str, str] = PEER_NAMES) -> list[Measured]:
    """Measure a submission of so many rows, its floors, and the peers."""
    floor, bare = Measured("the floor"), Measured("the floor without pandas")
    submit = Measured(SUBMIT)
    others = {
        peer: Measured(name, PEERS)
        for peer, name in peers.items()
        if rows <= AT_MOST.get(peer, rows)
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        extract, root = str(folder / "crime.csv"), folder / "p"
        Measured("setting up").run("-m", "bench.setup", name, str(rows))
        Measured("keys of the peers", PEERS).run("bench/peers.py", "keys", name)
        keys = dict.fromkeys(others, (folder / "peer.key").read_text())
        keys["pandas"] = str(folder / "gnupg")
        for _ in range(rounds):
            floor.run("-m", "bench.floors", "submit", extract, str(folder / "out"))
            bare.run("-m", "bench.floors", "bare", extract, str(folder / "out"))
            submit.run("-m", "bench.setup", "submit", str(root / "police"), extract)
            forget(root, folder / "pristine")
            for peer, measured in others.items():
                measured.run("bench/peers.py", peer, extract, str(folder / "out"), keys[peer])
    return [floor, bare, submit, *others.values()]


def pulls(bundles: int, rows: int, rounds: int) -> list[Measured]:
    """Measure a pull of so many bundles, and copying what it writes."""
    floor, pull = Measured("the floor: polars copies the merged table"), Measured(PULL)
    with tempfile.TemporaryDirectory() as name:
        Measured("setting up").run("-m", "bench.manybundles", name, str(bundles), str(rows))
        merged, copy = f"{name}/merged/dataset=police-crime", f"{name}/copy.parquet"
        Measured("first pull").run("-m", "bench.manybundles", "pull", name)
        for _ in range(rounds):
            floor.run("-m", "bench.floors", "pull", merged, copy)
            pull.run("-m", "bench.manybundles", "pull", name)
    return [floor, pull]


def logs(entries: int, rounds: int) -> list[Measured]:
    """Measure commands that read a log of so many entries, and reading its files."""
    floor = Measured("the floor: files read, JSON parsed, one signature verified for each")
    status, verify = Measured("exchange status, the log verified before"), Measured(VERIFY)
    with tempfile.TemporaryDirectory() as name:
        Measured("setting up").run("-m", "bench.longlog", name, str(entries))
        look = ("-c", TYPED, f"{name}/police", "status", "--quarter", "2012Q1")
        Measured("first look").run(*look)
        for _ in range(rounds):
            floor.run("-m", "bench.floors", "log", f"{name}/share/log")
            status.run(*look)
            verify.run("-c", TYPED, f"{name}/police", "verify", "--log-only")
    return [floor, status, verify]


def starts(rounds: int) -> list[Measured]:
    """Measure commands that have little to do, and an interpreter that imports polars."""
    floor = Measured("the floor: an interpreter that imports polars")
    pandera = Measured("an interpreter that imports polars and pandera as installed")
    unlock = Measured("unlocking the key (scrypt, 2^18)")
    commands = {name: Measured(name, status=16 * (name == NOTHING)) for name in COMMANDS}
    with tempfile.TemporaryDirectory() as name:
        Measured("setting up").run("-m", "bench.setup", name, "10")
        police = Path(name) / "p/police"
        (Path(name) / "crime.csv").rename(police / "few.csv")
        for _ in range(rounds):
            floor.run("-c", "import polars")
            pandera.run("-c", "import pandera.polars")
            unlock.run("-m", "bench.setup", "unlock", str(police / "police-liaison.key"))
            for title, words in COMMANDS.items():
                commands[title].run("-c", TYPED, str(police), *words)
    return [floor, pandera, unlock, *commands.values()]


def measured_again(rounds: int) -> Iterator[tuple[str, str, list[Measured]]]:
    """Yield a heading of the page, the command that counts there, and what was measured."""
    for rows in SIZES:
        yield f"{rows:,} rows", SUBMIT, submissions(rows, rounds, {})
    yield "Pull", PULL, pulls(BUNDLES, ROWS, rounds)
    yield "Log", VERIFY, logs(ENTRIES, rounds)


def check(rounds: int) -> int:
    """Compare ratios with those on the page; return how many are more than a tenth larger."""
    text = (HERE / "README.md").read_text(encoding="utf-8")
    slower = 0
    for title, name, measured in measured_again(rounds):
        committed = ratio_on(text, title, name)
        now = next(m for m in measured if m.name == name).busy / measured[0].busy
        print(f"{title}: {name} takes {now:.2f} times the floor; committed are {committed:.2f}")
        slower += now > committed * MOST
    return slower


def ratio_on(text: str, title: str, name: str) -> float:
    """Return the ratio of processor time that a page has below a heading."""
    section = text.partition(f"## {title}\n")[2].partition("\n## ")[0]
    row = re.search(rf"^\| {re.escape(name)} \| [^|]* \| ([\d.]+) \|", section, re.MULTILINE)
    if row is None:
        raise SystemExit(f"bench/README.md names no ratio of {name} for {title}; run: make bench")
    return float(row[1])


def main() -> int:
    """Measure what is asked for; with --check, return 1 if something became slower."""
    words = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    words.add_argument("--check", action="store_true", help="compare with what was committed")
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--rows", type=int, nargs="*", default=SIZES)
    words.add_argument("--bundles", type=int, default=BUNDLES)
    words.add_argument("--entries", type=int, default=ENTRIES)
    arguments = words.parse_args()
    install()
    if arguments.check:
        return int(check(arguments.rounds) > 0)
    by_rows = {rows: submissions(rows, arguments.rounds) for rows in arguments.rows}
    on_page = ON_PAGE if ON_PAGE in arguments.rows else max(arguments.rows)
    others = {
        "Pull": pulls(arguments.bundles, ROWS, arguments.rounds),
        "Log": logs(arguments.entries, arguments.rounds),
        "Start": starts(arguments.rounds),
    }
    others["Page"], waits = page.bench(on_page, arguments.rounds)  # last: here is the browser
    whole = (arguments.rows, arguments.bundles, arguments.entries) == (SIZES, BUNDLES, ENTRIES)
    report.write(
        HERE if whole else Path(tempfile.mkdtemp()),
        by_rows,
        others,
        waits,
        rounds=arguments.rounds,
        bundles=arguments.bundles,
        rows=ROWS,
        entries=arguments.entries,
        on_page=on_page,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
