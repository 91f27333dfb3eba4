"""At a terminal: what is asked, and what the answers do."""

import contextlib
import io
import os
import re
import select
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import click
import pytest

from exchange.cli.actions.extracts import _say_rows
from exchange.cli.group import App
from exchange.cli.main import main
from tests.lib import file_keyring
from tests.lib.extracts import crimes, csv
from tests.lib.partnership import NOW, PASSPHRASE, Partnership
from tests.lib.processes import shared

pty = pytest.importorskip("pty", reason="needs a system with pseudo-terminals")
CTRL_C = "\x03"
_TO_READ = 0.2  # seconds from a question until the program waits for its answer
ROOT = Path(__file__).parent.parent.parent


def talk(
    p: Partnership,
    who: str,
    *arguments: str,
    answers: dict[str, str | list[str]],
    variables: dict[str, str] | None = None,
) -> tuple[int, str]:
    """Run a command at a terminal, typing an answer when its question appears.

    Args:
        answers: By the words of the question; several, where it is asked again.
    """
    ours, theirs = pty.openpty()
    processes = shared()
    process = processes.start(
        "tests.lib.processes:at_terminal", os.ttyname(theirs), p.root / who, p.now.isoformat(),
        arguments, variables or {}, output=p.root / "output.txt",
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
            answer = left[question].pop(0)
            if answer == CTRL_C:
                time.sleep(_TO_READ)
            os.write(ours, (answer if answer == CTRL_C else f"{answer}\n").encode())
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
    assert "police-crime: every record is from 2026-07" in said
    assert "July 2026  3 rows  log 3" in said


@pytest.mark.parametrize("question", ["Number", "Passphrase", "Send this?"])
def test_ctrl_c_ends_a_question_at_once(partnership, question):
    file = partnership.extract("police", "street.csv", street())
    answers = {"Number": "3", "Passphrase": PASSPHRASE, "Send this?": "y"}
    wanted = dict(list(answers.items())[: list(answers).index(question)])
    status, said = talk(
        partnership, "police", "submit", str(file), answers=wanted | {question: CTRL_C}
    )
    assert status == 130
    assert "nothing more was sent [stopped]" in said
    assert len(partnership.entries()) == 3


def test_a_command_that_sends_nothing_says_only_that_it_stopped(partnership):
    file = partnership.extract("police", "street.csv", street())
    status, said = talk(partnership, "police", "check", str(file), answers={"Number": CTRL_C})
    assert status == 130
    assert "stopped [stopped]" in said
    assert "sent" not in said.partition("error:")[2]


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
    assert "rows checked" in before
    assert said.count("rows checked") == 1


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


def test_who_creates_or_joins_a_partnership_is_asked_for_what_was_not_typed(tmp_path):
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
    origin = p.settings("me").origin
    (p.root / "second").mkdir()
    status, said = talk(
        p, "second", "partnership", "join",
        answers={
            "Folder that all partners can reach": "../share",
            ".founding file": ["nothing.founding", origin[:-1], f"{origin} "],
            "Make your key and card now": "n",
        },
    )  # fmt: skip
    assert status == 0, said
    assert "[file-missing]" in said
    assert "[origin-not-understood]" in said
    assert p.settings("second").origin == origin


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
    keyring = file_keyring.ENVIRONMENT | {file_keyring.FILE: str(partnership.root / "keyring.json")}
    status, said = talk(
        partnership, "newcomer", "key", "new",
        answers={
            "Short ID": "newcomer",
            "Its name": "A newcomer",
            "What kind": ["a fire brigade", "fire"],
            "Work e-mail": "c@x.example",
            "Your roles": "analyst, liaison",
            "New passphrase": "words nobody guesses", "Repeat": "words nobody guesses",
            "Keep the passphrase in this computer's keyring": "y",
        },
        variables=keyring,
    )  # fmt: skip
    assert status == 0, said
    assert (partnership.root / "newcomer/newcomer-liaison.key").exists()
    command = ("newcomer", "key", "card", "--contact", "d@x.example")
    status, said = talk(partnership, *command, answers={}, variables=keyring)
    assert status == 0, said  # nothing was asked
    assert "nobody guesses" not in said


@pytest.mark.parametrize(
    ("variables", "at_terminal", "is_coloured"),
    [({}, True, True), ({"NO_COLOR": "1"}, True, False), ({}, False, False)],
    ids=["at a terminal", "with NO_COLOR", "in a pipe"],
)
def test_the_program_is_in_colour_at_a_terminal_only(tmp_path, variables, at_terminal, is_coloured):
    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)
    plain = {name: text for name, text in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    ran = subprocess.run(
        [sys.executable, "-m", "exchange", "status"],
        cwd=tmp_path,
        env=plain | {"PYTHONPATH": str(ROOT), "TERM": "xterm"} | variables,
        stdin=theirs,
        stderr=theirs if at_terminal else subprocess.PIPE,
        check=False,
    )
    os.close(theirs)
    said = os.read(ours, 4096) if at_terminal else ran.stderr
    os.close(ours)
    assert ran.returncode == 2
    word = b"\x1b[31merror\x1b[0m" if is_coloured else b"error"
    assert b"exchange: " + word + b": there is no exchange.toml" in said


class Screen(io.StringIO):
    """What a terminal shows of the result."""

    def isatty(self) -> bool:
        return True


NAMES = ("bath-and-north-east-somerset-swindon-and-wiltshire-icb", "devon-and-somerset-fire")
TABLES = [("status",), ("partner", "list"), ("key", "list"), ("verify",), ("explain",),
          ("explain", "police-crime"), ("help", "glossary"), ("help", "rules")]  # fmt: skip


def test_tables_fit_the_terminal_and_no_word_is_broken_or_lost(partnership, monkeypatch):
    from tests.lib.partnership import enrol, join, make_key

    p = partnership
    for name, kind in zip(NAMES, ("health", "fire"), strict=True):
        join(p, name)
        make_key(p, name, kind)
        enrol(p, name)
    for command in TABLES:
        words = {word for word in p.run("police", *command).out.split() if "|" not in word}
        for width in (60, 80, 200):
            monkeypatch.setenv("COLUMNS", str(width))
            app = App(now=p.now, folder=p.root / "police")
            with contextlib.redirect_stdout(Screen()) as screen:
                assert main(command, app) == 0
            lines = screen.getvalue().splitlines()
            allowed = width if command[0] != "help" else 1000  # commands in it stay whole
            assert max(map(len, lines)) <= allowed, (command, width)
            shown = set(screen.getvalue().split())
            missing = {word for word in words - shown if not set(word) <= {"-"}}
            assert not missing or max(map(len, missing)) > width - 2, (command, width)


@pytest.mark.parametrize("width", [3, 40, 60, 80])
def test_an_account_has_each_figure_beside_its_words(monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    with contextlib.redirect_stdout(Screen()) as screen:
        _say_rows([("rows in the file", 1_053_658), ("rows checked", 1_815)])
    lines = screen.getvalue().splitlines()
    if width >= 40:
        assert [line.split()[-1] for line in lines] == ["1,053,658", "1,815"]
        assert len({len(line) for line in lines}) == 1


def test_colours_leave_the_lines_of_a_table_as_they_are(partnership, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    shown = []
    for no_colour in ("1", ""):
        monkeypatch.setenv("NO_COLOR", no_colour)
        with contextlib.redirect_stdout(Screen()) as screen:
            app = App(now=partnership.now, folder=partnership.root / "police")
            assert main(("status", "--mine"), app) == 0
        shown.append(screen.getvalue())
    plain, coloured = shown
    assert "\x1b[31m" in coloured
    assert click.unstyle(coloured) == plain


@pytest.mark.parametrize(("answer", "is_right"), [("y", True), ("n", False)])
def test_an_officer_confirms_a_clock_that_is_doubted_for_a_day(partnership, answer, is_right):
    p = partnership
    p.now = NOW + timedelta(days=900)
    nil = ("nil", "police-transport", "--dates", "2026Q3", "--yes")
    status, _ = talk(
        p, "police", "log", "cosign", answers={"Is this computer's clock right?": answer}
    )
    assert (status == 0) is is_right
    assert "store-quiet" not in p.run("council", "status").warnings or not is_right
    p.now += timedelta(hours=25)
    assert p.signed("police", *nil, status=15).refusal == "clock-ahead"
    p.now -= timedelta(hours=2)
    p.signed("police", *nil, status=0 if is_right else 15)
