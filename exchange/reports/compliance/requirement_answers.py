"""Each requirement and where it stands: by the log where it proves it, else by the strategy group.

Keeps true: an answer bears its date. What is asked every year and was answered longer ago, and an
action whose day has passed, are said to be so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from exchange.reports.compliance.proofs import PROOFS, Proof
from exchange.reports.registers.group import GROUP_PROOFS
from exchange.reports.source import Source
from exchange.text import capitalised, with_noun
from partners.entries.answers import STATES, Answer
from partners.law.requirements import GUIDE, Law, Requirement, requirements
from partners.register.state import GivenAnswer
from schemas.quarters import long_date

NOT_ANSWERED: Final = "not answered"
_SETTLED: Final = ("met", "not-applicable")


@dataclass(frozen=True, slots=True)
class RequirementAnswer:
    """A requirement, and how it stands.

    Attributes:
        law: What makes it law on the day; nothing if it is good practice.
        proof: What the log proves of it.
        group: What the strategy group says of it.
        today: The day of the report.
    """

    requirement: Requirement
    law: Law | None
    proof: Proof | None
    group: GivenAnswer | None
    today: date

    @property
    def answer(self) -> Answer | None:
        """What the strategy group has said, if anything."""
        return self.group.answer if self.group else None

    @property
    def state(self) -> str:
        """The log's answer where it has one, else the strategy group's; empty for none."""
        if self.proof and self.proof.state:
            return self.proof.state
        return self.answer.state if self.answer else ""

    @property
    def state_words(self) -> str:
        """The state as people read it, with what has to be known of it."""
        words = STATES.get(self.state, NOT_ANSWERED)
        notes = [words for words in (self.stale, self.overdue) if words]
        return "; ".join([words, *notes])

    @property
    def review(self) -> date | None:
        """The day by which it has to be answered again, where it has been answered."""
        if self.answer is None:
            return None
        if self.answer.review is not None:
            return self.answer.review
        return _year_after(self.answer.on) if self.requirement.repeats == "year" else None

    @property
    def stale(self) -> str:
        """Say that the strategy group's answer is too old to be relied on; empty if it is not."""
        if self.answer is None or self.review is None or self.review >= self.today:
            return ""
        if self.proof and self.proof.state:
            return ""
        on, by = long_date(self.answer.on), long_date(self.review)
        return f"out of date: answered on {on}, to be answered again by {by}"

    @property
    def overdue(self) -> str:
        """Say that the agreed action is overdue; empty if it is not."""
        if self.answer is None or self.answer.by is None or self.answer.by >= self.today:
            return ""
        if not self.answer.action or self.state in _SETTLED:
            return ""
        days = with_noun((self.today - self.answer.by).days, "day")
        return f"action overdue by {days}"

    @property
    def is_met(self) -> bool:
        """Whether nothing is left to be done about it."""
        return self.state in _SETTLED and not self.stale

    @property
    def position(self) -> str:
        """Where it stands, in words, with the day at which it stood so."""
        sentences = [self.proof.sentence] if self.proof else []
        if self.answer is not None:
            by_log = self.proof is not None and self.proof.state
            differs = by_log and self.state != self.answer.state
            sentences += [f"The strategy group says: {self.group_says}"] if differs else []
            sentences += [self.answer.position] if not differs else []
        words = ". ".join(sentence.rstrip(".") for sentence in sentences if sentence)
        if self.stale:
            return ". ".join(text for text in (words, capitalised(self.stale)) if text)
        return words or STATES.get(self.state, NOT_ANSWERED)

    @property
    def group_says(self) -> str:
        """The strategy group's state and its words."""
        if self.answer is None:
            return ""
        parts = (STATES[self.answer.state], self.answer.position)
        return ", ".join(part for part in parts if part)

    @property
    def action(self) -> str:
        """What is to be done."""
        return self.answer.action if self.answer else ""

    @property
    def when(self) -> str:
        """Until when it is to be done, who does it, and whether it is overdue."""
        if self.answer is None:
            return ""
        by = long_date(self.answer.by) if self.answer.by else ""
        return ", ".join(text for text in (by, self.answer.owner, self.overdue) if text)

    @property
    def milestone(self) -> str:
        """What comes to which meeting."""
        if self.answer is None:
            return ""
        meeting = f"{long_date(self.answer.meeting)} meeting" if self.answer.meeting else ""
        return ", ".join(text for text in (self.answer.milestone, meeting) if text)

    @property
    def pages(self) -> str:
        """Where in the plan it stands."""
        return self.answer.pages if self.answer else ""

    @property
    def entries(self) -> tuple[int, ...]:
        """The positions that the answer rests on."""
        group_entries = (self.group.position,) if self.group else ()
        return (*(self.proof.entries if self.proof else ()), *group_entries)

    @property
    def source(self) -> str:
        """What it is based on."""
        if self.law is None:
            ended = [law.last for law in self.requirement.laws if law.last is not None]
            until = f" (law until {long_date(ended[0])})" if ended else ""
            return GUIDE + until
        sure = "" if self.law.confirmed == "yes" else f" ({self.law.confirmed})"
        return self.law.instrument + sure


def requirement_answers(source: Source) -> list[RequirementAnswer]:
    """Return all requirements and how they stand, those for two tiers only where there are two."""
    register = source.log.register
    proofs = {name: prove(source) for name, prove in (PROOFS | GROUP_PROOFS).items()}
    return [
        RequirementAnswer(
            requirement,
            requirement.in_force(register.nation, source.today),
            proofs.get(requirement.proof),
            register.answers.get(requirement.id),
            source.today,
        )
        for requirement in requirements().values()
        if not requirement.two_tier or register.has_two_tiers
    ]


def legal_requirements(source: Source) -> list[RequirementAnswer]:
    """Return what is law on the day, the questions of the guide left out."""
    return [answer for answer in requirement_answers(source) if answer.law is not None]


def requirement_decisions(source: Source) -> Iterator[tuple[str, str]]:
    """Yield the actions that are overdue, and the answers to be given, each with who decides."""
    law = legal_requirements(source)
    for answered in law:
        if answered.overdue and answered.answer is not None:
            action = f"{answered.action.rstrip('.')} ({answered.overdue})"
            owner = capitalised(answered.answer.owner) or "Strategy group"
            yield f"Requirement {answered.requirement.id}: {action}.", owner
    again = [answered for answered in law if answered.stale or not answered.state]
    if again:
        count = with_noun(len(again), "statutory requirement")
        yield f"Answer {count} with no answer, or one that is out of date.", "Strategy group"


def unknown_requirements(answers: Sequence[str]) -> list[str]:
    """Return the answers to requirements that this release does not know."""
    return [name for name in answers if name not in requirements()]


def _year_after(day: date) -> date:
    """Return the same day a year later; of 29 February, the day before it."""
    last = day.replace(day=28) if (day.month, day.day) == (2, 29) else day
    return last.replace(year=day.year + 1)
