"""The partnership plan: its priorities, targets with the counts of each quarter, and its risks.

Keeps true: a count is a sum of published cells, so that no number from 1 to 4 is shown; what may be
published holds no risk, no draft number, and no small number that people wrote.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from exchange.pull.counts import filter_rows, published_incidents
from exchange.pull.cube import RECORDS, drafts_of, smallest_of
from exchange.reports.assessment.missing import gaps_of
from exchange.reports.assessment.year_file import four, year_name
from exchange.reports.names import names_of
from exchange.reports.published_table import draft_warnings, notes
from exchange.reports.registers.tables import (
    NOT_RECORDED,
    TABLES,
    YES,
    Recorded,
    rows_of,
)
from exchange.reports.registers.targets import (
    Target,
    name_of_priority,
    priority_names,
    targets_of,
)
from exchange.reports.report import Report, ReportTable, in_districts
from exchange.reports.report_tables import fill_table
from exchange.reports.source import (
    PulledFolder,
    Source,
    audit_reference,
    reference_text,
)
from exchange.text import format_count
from schemas.datasets.dataset import SMALLEST
from schemas.quarters import Quarter, long_date


@dataclass(frozen=True, slots=True)
class Monitoring:
    """What is counted for the targets of a year.

    Attributes:
        pulled: What was pulled; none where nothing is counted.
        quarters: Those of the year that are over, oldest first.
    """

    pulled: PulledFolder | None
    first: Quarter
    quarters: tuple[Quarter, ...]

    @property
    def is_partial(self) -> bool:
        """Whether the counts are without something."""
        return self.pulled is not None and gaps_of([self.pulled], self.quarters).is_partial

    def counts(self, only: Sequence[str]) -> list[int | None]:
        """Return the records of each quarter that some words choose; none where nothing is pulled.

        Raises:
            Usage: they choose nothing that can be counted.
        """
        if self.pulled is None or not only:
            return []
        cells = published_incidents(self.pulled.folder, self.pulled.manifest)
        sums = filter_rows(cells, only).group_by("quarter").agg(pl.col(RECORDS).sum()).collect()
        by_quarter = dict.fromkeys(
            (item.quarter for item in self.pulled.manifest.items.values()), 0
        )
        by_quarter |= dict(sums.iter_rows())
        return [by_quarter.get(str(quarter)) for quarter in self.quarters]


def plan(source: Source, pulled: PulledFolder | None, first: Quarter, *, public: bool) -> Report:
    """Return the plan of a year, with what was counted for its targets.

    Args:
        first: The first quarter of the year.
        public: Only what may be published: no risks, no officers but the leads.
    """
    quarters = tuple(quarter for quarter in four(first) if quarter.last < source.today)
    monitoring = Monitoring(pulled, first, quarters)
    warnings = draft_warnings(drafts_of(pulled.manifest)) if pulled else ()
    register = source.log.register
    about = [f"Year: {year_name(first)}", f"Position at {long_date(source.today)}"]
    about += [notes(smallest_of(pulled.manifest))] if pulled else []
    targets = _targets(source, monitoring, public=public)
    kind = "summary of the partnership plan" if public else "partnership plan"
    return Report(
        f"{register.name}: {kind}",
        about=tuple(about),
        warnings=warnings,
        todo=None,
        parts=(_priorities(source, public=public), targets, *(() if public else (_risks(source),))),
        data={} if public else _data(source),
        footnote=f"{audit_reference(source.log)}.",
        public=public and not warnings,
        names=names_of(register),
    )


def _priorities(source: Source, *, public: bool) -> ReportTable:
    rows = rows_of(source.log.register, "priorities")
    columns: tuple[str, ...] = ("priority", "why", "action", "lead")
    columns += () if public else ("deputy", "pages", "county")
    headings = {"action": "what is done", "lead": "lead (post)", "county": "raised with the county"}
    introduction = (
        "What the partnership tackles first." if public else TABLES["priorities"].description
    )
    return fill_table(
        "plan/priorities",
        [(row.id, *(row[column] for column in columns)) for row in rows],
        introduction=introduction,
        columns=("number", *columns),
        nothing=NOT_RECORDED,
        labels=headings | {"number": "no."},
    )


def _targets(source: Source, monitoring: Monitoring, *, public: bool) -> ReportTable:
    quarters = [str(quarter) for quarter in monitoring.quarters]
    rows = []
    for target in targets_of(source.log.register):
        by_quarter = monitoring.counts(target.only)
        counts = [count for count in by_quarter if count is not None]
        cells = ["" if count is None else format_count(count) for count in by_quarter]
        cells = cells or [""] * len(quarters)
        total = format_count(sum(counts)) if counts else ""
        aims = [_aim(number, public=public) for number in (target.baseline, target.goal)]
        aim = " to ".join(text for text in aims if text)
        owner = () if public else (target.owner,)
        course = _progress(target, counts, monitoring)
        rows.append((target.name, target.priority, *owner, aim, *cells, total, course))
    owner_column = () if public else ("owner",)
    before = ("target", "priority", *owner_column, "aim")
    columns = (*before, *quarters, "year_so_far", "course")
    numbers = tuple(range(len(before), len(columns) - 1))
    partial = "The counts are incomplete: some datasets are missing for some of the quarters."
    return fill_table(
        "plan/targets",
        rows,
        more=partial if monitoring.is_partial else "",
        columns=columns,
        numbers=numbers,
        nothing=NOT_RECORDED,
        identifier_headings=True,
        labels={"course": "progress", "aim": "baseline to goal"},
    )


def _aim(number: int | None, *, public: bool) -> str:
    """Write a number that people gave; in public, not a small one."""
    if number is None:
        return ""
    return f"fewer than {SMALLEST}" if public and 0 < number < SMALLEST else f"{number:,}"


def _progress(target: Target, counts: Sequence[int], monitoring: Monitoring) -> str:
    """Say whether a target is met, or its share of the year so far."""
    return target.progress(sum(counts), len(counts) / len(four(monitoring.first))) if counts else ""


def _risks(source: Source) -> ReportTable:
    names = priority_names(source.log.register)
    rows = []
    for risk in rows_of(source.log.register, "risks"):
        review = risk.day("review")
        due = " (due)" if review is not None and review <= source.today else ""
        rows.append(
            (
                risk["risk"], name_of_priority(names, risk["priority"]), risk["likelihood"],
                risk["impact"], risk["action"], risk["owner"],
                (long_date(review) if review else "") + due,
            )
        )  # fmt: skip
    return fill_table(
        "plan/risks", rows, introduction=TABLES["risks"].description, nothing=NOT_RECORDED
    )


def _data(source: Source) -> dict[str, object]:
    register = source.log.register
    return {
        **source.as_data,
        **{
            table: [
                {"no": row.id, "entry": row.position, **row.cells}
                for row in rows_of(register, table)
            ]
            for table in ("priorities", "targets", "risks")
        },
    }


def agreement(sources: Mapping[str, Source]) -> Report:
    """Return the draft of a county's community safety agreement, from its districts' registers."""
    raised: list[tuple[str, Recorded]] = []
    none: list[str] = []
    for source in sources.values():
        rows = rows_of(source.log.register, "priorities")
        to_county = [row for row in rows if row["county"] == YES]
        raised += [(source.log.register.name, row) for row in to_county]
        none += [] if to_county else [source.log.register.name]
    by_priority: dict[str, list[tuple[str, Recorded]]] = {}
    for district, row in raised:
        by_priority.setdefault(row["priority"].casefold(), []).append((district, row))
    first = next(iter(sources.values()))
    return Report(
        f"Community safety agreement: draft from {len(sources)} districts",
        about=(
            "Districts: " + ", ".join(source.log.register.name for source in sources.values()),
            f"Position at {long_date(first.today)}",
            *([f"No priority raised with the county: {', '.join(none)}"] if none else []),
        ),
        warnings=(),
        todo=None,
        parts=(_shared_priorities(by_priority), _joint_work(raised), _authorities(sources)),
        data={
            "raised": [
                {"district": district, "no": row.id, **row.cells} for district, row in raised
            ]
        },
        footnote="Audit references: "
        + "; ".join(f"{s.log.register.name} {reference_text(s.log)}" for s in sources.values())
        + ".",
    )


def _shared_priorities(by_priority: Mapping[str, Sequence[tuple[str, Recorded]]]) -> ReportTable:
    rows = [
        (pairs[0][1]["priority"], str(len(pairs)), ", ".join(name for name, _ in pairs))
        for pairs in sorted(by_priority.values(), key=len, reverse=True)
    ]
    return fill_table("agreement/shared", rows)


def _joint_work(raised: Sequence[tuple[str, Recorded]]) -> ReportTable:
    rows = [
        (row["priority"], district, row["lead"], row["joint"] or "not said", row["action"])
        for district, row in raised
    ]
    return fill_table("agreement/joint", rows)


def _authorities(sources: Mapping[str, Source]) -> ReportTable:
    """Return the responsible authorities of the districts, each once."""
    serving: dict[str, list[str]] = {}
    for source in sources.values():
        for partner in source.responsible:
            serving.setdefault(source.partner_names[partner], []).append(source.log.register.name)
    titles = [source.log.register.name for source in sources.values()]
    every = dict(zip(titles, titles, strict=True))
    rows = [(name, in_districts(districts, every)) for name, districts in serving.items()]
    return fill_table("agreement/authorities", rows)
