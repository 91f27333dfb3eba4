"""Several writers at once in one process: each submits month after month, until all of it is sent.

Usage: python -m tests.lib.writers ROOT NOW MONTHS WHO... ; a store in trouble is tried again.
"""

import sys
import threading
import time
from datetime import date, datetime
from pathlib import Path

from exchange.__main__ import main
from exchange.cli import App
from tests.lib.extracts import callouts

PLACES = ["WZ1"] * 6
TROUBLE = 15  # the store is full, or does not answer


def month(number: int) -> date:
    return date(2020 + number // 12, number % 12 + 1, 1)


def submit(root: Path, who: str, number: int, now: datetime) -> int:
    """Submit one month; return how it ended."""
    first = month(number)
    file = root / who / f"{first:%Y-%m}.csv"
    if not file.exists():  # whole or not at all: this process may be killed at it
        part = file.with_suffix(".part")
        part.write_text(callouts(*PLACES, first=first, days=28))
        part.replace(file)
    command = [
        "submit", str(file), "--yes", "--dates", f"{first:%Y-%m}",
        "--passphrase-file", str(root / "passphrase.txt"),
    ]  # fmt: skip
    return main(command, App(now=now, folder=root / who, work_factor=4))


def write(root: Path, who: str, months: int, now: datetime, ended: list[int]) -> None:
    """Submit every month; note how it ended if it could not be done."""
    for number in range(months):
        for _ in range(500):
            if (status := submit(root, who, number, now)) != TROUBLE:
                break
            time.sleep(0.05)
        if status:
            ended.append(status)
            return


if __name__ == "__main__":
    root, now, months = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), int(sys.argv[3])
    ended: list[int] = []
    threads = [
        threading.Thread(target=write, args=(root, who, months, now, ended)) for who in sys.argv[4:]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.exit(ended[0] if ended else 0)
