"""Several writers at once in one process: each submits quarter after quarter, until all are sent.

A store in trouble is tried again.
"""

import threading
import time
from datetime import date, datetime
from pathlib import Path

from exchange.cli.group import App
from exchange.cli.main import main
from tests.lib.extracts import callouts

PLACES = ["WZ1"] * 6
TROUBLE = 15  # the store is full, or does not answer


def first_day(number: int) -> date:
    """Return the first day of a quarter; a month's protected rows would wait for their quarter."""
    return date(2008 + number // 4, number % 4 * 3 + 1, 1)


def extract_of(root: Path, who: str, number: int) -> Path:
    return root / who / f"{first_day(number):%Y-%m}.csv"


def submit(root: Path, who: str, number: int, now: datetime) -> int:
    """Submit one quarter; return how it ended."""
    first = first_day(number)
    file = extract_of(root, who, number)
    if not file.exists():  # whole or not at all: this process may be killed at it
        part = file.with_suffix(".part")
        part.write_text(callouts(*PLACES, first=first, days=28))
        part.replace(file)
    command = [
        "submit", str(file), "--yes", "--dates", f"{first.year}Q{first.month // 3 + 1}",
        "--answer", "quarter-of-earlier-year=checked",
        "--passphrase-file", str(root / "passphrase.txt"),
    ]  # fmt: skip
    return main(command, App(now=now, folder=root / who, work_factor=4))


def write(root: Path, who: str, quarters: int, now: datetime, ended: list[int]) -> None:
    """Submit every quarter; note how it ended if it could not be done.

    After it was killed, it goes on with the last quarter that it may have sent: an extract is
    written once the quarter before it was sent.
    """
    begun = [number for number in range(quarters) if extract_of(root, who, number).exists()]
    for number in range(max(begun, default=0), quarters):
        for _ in range(500):
            if (status := submit(root, who, number, now)) != TROUBLE:
                break
            time.sleep(0.05)
        if status:
            ended.append(status)
            return


def write_all(root: str, now: str, quarters: int, writers: list[str]) -> int:
    """Let all these write at once; return how the first ended that could not."""
    ended: list[int] = []
    threads = [
        threading.Thread(target=write, args=(Path(root), who, quarters, datetime.fromisoformat(now),
                                             ended))
        for who in writers
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended[0] if ended else 0
