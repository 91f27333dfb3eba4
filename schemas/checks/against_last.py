"""What is unlike the last submission of the same dataset: asked about, and never an error.

Compares outlines: how many records, of which categories, on how many days. An outline stays with
the officer. No finding names a category: those are the extract's.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import polars as pl

from schemas.checks.check import Selected
from schemas.extract.fields import NOTHING
from schemas.extract.line_numbers import LINE
from schemas.findings.finding import Finding
from schemas.findings.rules import RULES
from schemas.quarters import Covered

_HALF: Final = 2  # times as many or as few records a day
_OFTEN: Final = 10  # records of a category that can't be chance
_SEVERAL: Final = 5  # records a day, so that a day without any is no chance
_RUN: Final = 3  # days in a row


@dataclass(frozen=True, slots=True)
class SubmissionSummary:
    """How many records a submission held, and how many of each category."""

    covered: Covered
    rows: int
    categories: dict[str, int]

    def __repr__(self) -> str:
        return f"<Outline of {self.covered}>"

    @property
    def days(self) -> int:
        """How many days it covered."""
        return (self.covered.last - self.covered.first).days + 1


def outline(selected: Selected, covered: Covered) -> SubmissionSummary:
    """Return the outline of what is about to be sent."""
    counts = selected.rows.lazy().group_by("category").len().collect()
    told = {code: n for code, n in counts.iter_rows() if code is not None}
    return SubmissionSummary(covered, selected.rows.height, told)


def combined(outlines: Sequence[SubmissionSummary | None]) -> SubmissionSummary | None:
    """Return several partnerships' outlines of the same dates as one; None if one is missing."""
    held = [one for one in outlines if one is not None]
    if not held or len(held) < len(outlines) or len({one.covered for one in held}) > 1:
        return None
    counts: Counter[str] = Counter()
    for one in held:
        counts.update(one.categories)
    return SubmissionSummary(held[0].covered, sum(one.rows for one in held), dict(counts))


def changes(
    now: SubmissionSummary, last: SubmissionSummary | None, selected: Selected
) -> list[Finding]:
    """Return what is unlike the last submission, and what is odd in this one by itself."""
    found = [*_repeated(selected), *_gaps(selected, now)]
    if last is None or not last.rows or not now.rows:
        return found
    rate, before = now.rows / now.days, last.rows / last.days
    if not selected.dataset.is_numbers and not before / _HALF <= rate <= before * _HALF:
        detail = f"{now.rows:,} in {now.days} days; {last.rows:,} in {last.days} days before"
        found.append(Finding(RULES["volume-changed"], detail=detail))
    for rule, these, those in (
        ("categories-vanished", last.categories, now.categories),
        ("categories-new", now.categories, last.categories),
    ):
        odd = [code for code, n in these.items() if n >= _OFTEN and code not in those]
        if odd:
            found.append(Finding(RULES[rule], "category", detail=f"{len(odd):,} of them"))
    return found


def _repeated(selected: Selected) -> list[Finding]:
    """Find references that stand on several records. Hashes first: most files have none."""
    references = selected.rows["reference"]
    hashes = references.drop_nulls().hash().sort()
    if not (hashes == hashes.shift()).any():
        return []
    held = selected.rows.select(LINE, "reference").drop_nulls()
    text = pl.col("reference").str.strip_chars().str.to_lowercase()
    told = held.filter(~text.is_in(NOTHING))
    lines = told.filter(pl.col("reference").is_duplicated())[LINE]
    if lines.is_empty():
        return []
    return [Finding.at(RULES["reference-repeats"], "reference", lines)]


def _gaps(selected: Selected, now: SubmissionSummary) -> list[Finding]:
    """Find runs of days without any record, in a file that has several on most days."""
    if now.rows < now.days * _SEVERAL or selected.rows["month_only"].any():
        return []
    runs = [
        run
        for run in _runs(now.covered, set(selected.days))
        if run[1] - run[0] >= timedelta(_RUN - 1)
    ]
    if not runs:
        return []
    detail = ", ".join(f"{first}..{last}" for first, last in runs[:3])
    more = f" and {len(runs) - 3} more" if len(runs) > 3 else ""
    return [Finding(RULES["days-without-records"], detail=detail + more)]


def _runs(covered: Covered, held: set[date]) -> Iterator[tuple[date, date]]:
    """Give the runs of days that hold nothing."""
    first: date | None = None
    day = covered.first
    while day <= covered.last + timedelta(1):
        empty = day not in held and day <= covered.last
        if empty and first is None:
            first = day
        if not empty and first is not None:
            yield first, day - timedelta(1)
            first = None
        day += timedelta(1)
