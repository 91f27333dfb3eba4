"""An extract beside what was sent earlier: last time, a year before, and what it would replace."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from exchange.profile.outlines import Outlines, Replaced
from exchange.profile.settings import Settings
from exchange.submission.same_rows import Member
from partners.register.state import ReturnKey, Submission
from schemas.checks.against_last import (
    MONTH,
    Outline,
    combine_outlines,
    find_shifts,
    question_correction,
)
from schemas.findings.finding import Finding
from schemas.findings.rules import RULES
from schemas.quarters import Covered, Quarter, month_name

_SHOWN: Final = 8  # counts that differ
_ORDINALS: Final = {"1": "1st", "2": "2nd", "3": "3rd"}
_MANY: Final = 10  # records, from which on a difference between quarters is shown


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """An extract, and what was sent earlier.

    Attributes:
        last: The last submission of earlier dates.
        year_before: Of the same dates a year before.
        replaced: What it would replace; `entries`, its log numbers in words.
    """

    now: Outline
    last: Outline | None
    year_before: Outline | None
    replaced: Outline | None
    entries: str

    def table(self) -> list[tuple[str, ...]]:
        """Return the counts of the file beside those of before, under a heading; empty if none."""
        year_before = self.year_before
        if self.last and year_before and self.last.covered == year_before.covered:
            year_before = None  # nothing was sent in between
        columns = [
            (
                f"log {self.entries}" if outline is self.replaced else outline.covered.as_typed,
                outline,
            )
            for outline in (self.last, year_before, self.replaced)
            if outline is not None
        ]
        if not columns:
            return []
        outlines = [self.now, *(outline for _, outline in columns)]
        rows = [("records", *(f"{outline.rows:,}" for outline in outlines))]
        for name, value in [*self._months(), *self._values([outline for _, outline in columns])]:
            cells = tuple(_count(outline, name, value) for outline in outlines)
            if name == MONTH or cells != rows[0][1:]:  # a value that all records have says nothing
                rows.append((self._label(name, value, [outline for _, outline in columns]), *cells))
        return [("", "this file", *(title for title, _ in columns)), *rows]

    def to_json(self) -> dict[str, Any]:
        """Return how many records were sent before, for --json."""
        outlines = {"last": self.last, "year_before": self.year_before, "replaced": self.replaced}
        return {
            name: {"covered": str(outline.covered), "rows": outline.rows}
            for name, outline in outlines.items()
            if outline is not None
        }

    def _months(self) -> list[tuple[str, str]]:
        return [(MONTH, value) for value in self.now.groups[MONTH]]

    def _values(self, columns: Sequence[Outline]) -> list[tuple[str, str]]:
        """Return the values of which the counts differ most."""
        values: dict[tuple[str, str], int] = {}
        for column in columns:
            least = 1 if column is self.replaced else _MANY
            for shift in find_shifts(self.now, column):
                size = abs(shift.now - shift.before)
                if shift.name != MONTH and size >= least:
                    key = shift.name, shift.value
                    values[key] = max(values.get(key, 0), size)
        return sorted(values, key=lambda key: -values[key])[:_SHOWN]

    def _label(self, name: str, value: str, columns: Sequence[Outline]) -> str:
        if name != MONTH:
            return f"{name}: {value}"
        months = {str((m.first.month - 1) % 3 + 1): m for m in self.now.covered.months()}
        month = month_name(months[value].first)
        if all(column.covered.quarter == self.now.covered.quarter for column in columns):
            return month
        return f"{_ORDINALS[value]} month (in this file {month})"


def _count(outline: Outline, name: str, value: str) -> str:
    """Write a count; empty where it is not known, or of a month that was not covered."""
    counts = outline.groups.get(name)
    if counts is None or (name == MONTH and value not in counts):
        return ""
    return f"{counts.get(value, 0):,}"


def compare(now: Outline, members: Sequence[Member], dataset: str, part: str) -> Comparison:
    """Return an extract beside what was sent earlier, to all its partnerships together."""
    outlines = [Outlines(settings, dataset, part) for settings, _ in members]
    replaced = [
        outline.find_earlier(register, _key(settings, dataset, part), now.covered)
        for outline, (settings, register) in zip(outlines, members, strict=True)
    ]
    registers = list(zip(outlines, (register for _, register in members), strict=True))
    earlier = _a_year_before(now.covered)
    return Comparison(
        now,
        combine_outlines([o.before(now.covered, register) for o, register in registers]),
        combine_outlines([o.of(earlier, register) for o, register in registers])
        if earlier
        else None,
        combine_outlines([before.outline if before else None for before in replaced]),
        ", ".join(_entries(before) for before in replaced if before is not None),
    )


def correction_queries(now: Outline, member: Member, dataset: str, part: str) -> list[Finding]:
    """Ask about what would go to one partnership, if it changes much of what went, or undoes it."""
    settings, register = member
    outlines, key = Outlines(settings, dataset, part), _key(settings, dataset, part)
    replaced = outlines.find_earlier(register, key, now.covered)
    before = replaced.outline if replaced else None
    if before is not None and before.fingerprint == now.fingerprint:
        return []
    undone = outlines.sent_before(register, key, now)
    findings = [Finding(RULES["sent-before"], detail=_say_ended(undone))] if undone else []
    if before is not None and before.groups:
        return findings + question_correction(now, before)
    if replaced is not None:
        detail = f"log {_entries(replaced)}; this file has {now.rows:,} records"
        findings.append(Finding(RULES["correction-not-compared"], detail=detail))
    return findings


def _key(settings: Settings, dataset: str, part: str) -> ReturnKey:
    return ReturnKey(settings.partner, dataset, part, personal=False)


def _a_year_before(covered: Covered) -> Covered | None:
    """Return the same quarter or month of the year before."""
    quarter = Quarter(covered.quarter.year - 1, covered.quarter.number)
    if covered == Covered.whole(covered.quarter):
        return Covered.whole(quarter)
    month = Covered.month(quarter.year, covered.first.month)
    same = Covered.month(covered.first.year, covered.first.month)
    return month if covered == same else None


def _entries(replaced: Replaced) -> str:
    return " and ".join(str(position) for position in replaced.entries)


def _say_ended(submission: Submission) -> str:
    if submission.withdrawn_by is not None:
        return f"log {submission.position}, which you withdrew with log {submission.withdrawn_by}"
    return f"log {submission.position}, which you replaced with log {submission.superseded_by}"
