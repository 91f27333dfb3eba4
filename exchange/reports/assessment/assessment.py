"""The strategic assessment pack: what the merged records of a year say, and what people write.

Every number is a sum over the published cubes (`exchange/pull/cube.py`), and what follows from
numbers follows from those. Where something is missing, every table that it touches says so.
Why things are as they are, and what should be done, people write; an empty section says that it
is empty.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from depersonalise.places.outward_codes import outward_names
from exchange.pull.counts import filter_rows
from exchange.pull.cube import RECORDS, drafts_of
from exchange.reports.assessment import change, levels, topics
from exchange.reports.assessment.control import control
from exchange.reports.assessment.data import MapPlaces, Pack, areas_twice
from exchange.reports.assessment.findings import findings
from exchange.reports.assessment.harm import harm
from exchange.reports.assessment.rates import rates
from exchange.reports.assessment.year_file import ESCALATE, SECTIONS, Section, Year
from exchange.reports.compliance.county import LOGS
from exchange.reports.names import INCOMPLETE, names_in_common, names_of
from exchange.reports.published_table import draft_warnings, notes
from exchange.reports.registers.tables import NOT_RECORDED
from exchange.reports.registers.targets import Target, targets_of
from exchange.reports.report import Prose, Report, ReportTable, ReportWarning
from exchange.reports.report_tables import fill_table
from exchange.reports.source import REFERENCES, PulledFolder, audit_reference, reference_text
from exchange.text import format_count, with_noun
from schemas.quarters import long_date, quarter_in_words


def assessment(pulls: Sequence[PulledFolder], year: Year, places: MapPlaces) -> Report:
    """Return the assessment pack of a year, from the folder of a pull, or of several districts."""
    pack = Pack.of(pulls, year, places)
    registers = [pull.source.log.register for pull in pulls]
    areas = dict.fromkeys(f"{a.name} ({a.code})" for register in registers for a in register.areas)
    twice = areas_twice(pulls)
    many = with_noun(len(pulls), "district")
    return Report(
        f"Strategic assessment: {registers[0].name if len(pulls) == 1 else many}",
        about=(
            f"Assessment year {year.label}",
            f"Area: {', '.join(areas)}",
            f"Data at {long_date(pulls[0].source.today)}",
            *_not_yet_due(pack),
            notes(pack.smallest),
        ),
        warnings=(
            *draft_warnings(d for pull in pulls for d in drafts_of(pull.manifest)),
            *(ReportWarning("figures-incomplete", text) for text in (pack.gaps.summary,) if text),
            *(
                ReportWarning(
                    "area-in-two-districts",
                    f"area {code} is in {' and '.join(names)}: data that a partner sent to "
                    "both is counted once",
                )
                for code, names in twice.items()
            ),
        ),
        todo=None,
        parts=tuple(_parts(pack)),
        data={
            "quarters": [str(quarter) for quarter in year.quarters],
            "smallest": pack.smallest,
            "partnerships": [_as_data(pull, year) for pull in pulls],
        },
        footnote=_footnote(pulls),
        names=_names(pulls),
        in_columns=True,
    )


def _not_yet_due(pack: Pack) -> Iterator[str]:
    if quarters := pack.gaps.pending:
        names = ", ".join(quarter_in_words(quarter) for quarter in quarters)
        yield f"Not yet due in full, so figures will still grow: {names}"


def _names(pulls: Sequence[PulledFolder]) -> dict[str, str]:
    tables = [names_of(pull.source.log.register, pull.partner("")) for pull in pulls]
    return (
        outward_names()
        | names_in_common(tables)
        | {pull.name: pull.source.log.register.name for pull in pulls if pull.name}
    )


def _footnote(pulls: Sequence[PulledFolder]) -> str:
    if len(pulls) > 1:
        return f"Audit references: see {LOGS}. {REFERENCES}"
    return f"{audit_reference(pulls[0].source.log)} ({_say_size(pulls[0])}). {REFERENCES}"


def _say_size(pull: PulledFolder) -> str:
    return f"data downloaded at {pull.manifest.size}"


def _logs(pack: Pack) -> ReportTable:
    rows = [(p.name, f"{reference_text(p.source.log)} ({_say_size(p)})") for p in pack.pulls]
    return fill_table("assessment/logs", rows)


def _as_data(pull: PulledFolder, year: Year) -> dict[str, Any]:
    items = pull.manifest.items
    return {
        "partnership": pull.source.log.register.name,
        "origin": pull.source.log.register.origin,
        "entries": sorted(e for e, item in items.items() if _is_of(item.quarter, year)),
    }


def _parts(pack: Pack) -> Iterator[ReportTable | Prose]:
    verdicts = change.Verdicts(pack)
    yield findings(verdicts)
    yield pack.gaps.table()
    yield levels.levels(pack)
    yield pack.table("quarters", pack.counts("theme", "quarter"), "theme", "quarter")
    yield levels.months_of(pack)
    yield levels.by_month(pack)
    yield control(pack)
    yield change.change(pack, verdicts)
    yield change.newest(verdicts)
    yield _words(pack, SECTIONS[0])
    yield change.emerging(verdicts)
    yield change.hotspots(verdicts)
    yield levels.hours(pack)
    yield from levels.where(pack)
    yield from levels.areas(pack)
    yield levels.lsoas(pack)
    yield rates(pack)
    yield from topics.domestic(pack)
    yield from topics.across(pack)
    yield from topics.substances(pack)
    yield harm(pack)
    yield levels.generalised(pack)
    yield change.priorities(pack, verdicts)
    yield _targets(pack)
    for section in SECTIONS[1:]:
        yield _words(pack, section)
    if len(pack.pulls) > 1:
        yield pack.table("districts", pack.counts("theme", "area"), "theme", "area")
    elif pack.pulls[0].source.log.register.has_two_tiers:
        yield change.to_the_county(verdicts)
        yield _words(pack, ESCALATE)
    if len(pack.pulls) > 1:
        yield _logs(pack)
    yield levels.categories(pack)
    yield _sources(pack)


def _is_of(quarter: str, year: Year) -> bool:
    return quarter in {str(quarter) for quarter in year.quarters}


def _words(pack: Pack, section: Section) -> Prose:
    text = pack.year.words.get(section.id, "").strip()
    paragraphs = tuple(part.strip("\n") for part in re.split(r"\n\s*\n", text) if part.strip())
    missing = f"Required content, not yet written (requirement {section.requirement})."
    return Prose(
        section.id,
        title=section.title,
        introduction=section.asks,
        paragraphs=paragraphs,
        missing=missing,
        markdown=text,
        pictures=pack.year.pictures,
    )


def _targets(pack: Pack) -> ReportTable:
    rows = []
    for pulled in pack.pulls:
        for target in targets_of(pulled.source.log.register):
            aims = ("" if n is None else f"{n:,}" for n in (target.baseline, target.goal))
            result, achieved = _result(pack, pulled, target)
            rows.append((pack.in_district(pulled, target.name), *aims, result, achieved))
    return fill_table("assessment/targets", rows, nothing=NOT_RECORDED)


def _result(pack: Pack, pulled: PulledFolder, target: Target) -> tuple[str, str]:
    """Return what was counted for a target, and whether that achieves it.

    Where some quarters of the year have no records, it is held against the goal for the others.
    """
    if not target.only:
        return "", "not counted"
    rows = pack.of_district(pulled, pack.rows)
    quarters = rows.select(pl.col("quarter").n_unique()).collect().item()
    if quarters == 0:
        return "", "no data"
    number = filter_rows(rows, target.only).select(pl.col(RECORDS).sum()).collect().item()
    words = target.progress(number, quarters / len(pack.year.quarters))
    if not words:
        return format_count(number), target.lacks
    return format_count(number), words + (INCOMPLETE if pack.gaps.is_partial else "")


def _sources(pack: Pack) -> ReportTable:
    items = [
        (pulled.partner(item.partner), item)
        for pulled in pack.pulls
        for item in pulled.manifest.items.values()
        if _is_of(item.quarter, pack.year)
    ]
    rows = [
        (who, merged.dataset, merged.covered, str(merged.entry))
        for who, merged in sorted(items, key=lambda row: (row[0], row[1].dataset, row[1].covered))
    ]
    return fill_table("assessment/rests-on", rows, fills_paper=True)
