"""Queries: a file that has an open one is never sent; which answers hold, and for how long."""

import json
from datetime import UTC, date, datetime

import pytest

from partners.entries.returns import Answer
from schemas.findings.finding import Severity
from schemas.findings.rules import RULES
from tests.lib.extracts import crimes
from tests.lib.partnership import PASSPHRASE, Partnership
from tests.use.test_terminal import talk

SPRING = datetime(2027, 4, 20, 9, 0, tzinfo=UTC)
CLOCK = "--answer=occurred-after-recorded=the clock of the control room is ahead"


def early(text: str, rows: int = 1) -> str:
    """Let the first crimes happen the day after they were recorded."""
    lines = text.splitlines(keepends=True)
    for n in range(1, rows + 1):
        cells = lines[n].split(",")
        day, month, year = cells[1].split("/")
        cells[2] = f"{int(day) % 28 + 1:02d}/{int(month) + (int(day) >= 28):02d}/{year}"
        lines[n] = ",".join(cells)
    return "".join(lines)


def compared(p: Partnership) -> None:
    """Send a quarter with which the next is compared, and let that quarter pass."""
    p.submit("police", p.extract("police", "q3.csv", crimes(837)))
    p.now = datetime(2027, 1, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def january(prepared) -> Partnership:
    return prepared(compared)


def few(p: Partnership, rows: int = 60, first: date = date(2026, 10, 1)) -> object:
    return p.extract("police", f"{first}.csv", crimes(rows, first=first, days=90))


def test_yes_alone_sends_nothing_with_an_open_query(partnership):
    file = partnership.extract("police", "crime.csv", early(crimes(30)))
    ran = partnership.signed("police", "submit", file, "--yes", status=11)
    assert ran.refusal == "queries-not-answered"
    assert "--answer occurred-after-recorded=REASON" in ran.err
    assert "rows checked" in ran.out
    ran = partnership.signed("police", "submit", file, "--yes", "--json", status=11)
    assert ran.json["open_queries"] == ["occurred-after-recorded"]
    assert "to a file" not in ran.said
    partnership.signed("police", "submit", file, "--yes", "--transfer-file", "parcel", status=11)
    assert not (partnership.root / "police/parcel").exists()
    assert len(partnership.entries()) == 3


def test_an_answer_about_how_a_system_exports_is_kept(partnership):
    file = partnership.extract("police", "crime.csv", early(crimes(30)))
    ran = partnership.run("police", "check", file)
    assert ran.warnings == ["queries-open"]
    assert "answer 1 query, then it is ready to send" in ran.out
    ran = partnership.run("police", "check", file, CLOCK)
    assert "queries-open" not in ran.warnings
    partnership.signed("police", "submit", file, "--yes")
    partnership.now = datetime(2027, 1, 20, 9, 0, tzinfo=UTC)
    file = partnership.extract("police", "q4.csv", early(crimes(30, first=date(2026, 10, 1))))
    ran = partnership.signed("police", "submit", file, "--yes")
    assert "20 October 2026: the clock of the control room is ahead" in ran.err
    assert b"control room" not in partnership.everything_shared()


def test_a_kept_answer_does_not_cover_many_more_lines(partnership):
    file = partnership.extract("police", "crime.csv", early(crimes(60)))
    partnership.signed("police", "submit", file, "--yes", CLOCK)
    partnership.now = datetime(2027, 1, 20, 9, 0, tzinfo=UTC)
    swapped = early(crimes(60, first=date(2026, 10, 1)), rows=30)
    file = partnership.extract("police", "q4.csv", swapped)
    ran = partnership.signed("police", "submit", file, "--yes", status=11)
    assert "occurred-after-recorded=REASON" in ran.err


def test_an_answer_about_one_file_lapses_with_it(january):
    right = "--answer=volume-changed=change-in-records"
    january.signed("police", "submit", few(january), "--yes", right)
    january.now = SPRING
    file = few(january, 20, date(2027, 1, 1))
    ran = january.signed("police", "submit", file, "--yes", status=11)
    assert ran.refusal == "queries-not-answered"
    assert "20 in 90 days; 60 in 92 days before" in ran.err


def test_an_answer_about_one_file_is_no_answer_for_another_of_the_same_dates(january):
    january.run("police", "check", few(january), "--answer=volume-changed=checked")
    january.signed("police", "submit", few(january), "--yes")
    january.signed("police", "submit", few(january, 61), "--yes", status=11)
    as_many = crimes(60, first=date(2026, 10, 1), days=90).replace(",45,WZ", ",46,WZ", 1)
    file = january.extract("police", "another.csv", as_many)
    ran = january.signed("police", "submit", file, "--yes", status=11)
    assert ran.refusal == "queries-not-answered"


def test_a_query_that_is_mistyped_is_named(partnership):
    file = partnership.extract("police", "crime.csv", crimes(3))
    ran = partnership.run("police", "check", file, "--answer", "place-unknwn=checked", status=2)
    assert ran.refusal == "query-unknown"
    assert "did you mean place-unknown" in ran.err


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ("date-missing=checked", "query-unknown"),
        ("nonsense", "query-unknown"),
        ("occurred-after-recorded=", "reason-length-not-allowed"),
        ("occurred-after-recorded=x", "reason-length-not-allowed"),
        ("occurred-after-recorded=other", "reason-length-not-allowed"),
        ("occurred-after-recorded=checked: x", "reason-length-not-allowed"),
        ("occurred-after-recorded=Tr0ub4dor&3-1953", "reason-length-not-allowed"),
        (f"occurred-after-recorded={PASSPHRASE}", "reason-is-passphrase"),
        ("occurred-after-recorded=ring 01632 960999", "text-holds-identifier"),
    ],
)
def test_what_explains_nothing_and_what_is_secret_is_refused(partnership, alone, answer, refusal):
    p = partnership if PASSPHRASE in answer else alone  # a passphrase is that of a key
    file = p.extract("police", "crime.csv", early(crimes(30)))
    ran = p.run("police", "check", file, "--answer", answer, status=2)
    assert ran.refusal == refusal
    for secret in ("960999", PASSPHRASE, "Tr0ub4dor"):
        assert secret not in ran.said
    assert not [*(p.root / "police").rglob("answers.json")]


def test_answers_of_an_earlier_release_are_kept_where_they_still_hold(partnership):
    p = partnership
    path = p.settings("police").own / "answers.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {
        "occurred-after-recorded": {"reason": "the clock is ahead", "on": "2026-04-01"},
        "reference-repeats": {"reason": "Tr0ub4dor&3-1953", "on": "2026-04-01"},
        "volume-changed": {"reason": "a quiet quarter", "on": "2026-04-01"},
    }
    path.write_text(json.dumps({"police-crime": kept}), encoding="utf-8")
    file = p.extract("police", "crime.csv", early(crimes(30)))
    assert "1 April 2026: the clock is ahead" in p.run("police", "check", file).err
    text = path.read_text(encoding="utf-8")
    assert "Tr0ub4dor" not in text
    assert "a quiet quarter" not in text
    assert json.loads(text)["format"] == 2


def test_at_a_terminal_each_query_is_a_list_to_choose_from(partnership):
    partnership.extract("police", "crime.csv", early(crimes(30)))
    status, said = talk(
        partnership, "police", "submit", str(partnership.root / "police/crime.csv"),
        answers={"Number": "2", "Send this?": "y", "Passphrase": PASSPHRASE},
    )  # fmt: skip
    assert status == 0, said
    question = "police-crime Jul to Sep 2026, query 1 of 1, occurred-after-recorded"
    assert said.index("rows checked") < said.index(question) < said.index("Send this?")
    path = partnership.settings("police").own / "answers.json"
    (answer,) = json.loads(path.read_text(encoding="utf-8"))["answers"]["police-crime"].values()
    assert answer["reason"] == "as-exported"


def test_at_a_terminal_a_passphrase_is_no_reason_and_leaving_a_query_sends_nothing(partnership):
    file = str(partnership.extract("police", "crime.csv", early(crimes(30))))
    typed = {"Number": ["7", "8"], "In a short sentence": PASSPHRASE}
    answers = {"Passphrase": PASSPHRASE} | typed
    status, said = talk(partnership, "police", "submit", file, answers=answers)
    assert "[reason-is-passphrase]" in said
    assert status == 11
    assert "[queries-not-answered]" in said
    assert len(partnership.entries()) == 3


def test_the_next_quarter_is_compared_with_the_last_that_was_sent(partnership):
    partnership.submit("police", partnership.extract("police", "q3.csv", crimes(300)))
    partnership.now = datetime(2027, 1, 20, 9, 0, tzinfo=UTC)
    text = crimes(40, first=date(2026, 10, 1)).replace(",45,", ",46,")
    ran = partnership.run("police", "check", partnership.extract("police", "q4.csv", text))
    assert "queries-open" in ran.warnings
    assert "volume-changed: " in ran.err
    assert "40 in 92 days; 300 in 92 days before" in ran.err
    assert "categories-vanished: " in ran.err
    assert "categories-new: " in ran.err


def test_a_reason_is_signed_and_shown_to_partners_and_a_note_is_not(partnership):
    p, note = partnership, "the CANARY export writes it like this"
    file = p.extract("police", "crime.csv", early(crimes(30)))
    told = f"occurred-after-recorded=as-exported: {note}"
    p.signed("police", "submit", file, "--answer", told, "--yes")
    statement = p.log("council").register.submissions[0].statement
    assert statement.answers == (Answer("occurred-after-recorded", "as-exported"),)
    ran = p.signed("analysts", "pull", "merged")
    assert "queries-answered" in ran.warnings
    shown = "a date is after the recorded date: our system records or exports it in this way"
    assert shown in " ".join(ran.err.split())
    p.run("council", "report", "compliance", "--quarter", "2026Q3", "-o", "c.txt")
    report = (p.root / "council/c.txt").read_text(encoding="utf-8")
    assert shown in " ".join(report.split())
    assert "CANARY" not in report + ran.said
    assert not any(b"CANARY" in path.read_bytes() for path in p.share.rglob("*") if path.is_file())


def test_each_query_that_follows_a_column_has_a_subject_without_it():
    verbs = ("is ", "has ", "was ", "holds ", "may ", "could ", "does ", "says ")
    queries = [rule for rule in RULES.values() if rule.severity is Severity.QUERY]
    assert {rule.id for rule in queries if rule.problem.startswith(verbs)} == {
        rule.id for rule in RULES.values() if rule.about
    }
