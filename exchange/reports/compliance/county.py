"""One report of several districts' exchanges, for the county that they are of.

Keeps true: nothing is counted twice. Each district is counted separately, so each row names its
district; an officer who serves several districts is one, known by their key.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from exchange.reports.compliance.board_page import county_page
from exchange.reports.compliance.compliance import compliance
from exchange.reports.compliance.decisions import OpenPoint, decisions
from exchange.reports.names import names_in_common
from exchange.reports.registers.county_group import (
    county_group_decisions,
    county_meetings,
    county_members,
)
from exchange.reports.report import Report, ReportTable, ReportWarning, in_districts
from exchange.reports.report_tables import fill_table
from exchange.reports.source import REFERENCES, Source, reference_text
from exchange.reports.state_words import STATE_COLUMNS
from exchange.text import with_noun
from partners.law.requirements import requirements
from partners.register.obligations import State
from schemas.quarters import long_date

_DISTRICT: Final = "district"
LOGS: Final = "Data sources by district"
_ALIKE: Final = ("requirements", "unanswered")  # tables whose rows many districts have alike
T = TypeVar("T")


def county(sources: Mapping[str, Source]) -> Report:
    """Return the compliance report of several districts, by their partnerships' names."""
    districts = {name: source.log.register.name for name, source in sources.items()}
    reports = {
        name: compliance(source.audit, source.quarters, source.now)
        for name, source in sources.items()
    }
    parts = zip(*(report.tables for report in reports.values()), strict=True)
    tables = [_merge_tables(districts, tables) for tables in parts]
    quarters = next(source.quarters for source in sources.values())
    names = ", ".join(districts.values())
    return Report(
        f"County compliance report: {with_noun(len(sources), 'district')}",
        about=(
            "; ".join(quarter.label for quarter in quarters),
            f"Districts: {names}",
            f"Data at {long_date(next(iter(sources.values())).today)}",
        ),
        warnings=tuple(
            ReportWarning(warning.id, f"{who}: {warning.text}")
            for who, warning in _merge({districts[name]: r.warnings for name, r in reports.items()})
        ),
        todo=(
            *county_group_decisions(sources),
            *_open_points({districts[name]: source for name, source in sources.items()}),
        ),
        parts=(
            _summary(sources),
            *tables,
            county_members(sources),
            county_meetings(sources),
            _shared_officers(sources),
            _logs(sources),
        ),
        data={"districts": {name: report.data for name, report in reports.items()}},
        footnote=f"Audit references: see {LOGS}. {REFERENCES}",
        front=county_page(sources),
        names=names_in_common(r.names for r in reports.values()) | districts,
    )


def _merge(lines: Mapping[str, Sequence[T]]) -> list[tuple[str, T]]:
    """Return the lines of districts, each with its district; one that several share once."""
    districts: dict[T, list[str]] = {}
    for name, own_lines in lines.items():
        for line in own_lines:
            districts.setdefault(line, []).append(name)
    return [(_where(names, lines), line) for line, names in districts.items()]


def _open_points(sources: Mapping[str, Source]) -> list[str]:
    """Return what is open, once where it is the same in several districts or of several partners.

    A partner that it concerns in some of the districts is named with them.
    """
    concerns: dict[str, list[tuple[str, OpenPoint]]] = {}
    for district, source in sources.items():
        for point in decisions(source, {q: source.standings(q) for q in source.quarters}):
            concerns.setdefault(point.words, []).append((district, point))
    lines = []
    for points in concerns.values():
        _, first = points[0]
        if first.who:
            lines.append(first.sentence(_partners(points, sources)))
        else:
            names = [district for district, _ in points]
            lines.append(f"{_where(names, sources)}: {first.words}")
    return lines


def _where(names: Collection[str], districts: Iterable[str]) -> str:
    """Name some districts at the beginning of a sentence."""
    text = in_districts(names, {name: name for name in districts})
    return text[0].upper() + text[1:]


def _partners(points: Sequence[tuple[str, OpenPoint]], districts: Iterable[str]) -> str:
    """Name the partners whom something concerns, each with its districts."""
    where: dict[str, list[str]] = {}
    for district, point in points:
        for partner in point.who:
            where.setdefault(partner, []).append(district)
    most_first = sorted(where.items(), key=lambda item: -len(item[1]))
    called = {name: name for name in districts}
    texts = [
        partner if names == [partner] else f"{partner} ({in_districts(names, called)})"
        for partner, names in most_first
    ]
    return ", ".join(texts)


def _logs(sources: Mapping[str, Source]) -> ReportTable:
    rows = [
        (name, ", ".join(f"{a.name} ({a.code})" for a in source.log.register.areas),
         reference_text(source.log))
        for name, source in sources.items()
    ]  # fmt: skip
    return fill_table("county/logs", rows)


def _merge_tables(districts: Mapping[str, str], tables: Sequence[ReportTable]) -> ReportTable:
    """Return the same table of each district as one, the district before each row."""
    first = tables[0]
    introductions = dict.fromkeys(table.introduction for table in tables)
    introduction = first.introduction
    if len(introductions) > 1:
        introduction = " ".join(
            f"{name}: {t.introduction}" for name, t in zip(districts.values(), tables, strict=True)
        )
    rows = [
        (name, *row) for name, table in zip(districts, tables, strict=True) for row in table.rows
    ]
    if first.id in _ALIKE:
        by_district = dict(zip(districts, (t.rows for t in tables), strict=True))
        rows = [(in_districts(names, districts), *row) for names, row in _merge_rows(by_district)]
    numbers = tuple(number + 1 for number in first.numbers)
    identifiers = (0, *(number + 1 for number in first.identifiers))
    return replace(
        first, introduction=introduction, columns=(_DISTRICT, *first.columns), rows=rows,
        numbers=numbers, identifiers=identifiers,
        implied=tuple(number + 1 for number in first.implied),
        joined=(*(number + 1 for number in first.joined), 0), districts=tuple(districts.values()),
    )  # fmt: skip


def _merge_rows(
    rows: Mapping[str, Sequence[Sequence[str]]],
) -> list[tuple[list[str], Sequence[str]]]:
    """Return the requirements of districts in their order, a row that several share once."""
    sharing: dict[tuple[str, ...], list[str]] = {}
    for name, own_rows in rows.items():
        for row in own_rows:
            sharing.setdefault(tuple(row), []).append(name)
    order = list(requirements())
    return [(sharing[row], row) for row in sorted(sharing, key=lambda row: order.index(row[0]))]


def _summary(sources: Mapping[str, Source]) -> ReportTable:
    rows = []
    for name, source in sources.items():
        for quarter in source.quarters:
            counts = Counter(s.state for s in source.standings(quarter))
            rows.append((name, str(quarter), *(str(counts[state]) for state in State)))
    return fill_table(
        "county/districts",
        rows,
        columns=(_DISTRICT, "quarter", *STATE_COLUMNS),
        numbers=tuple(range(2, 2 + len(State))),
        labels=STATE_COLUMNS,
        implied=(1,) if len(rows) == len(sources) else (),
    )


def _shared_officers(sources: Mapping[str, Source]) -> ReportTable:
    """Return the officers whose key is enrolled in several districts: they are the same."""
    cards_by_key: dict[str, list[tuple[str, str, str]]] = {}
    for name, source in sources.items():
        for card in source.log.register.cards.values():
            cards_by_key.setdefault(card.signer, []).append((name, card.who, ", ".join(card.roles)))
    districts = {name: source.log.register.name for name, source in sources.items()}
    rows = [
        (
            ", ".join(dict.fromkeys(who for _, who, _ in serves)),
            ", ".join(dict.fromkeys(roles for _, _, roles in serves)),
            in_districts([name for name, _, _ in serves], districts),
        )
        for serves in cards_by_key.values()
        if len(serves) > 1
    ]
    return fill_table("county/shared-officers", rows)
