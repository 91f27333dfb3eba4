"""One report of several districts' exchanges, for the county that they are of.

Keeps true: nothing is counted twice. What is owed is owed for each district by itself, so each row
stays the district's it is of, and is named so; an officer who serves several districts is one,
known by their key.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from exchange.log.merkle import root_text
from exchange.reports.compliance.compliance import compliance
from exchange.reports.report import Report, ReportTable, ReportWarning
from exchange.reports.source import Source
from exchange.text import with_noun
from partners.register.obligations import State

_HEADING: Final = "district"
T = TypeVar("T")


def county(sources: Mapping[str, Source]) -> Report:
    """Return the compliance report of several districts, by their partnerships' names."""
    reports = {name: compliance(of.account, of.quarters, of.now) for name, of in sources.items()}
    parts = zip(*(report.tables for report in reports.values()), strict=True)
    tables = [_together(list(reports), tables) for tables in parts]
    quarters = next(of.quarters for of in sources.values())
    names = ", ".join(of.log.register.name for of in sources.values())
    return Report(
        f"Sharing of information in the county: {with_noun(len(sources), 'district')}",
        ("; ".join(quarter.label for quarter in quarters), f"The districts: {names}"),
        tuple(
            ReportWarning(one.id, f"{who}: {one.text}")
            for who, one in _alike({name: r.warnings for name, r in reports.items()})
        ),
        tuple(
            f"{who}: {line}"
            for who, line in _alike({name: r.todo or () for name, r in reports.items()})
        ),
        (_summary(sources), *tables, _shared(sources), _logs(sources)),
        {"districts": {name: report.data for name, report in reports.items()}},
    )


def _alike(lines: Mapping[str, Sequence[T]]) -> list[tuple[str, T]]:
    """Return what is said of districts, after whom; what is the same of several once."""
    found: dict[T, list[str]] = {}
    for name, told in lines.items():
        for line in told:
            found.setdefault(line, []).append(name)
    return [
        ("every district" if len(names) == len(lines) else ", ".join(names), line)
        for line, names in found.items()
    ]


def _logs(sources: Mapping[str, Source]) -> ReportTable:
    rows = [
        (name, ", ".join(f"{a.name} ({a.code})" for a in of.log.register.areas),
         f"{of.log.tree.size:,}", root_text(of.log.tree.root))
        for name, of in sources.items()
    ]  # fmt: skip
    says = "What was verified for this report: whoever verifies the same log sees the same root."
    headings = (_HEADING, "area", "entries", "root")
    return ReportTable("logs", "The districts' logs", says, headings, rows, (2,))


def _together(names: Sequence[str], tables: Sequence[ReportTable]) -> ReportTable:
    """Return the same table of each district as one, the district before each row."""
    first = tables[0]
    told = dict.fromkeys(table.says for table in tables)
    says = first.says
    if len(told) > 1:
        says = " ".join(f"{name}: {t.says}" for name, t in zip(names, tables, strict=True))
    rows = [(name, *row) for name, table in zip(names, tables, strict=True) for row in table.rows]
    numbers = tuple(number + 1 for number in first.numbers)
    return replace(
        first, says=says, headings=(_HEADING, *first.headings), rows=rows, numbers=numbers
    )


def _summary(sources: Mapping[str, Source]) -> ReportTable:
    rows = []
    for name, of in sources.items():
        for quarter in of.quarters:
            counts = Counter(s.state for s in of.standings(quarter))
            rows.append((name, str(quarter), *(str(counts[state]) for state in State)))
    return ReportTable(
        "districts",
        "The districts",
        "How many datasets of all authorities of each district stand how. What is owed is owed for "
        "each district by itself.",
        (_HEADING, "quarter", *(str(state) for state in State)),
        rows,
        tuple(range(2, 2 + len(State))),
    )


def _shared(sources: Mapping[str, Source]) -> ReportTable:
    """Return the officers whose key is enrolled in several districts: they are the same."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for name, of in sources.items():
        for card in of.log.register.cards.values():
            found.setdefault(card.signer, []).append((name, card.who, ", ".join(card.roles)))
    rows = [
        (
            ", ".join(dict.fromkeys(who for _, who, _ in serves)),
            ", ".join(dict.fromkeys(roles for _, _, roles in serves)),
            ", ".join(name for name, _, _ in serves),
        )
        for serves in found.values()
        if len(serves) > 1
    ]
    says = "Officers and analysts who serve several districts, with one key in each of them."
    headings = ("office", "roles", "districts")
    return ReportTable("shared-officers", "Shared between districts", says, headings, rows)
