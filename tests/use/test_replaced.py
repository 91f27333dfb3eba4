"""A return that was replaced after its deadline: on time where it held the dataset, else late."""

from datetime import UTC, datetime

import pytest

from tests.lib.extracts import crimes

IN_TIME = datetime(2026, 10, 20, 10, tzinfo=UTC)
LATE = datetime(2027, 1, 12, 10, tzinfo=UTC)  # due by 31 December 2026


def send(p, rows: int, when: datetime):
    p.now = when
    return p.submit("police", p.extract("police", "crime.csv", crimes(rows)), "--dates", "2026Q3")


def standing(p) -> dict:
    told = p.run("council", "status", "--quarter", "2026Q3", "--json").json["standings"]
    return next(s for s in told if s["dataset"] == "police-crime")


def test_a_few_placeholder_rows_are_not_the_dataset(partnership):
    send(partnership, 6, IN_TIME)
    assert standing(partnership)["state"] == "on time"
    send(partnership, 383, LATE)
    told = standing(partnership)
    assert (told["state"], told["days"]) == ("late", 12)
    assert told["first"] == told["entries"] == [4]


def test_a_correction_after_the_deadline_is_shown_beside_what_was_on_time(partnership):
    send(partnership, 360, IN_TIME)
    send(partnership, 383, LATE)
    told = standing(partnership)
    assert told["state"] == "on time"
    assert (told["first"], told["entries"]) == ([3], [4])
    assert told["replaced"] == {
        "days": 12, "before": [100, 499], "after": [100, 499], "positions": [3],
    }  # fmt: skip
    said = partnership.run("council", "status", "--quarter", "2026Q3").out
    assert "on time, replaced 12 days late, 100 to 499 → 100 to 499 records" in said
    assert "sender" in told["evidence"]


def test_a_correction_in_time_says_nothing(partnership):
    send(partnership, 6, IN_TIME)
    send(partnership, 383, IN_TIME)
    told = standing(partnership)
    assert (told["state"], told["replaced"]) == ("on time", None)


@pytest.mark.parametrize(("rows", "state"), [(3, "on time"), (60, "late")])
def test_a_nil_return_that_turns_out_to_be_wrong_was_none(partnership, rows, state):
    partnership.now = IN_TIME
    partnership.signed("police", "nil", "police-crime", "--dates", "2026Q3", "--yes")
    send(partnership, rows, LATE)
    assert standing(partnership)["state"] == state


def purge(p, reason: str) -> None:
    p.signed("police", "withdraw", "3", "--delete", "--reason", reason, "--yes")


def test_what_was_sent_in_error_and_destroyed_is_no_silence(partnership):
    send(partnership, 60, IN_TIME)
    purge(partnership, "sent-in-error")
    partnership.signed("analysts", "log", "confirm-deleted", "3", "--yes")
    partnership.now = LATE
    told = standing(partnership)
    assert told["state"] == "overdue"
    assert (told["deleted"], told["deletion_confirmed_by"]) == ([4], ["analysts"])
    said = partnership.run("council", "status", "--quarter", "2026Q3").out
    assert "deleted (reference 4), confirmed by analysts" in said
    file = partnership.root / "council/r.html"
    partnership.run("council", "report", "compliance", "--quarter", "2026Q3", "-o", file)
    assert "what was disclosed to whom" in file.read_text()


def test_what_was_destroyed_because_its_time_was_over_was_shared(partnership):
    send(partnership, 60, IN_TIME)
    partnership.set_clocks(datetime(2029, 10, 20, 10, tzinfo=UTC))
    purge(partnership, "retention")
    told = standing(partnership)
    assert (told["state"], told["first"], told["entries"]) == ("on time", [3], [])
