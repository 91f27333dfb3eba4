"""A workbook of statutory requirements as the demonstration's strategy group fills it in."""

from datetime import UTC, date, datetime
from typing import Final

from exchange.reports.compliance.answer_workbook import write
from exchange.reports.compliance.answered import Answered
from partners.entries.kinds import Answer
from partners.law.requirements import Requirement, draft_of, requirements
from partners.register.state import GivenAnswer

# What stands where, in turn, so that every state is seen.
_STANDS: Final = (
    ("met", "In place, and looked at by the strategy group in January 2026"),
    ("met", "Done each year with the strategic assessment"),
    ("in-part", "Police and council do; the others are to follow"),
    ("met", "In the terms of reference"),
    ("waits-health", "The care board has not named anybody yet"),
    ("met", "In the partnership plan"),
    ("not-met", "Not begun"),
    ("to-consider", "For the away day"),
)
_OPEN: Final = ("in-part", "not-met", "waits-health", "to-consider")


def filled_workbook(partnership: str, now: datetime) -> bytes:
    """Return the workbook of a partnership of one tier with made-up answers to all of it."""
    today = now.astimezone(UTC).date()
    ours = [one for one in requirements().values() if not one.two_tier]
    rows = [
        Answered(one, None, None, GivenAnswer(0, now, _answer(n, one, today)), today)
        for n, one in enumerate(ours)
    ]
    return write(rows, partnership, today)


def _answer(number: int, one: Requirement, today: date) -> Answer:
    state, position = _STANDS[number % len(_STANDS)]
    pages = f"{1 + number % 12}, {14 + number % 5}" if one.in_paper("4") else ""
    if state not in _OPEN:
        return Answer(one.id, state=state, on=today, position=position, pages=pages)
    return Answer(
        one.id,
        state=state,
        on=today,
        position=position,
        pages=pages,
        action=draft_of(one)[0] or "Bring it to the strategy group",
        owner="community safety manager",
        by=date(2026, 9, 30),
        milestone="report to the strategy group",
        meeting=date(2026, 7, 8),
    )
