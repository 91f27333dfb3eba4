"""What is unlike an earlier submission of the same dataset: asked about, and never an error.

Compares outlines: how many records, and how they are spread over months, areas, classes, ages and
the like. An outline stays with the officer. A finding names entries of closed lists and counts, and
no category: those are the extract's.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Final

import polars as pl

from schemas.checks.coverage import count_by_month
from schemas.checks.select import Selected
from schemas.datasets.dataset import Field, Reads, Treat
from schemas.extract.cells import NOTHING
from schemas.extract.line_numbers import LINE
from schemas.extract.row_counts import LeftOut
from schemas.findings.finding import Finding
from schemas.findings.rules import RULES
from schemas.quarters import Covered

_HALF: Final = 2  # times as many or as few records a day
_OFTEN: Final = 10  # records of a category that can't be chance
_FEW: Final = 4  # records that a correction changes without a question
_SHARE: Final = 0.05  # of the records, likewise
_SHIFT: Final = 0.15  # of all records, from one value to others
_SURE: Final = 5  # standard errors
_ENOUGH: Final = 30  # records in each
_SHOWN: Final = 3
_LEFT_OUT: Final = (LeftOut.OTHER_AREA, LeftOut.NO_PLACE)  # rows that may be missed
MONTH: Final = "month of the quarter"
Groups = dict[str, dict[str, int]]  # counts by name and value, both from closed lists
_TESTS: Final = ["test", "dummy"]
_TEST: Final = r"(?i)(?:^|[^a-z])(?:test(?:ing)?|dummy)(?:[^a-z]|$)"
_SHORTENED: Final = r"^[0-9](?:[.,][0-9]+)?e\+[0-9]+$"  # what Excel makes of a long number


@dataclass(frozen=True, slots=True, repr=False)
class Outline:
    """How many records a submission held, and how they are spread.

    Attributes:
        fingerprint: Tells its rows from others, whatever their order; of one version of polars.
    """

    covered: Covered
    rows: int
    categories: dict[str, int]
    groups: Groups = field(default_factory=dict)
    fingerprint: str = ""

    def only_months(self, months: Collection[str]) -> "Outline":
        """Return how many records some months of it have, and nothing else of it."""
        counts = {month: n for month, n in self.groups[MONTH].items() if month in months}
        return Outline(self.covered, sum(counts.values()), {}, {MONTH: counts})


@dataclass(frozen=True, slots=True)
class Shift:
    """A count of a closed list that differs between two submissions."""

    name: str
    value: str
    before: int
    now: int

    def __str__(self) -> str:
        return f"{self.name} {self.value}: {self.before:,} → {self.now:,}"


def outline_of(selected: Selected, covered: Covered) -> Outline:
    """Return the outline of an extract: how many records it has, and how they are spread."""
    counts = selected.rows.lazy().group_by("category").len().collect(engine="in-memory")
    numbers = {code: n for code, n in counts.iter_rows() if code is not None}
    return Outline(
        covered, selected.rows.height, numbers, _groups(selected, covered), _fingerprint(selected)
    )


def _groups(selected: Selected, covered: Covered) -> Groups:
    by_month = count_by_month(selected, covered)
    months = {str((month.first.month - 1) % 3 + 1): n for month, n in by_month.items()}
    left_out = {reason.in_words: selected.tally.left_out.get(reason, 0) for reason in _LEFT_OUT}
    groups: Groups = {
        MONTH: months,
        "rows of the file": {"accepted": selected.tally.accepted} | left_out,
        "area": _counts(selected.rows["area"]),
        "class": _counts(selected.rows["klass"], "not in the list"),
    }
    people: dict[str, int] = {}
    for f in selected.dataset.fields.values():
        if _is_people(f):
            people[f.name.replace("_", " ")] = int(selected.rows[f.name].sum())
        elif f.reads is Reads.WORD or f.treat is Treat.AGE:
            groups[f.name] = _counts(selected.rows[f.name])
    return groups | {"people": people}


def _is_people(field: Field) -> bool:
    """Say whether a field counts people or the like, so that its numbers are added."""
    return field.reads is Reads.COUNT and field.treat is not Treat.AGE


def _counts(values: pl.Series, missing: str = "not stated") -> dict[str, int]:
    counts: Counter[str] = Counter()
    for value, n in values.value_counts(sort=True).iter_rows():
        counts[missing if value in (None, "") else str(value)] += n  # as it is kept: text
    return dict(counts.most_common())


def _fingerprint(selected: Selected) -> str:
    names = [name for name in selected.dataset.fields if name in selected.rows.columns]
    hashes = selected.rows.select(names).hash_rows(seed=0)
    return f"{pl.__version__} {(hashes // 2**24).sum()}"


def combine_outlines(outlines: Sequence[Outline | None]) -> Outline | None:
    """Return several partnerships' outlines of the same dates as one; None if one is missing."""
    known = [outline for outline in outlines if outline is not None]
    if not known or len(known) < len(outlines) or len({outline.covered for outline in known}) > 1:
        return None
    return sum_outlines(known, known[0].covered)


def sum_outlines(outlines: Sequence[Outline], covered: Covered) -> Outline:
    """Add outlines up to one for some dates."""
    if len(outlines) == 1:
        return outlines[0]
    counts: Counter[str] = Counter()
    groups: dict[str, Counter[str]] = {}
    for outline in outlines:
        counts.update(outline.categories)
        for name, values in outline.groups.items():
            groups.setdefault(name, Counter()).update(values)
    rows = sum(outline.rows for outline in outlines)
    return Outline(covered, rows, dict(counts), {n: dict(v) for n, v in groups.items()})


def ask_about_changes(now: Outline, last: Outline | None, selected: Selected) -> list[Finding]:
    """Ask about what differs from the last submission, and about what is odd in this one alone."""
    findings = [*_test_records(selected), *_repeated_references(selected)]
    if last is None or not last.rows or not now.rows:
        return findings
    rate, before = now.rows / now.covered.days, last.rows / last.covered.days
    if not selected.dataset.is_numbers and not before / _HALF <= rate <= before * _HALF:
        detail = f"{_rate(now)}; {_rate(last)} before"
        findings.append(Finding(RULES["volume-changed"], detail=detail))
    for rule, these, those in (
        ("categories-vanished", last.categories, now.categories),
        ("categories-new", now.categories, last.categories),
    ):
        new = [code for code, n in these.items() if n >= _OFTEN and code not in those]
        if new:
            findings.append(Finding(RULES[rule], "category", detail=f"{len(new):,} of them"))
    if mix := list(_composition(now, last)):
        findings.append(Finding(RULES["composition-changed"], detail="; ".join(mix[:_SHOWN])))
    return findings


def question_correction(now: Outline, replaced: Outline) -> list[Finding]:
    """Ask about a correction that changes more than a few records of what it replaces.

    Where it replaces some months and adds others, only the former are compared, by their records.
    """
    if now.groups[MONTH].keys() != replaced.groups[MONTH].keys():
        months = now.groups[MONTH].keys() & replaced.groups[MONTH].keys()
        now, replaced = now.only_months(months), replaced.only_months(months)
    shifted = find_shifts(now, replaced)
    if not _is_large(now, replaced, shifted):
        return []
    differences = [f"records: {replaced.rows:,} → {now.rows:,}"] * (now.rows != replaced.rows)
    differences += [str(shift) for shift in shifted[:_SHOWN]]
    return [Finding(RULES["correction-differs"], detail="; ".join(differences))]


def find_shifts(now: Outline, before: Outline) -> list[Shift]:
    """Return each count that differs, largest difference first."""
    pairs = [
        Shift(name, value, before.groups[name].get(value, 0), now.groups[name].get(value, 0))
        for name in now.groups
        if name in before.groups
        for value in {**before.groups[name], **now.groups[name]}
    ]
    differ = [pair for pair in pairs if pair.before != pair.now]
    return sorted(differ, key=lambda shift: -abs(shift.now - shift.before))


def _is_large(now: Outline, before: Outline, shifted: list[Shift]) -> bool:
    """Say whether more than a few records were added, removed or changed."""
    most = max(_FEW, _SHARE * before.rows)
    moved = [abs(now.rows - before.rows)]
    for name in {shift.name for shift in shifted}:
        changes = [shift.now - shift.before for shift in shifted if shift.name == name]
        moved += [sum(n for n in changes if n > 0), -sum(n for n in changes if n < 0)]
    return max(moved) > most


def _composition(now: Outline, last: Outline) -> Iterator[str]:
    """Yield in words which shares differ from those of the last submission."""
    for shift in find_shifts(now, last):
        n, m = sum(now.groups[shift.name].values()), sum(last.groups[shift.name].values())
        if shift.name == MONTH or min(n, m) < _ENOUGH:
            continue
        share, before = shift.now / n, shift.before / m
        pooled = (shift.now + shift.before) / (n + m)
        error = sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
        if abs(share - before) > max(_SHIFT, _SURE * error):
            yield f"{shift.name} {shift.value}: {before:.0%} before, {share:.0%} now"


def _rate(outline: Outline) -> str:
    return f"{outline.rows:,} in {outline.covered.days} days"


def _test_records(selected: Selected) -> list[Finding]:
    """Ask about references by which a record looks like a test."""
    rows = selected.rows.select(LINE, "reference")
    likely = rows.filter(pl.col("reference").str.contains_any(_TESTS, ascii_case_insensitive=True))
    lines = likely.filter(pl.col("reference").str.contains(_TEST))[LINE]
    return [Finding.at(RULES["reference-of-test"], "reference", lines)] if len(lines) else []


def _repeated_references(selected: Selected) -> list[Finding]:
    """Ask about references that several records have; as hashes soon show, most files have none."""
    references = selected.rows["reference"]
    hashes = references.drop_nulls().hash().sort()
    if not (hashes == hashes.shift()).any():
        return []
    referred = selected.rows.select(LINE, "reference").drop_nulls()
    text = pl.col("reference").str.strip_chars().str.to_lowercase()
    with_reference = referred.filter(~text.is_in(NOTHING))
    repeated = with_reference.filter(pl.col("reference").is_duplicated())
    shortened = repeated.select(LINE, odd=text.str.contains(_SHORTENED))
    findings = []
    for rule, by_excel in (("reference-changed-by-excel", True), ("reference-repeats", False)):
        lines = shortened.filter(pl.col("odd") == by_excel)[LINE]
        if len(lines):
            findings.append(Finding.at(RULES[rule], "reference", lines))
    return findings
