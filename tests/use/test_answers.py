"""Queries are answered once, with a reason that is kept; a submission is compared with the last."""

from datetime import UTC, date, datetime

from tests.lib.extracts import crimes
from tests.use.test_terminal import talk

RIGHT = "--answer=occurred-after-recorded=the clock of the control room is ahead"


def early(text: str) -> str:
    """Let the first crime happen the day after it was recorded."""
    return text.replace("01/07/2026,01/07/2026", "01/07/2026,02/07/2026", 1)


def test_an_answer_is_kept_and_said_beside_the_query_next_time(partnership):
    file = partnership.extract("police", "crime.csv", early(crimes(30)))
    ran = partnership.run("police", "check", file)
    assert ran.warnings == ["queries-open"]
    assert '--answer occurred-after-recorded="…"' in ran.err
    ran = partnership.run("police", "check", file, RIGHT)
    assert "queries-open" not in ran.warnings
    ran = partnership.submit("police", file)
    assert "occurred-after-recorded: " in ran.err
    assert "20 October 2026: the clock of the control room is ahead" in ran.err
    assert b"control room" not in partnership.everything_shared()


def test_an_answer_to_nothing_and_one_that_names_somebody_are_refused(partnership):
    file = partnership.extract("police", "crime.csv", early(crimes(30)))
    for answer, refusal in (
        ("date-missing=x", "query-unknown"),
        ("nonsense", "query-unknown"),
        ("place-unknown=", "reason-length-not-allowed"),
        ("place-unknown=ring 01632 960999", "text-holds-identifier"),
    ):
        ran = partnership.run("police", "check", file, "--answer", answer, status=2)
        assert ran.refusal == refusal
        assert "960999" not in ran.said


def test_at_a_terminal_a_query_is_asked_about_before_the_sending(partnership):
    partnership.extract("police", "crime.csv", early(crimes(30)))
    status, said = talk(
        partnership, "police", "submit", str(partnership.root / "police/crime.csv"),
        answers={
            "why is this correct?": "a slow clock", "Send this?": "y",
            "Passphrase": "a made-up passphrase",
        },
    )  # fmt: skip
    assert status == 0, said
    assert "20 October 2026: a slow clock" in said


def test_the_next_quarter_is_compared_with_the_last_that_was_sent(partnership):
    last = partnership.extract("police", "q3.csv", crimes(300))
    partnership.submit("police", last)
    partnership.now = datetime(2027, 1, 20, 9, 0, tzinfo=UTC)
    text = crimes(40, first=date(2026, 10, 1)).replace(",45,", ",46,")
    ran = partnership.run("police", "check", partnership.extract("police", "q4.csv", text))
    assert "queries-open" in ran.warnings
    assert "volume-changed: " in ran.err
    assert "40 in 92 days; 300 in 92 days before" in ran.err
    assert "categories-vanished: " in ran.err
    assert "categories-new: " in ran.err


def test_a_correction_is_not_compared_with_what_it_corrects(partnership):
    partnership.submit("police", partnership.extract("police", "a.csv", crimes(300)))
    ran = partnership.submit("police", partnership.extract("police", "b.csv", crimes(40)))
    assert "volume-changed" not in ran.err
