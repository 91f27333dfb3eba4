"""The strategy group's answers, from the workbook in which they were filled in, as entries.

Keeps true: an answer that could name somebody is refused; no refusal repeats what was written.
"""

import difflib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final, NamedTuple

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
from partners.entries.answers import STATES, Answer, AnswerRequirements, RecordRows, Row
from partners.law.requirements import requirements
from partners.register.register import Register

TEXTS: Final = ("position", "action", "owner", "milestone", "pages")
TITLES: Final = {table.id: table.title for table in TABLES.values()}
DAYS: Final = ("by", "meeting", "review")
_NAMES: Final = "seems to contain"


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


def new_answer(register: Register, requirement: str, *, today: date, **new: Any) -> Answer:
    """Return the answer to a requirement as it is now: what is not named stays as it was.

    A review whose day has come is not asked for again.

    Args:
        new: Its fields that are named, as `Answer` has them.

    Raises:
        Usage: there is no such requirement, it has no answer yet and none is named, or a text
            could name somebody or cannot be held by an entry.
    """
    if requirement not in requirements():
        near = difflib.get_close_matches(requirement, requirements(), n=1)
        hint = f"did you mean {near[0]}" if near else "see them with: exchange help requirements"
        raise Usage("requirement-unknown", f'no requirement called "{requirement}"', hint)
    _check_texts({name: new[name] for name in TEXTS if name in new})
    before = register.answers.get(requirement)
    if before is None:
        if "state" not in new:
            raise Usage(
                "answer-missing",
                f"requirement {requirement} has no answer yet",
                f"add whether it is met: --answer {', '.join(STATES)}",
            )
        return Answer(requirement, on=today, **new)
    past = before.answer.review is not None and before.answer.review <= today
    return replace(before.answer, **{"on": today} | ({"review": None} if past else {}) | new)


def _check_texts(texts: dict[str, str]) -> None:
    """Refuse what could name somebody, or what an entry can't hold.

    Raises:
        Usage: as said; nothing was logged.
    """
    for name, fault in zip(texts, why_not_logged(list(texts.values())), strict=True):
        if fault.startswith(_NAMES):
            raise Usage(
                "text-holds-identifier",
                f"--{name} {fault}",
                "nothing was logged; the log is permanent, so name offices, not people",
            )
        if fault:
            raise Usage("text-not-one-line", f"--{name} {fault}")


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
            faults.append(f"{_NAMES} {identifiers[text]}" if text in identifiers else "")
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
