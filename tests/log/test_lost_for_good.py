"""An entry that the store and every copy have lost: coordinators accept the log without it."""

import shutil

import pytest

from tests.lib.extracts import crimes
from tests.lib.partnership import Partnership

Q = ("--dates", "2026Q3", "--yes")


def lose(p: Partnership, *, orphan: bool) -> None:
    """Lose what only the police had read, and the police's copy; what they signed of it stays."""
    p.submit("police", p.extract("police", "crime.csv", crimes(30)))
    if orphan:
        p.signed("police", "nil", "police-asb", *Q)
    (p.share / "log/00000003").unlink()
    (p.settings("police").profile / "mirror").unlink()


@pytest.mark.parametrize("orphan", [False, True])
def test_two_coordinators_accept_the_log_without_it_and_all_goes_on(partnership, orphan):
    p = partnership
    lose(p, orphan=orphan)
    before = sorted(path.name for path in p.share.rglob("*"))
    nil = ("nil", "ambulance-callouts", *Q)
    ran = p.signed("ambulance", *nil, status=15)
    assert ran.refusal in ("log-has-gap", "log-cut-short")
    assert p.run("police", "status", status=15).refusal == "log-cut-short"
    shown = p.run("council", "log", "accept")
    signed = 5 if orphan else 4
    assert f"The store has 3 entries, and {signed} were signed" in shown.out
    root = p.run("council", "log", "accept", "--json").json["root"]
    assert sorted(path.name for path in p.share.rglob("*")) == before
    p.signed("council", "log", "accept", root, "--yes")
    assert p.run("police", "status", status=15)
    p.signed("police", "log", "accept", root[:8], "--yes")
    p.signed("ambulance", *nil)
    p.submit("police", p.root / "police/crime.csv")
    for who in ("council", "police", "ambulance", "analysts"):
        p.run(who, "status")
    told = p.run("analysts", "verify", "--json").json
    kinds = [one["kind"] for one in told["entries"][3:] if not one["why"]]
    assert kinds == ["settle", "settle", "nil", "submit"]
    assert told["lost"] == [{"from": 3, "to": signed - 1, "accepted": told["lost"][0]["accepted"]}]
    p.signed("analysts", "pull", "merged")


def test_what_somebody_still_has_is_not_lost(sent):
    p = sent
    p.run("council", "status")
    (p.share / "log/00000003").unlink()
    ran = p.run("council", "log", "accept", status=2)
    assert ran.refusal == "store-behind-branch"
    assert "exchange status" in ran.err
    p.run("council", "status")
    assert len(p.entries()) == 4


def test_one_that_comes_back_afterwards_changes_nothing(partnership, tmp_path):
    p = partnership
    shutil.copytree(p.share, tmp_path / "before")
    lose(p, orphan=False)
    root = p.run("council", "log", "accept", "--json").json["root"]
    for who in ("council", "police"):
        p.signed(who, "log", "accept", root, "--yes")
    p.run("ambulance", "status")
    ran = p.run("ambulance", "verify")
    assert "entries-lost-for-good" in ran.warnings
    assert "log 3 was lost; two coordinators accepted the log without it (log 3, 4)" in ran.err
