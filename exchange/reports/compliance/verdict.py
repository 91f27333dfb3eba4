"""Whether the duty to share is met for a quarter: by a partnership, and by a county's districts."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from exchange.reports.front_page import Mark
from exchange.reports.source import Source
from exchange.text import with_noun
from partners.register.obligations import Standing, State
from schemas.quarters import Quarter, long_date

MET: Final = Mark("good", "✓", "met")
MET_LATE: Final = Mark("late", "!", "met late")
NOT_MET: Final = Mark("bad", "✗", "not met")
OPEN: Final = Mark("open", "○", "open")


def verdict(
    source: Source, quarter: Quarter, standings: Sequence[Standing], earlier: Sequence[Standing]
) -> tuple[str, Mark]:
    """Return the sentence that says whether it is met, and its mark.

    Args:
        standings: Of the quarter; `earlier`, what is overdue of quarters before it.
    """
    due = [s for s in standings if s.certain and s.state is not State.NOT_HELD]
    sentence, came, state = _of_quarter(source, quarter, due)
    if not earlier or state is NOT_MET:
        return f"{sentence}: {came}." if came else f"{sentence}.", state
    overdue = with_noun(
        len(earlier), "dataset of earlier quarters is", "datasets of earlier quarters are"
    )
    besides = f"For {quarter.label}, due by {long_date(quarter.due)}, {came}" if came else sentence
    return f"The duty to share is not met: {overdue} overdue. {besides}.", NOT_MET


def _of_quarter(source: Source, quarter: Quarter, due: Sequence[Standing]) -> tuple[str, str, Mark]:
    """Say whether the duty is met for a quarter by itself, and how much of what is due came."""
    counts = Counter(s.state for s in due)
    received = sum(n for state, n in counts.items() if state.is_received)
    whole, name = f"{with_noun(len(due), 'dataset')} due by law", quarter.label
    if not due:
        first = source.log.register.first_due_quarter
        if first is None or first <= quarter:
            return f"Nothing is due by law for {name}", "", OPEN
        from_then = f"the first quarter is {first.label}, due by {long_date(first.due)}"
        return f"Nothing is due by law for {name}", from_then, OPEN
    if received == len(due):
        if late := counts[State.LATE]:
            after = f"{late} of {whole} came after {long_date(quarter.due)}"
            return f"The duty to share was met late for {name}", after, MET_LATE
        return f"The duty to share is met for {name}", f"{whole} came on time", MET
    if not quarter.is_late(source.now):
        so_far = f"so far {received} of {whole} came"
        by = long_date(quarter.due)
        return f"Whether the duty to share is met for {name} is open until {by}", so_far, OPEN
    since = long_date(quarter.due + timedelta(days=1))
    missing = len(due) - received
    overdue = f"{missing} of {whole} {'has' if missing == 1 else 'have'} been overdue since {since}"
    return f"The duty to share is not met for {name}", overdue, NOT_MET


def county_verdict(
    quarter: Quarter, marks: Sequence[Mark], *, is_earlier: bool = False
) -> tuple[str, Mark]:
    """Return the sentence and the mark for several districts, from the mark of each.

    Args:
        is_earlier: Something is overdue of earlier quarters.
    """
    whole, counts = with_noun(len(marks), "district"), Counter(marks)
    name = quarter.label
    if short := counts[NOT_MET]:
        quarters = f"{name} or earlier quarters" if is_earlier else name
        return f"The duty to share is not met in {short} of {whole} for {quarters}.", NOT_MET
    if counts[OPEN]:
        return f"Whether the duty to share is met is open in some of {whole} for {name}.", OPEN
    if late := counts[MET_LATE]:
        return f"The duty to share was met late in {late} of {whole} for {name}.", MET_LATE
    return f"The duty to share is met in all of {whole} for {name}.", MET
