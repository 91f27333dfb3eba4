"""Everything a quarter needs besides a submission: nil, not held, withdrawal, purge, parts."""

import polars as pl
import pytest

from tests.lib.extracts import crimes
from tests.lib.partnership import Partnership

Q = ("--dates", "2026Q3")


def standing(p: Partnership, dataset: str, who: str = "police", quarter: str = "2026Q3") -> dict:
    told = p.run("council", "status", "--quarter", quarter, "--json").json["standings"]
    return next(s for s in told if s["dataset"] == dataset and s["partner"] == who)


def send(p: Partnership, rows: str, *told: object, status: int | None = 0):
    return p.submit("police", p.extract("police", "crime.csv", rows), *Q, *told, status=status)


def say(p: Partnership, *words: object, who: str = "police", status: int | None = 0):
    return p.signed(who, *words, "--yes", status=status)


def pulled(p: Partnership, dataset: str = "police-crime", status: int = 0) -> pl.DataFrame:
    p.signed("analysts", "pull", "merged", status=status)
    return pl.read_parquet(p.root / f"analysts/merged/dataset={dataset}")


def test_a_nil_return_is_on_time_and_told_apart_from_missing(partnership):
    p = partnership
    ran = say(p, "nil", "police-transport", *Q)
    assert ran.out.startswith("nil return  police  police-transport  Jul to Sep 2026  log 3")
    told = standing(p, "police-transport")
    assert (told["state"], told["nil"], told["entries"]) == ("on time", True, [3])
    lines = p.run("council", "status", "--quarter", "2026Q3").out.splitlines()
    assert any("police-transport" in line and "on time, nil return" in line for line in lines)


def test_records_replace_a_nil_return_and_not_the_other_way_round(partnership):
    p = partnership
    say(p, "nil", "police-crime", *Q)
    send(p, crimes(30))
    told = standing(p, "police-crime")
    assert (told["state"], told["nil"], told["entries"]) == ("on time", False, [4])
    ran = say(p, "nil", "police-crime", *Q, status=12)
    assert ran.refusal == "records-exist-for-dates"
    assert "log 4" in ran.err
    ran = say(p, "nil", "police-crime", "--dates", "2026-07", status=12)
    assert ran.refusal == "records-exist-for-dates"
    assert "log 4" in ran.err


def test_a_nil_return_of_dates_to_come_or_of_a_part_of_another_is_refused(partnership):
    p = partnership
    ran = say(p, "nil", "police-crime", "--dates", "2026Q4", status=2)
    assert ran.refusal == "dates-not-over"
    say(p, "nil", "police-crime", *Q)
    file = p.extract("police", "c.csv", crimes(9))
    p.submit("police", file, "--dates", "2026-07", status=2)
    ran = say(p, "nil", "health-admissions", *Q, status=12)
    assert ran.refusal == "dataset-not-held"
    ran = say(p, "nil", "police-crimes", *Q, status=2)
    assert ran.refusal == "dataset-unknown"
    assert "police-crime" in ran.err


def test_what_is_not_held_is_never_due_until_it_is_held_again(partnership):
    p = partnership
    ran = say(
        p, "partner", "not-held", "police-transport", "--from", "2026Q1", "--reason", "not-recorded"
    )
    assert ran.out == "not held  police  police-transport  from 2026Q1  log 3\n"
    assert standing(p, "police-transport")["state"] == "not held"
    say(p, "partner", "not-held", "police-transport", "--from", "2026Q4", "--reason", "held-again")
    assert standing(p, "police-transport")["state"] == "not held"
    assert standing(p, "police-transport", quarter="2026Q4")["state"] == "due"
    say(p, "partner", "not-held", "police-asb", "--from", "2026Q3", "--to", "2026Q3", "--reason",
        "not-retrievable")  # fmt: skip
    assert standing(p, "police-asb")["state"] == "not held"
    assert standing(p, "police-asb", quarter="2026Q4")["state"] == "due"
    ran = say(p, "partner", "not-held", "police-asb", "--from", "2026Q3", "--to", "2026Q1",
              "--reason", "not-recorded", status=12)  # fmt: skip
    assert ran.refusal == "not-held-dates-reversed"


def test_what_is_withdrawn_is_missing_again_and_not_pulled(partnership):
    p = partnership
    send(p, crimes(30))
    assert pulled(p).height == 30
    ran = say(p, "withdraw", 3, "--reason", "wrong-file")
    assert "log 3  under log 4" in ran.out
    assert standing(p, "police-crime")["state"] == "due"
    p.signed("analysts", "pull", "merged", status=16)
    ran = say(p, "withdraw", 3, "--reason", "wrong-file", status=12)
    assert ran.refusal == "nothing-to-withdraw"
    send(p, crimes(40))
    assert pulled(p).height == 40
    assert standing(p, "police-crime")["entries"] == [5]


def test_nobody_withdraws_or_purges_what_is_anothers(partnership):
    p = partnership
    send(p, crimes(30))
    ran = say(p, "withdraw", 3, "--reason", "wrong-file", who="council", status=12)
    assert ran.refusal == "nothing-to-withdraw"
    ran = say(p, "withdraw", 3, "--delete", "--reason", "sent-in-error", who="council", status=12)
    assert ran.refusal == "sender-has-not-deleted"
    assert pulled(p).height == 30
    assert (
        say(p, "withdraw", 9, "--delete", "--reason", "retention", status=2).refusal
        == "entry-unknown"
    )
    assert (
        say(p, "withdraw", 1, "--delete", "--reason", "retention", status=2).refusal
        == "entry-not-a-submission"
    )


def test_what_is_purged_is_gone_from_the_store_and_its_receivers_say_so(partnership):
    p = partnership
    send(p, crimes(30))
    assert pulled(p).height == 30
    ran = say(p, "withdraw", 3, "--delete", "--reason", "sent-in-error")
    assert "log 3  under log 4" in ran.out
    assert "(Westshire council, Westshire ambulance, Westshire analysts)" in ran.err
    assert p.bundles() == []
    assert p.run("council", "verify", "--json").json["deleted"] == {"3": 4}
    assert p.run("council", "verify", "--json").json["deleted"] == {"3": 4}
    p.submit("police", p.extract("police", "again.csv", crimes(40)), *Q)
    ran = p.signed("analysts", "pull", "merged")
    assert "submission-deleted" in ran.warnings
    assert "police deleted log 3" in ran.err
    told = ("log", "confirm-deleted", 3)
    assert "log 6" in say(p, *told, who="analysts").out
    assert "submission-deleted" not in p.signed("analysts", "pull", "merged").warnings
    assert say(p, *told, status=2).refusal == "submission-is-your-own"
    again = ("withdraw", 3, "--delete", "--reason", "sent-in-error")
    assert say(p, *again, status=16).refusal == "already-deleted"
    not_for_it = ("withdraw", 3, "--reason", "sent-in-error")
    assert say(p, *not_for_it, status=2).refusal == "reason-does-not-fit"
    assert pulled(p).height == 40


def test_bytes_that_come_back_after_a_purge_are_reported_and_not_used(partnership):
    p = partnership
    send(p, crimes(30))
    (bundle,) = p.bundles()
    saved = bundle.read_bytes()
    say(p, "withdraw", 3, "--delete", "--reason", "retention")
    bundle.write_bytes(saved)  # a restored backup
    ran = p.run("council", "verify")
    assert "deleted-file-present" in ran.warnings
    assert "log 3" in ran.err
    p.signed("analysts", "pull", "merged", status=16)
    say(p, "withdraw", 3, "--delete", "--reason", "retention", status=16)
    assert p.bundles() == []


@pytest.mark.parametrize("part", ["north", "south-2"])
def test_a_part_replaces_its_own_dates_only(partnership, part):
    p = partnership
    send(p, crimes(30), "--part", part)
    ran = send(p, crimes(40), "--part", "another")
    assert "police-crime another" in ran.out
    rows = pulled(p)
    assert dict(rows["part"].value_counts().rows()) == {part: 30, "another": 40}
    send(p, crimes(20), "--part", part)
    assert dict(pulled(p)["part"].value_counts().rows()) == {part: 20, "another": 40}
    assert standing(p, "police-crime")["parts"] == ["another", part]


def test_a_quarter_is_complete_when_all_the_parts_of_the_last_are_there(partnership):
    p = partnership
    for part in ("north", "south"):
        send(p, crimes(30), "--part", part)
    p.now = p.now.replace(year=2027, month=1)
    for part, state in (("north", "due"), ("south", "on time")):
        said = say(p, "nil", "police-crime", "--dates", "2026Q4", "--part", part)
        assert said.out.startswith("nil return")
        assert standing(p, "police-crime", quarter="2026Q4")["state"] == state
    ran = send(p, crimes(30), "--part", "North Ward", status=2)
    assert ran.refusal == "usage"
    assert "--part" in ran.err


def test_what_an_officer_owes_and_by_when(partnership):
    p = partnership
    send(p, crimes(30))
    say(
        p, "partner", "not-held", "police-transport", "--from", "2025Q4", "--reason", "not-recorded"
    )
    ran = p.run("police", "status", "--mine")
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert "2026Q3 police-asb due in 72 days by 31 December 2026" in lines
    assert not any("police-transport" in line or "2026Q3 police-crime" in line for line in lines)
    assert "exchange nil police-" in ran.err
    told = p.run("police", "status", "--mine", "--json").json["standings"]
    assert {s["partner"] for s in told} == {"police"}
    assert (
        p.run("police", "status", "--mine", "--quarter", "2026Q3", status=2).refusal
        == "mine-with-quarter"
    )
    for options in (
        ["--all"],
        ["--calendar", "d.ics", "--mine"],
        ["--calendar=d.ics", "--quarter=2026Q3"],
    ):
        refused = p.run("police", "status", *options, status=2)
        assert refused.refusal == "calendar-with-other-options"
    assert not (p.root / "police/d.ics").exists()
    assert p.run("analysts", "status", "--mine", "--json").json["standings"] == []
