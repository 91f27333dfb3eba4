"""The strategy group's answers, from the workbook in which they were filled in, as entries.

Keeps true: an answer that could name somebody is refused; no refusal repeats what was written.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from exchange.errors import NothingToDo, Usage
from exchange.reports.compliance.answer_workbook import (
    COLUMNS,
    CellFault,
    in_entries,
    read,
    sheets_of,
)
from exchange.reports.registers.sheets import read_sheets
from exchange.reports.registers.tables import TABLES
from exchange.text import with_noun
from partners.entries import fields
from partners.entries.answers import Answer, AnswerRequirements, RecordRows, Row
from partners.law.requirements import requirements
from partners.register.register import Register

TEXTS: Final = ("position", "action", "owner", "milestone", "pages")
TITLES: Final = {table.id: table.title for table in TABLES.values()}
NAMES: Final = "seems to contain"


class NewAnswers(NamedTuple):
    """What a workbook holds that is not recorded yet: answers, and rows of its other sheets."""

    answers: list[Answer]
    rows: list[Row]

    @property
    def in_words(self) -> str:
        """How many there are, in words."""
        counts = [with_noun(len(self.answers), "answer")] if self.answers else []
        if self.rows:
            counts.append(with_noun(len(self.rows), "row of other sheets", "rows of other sheets"))
        return " and ".join(counts)


def new_answers(content: bytes, name: str, register: Register, today: date) -> NewAnswers:
    """Return what a workbook holds that is not recorded yet.

    Args:
        name: What the workbook is called.

    Raises:
        Usage: it is no such workbook, or a cell of it cannot be recorded.
        NothingToDo: all of it is recorded.
    """
    two = register.has_two_tiers
    known = [
        requirement.id for requirement in requirements().values() if two or not requirement.two_tier
    ]
    try:
        answers, faults = read(content, register.answers, known, today)
        sheets = sheets_of(content, list(TITLES.values()))
    except ValueError:
        raise Usage(
            "answer-workbook-not-understood", f"{name} is not a workbook of answers"
        ) from None
    rows, faults_of_rows = read_sheets(sheets, register)
    if faults := [*faults, *faults_of_rows, *_naming_somebody(answers, rows)]:
        raise Usage(
            "answer-workbook-has-faults",
            f"{with_noun(len(faults), 'cell')} of {name} cannot be recorded",
            lines=tuple(map(str, faults)),
        )
    if not answers and not rows:
        raise NothingToDo("answers-unchanged", f"every answer in {name} is already recorded")
    return NewAnswers(answers, rows)


def entries_of(
    new: NewAnswers, partner: str, officer: str
) -> list[AnswerRequirements | RecordRows]:
    """Return what is logged: as few entries as can hold it."""
    return [
        *(AnswerRequirements(partner, officer, entry) for entry in in_entries(new.answers)),
        *(RecordRows(partner, officer, entry) for entry in in_entries(new.rows)),
    ]


def why_not_logged(texts: Sequence[str]) -> list[str]:
    """Say for each text why the log cannot hold it; empty if it can."""
    from depersonalise.identifiers import identifiers_in  # noqa: PLC0415 - it imports polars

    identifiers = identifiers_in(texts)
    faults = []
    for text in texts:
        try:
            fields.note(text)
            faults.append(f"{NAMES} {identifiers[text]}" if text in identifiers else "")
        except ValueError:
            faults.append(f"must be one line of up to {fields.NOTE_MAX:,} characters")
    return faults


def _naming_somebody(answers: Sequence[Answer], rows: Sequence[Row]) -> list[CellFault]:
    """Return the cells that could name somebody, or that an entry cannot hold."""
    cells = [
        (f"requirement {answer.requirement}", COLUMNS[name], getattr(answer, name))
        for answer in answers
        for name in TEXTS
    ]
    headings = {
        table.id: {column.id: column.heading for column in table.columns}
        for table in TABLES.values()
    }
    cells += [
        (f"{TITLES[row.table]} {row.id}", headings[row.table][name], text)
        for row in rows
        for name, text in row.cells.items()
    ]
    texts = [text for _, _, text in cells]
    return [
        CellFault(row, heading, f"it {fault}")
        for (row, heading, _), fault in zip(cells, why_not_logged(texts), strict=True)
        if fault
    ]
