"""A workbook of statutory requirements as the demonstration's strategy group fills it in."""

import csv
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Final

from exchange.reports.compliance.answer_workbook import write
from exchange.reports.compliance.requirement_answers import RequirementAnswer
from exchange.reports.registers.sheets import add_sheets
from exchange.reports.registers.tables import TABLES, Recorded
from partners.entries.answers import Answer
from partners.law.requirements import draft_of, requirements
from partners.register.state import GivenAnswer


def filled_workbook(partnership: str, now: datetime) -> bytes:
    """Return the workbook of a partnership of one tier, with made-up answers.

    What the log proves is left to it, as the strategy group would.
    """
    today = now.astimezone(UTC).date()
    answers = made_up_answers(today)
    rows = [
        RequirementAnswer(
            requirement,
            None,
            None,
            GivenAnswer(0, now, answers[requirement.id]) if requirement.id in answers else None,
            today,
        )
        for requirement in requirements().values()
        if not requirement.two_tier
    ]
    return write(rows, partnership, today, lambda book: add_sheets(book, {}, _registers()))


def made_up_answers(today: date) -> dict[str, Answer]:
    """Return what the strategy group answers, by requirement: `answers.csv` beside this module."""
    with (files(__package__) / "demo_answers.csv").open(encoding="utf-8") as file:
        return {row["requirement"]: _answer(row, today) for row in csv.DictReader(file)}


def _answer(row: dict[str, str], today: date) -> Answer:
    """Return one answer; where something is open, the usual action unless another is named."""
    is_open = bool(row["by"])
    return Answer(
        row["requirement"],
        state=row["state"],
        on=today,
        position=row["position"],
        pages=row["pages"],
        action=row["action"] or (draft_of(requirements()[row["requirement"]])[0] * is_open),
        owner=row["owner"],
        by=date.fromisoformat(row["by"]) if is_open else None,
        milestone=row["milestone"],
        meeting=date.fromisoformat(row["meeting"]) if is_open else None,
    )


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
        ("2026-04-22", "strategy group", "Town hall"),
        ("2026-07-08", "strategy group", "Town hall"),
    ),
    "invitations": (
        ("Westshire Housing Association", "chief executive", "2025-11-03", "no answer yet"),
    ),
    "priorities": (
        ("Theft from vehicles", "chief superintendent", "director of communities",
         "It rose most, and residents named it first", "Patrols, and advice to drivers", "3, 7-9",
         "yes", "Mark tools and number plates in all districts"),
        ("Anti-social behaviour", "head of community safety", "neighbourhood inspector",
         "Street drinking rose in one neighbourhood", "Wardens, and a support worker", "3, 10",
         "no"),
    ),
    "targets": (
        ("1", "Fewer thefts", "chief superintendent", "theme=theft and vehicle crime", "1100",
         "1000", "lower", "2025-12-31"),
        ("2", "Fewer incidents", "head of community safety", "theme=anti-social behaviour", "4050",
         "3900", "lower", "2025-12-31"),
        ("2", "Less disorder and harassment", "neighbourhood inspector",
         "theme=public order and harassment", "197", "190", "lower", "2025-12-31"),
    ),
    "risks": (
        ("The analyst's post is vacant from July", "1", "medium", "high",
         "Share an analyst with the neighbouring district", "director of communities",
         "2026-07-08"),
    ),
}  # fmt: skip
