"""What senders answered to queries about their files, in words."""

from typing import Final

from partners.entries.returns import Answer
from partners.register.state import Submission
from schemas.findings.reasons import OTHER, REASONS
from schemas.findings.rules import RULES

# What a query is about, where its rule is written to follow the name of a column.
_ABOUT: Final = {
    "a date": ("dates-month-first", "occurred-after-recorded"),
    "an end": ("ends-before-it-starts",),
    "a category": ("category-unknown",),
    "an age": ("age-unlikely",),
    "a school": ("school-unknown",),
    "a record": ("records-without-date", "records-without-category"),
    "a row": ("rows-not-joined", "rows-hidden"),
    "a column": ("columns-hidden",),
    "a line": ("lines-not-records",),
    "a place": ("place-unknown", "area-nearly", "area-not-known"),
    "the domestic marker": ("domestic-not-recorded",),
    "a cell": ("formula-error",),
    "a field of the dataset": ("column-may-be-ours",),
    "a reference": ("reference-repeats", "reference-changed-by-excel", "reference-of-test"),
    "the file": (
        "month-without-records",
        "records-start-late",
        "records-end-early",
        "days-without-records",
    ),
}
SUBJECTS: Final = {rule: subject for subject, rules in _ABOUT.items() for rule in rules}


def answers_in_words(submission: Submission) -> list[str]:
    """Return the queries about a submission's file, each with why it was right."""
    return [f"{_query(answer)}: {_reason(answer)}" for answer in submission.statement.answers or ()]


def _query(answer: Answer) -> str:
    """Say what was asked; a query that this release does not know, by its id."""
    rule = RULES.get(answer.query)
    if rule is None:
        return answer.query
    return " ".join(part for part in (SUBJECTS.get(answer.query, ""), rule.says) if part)


def _reason(answer: Answer) -> str:
    if answer.reason == OTHER:
        return "another reason, which the sender keeps"
    return REASONS.get(answer.reason, answer.reason)
