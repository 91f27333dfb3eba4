"""What the bench needs before and while it measures, in processes of its own.

python -m bench.setup FOLDER ROWS makes the extract and founds a partnership;
python -m bench.setup submit FOLDER FILE is the process that is measured, and so is check;
python -m bench.setup page FOLDER serves the officer's page and prints its address;
python -m bench.setup spoil FILE TARGET writes half of an extract, with a fault in each row;
python -m bench.setup unlock KEY unlocks a key, and imports nothing that this does not need.
"""

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

NOW = datetime(2026, 10, 20, tzinfo=UTC)
AREA = ("--area", "E07999901=Westshire", "--outward", "E07999901=WZ1,WZ2,WZ3")
PASSPHRASE = "a made-up passphrase"


def submit(folder: str, file: str) -> int:
    """Submit an extract from a folder, as `exchange` does, at the bench's time."""
    from exchange.cli.unlock_ahead import unlock_ahead

    passphrase = str(Path(folder).parent / "passphrase.txt")
    command = ["submit", file, "--yes", "--passphrase-file", passphrase]
    unlock_ahead(command, Path(folder))
    from exchange.cli.group import App
    from exchange.cli.main import program

    return program(command, App(now=NOW, folder=Path(folder)))


def page(folder: str) -> None:
    """Serve the officer's page of a folder until this process is stopped; print its address."""
    from exchange.page.server import serve

    serve(
        folder=Path(folder),
        clock=lambda: NOW,
        ready=lambda room: print(room.address, flush=True),
    )


def check(folder: str, file: str) -> int:
    """Check an extract that is wrong in every line, and write its report."""
    from exchange.cli.group import App
    from exchange.cli.main import main

    report = str(Path(folder) / "errors.xlsx")
    command = ["check", file, "--dataset", "police-crime", "--dates", "2026Q3", "--report", report]
    broken = 11
    return 0 if main(command, App(now=NOW, folder=Path(folder))) == broken else 1


def found(root: Path) -> None:
    """Found a partnership of two, with keys as strong as anybody's."""
    from exchange.cli.group import App
    from exchange.cli.main import main
    from exchange.profile.settings import Settings

    (root / "passphrase.txt").write_text(PASSPHRASE + "\n")
    words = ["--passphrase-file", str(root / "passphrase.txt")]

    def run(who: str, *arguments: str) -> None:
        (root / who).mkdir(exist_ok=True)
        if main(list(arguments), App(now=NOW, folder=root / who)):
            raise SystemExit("the bench could not be set up")

    store = ("--store", "../share")
    run("police", "partnership", "create", "Westshire CSP", *AREA, *store)
    origin = Settings.find(root / "police").origin
    run("council", "partnership", "join", "--origin", origin, *store)
    for who in ("police", "council"):
        run(
            who, "key", "new", "--partner", who, "--name", who, "--kind", who, "--role",
            "coordinator", "--role", "liaison", "--contact", "c@example", *words,
        )  # fmt: skip
    cards = [str(root / w / f"{w}-liaison.card") for w in ("police", "council")]
    run("police", "partner", "add", *cards, "--yes", *words)


def unlock(key: str) -> None:
    """Unlock a key."""
    from exchange.keys.identity import read_identity

    read_identity(Path(key), PASSPHRASE)


def spoil(source: str, target: str) -> None:
    """Write half of an extract, with a fault in each row."""
    import polars as pl

    rows = pl.read_csv(source, infer_schema=False)
    rows.head(rows.height // 2).with_columns(Code=pl.lit("??")).write_csv(target)


def make(folder: Path, rows: int) -> None:
    """Make the extract, the partnership, and a copy of it to go back to."""
    from bench.extract import write

    write(folder / "crime.csv", rows)
    root = folder / "p"
    root.mkdir()
    found(root)
    shutil.copytree(root, folder / "pristine")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["submit", folder, file]:
            sys.exit(submit(folder, file))
        case ["check", folder, file]:
            sys.exit(check(folder, file))
        case ["unlock", key]:
            unlock(key)
        case ["page", folder]:
            page(folder)
        case ["spoil", source, target]:
            spoil(source, target)
        case [folder, rows]:
            make(Path(folder), int(rows))
