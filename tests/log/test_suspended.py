"""A submission that two coordinators suspend: set aside, shown, and used again."""

import json

from exchange.pull.tables import open_merged
from tests.lib.extracts import crimes
from tests.lib.partnership import Partnership

SUSPEND = ("log", "suspend", "3", "--reason")
# Who is told that a coordinator of the council asks for it: the other coordinator.
ASKED = {"council": False, "police": True, "analysts": False}


def state(p: Partnership) -> str:
    told = p.run("analysts", "status", "--quarter", "2026Q3").out
    return " ".join(next(row for row in told.splitlines() if "police-crime" in row).split())


def rows(p: Partnership, folder: str) -> int:
    return open_merged(p.root / "analysts" / folder, "police-crime").collect().height


def test_two_coordinators_suspend_a_submission_and_one_lifts_it(sent):
    p = sent
    first = p.signed("council", *SUSPEND, "contents-in-doubt", "--yes")
    assert "not suspended yet  log 3" in first.out
    assert "exchange log suspend 3 --reason contents-in-doubt" in first.err
    assert "suspended" not in state(p)
    told = {who: p.run(who, "status", "--quarter", "2026Q3").warnings for who in ASKED}
    assert {who: "suspension-asked" in ids for who, ids in told.items()} == ASKED
    p.signed("analysts", "pull", "merged")
    assert rows(p, "merged") == 30
    second = p.signed("police", *SUSPEND, "identifies-people", "--yes")
    assert second.out.startswith("suspended  log 3")
    why = "its contents are in doubt and it may identify somebody"
    assert f"log 3 is suspended: {why}" in state(p)
    assert "on time" in state(p)  # its sender did what is due
    ran = p.signed("analysts", "pull", "merged", "--update", status=14)
    assert ran.refusal == "submission-suspended"
    assert why in " ".join(ran.err.split())
    p.run("council", "report", "compliance", "--quarter", "2026Q3", "-o", "c.txt")
    board = " ".join((p.root / "council/c.txt").read_text().split())
    assert why in board
    assert "Sent, and suspended until it is settled: Westshire police (1)." in board
    assert "Ask Westshire police to settle with the coordinators what is suspended" in board
    p.signed("council", "log", "suspend", "3", "--lift", "--yes")
    assert "suspended" not in state(p)
    p.signed("analysts", "pull", "merged", "--update")
    assert rows(p, "merged") == 30


def test_what_is_suspended_is_named_beside_what_is_pulled(partnership):
    p = partnership
    p.submit("police", p.extract("police", "july.csv", crimes(30, days=31)), "--dates", "2026-07")
    p.submit("police", p.extract("police", "crime.csv", crimes(40)), "--dates", "2026Q3")
    p.signed("analysts", "pull", "as-it-was", "--as-of", "3")
    for who in ("council", "police"):
        p.signed(who, "log", "suspend", "4", "--reason", "cannot-be-used", "--yes")
    for arguments in ((), ("--as-of", "4")):
        ran = p.signed("analysts", "pull", "merged", *arguments, status=14)
        assert ran.refusal == "submission-suspended"
    p.submit("police", p.extract("police", "corrected.csv", crimes(50)))
    p.signed("analysts", "pull", "merged")
    assert rows(p, "merged") == 50
    assert "suspended" not in state(p)
    aside = json.loads((p.root / "analysts/merged/manifest.json").read_text())["set_aside"]
    assert aside == []


def test_words_that_suspend_nothing(sent):
    p = sent
    for arguments in ((), ("--lift", "--reason", "contents-in-doubt")):
        ran = p.signed("council", "log", "suspend", "3", *arguments, "--yes", status=2)
        assert ran.refusal == "suspension-needs-reason"
    assert p.signed("council", "log", "suspend", "3", "--lift", "--yes", status=None).refusal == (
        "suspension-unchanged"
    )
    ran = p.signed("ambulance", *SUSPEND, "contents-in-doubt", "--yes", status=None)
    assert ran.refusal == "signer-not-coordinator"
    ran = p.signed(
        "council", "log", "suspend", "2", "--reason", "cannot-be-used", "--yes", status=2
    )
    assert ran.refusal == "entry-not-a-submission"
    assert len(p.entries()) == 4
