"""The sentence that says whether the duty to share is met, and that something was late."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from exchange.reports.compliance.board_page import _verdict
from partners.register.obligations import State
from schemas.quarters import Quarter

ON_TIME, LATE, OVERDUE = State.ON_TIME, State.LATE, State.OVERDUE


@pytest.mark.parametrize(
    ("states", "begins", "met"),
    [
        ((ON_TIME, ON_TIME), "The duty to share is met for", True),
        ((ON_TIME, LATE), "The duty to share was met late for", True),
        ((LATE, LATE), "The duty to share was met late for", True),
        ((LATE, OVERDUE), "The duty to share is not met for", False),
    ],
)
def test_late_is_said_in_the_first_sentence(states, begins, met):
    every = [SimpleNamespace(certain=True, state=one) for one in states]
    of = SimpleNamespace(now=datetime(2027, 1, 10, tzinfo=UTC))
    says, is_met = _verdict(of, Quarter.parse("2026Q3"), every)
    assert says.startswith(begins)
    assert is_met is met
    assert ("on time" in says) == (set(states) == {ON_TIME})


@pytest.mark.parametrize("states", [(ON_TIME,), (State.DUE,), ()])
def test_an_open_quarter_does_not_hide_what_is_overdue_of_earlier_ones(states):
    every = [SimpleNamespace(certain=True, state=one) for one in states]
    of = SimpleNamespace(now=datetime(2027, 1, 10, tzinfo=UTC))
    earlier = [SimpleNamespace(state=OVERDUE)] * 3
    says, is_met = _verdict(of, Quarter.parse("2026Q4"), every, earlier)
    assert says.startswith("The duty to share is not met: 3 datasets of earlier quarters are")
    assert is_met is False
    says, is_met = _verdict(of, Quarter.parse("2026Q4"), every)
    assert "open until 31 March 2027" in says or says.startswith(("Nothing", "The duty"))
    assert is_met is (True if states == (ON_TIME,) else None)
