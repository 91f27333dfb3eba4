"""What a board reads of late, purged, replaced and early returns is what happened."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.lib import partnership as lib
from tests.lib.extracts import crimes
from tests.lib.partnership import NOW, Partnership

Q3 = ("--dates", "2026Q3")


def standing(p: Partnership, dataset: str, quarter: str = "2026Q3") -> dict:
    told = p.run("analysts", "status", "--quarter", quarter, "--json").json["standings"]
    return next(s for s in told if s["dataset"] == dataset)


def words(p: Partnership, dataset: str, quarter: str = "2026Q3") -> str:
    out = p.run("analysts", "status", "--quarter", quarter).out
    return next(line for line in out.splitlines() if f"\t{dataset}\t" in line).split("\t")[2]


def compliance(p: Partnership, *told: object) -> dict:
    p.run("analysts", "report", "compliance", *(told or ("--quarter", "2026Q3")), "-o", "c.json")
    return json.loads((p.root / "analysts/c.json").read_bytes())


def requirement(p: Partnership, name: str) -> dict:
    p.run("analysts", "report", "requirements", "-o", "r.json")
    told = json.loads((p.root / "analysts/r.json").read_bytes())
    return next(r for r in told["requirements"] if r["id"] == name)


@pytest.mark.parametrize(("before", "records"), [(6, "late by 76 days"), (60, "on time, replaced")])
def test_a_few_rows_early_and_the_full_set_late_is_late(partnership, before, records):
    p = partnership
    p.submit("police", p.extract("police", "few.csv", crimes(before)), *Q3)
    p.now = datetime(2027, 3, 17, 9, tzinfo=UTC)
    p.submit("police", p.extract("police", "all.csv", crimes(383)), *Q3)
    assert words(p, "police-crime").startswith(records)
    found = standing(p, "police-crime")
    assert (found["replaced"] is None) is (before == 6)
    assert found["state"] == ("late" if before == 6 else "on time")


def test_a_purge_is_shown_with_its_reason_who_confirmed_and_what_is_to_be_sent_again(partnership):
    p = partnership
    p.submit("police", p.extract("police", "c.csv", crimes(30)), *Q3)
    p.signed("police", "withdraw", "3", "--delete", "--reason", "sent-in-error", "--yes")
    p.signed("analysts", "log", "confirm-deleted", "3", "--yes")
    told = compliance(p)
    row = next(r for r in told["tables"]["shared"] if r["dataset"] == "police-crime")
    assert "a submission sent in error was deleted (reference 4)" in row["status"]
    assert "confirmed by Westshire analysts" in row["status"]
    line = next(one for one in told["to_decide"] if "Recorded crime" in one)
    assert "when they will send it again" in line


def test_a_partnership_owes_from_the_quarter_in_progress_when_it_was_created(empty_partnership):
    p = empty_partnership
    assert p.run("analysts", "status", "--json").json["standings"] == []
    assert standing(p, "police-crime", "2026Q4")["state"] == "due"
    told = compliance(p, "--year", "2026")
    assert {s["state"] for s in told["standings"]} <= {"due"}
    assert not any("overdue" in one for one in told["to_decide"])
    trend = {row["quarter"]: row["overdue"] for row in told["tables"]["trend"]}
    assert (trend["2026Q3"], trend["2026Q4"]) == ("", "0")
    assert requirement(p, "21")["proved"].startswith("No quarter has been due yet")
    verdict = compliance(p)["front_page"]["verdict"]
    assert "the first quarter is October–December 2026 (Q3 2026/27), due by 31 March" in verdict


@pytest.fixture
def empty_partnership(tmp_path) -> Partnership:
    return lib.found(tmp_path / "p", first=())


def test_an_annual_answer_grows_old_and_its_action_overdue(partnership):
    p = partnership
    p.now = datetime(2027, 1, 12, 9, tzinfo=UTC)
    p.signed("council", "report", "answer", "7", "--answer", "met", "--yes")
    p.signed(
        "council", "report", "answer", "11", "--answer", "in-part", "--yes", "--action",
        "Set a date", "--owner", "community safety manager", "--by", "2027-03-31",
    )  # fmt: skip
    assert not requirement(p, "7")["out_of_date"]
    p.set_clocks(datetime(2029, 6, 1, 9, tzinfo=UTC))
    for name, overdue in (("7", False), ("11", True)):
        found = requirement(p, name)
        assert (found["out_of_date"], found["action_overdue"]) == (True, overdue)
        assert found["review"] == "2028-01-12"
    told = compliance(p)
    rows = {r["requirement_id"]: r["current_position"] for r in told["tables"]["requirements"]}
    assert "answered on 12 January 2027" in rows["7"]
    action = "Requirement 11: Set a date (action overdue by 793 days)."
    assert action in told["to_decide"]  # page one names a few and refers to this list
    p.run("analysts", "report", "requirements", "--form", "milestones", "-o", "r.txt")
    text = " ".join((p.root / "analysts/r.txt").read_text("utf-8").split())
    assert "action overdue by 793 days" in text
    p.signed("council", "report", "answer", "7", "--answer", "met", "--yes")
    assert not requirement(p, "7")["out_of_date"]


def test_what_comes_after_the_deadline_where_the_duty_is_unconfirmed_is_not_called_late(
    partnership,
):
    p = partnership
    p.now = datetime(2027, 1, 12, 9, tzinfo=UTC)
    p.signed("ambulance", "nil", "ambulance-callouts", *Q3, "--yes")
    p.submit("police", p.extract("police", "c.csv", crimes(30)), *Q3)
    assert words(p, "ambulance-callouts") == (
        "received 12 days after the deadline, nil return (legal duty unconfirmed)"
    )
    assert standing(p, "ambulance-callouts")["state"] == "received"
    assert words(p, "police-crime") == "late by 12 days"


def test_partners_of_an_earlier_day_are_called_what_was_there_then(partnership):
    p = partnership
    lib.join(p, "board")
    lib.make_key(p, "board", "health")
    lib.enrol(p, "board")
    then = p.run("analysts", "partner", "list", "--on", "2009-01-01").out
    assert "the Primary Care Trust, which it came after" in then
    assert "the chief officer of police, which it came" not in then
    assert "which it came after" not in p.run("analysts", "partner", "list").out


@pytest.mark.parametrize(("old", "new"), [("board", "fire"), ("police", "council")])
def test_an_authority_is_succeeded_by_its_kind_alone(partnership, old, new):
    p = partnership
    for who, kind in (("board", "health"), ("fire", "fire")):
        lib.join(p, who)
        lib.make_key(p, who, kind)
        lib.enrol(p, who)
    entries = len(p.entries())
    told = ("partner", "replace", old, new, "--on", "2026-10-01", "--yes")
    ran = p.signed("council", *told, status=2)
    assert ran.refusal == "successor-of-another-kind"
    assert len(p.entries()) == entries


def test_a_succession_can_be_taken_back(partnership):
    p = partnership
    lib.join(p, "trust")
    lib.make_key(p, "trust", "ambulance")
    lib.enrol(p, "trust")
    change = ("--on", "2026-07-01", "--yes")
    p.signed("council", "partner", "replace", "ambulance", "trust", *change)
    assert standing(p, "ambulance-callouts")["partner"] == "trust"
    p.signed("council", "partner", "reinstate", "ambulance", "--yes")
    assert standing(p, "ambulance-callouts")["partner"] == "ambulance"
    again = p.signed("council", "partner", "reinstate", "ambulance", "--yes", status=2)
    assert again.refusal == "partner-not-replaced"
    p.signed("council", "partner", "replace", "ambulance", "trust", *change)


def publish(p: Partnership, *told: str, status: int = 0) -> object:
    p.extract("council", "isp.txt", b"a made-up protocol")
    file = p.root / "council/isp.txt"
    return p.signed(
        "council", "partnership", "protocol", "publish", file, "--yes", *told, status=status
    )


def test_monthly_sharing_is_agreed_and_status_calendar_and_report_know_both(partnership):
    p = partnership
    publish(p, "--deadline", "police-crime=month:20")
    text = p.run("police", "status", "--calendar", "d.ics")
    calendar = (p.root / "police/d.ics").read_text().replace("\r\n ", "")
    assert "20261120" in calendar  # October, by the protocol
    assert "20270331" in calendar  # the quarter, by the Regulations
    p.now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert "by the protocol: October 2026 overdue by 3 days" in words(p, "police-crime", "2026Q4")
    first = compliance(p, "--quarter", "2026Q4")["front_page"]
    assert "Overdue by the protocol's own deadlines: Westshire police (1)." in first["who"]
    p.submit("police", p.extract("police", "oct.csv", october()), "--dates", "2026-10")
    found = standing(p, "police-crime", "2026Q4")
    assert (found["state"], found["due_by"]) == ("due", "2027-03-31")
    assert [(one["due"], one["state"]) for one in found["agreed"]] == [
        ("2026-11-20", "late"), ("2026-12-20", "due"), ("2027-01-20", "due"),
    ]  # fmt: skip
    row = next(
        r
        for r in compliance(p, "--quarter", "2026Q4")["tables"]["shared"]
        if r["dataset"] == "police-crime"
    )
    assert "October 2026 late by 3 days" in row["status"]
    assert "deadline" in p.run("police", "partnership", "protocol", "show").out
    assert text.status == 0
    mine = p.run("police", "status", "--mine").out
    assert "by 20 December 2026" in mine


def october() -> str:
    return crimes(30).replace("/08/2026", "/10/2026").replace("/07/2026", "/10/2026")


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ("police-crime=month:91", "deadline-after-that-of-the-law"),
        ("police-crime=week:3", "option-not-understood"),
        ("police-crime=month", "option-not-understood"),
        ("police-crimes=month:3", "dataset-unknown"),
    ],
)
def test_a_deadline_that_cannot_be_agreed_is_refused(partnership, told, refusal):
    assert publish(partnership, "--deadline", told, status=2).refusal == refusal
    assert len(partnership.entries()) == 3


def test_an_analyst_who_joined_later_is_told_whom_to_ask_and_the_sender_too(partnership):
    p = partnership
    p.submit("police", p.extract("police", "c.csv", crimes(30)), *Q3)
    lib.join(p, "council2")
    p.signed(
        "council2", "key", "new", "--partner", "council", "--name", "Westshire council",
        "--kind", "council", "--officer", "second", "--role", "analyst", "--contact", "x@example",
    )  # fmt: skip
    lib.enrol(p, "council2")
    p.now = NOW + timedelta(days=1)
    ran = p.signed("council2", "pull", "merged", status=None)
    assert ran.refusal == "nothing-to-pull"
    assert "ask Westshire police (liaison@police.example) to run" in ran.err
    assert "submission-not-shared-with-all" in p.run("police", "status").warnings
