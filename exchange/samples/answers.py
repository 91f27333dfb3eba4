"""A workbook of statutory requirements as the demonstration's strategy group fills it in."""

from datetime import UTC, date, datetime
from typing import Final

from exchange.reports.compliance.answer_workbook import write
from exchange.reports.compliance.requirement_answers import RequirementAnswer
from exchange.reports.registers.sheets import add_sheets
from exchange.reports.registers.tables import TABLES, Recorded
from partners.entries.kinds import Answer
from partners.law.requirements import Requirement, draft_of, requirements
from partners.register.state import GivenAnswer

# What stands where, in turn, so that every state is seen.
_STANDS: Final = (
    ("met", "In place, and reviewed by the strategy group in January 2026"),
    ("met", "Done in 2025, and to be done again in 2026"),
    ("in-part", "Begun; not all partners take part yet"),
    ("met", "Agreed by the strategy group in October 2025"),
    ("waits-health", "The care board is to agree to it"),
    ("met", "Done; it is in the minutes of January 2026"),
    ("not-met", "Not begun"),
    ("to-consider", "To be discussed at the away day"),
)
_OPEN: Final = ("in-part", "not-met", "waits-health", "to-consider")


def filled_workbook(partnership: str, now: datetime) -> bytes:
    """Return the workbook of a partnership of one tier, with made-up answers.

    What the log proves is left to it, as the strategy group would.
    """
    today = now.astimezone(UTC).date()
    ours = [requirement for requirement in requirements().values() if not requirement.two_tier]
    answers = {
        n: GivenAnswer(0, now, _answer(n, requirement, today)) for n, requirement in enumerate(ours)
    }
    rows = [
        RequirementAnswer(
            requirement, None, None, None if _is_proved(requirement) else answers[n], today
        )
        for n, requirement in enumerate(ours)
    ]
    return write(rows, partnership, today, lambda book: add_sheets(book, {}, _registers()))


def _registers() -> dict[str, list[Recorded]]:
    """Return the strategy group's registers: rows in the order of their columns."""
    return {
        table.id: [
            Recorded(str(number), 0, dict(zip((c.id for c in table.columns), row, strict=False)))
            for number, row in enumerate(_ROWS[table.id], start=1)
        ]
        for table in TABLES
    }


_EVERYBODY: Final = (
    "Westshire Council; Westshire Police; Westshire Fire and Rescue Authority; "
    "Westshire Probation Service; Westshire Integrated Care Board"
)
_ROWS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "members": (
        ("Westshire Police", "chief superintendent", "chair", "yes", "2024-04-01", "2027-03-31"),
        ("Westshire Council", "director of communities", "deputy chair", "yes", "2023-05-01"),
        ("Westshire Council", "cabinet member", "councillor for community safety", "no"),
        ("Westshire Fire and Rescue Authority", "district commander", "member", "yes"),
        ("Westshire Integrated Care Board", "director of nursing", "member", "yes"),
    ),
    "meetings": (
        ("2025-10-08", "public", "Westshire library", _EVERYBODY, _EVERYBODY,
         "https://westshire.example/minutes"),
        ("2026-01-14", "strategy group", "Town hall", "Westshire Council; Westshire Police"),
        ("2026-07-08", "strategy group", "Town hall"),
    ),
    "invitations": (
        ("Westshire Housing Association", "chief executive", "2025-11-03", "no answer yet"),
    ),
    "priorities": (
        ("Theft from vehicles", "chief superintendent", "director of communities",
         "It rose, and residents named it first", "Patrols, and advice to drivers", "3, 7-9",
         "yes", "Mark tools and number plates in all districts"),
        ("Burglary", "head of community safety", "crime prevention lead",
         "It is concentrated in few places", "Better locks where there was a burglary", "10", "no"),
    ),
    "targets": (
        ("1", "Fewer thefts", "chief superintendent", "theme=theft and vehicle crime", "1500",
         "1400", "lower",
         "2025-12-31"),
        ("2", "Fewer burglaries", "head of community safety", "theme=burglary", "500", "450",
         "lower", "2025-12-31"),
    ),
    "risks": (
        ("The analyst's post is vacant from July", "1", "medium", "high",
         "Share an analyst with the neighbouring district", "director of communities",
         "2026-07-08"),
    ),
}  # fmt: skip


def _is_proved(requirement: Requirement) -> bool:
    """Whether the records of the demonstration answer a requirement by themselves."""
    return bool(requirement.proof) and requirement.proof not in ("others", "personal", "considered")


def _answer(number: int, requirement: Requirement, today: date) -> Answer:
    state, position = _STANDS[number % len(_STANDS)]
    pages = f"{1 + number % 12}, {14 + number % 5}" if requirement.in_paper("4") else ""
    if state not in _OPEN:
        return Answer(requirement.id, state=state, on=today, position=position, pages=pages)
    return Answer(
        requirement.id,
        state=state,
        on=today,
        position=position,
        pages=pages,
        action=draft_of(requirement)[0] or "Bring it to the strategy group",
        owner="community safety manager",
        by=date(2026, 9, 30),
        milestone="report to the strategy group",
        meeting=date(2026, 7, 8),
    )
