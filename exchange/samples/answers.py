"""A workbook of statutory requirements as the demonstration's strategy group fills it in."""

import csv
from datetime import UTC, date, datetime

from exchange.reports.compliance.answer_workbook import write
from exchange.reports.compliance.requirement_answers import RequirementAnswer
from exchange.reports.registers.sheets import add_sheets
from exchange.reports.registers.tables import TABLES, Recorded
from exchange.samples.demo import demo_text
from partners.entries.answers import Answer
from partners.law.requirements import draft_of, requirements
from partners.register.state import GivenAnswer
from schemas.tables import read_table


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
    """Return what the strategy group answers, by requirement: `demo_answers.csv`."""
    rows = read_table(__package__, "demo_answers.csv")
    return {row["requirement"]: _answer(row, today) for row in rows}


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
    """Return the strategy group's registers: rows of `demo_registers.csv`, in their order."""
    registers: dict[str, list[Recorded]] = {name: [] for name in TABLES}
    for name, *cells in csv.reader(demo_text("demo_registers.csv").splitlines()):
        ids = (column.id for column in TABLES[name].columns)
        number = str(len(registers[name]) + 1)
        registers[name].append(Recorded(number, 0, dict(zip(ids, cells, strict=False))))
    return registers
