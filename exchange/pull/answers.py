"""What senders answered to queries about their files, in words."""

from partners.entries.returns import Answer
from partners.register.state import Submission
from schemas.findings.reasons import OTHER, REASONS
from schemas.findings.rules import RULES


def answers_in_words(submission: Submission) -> list[str]:
    """Return the queries about a submission's file, each with why it was right."""
    return [f"{_query(answer)}: {_reason(answer)}" for answer in submission.statement.answers or ()]


def _query(answer: Answer) -> str:
    """Say what was asked; a query that this release does not know, by its id."""
    rule = RULES.get(answer.query)
    if rule is None:
        return answer.query
    return " ".join(part for part in (rule.about, rule.problem) if part)


def _reason(answer: Answer) -> str:
    if answer.reason == OTHER:
        return "another reason, which the sender keeps"
    return REASONS.get(answer.reason, answer.reason)
