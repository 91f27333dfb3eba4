"""The strategic assessment pack: what the merged records of a year say, and what people write.

Every number is a sum over the published cubes (`exchange/pull/cube.py`), and what follows from
numbers follows from those. Where something is missing, every table that it touches says so.
Why things are as they are, and what should be done, people write; an empty section says that it
is empty.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from exchange.log.merkle import root_text
from exchange.pull.counts import chosen
from exchange.pull.cube import RECORDS, drafts_of
from exchange.reports.assessment import change, levels
from exchange.reports.assessment.data import MapPlaces, Pack, areas_twice
from exchange.reports.assessment.year_file import ESCALATE, SECTIONS, Section, Year
from exchange.reports.published_table import draft_warnings, format_count, notes
from exchange.reports.report import Prose, Report, ReportTable, ReportWarning
from exchange.reports.source import PulledFolder
from exchange.text import with_noun


def assessment(pulls: Sequence[PulledFolder], year: Year, places: MapPlaces) -> Report:
    """Return the assessment pack of a year, from the folder of a pull, or of several districts."""
    pack = Pack.of(pulls, year, places)
    registers = [one.of.log.register for one in pulls]
    areas = dict.fromkeys(f"{a.name} ({a.code})" for register in registers for a in register.areas)
    twice = areas_twice(pulls)
    many = with_noun(len(pulls), "district")
    return Report(
        f"Strategic assessment: {registers[0].name if len(pulls) == 1 else many}",
        (
            f"Assessment year {year.label}",
            f"Area: {', '.join(areas)}",
            *(_log(one) for one in pulls if len(pulls) == 1),
            notes(pack.smallest),
        ),
        (
            *draft_warnings(d for one in pulls for d in drafts_of(one.manifest)),
            *(ReportWarning("figures-incomplete", one) for one in (pack.gaps.says,) if one),
            *(
                ReportWarning(
                    "area-in-two-districts",
                    f"area {code} is of {' and '.join(names)}: what a partner shared of it in "
                    "both is counted once",
                )
                for code, names in twice.items()
            ),
        ),
        None,
        tuple(_parts(pack)),
        {
            "quarters": [str(quarter) for quarter in year.quarters],
            "smallest": pack.smallest,
            "partnerships": [_as_data(one, year) for one in pulls],
        },
    )


def _log(one: PulledFolder) -> str:
    tree = one.of.log.tree
    return (
        f"From what was shared, as the log was with {one.manifest.size:,} entries; it has "
        f"{tree.size:,}, root {root_text(tree.root)}"
    )


def _logs(pack: Pack) -> ReportTable:
    rows = [
        (one.name, f"{one.manifest.size:,}", f"{one.of.log.tree.size:,}",
         root_text(one.of.log.tree.root))
        for one in pack.pulls
    ]  # fmt: skip
    says = "How many entries each log had when it was pulled, and has, with its root."
    headings = ("district", "pulled at", "entries", "root")
    return ReportTable("logs", "The districts' logs", says, headings, rows, (1, 2))


def _as_data(one: PulledFolder, year: Year) -> dict[str, Any]:
    items = one.manifest.items
    return {
        "partnership": one.of.log.register.name,
        "origin": one.of.log.register.origin,
        "entries": sorted(e for e, item in items.items() if _is_of(item.quarter, year)),
    }


def _parts(pack: Pack) -> Iterator[ReportTable | Prose]:
    changes = change.changes(pack)
    yield pack.gaps.table()
    yield levels.levels(pack)
    yield pack.table("quarters", "Levels by quarter", "", "theme", "quarter")
    yield levels.months_of(pack)
    yield levels.by_month(pack)
    yield change.change(pack, changes)
    yield _words(pack, SECTIONS[0])
    yield change.emerging(pack)
    yield levels.hours(pack)
    yield from levels.where(pack)
    yield levels.lsoas(pack)
    yield from levels.across(pack)
    yield from levels.substances(pack)
    yield from levels.categories(pack)
    yield _targets(pack)
    for section in SECTIONS[1:]:
        yield _words(pack, section)
    if len(pack.pulls) > 1:
        yield pack.table("districts", "Levels by district", "", "theme", "area")
    elif pack.pulls[0].of.log.register.has_two_tiers:
        yield change.to_the_county(pack, changes)
        yield _words(pack, ESCALATE)
    yield _rests_on(pack)
    if len(pack.pulls) > 1:
        yield _logs(pack)


def _is_of(quarter: str, year: Year) -> bool:
    return quarter in {str(one) for one in year.quarters}


def _words(pack: Pack, section: Section) -> Prose:
    text = pack.year.words.get(section.id, "").strip()
    paragraphs = tuple(" ".join(part.split()) for part in text.split("\n\n") if part.strip())
    missing = f"Not written yet. It is asked for: requirement {section.requirement}."
    return Prose(section.id, section.title, section.asks, paragraphs, missing)


def _targets(pack: Pack) -> ReportTable:
    rows = []
    for target in pack.year.targets:
        number = chosen(pack.rows, target.only).select(pl.col(RECORDS).sum()).collect().item()
        told = _achieved(target.achieved(number))
        incomplete = " (incomplete)" if pack.gaps.found else ""
        aims = (f"{target.baseline:,}", f"{target.target:,}")
        rows.append((target.name, *aims, format_count(number), told + incomplete))
    says = "Last year's plan: what it aimed at, and what the records of this year say. "
    headings = ("target", "baseline", "aimed at", "result", "achieved")
    nothing = "No targets are written in the file of the year."
    says = (says + pack.gaps.says).strip()
    title = "Last year's plan against its targets"
    return ReportTable("targets", title, says, headings, rows, (1, 2, 3), nothing)


def _achieved(yes: bool) -> str:  # noqa: FBT001 - it is what is said
    return "achieved" if yes else "not achieved"


def _rests_on(pack: Pack) -> ReportTable:
    items = [
        (pulled.partner(one.partner), one)
        for pulled in pack.pulls
        for one in pulled.manifest.items.values()
        if _is_of(one.quarter, pack.year)
    ]
    rows = [
        (who, one.dataset, one.covered, str(one.entry))
        for who, one in sorted(items, key=lambda one: (one[0], one[1].dataset, one[1].covered))
    ]  # fmt: skip
    says = "The submissions that all of it was counted from. " + pack.gaps.says
    headings = ("partner", "dataset", "dates", "log")
    return ReportTable("rests-on", "What it rests on", says.strip(), headings, rows, (), "Nothing.")
