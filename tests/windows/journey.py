"""The officer's journey on a Python for Windows under Wine: each command in a process of its own.

`make windows` plays it and writes what was typed and answered into docs/windows.md.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.lib.extracts import crimes
from tests.lib.partnership import AREA, FROM, PASSPHRASE, SHARE
from tests.lib.wine import NEEDED, is_there
from tests.windows.vehicle import ROOT, Vehicle, make

PAGE: Final = ROOT / "docs" / "windows.md"
BEGINS: Final = "## What was typed and answered\n"
_PASSPHRASE: Final = ("--passphrase-file", "../passphrase.txt")
_FOUNDING: Final = "../council/westshire-csp.founding"


def _key(who: str, kind: str) -> tuple[str, ...]:
    return (
        "key", "new", "--partner", who, "--name", f"Westshire {who}", "--kind", kind,
        "--role", "coordinator", "--role", "liaison", "--contact", f"liaison@{who}.example",
        *_PASSPHRASE,
    )  # fmt: skip


def steps(origin: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return what is typed, and in whose folder; the origin is known after the first command."""
    join = ("partnership", "join", "--founding", _FOUNDING, *SHARE)
    cards = ("../council/council-liaison.card", "police-liaison.card")
    return [
        ("council", ("partnership", "create", "Westshire CSP", *AREA, *SHARE, *FROM)),
        ("council", _key("council", "council")),
        ("police", ("partnership", "join", "--origin", origin, *SHARE)),
        ("police", _key("police", "police")),
        ("council", ("partner", "add", cards[0], f"../police/{cards[1]}", "--yes", *_PASSPHRASE)),
        ("police", join),
        ("police", ("check", "crime.csv")),
        ("police", ("submit", "crime.csv", "--yes", *_PASSPHRASE)),
        ("police", ("status",)),
        ("council", ("verify",)),
        ("police", ("log", "receipt", "1", "-o", "receipt.zip")),
        ("council", ("pull", "combined", *_PASSPHRASE)),
    ]


def play(vehicle: Vehicle, folder: Path) -> list[tuple[str, str, int]]:
    """Play it in an empty folder: what was typed, what was answered, and how it ended."""
    for name in ("share", "council", "police"):
        (folder / name).mkdir(parents=True)
    # As Windows PowerShell 5 writes a file: UTF-16 with a mark, and CR LF.
    (folder / "passphrase.txt").write_bytes((PASSPHRASE + "\r\n").encode("utf-16"))
    (folder / "police/crime.csv").write_bytes(crimes(30).replace("\n", "\r\n").encode())
    here = "Z:" + str(folder).replace("/", "\\")
    told: list[tuple[str, str, int]] = []
    for n in range(len(steps(""))):
        who, words = steps(_origin(folder))[n]
        done = vehicle.run(*words, cwd=folder / who)
        typed = subprocess.list2cmdline(["exchange", *words])
        answered = done.stdout.replace(here, "Z:\\westshire").replace("\t", "  ")
        told.append((f"{who}> {typed}", answered, done.returncode))
        if done.returncode:
            break
    return told


def _origin(folder: Path) -> str:
    settings = folder / "council/exchange.toml"
    if not settings.exists():
        return ""
    lines = settings.read_text(encoding="utf-8").splitlines()
    return next(line.split('"')[1] for line in lines if line.startswith("origin"))


def main() -> None:
    """Play it, and write the page's last part."""
    if not is_there():
        sys.exit(f"This needs {NEEDED}. Install them with apt-get")
    vehicle = make()
    folder = vehicle.folder / "journey"
    shutil.rmtree(folder, ignore_errors=True)
    told = play(vehicle, folder)
    text = "\n".join(f"{typed}\n{answered.rstrip()}\n" for typed, answered, _ in told)
    before, _, _ = PAGE.read_text(encoding="utf-8").partition(BEGINS)
    PAGE.write_text(f"{before}{BEGINS}\n```text\n{text.rstrip()}\n```\n", encoding="utf-8")
    print(text)
    sys.exit(told[-1][2])


if __name__ == "__main__":
    main()
