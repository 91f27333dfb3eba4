"""At a terminal: what is asked, and what the answers do."""

import os
import re
import select
import time

import pytest

from tests.lib.extracts import crimes, csv
from tests.lib.partnership import PASSPHRASE, Partnership
from tests.lib.processes import shared

pty = pytest.importorskip("pty", reason="needs a system with pseudo-terminals")


def talk(
    p: Partnership, who: str, *arguments: str, answers: dict[str, str | list[str]]
) -> tuple[int, str]:
    """Run a command at a terminal, typing an answer when its question appears.

    Args:
        answers: By the words of the question; several, where it is asked again.
    """
    ours, theirs = pty.openpty()
    processes = shared()
    process = processes.start(
        "tests.lib.processes:at_terminal", os.ttyname(theirs), p.root / who, p.now.isoformat(),
        arguments, output=p.root / "output.txt",
    )  # fmt: skip
    left = {q: [told] if isinstance(told, str) else list(told) for q, told in answers.items()}
    said, heard, began = "", "", time.monotonic()
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
        said, heard = said + part, heard + part
        for question in [q for q in left if q in heard]:
            heard = heard.partition(question)[2]
            os.write(ours, left[question].pop(0).encode() + b"\n")
            if not left[question]:
                del left[question]
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
        answers={"Number": "3", "Send this?": "y", "Passphrase": PASSPHRASE},
    )  # fmt: skip
    assert status == 0, said
    assert "Which dataset is this file?" in said
    assert re.search(r"police-crime  Jul to Sep\s+3 rows  log 3", said)
    assert PASSPHRASE not in said


def test_a_month_of_few_records_is_asked_about(partnership):
    partnership.extract("police", "july.csv", crimes(3, days=31))
    status, said = talk(
        partnership, "police", "submit", str(partnership.root / "police/july.csv"),
        answers={"Number": "1", "Send this?": "y", "Passphrase": PASSPHRASE},
    )  # fmt: skip
    assert status == 0, said
    assert "police-crime: every record lies in 2026-07" in said
    assert "July 2026  3 rows  log 3" in said


def test_no_is_no(partnership):
    partnership.extract("police", "crime.csv", crimes(30))
    status, said = talk(
        partnership, "police", "submit", str(partnership.root / "police/crime.csv"),
        answers={"Passphrase": PASSPHRASE, "Send this?": "n"},
    )  # fmt: skip
    assert status == 130
    assert "[stopped]" in said
    assert len(partnership.entries()) == 3


def test_a_passphrase_may_be_typed_three_times(partnership):
    p = partnership
    partnership.extract("police", "crime.csv", crimes(30))
    typed = ("police", "submit", str(p.root / "police/crime.csv"))
    wrong = {"Passphrase": ["one that is wrong", "and another"]}
    status, said = talk(p, *typed, answers={"Passphrase": [*wrong["Passphrase"], "and a third"]})
    assert status == 13
    assert said.count("[passphrase-wrong]") == 3
    assert len(p.entries()) == 3
    right = {"Passphrase": [*wrong["Passphrase"], PASSPHRASE], "Send this?": "y"}
    status, said = talk(p, *typed, answers=right)
    assert status == 0, said
    assert said.count("[passphrase-wrong]") == 2


def test_what_came_in_is_shown_before_the_passphrase_is_asked_for(partnership):
    p = partnership
    file = p.extract("police", "crime.csv", crimes(30))
    answers = {"Passphrase": PASSPHRASE, "Send this?": "n"}
    _, said = talk(p, "police", "submit", str(file), answers=answers)
    before = said.partition("Passphrase")[0]
    assert "rows accepted" in before
    assert said.count("rows accepted") == 1


def test_a_file_that_breaks_a_rule_needs_no_passphrase(partnership):
    p = partnership
    file = p.extract("police", "crime.csv", crimes(30).replace("01/07/2026", "31/13/2026"))
    status, said = talk(p, "police", "submit", str(file), "--dates", "2026Q3", answers={})
    assert status == 11, said
    assert "Passphrase" not in said


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


def test_who_creates_a_partnership_is_asked_for_what_was_not_typed(tmp_path):
    p = Partnership(tmp_path)
    (p.root / "me").mkdir()
    (p.root / "share").mkdir()
    status, said = talk(
        p, "me", "partnership", "create",
        answers={
            "Name of the partnership": "Westshire CSP",
            "Folder that all partners can reach": "../share",
            "Its area": ["test vally", "test valley"],
            "Make your key and card now": "y",
            "Short ID": ["Test Valley", "test-valley"],
            "Its name": "Test Valley Borough Council",
            "What kind": ["council", "district"],
            "Work e-mail": "csp@council.example",
            "New passphrase": ["too short", PASSPHRASE],
            "Repeat": ["too short", PASSPHRASE],
        },
    )  # fmt: skip
    assert status == 0, said
    assert "a district of Hampshire, England" in said
    assert "to set up the partnership" in said  # its card is a coordinator's
    assert (p.root / "me/exchange.toml").is_file()
    assert (p.root / "me/test-valley-liaison.card").is_file()


def test_who_joins_is_asked_for_the_founding_file(partnership):
    p = partnership
    (p.root / "newcomer").mkdir()
    (founding,) = (p.root / "council").glob("*.founding")
    status, said = talk(
        p, "newcomer", "partnership", "join",
        answers={
            "Folder that all partners can reach": "../share",
            ".founding file": str(founding),
            "Make your key and card now": "n",
        },
    )  # fmt: skip
    assert status == 0, said
    assert (p.root / "newcomer/exchange.toml").is_file()


def test_who_makes_a_key_is_asked_again_where_an_answer_can_not_be_read(partnership):
    from tests.lib.partnership import join

    join(partnership, "newcomer")
    status, said = talk(
        partnership, "newcomer", "key", "new",
        answers={
            "Short ID": "newcomer",
            "Its name": "A newcomer",
            "What kind": ["a fire brigade", "fire"],
            "Work e-mail": "c@x.example",
            "Your roles": "analyst, liaison",
            "New passphrase": "words nobody guesses", "Repeat": "words nobody guesses",
        },
    )  # fmt: skip
    assert status == 0, said
    assert (partnership.root / "newcomer/newcomer-liaison.key").exists()
