"""The sentence that says whether the duty to share is met, and that something was late."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from exchange.reports.compliance import proofs
from exchange.reports.compliance import verdict as verdicts
from partners.register.obligations import State
from partners.register.register import Register
from schemas.quarters import Quarter

ON_TIME, LATE, OVERDUE = State.ON_TIME, State.LATE, State.OVERDUE


QUARTER = Quarter.parse("2026Q3")


def verdict(states, earlier=(), quarter=QUARTER):
    every = [SimpleNamespace(certain=True, state=one) for one in states]
    log = SimpleNamespace(register=SimpleNamespace(first_due_quarter=QUARTER))
    of = SimpleNamespace(now=datetime(2027, 1, 10, tzinfo=UTC), log=log)
    return verdicts.verdict(of, quarter, every, earlier)


@pytest.mark.parametrize(
    ("states", "begins", "kind"),
    [
        ((ON_TIME, ON_TIME), "The duty to share is met for", "good"),
        ((ON_TIME, LATE), "The duty to share was met late for", "late"),
        ((LATE, LATE), "The duty to share was met late for", "late"),
        ((LATE, OVERDUE), "The duty to share is not met for", "bad"),
    ],
)
def test_late_is_said_in_the_first_sentence_and_marked_by_itself(states, begins, kind):
    says, mark = verdict(states)
    assert says.startswith(begins)
    assert mark.kind == kind
    assert mark.word in says
    assert ("on time" in says) == (set(states) == {ON_TIME})


def test_each_verdict_has_its_own_colour_symbol_and_word():
    marks = {verdict(s)[1] for s in [(ON_TIME,), (LATE,), (OVERDUE,), ()]}
    for part in ("kind", "symbol", "word"):
        assert len({getattr(mark, part) for mark in marks}) == len(marks) == 4


@pytest.mark.parametrize("states", [(ON_TIME,), (LATE,), (State.DUE,), ()])
@pytest.mark.parametrize("name", ["2026Q3", "2026Q4"])
def test_no_quarter_hides_what_is_overdue_of_earlier_ones(states, name):
    quarter = Quarter.parse(name)
    if quarter == QUARTER and State.DUE in states:
        return
    says, mark = verdict(states, [SimpleNamespace(state=OVERDUE)] * 3, quarter)
    assert says.startswith("The duty to share is not met: 3 datasets of earlier quarters are")
    assert says.count("The duty to share") == 1
    assert mark.kind == "bad"
    expected = "good" if states == (ON_TIME,) else "late" if states == (LATE,) else "open"
    assert verdict(states, (), quarter)[1].kind == expected


def test_a_county_is_as_good_as_the_worst_of_its_districts():
    good, late, bad, open_ = (verdict(s)[1] for s in [(ON_TIME,), (LATE,), (OVERDUE,), ()])
    for marks, kind in [
        ([good, good], "good"),
        ([good, late], "late"),
        ([late, open_], "open"),
        ([good, late, open_, bad], "bad"),
    ]:
        says, mark = verdicts.county_verdict(QUARTER, marks)
        assert mark.kind == kind
        assert mark.word in says
    assert (
        "or earlier quarters" in verdicts.county_verdict(QUARTER, [good, bad], is_earlier=True)[0]
    )
    assert "earlier" not in says


COUNTY, COUNCIL = "the county council", "the council for the area"


@pytest.mark.parametrize(
    ("kinds", "missing"),
    [
        (["district"], [COUNTY]),
        (["county"], [COUNCIL]),
        (["district", "county"], []),
        (["council"], []),
        (["council", "county"], []),
        (["police"], [COUNCIL]),
    ],
)
def test_where_there_are_two_tiers_both_councils_have_to_join(kinds, missing):
    register = Register("x", nation="england")
    register.partners = {kind: SimpleNamespace(kinds=(kind,)) for kind in kinds}
    log = SimpleNamespace(register=register)
    absent = proofs.absent(SimpleNamespace(log=log, today=date(2026, 11, 30)))
    assert [title for title in absent if title in (COUNTY, COUNCIL)] == missing
