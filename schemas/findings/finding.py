"""What is wrong with an extract, told without repeating any of it.

A finding holds where, never what: there is nowhere to put a value or an unexpected heading.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

LINES_KEPT: Final = 100_000  # of one finding; its count is always the true one


class Severity(IntEnum):
    """How much a finding weighs; worst first."""

    ERROR = 0  # stops the submission
    QUERY = 1  # needs a word of explanation
    WARNING = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that lines can break: its permanent id, and how to say it and correct it.

    Attributes:
        standing: An answer to this query describes how a system exports, and is used for the next
            files too. Any other answer holds for one file and its figures.
        about: Its subject, where `problem` is written to follow the name of a column.
        repair: What the officer can say about a file that breaks it, so that it can be read: a
            kind of `exchange/submission/repairs.py`; empty if only another export can correct it.
    """

    id: str
    severity: Severity
    problem: str
    fix: str
    example: str
    standing: bool = False
    about: str = ""
    repair: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that some lines broke.

    Attributes:
        column: The dataset's column; None for one that is not ours.
        positions: The numbers in the file, from 1, of the column it was read from, or of the
            columns that are not ours.
        count: How many lines broke it; 0 if it is about the file and not about lines.
        lines: The first of them, in order, as line numbers of the file.
        meant: Entries of a list that may have been meant; of the list, and of no record.
        detail: Numbers and days that are the file's and no record's, in words.
    """

    rule: Rule
    column: str | None = None
    positions: tuple[int, ...] = ()
    count: int = 0
    lines: tuple[int, ...] = ()
    meant: tuple[str, ...] = ()
    detail: str = ""

    @classmethod
    def at(cls, rule: Rule, column: str | None, lines: "pl.Series") -> "Finding":
        """Return the finding that some lines broke a rule."""
        first = lines.unique().sort()
        return cls(rule, column, count=first.len(), lines=tuple(first.head(LINES_KEPT).to_list()))


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Order findings by severity, then by how many lines they touch."""
    return sorted(findings, key=lambda f: (f.rule.severity, -f.count, f.rule.id, f.column or ""))


def share_corrected(findings: Sequence[Finding], first: int) -> int:
    """Return the percentage of all faulty lines that correcting the first findings corrects."""
    total = sum(finding.count for finding in findings)
    return 100 * sum(f.count for f in findings[:first]) // total if total else 0


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that stop a submission."""
    return [f for f in findings if f.rule.severity is Severity.ERROR]
