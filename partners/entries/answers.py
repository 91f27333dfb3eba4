"""What the strategy group says: of the statutory requirements, and in its own registers."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from partners.entries import fields
from partners.entries.body import Body

ANSWERS: Final = {
    "yes": "met",
    "no": "not-met",
    "in-part": "in-part",
    "not-applicable": "not-applicable",
}  # of an assessment, with the state of an answer that each is


@dataclass(frozen=True, slots=True)
class Assess(Body):
    """The strategy group's own word on a requirement, as it was logged before format 5.

    Attributes:
        requirement: Of `requirements.csv`; a reader may know others.
        position: Where it stands; `action`, what is to be done about it.
        owner: The office that does it, never a person's name; `by`, until when.
        page: Where in the partnership plan it stands.
    """

    partner: str
    officer: str
    requirement: str
    answer: str
    position: str
    action: str
    owner: str
    by: date | None
    page: str

    SHAPES = {
        "partner": fields.slug,
        "officer": fields.slug,
        "requirement": fields.slug,
        "answer": fields.one_of(*ANSWERS),
        "position": fields.note,
        "action": fields.note,
        "owner": fields.note,
        "by": fields.maybe(fields.day),
        "page": fields.note,
    }

    def as_answer(self, on: date) -> "Answer":
        """Return the same as it is logged since; it says nothing of a day but that of its entry."""
        state = ANSWERS[self.answer]
        return Answer(
            self.requirement, state, on, self.position, self.action, self.owner, self.by,
            pages=self.page,
        )  # fmt: skip


STATES: Final = {
    "met": "met",
    "in-part": "in part",
    "not-met": "not met",
    "not-applicable": "not applicable",
    "waits-county": "waits on the county",
    "waits-health": "waits on the health body",
    "waits-external": "waits on another body",
    "waits-terms": "waits on the terms of reference",
    "waits-plan": "waits on the plan",
    "to-consider": "for consideration",
}  # of an answer, with their words
ANSWERS_MOST: Final = 200  # requirements that one entry answers, at most


@dataclass(frozen=True, slots=True)
class Answer:
    """Where a requirement stands, as the strategy group says.

    Attributes:
        requirement: Of `requirements.csv`; a reader may know others.
        state: Of STATES.
        on: The day at which it stood so.
        position: Where it stands; `action`, what is to be done about it.
        owner: The post that does it, never a person's name; `by`, until when.
        milestone: What comes to a meeting; `meeting`, the day of that.
        pages: Where in the partnership plan it stands.
        review: The day of the next review, where it is asked for again.
    """

    requirement: str
    state: str
    on: date
    position: str = ""
    action: str = ""
    owner: str = ""
    by: date | None = None
    milestone: str = ""
    meeting: date | None = None
    pages: str = ""
    review: date | None = None


_ANSWER: Final = fields.record(
    {
        "requirement": fields.slug,
        "state": fields.one_of(*STATES),
        "on": fields.day,
        "position": fields.note,
        "action": fields.note,
        "owner": fields.note,
        "by": fields.maybe(fields.day),
        "milestone": fields.note,
        "meeting": fields.maybe(fields.day),
        "pages": fields.note,
        "review": fields.maybe(fields.day),
    }
)


@dataclass(frozen=True, slots=True)
class AnswerRequirements(Body):
    """The strategy group's own word on requirements; each replaces the one before."""

    partner: str
    officer: str
    answers: tuple[Answer, ...]

    SHAPES = {
        "partner": fields.slug,
        "officer": fields.slug,
        "answers": fields.many(lambda value: Answer(**_ANSWER(value)), least=1, most=ANSWERS_MOST),
    }


ROWS_MOST: Final = 200  # of registers that one entry records, at most


@dataclass(frozen=True, slots=True)
class Row:
    """A row of one of the strategy group's own registers: its members, its priorities and so on.

    Attributes:
        table: Which register; a reader may know others. `id`, of the row in it.
        cells: What it says, by column; nothing where the row is taken out.
    """

    table: str
    id: str
    cells: dict[str, str]


_ROW: Final = fields.record(
    {"table": fields.slug, "id": fields.slug, "cells": fields.table(fields.slug, fields.note)}
)


@dataclass(frozen=True, slots=True)
class RecordRows(Body):
    """Rows of the strategy group's own registers; each replaces the one before of its id."""

    partner: str
    officer: str
    rows: tuple[Row, ...]

    SHAPES = {
        "partner": fields.slug,
        "officer": fields.slug,
        "rows": fields.many(lambda value: Row(**_ROW(value)), least=1, most=ROWS_MOST),
    }
