"""At a terminal: what is asked, and what the answers do."""

import os
import select
import time

import pytest

from tests.lib.extracts import crimes, csv
from tests.lib.partnership import NOW, PASSPHRASE, Partnership
from tests.lib.processes import shared

pty = pytest.importorskip("pty", reason="needs a system with pseudo-terminals")


def talk(p: Partnership, who: str, *arguments: str, answers: dict[str, str]) -> tuple[int, str]:
    """Run a command at a terminal, typing an answer when its question appears."""
    ours, theirs = pty.openpty()
    processes = shared()
    process = processes.start(
        "tests.lib.processes:at_terminal", os.ttyname(theirs), p.root / who, NOW.isoformat(),
        arguments, output=p.root / "output.txt",
    )  # fmt: skip
    said, left, began = "", dict(answers), time.monotonic()
    opened = False
    while time.monotonic() - began < 60:
        if not select.select([ours], [], [], 20)[0]:
            processes.kill(process)
            pytest.fail(f"it waits for an answer: {said}")
        try:
            part = os.read(ours, 4096).decode("utf-8", "replace")
        except OSError:
            break
        if not part:
            break
        if not opened:  # by the process too; when it ends, nobody has it open
            os.close(theirs)
            opened = True
        said += part
        for question in [q for q in left if q in said]:
            os.write(ours, left.pop(question).encode() + b"\n")
    os.close(ours)
    assert not left, said
    return processes.wait(process, 60), said


def street() -> str:
    rows = [f"x{m},2026-0{m},E01999000,Westshire 001A,Burglary" for m in (7, 8, 9)]
    rows += [f",2026-0{m},E01999000,Westshire 001A,Anti-social behaviour" for m in (7, 8)]
    return csv("Crime ID,Month,LSOA code,LSOA name,Crime type", *rows)


def test_the_dataset_is_asked_and_the_sending_confirmed(partnership):
    partnership.extract("police", "street.csv", street())
    status, said = talk(
        partnership, "police", "submit", str(partnership.root / "police/street.csv"),
        answers={"Number": "2", "Send this?": "y", "Passphrase": PASSPHRASE},
    )  # fmt: skip
    assert status == 0, said
    assert "Which dataset is this file?" in said
    assert "police-crime  2026-07-01..2026-09-30  3 rows  log 3" in said
    assert PASSPHRASE not in said


def test_a_month_is_asked_about(partnership):
    partnership.extract("police", "july.csv", crimes(5, days=31))
    status, said = talk(
        partnership, "police", "submit", str(partnership.root / "police/july.csv"),
        answers={"Number": "1", "Send this?": "y", "Passphrase": PASSPHRASE},
    )  # fmt: skip
    assert status == 0, said
    assert "2026-07-01..2026-07-31  5 rows  log 3" in said


def test_no_is_no(partnership):
    partnership.extract("police", "crime.csv", crimes(30))
    status, said = talk(
        partnership, "police", "submit", str(partnership.root / "police/crime.csv"),
        answers={"Passphrase": PASSPHRASE, "Send this?": "n"},
    )  # fmt: skip
    assert status == 130
    assert "[stopped]" in said
    assert len(partnership.entries()) == 3


def test_a_new_passphrase_is_asked_for_twice(partnership):
    from tests.lib.partnership import join

    join(partnership, "newcomer")
    command = ["key", "new", "--partner", "newcomer", "--name", "New", "--kind", "fire",
               "--contact", "c@example"]  # fmt: skip
    status, said = talk(
        partnership, "newcomer", *command,
        answers={"New passphrase": "words nobody guesses", "Repeat": "words nobody guesses"},
    )  # fmt: skip
    assert status == 0, said
    assert "nobody guesses" not in said
    assert (partnership.root / "newcomer/newcomer-liaison.key").exists()
