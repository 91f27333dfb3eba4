"""The strategic assessment pack: what the merged records of a year say, and what people write.

Every number is one that may be published (`depersonalise/tables.py`), and what follows from numbers
follows from those. Where something is missing, every table that it touches says so. Why things are
as they are, and what should be done, people write; an empty section says that it is empty.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from depersonalise.tables import publish_line, written
from exchange.counting import chosen, incidents_of
from exchange.log import root_text
from exchange.manifest import Manifest
from exchange.reports import comparing, patterns
from exchange.reports.gaps import gaps_of
from exchange.reports.pack import Pack, Places
from exchange.reports.published import notes
from exchange.reports.source import Source
from exchange.reports.tables import Prose, Report, Table
from exchange.reports.year import ESCALATE, SECTIONS, Section, Year

_TIERS: Final = frozenset({"county", "district"})


def assessment(of: Source, folder: Path, manifest: Manifest, year: Year, places: Places) -> Report:
    """Return the assessment pack of a year, from the folder of a pull."""
    gaps, before = gaps_of(of, manifest, year.quarters), gaps_of(of, manifest, year.before)
    pack = Pack(of, year, folder, incidents_of(folder), manifest.smallest, gaps, before, places)
    register, tree = of.log.register, of.log.tree
    areas = ", ".join(f"{a.name} ({a.code})" for a in register.areas)
    return Report(
        f"Strategic assessment: {register.name}",
        (
            f"Assessment year {year.label}",
            f"Area: {areas}",
            f"From what was shared, as the log was with {manifest.size:,} entries",
            f"The log has {tree.size:,} entries, root {root_text(tree.root)}",
            notes(manifest.smallest),
        ),
        tuple(one for one in (gaps.says,) if one),
        None,
        tuple(_parts(pack, manifest)),
        {
            "partnership": register.name,
            "origin": register.origin,
            "quarters": [str(quarter) for quarter in year.quarters],
            "entries": sorted(e for e, i in manifest.items.items() if _is_of(i.quarter, year)),
            "smallest": manifest.smallest,
        },
    )


def _parts(pack: Pack, manifest: Manifest) -> Iterator[Table | Prose]:
    changes = comparing.changes(pack)
    yield pack.gaps.table()
    yield patterns.levels(pack)
    yield pack.table("quarters", "Levels by quarter", "", "theme", "quarter")
    yield patterns.months_of(pack)
    yield comparing.change(pack, changes)
    yield _words(pack, SECTIONS[0])
    yield comparing.emerging(pack)
    yield patterns.hours(pack)
    yield from patterns.where(pack)
    yield from patterns.across(pack)
    yield from patterns.substances(pack)
    yield from patterns.categories(pack)
    yield _targets(pack)
    for section in SECTIONS[1:]:
        yield _words(pack, section)
    if {kind for p in pack.of.log.register.partners.values() for kind in p.kinds} & _TIERS:
        yield comparing.to_the_county(pack, changes)
        yield _words(pack, ESCALATE)
    yield _rests_on(pack, manifest)


def _is_of(quarter: str, year: Year) -> bool:
    return quarter in {str(one) for one in year.quarters}


def _words(pack: Pack, section: Section) -> Prose:
    text = pack.year.words.get(section.id, "").strip()
    paragraphs = tuple(" ".join(part.split()) for part in text.split("\n\n") if part.strip())
    missing = f"Not written yet. It is asked for: requirement {section.requirement}."
    return Prose(section.id, section.title, section.asks, paragraphs, missing)


def _targets(pack: Pack) -> Table:
    rows = []
    for target in pack.year.targets:
        number = chosen(pack.rows, target.only).select(pl.len()).collect().item()
        (shown,), _ = publish_line([number], pack.smallest)
        told = "too few to tell" if shown is None else _achieved(target.achieved(shown))
        incomplete = " (incomplete)" if pack.gaps.found else ""
        aims = (f"{target.baseline:,}", f"{target.target:,}")
        rows.append((target.name, *aims, written(shown), told + incomplete))
    says = "Last year's plan: what it aimed at, and what the records of this year say. "
    headings = ("target", "baseline", "aimed at", "result", "achieved")
    nothing = "No targets are written in the file of the year."
    says = (says + pack.gaps.says).strip()
    title = "Last year's plan against its targets"
    return Table("targets", title, says, headings, rows, (1, 2, 3), nothing)


def _achieved(yes: bool) -> str:  # noqa: FBT001 - it is what is said
    return "achieved" if yes else "not achieved"


def _rests_on(pack: Pack, manifest: Manifest) -> Table:
    items = [one for one in manifest.items.values() if _is_of(one.quarter, pack.year)]
    rows = [
        (one.partner, one.dataset, one.covered,
         written(publish_line([one.rows], pack.smallest)[0][0]), str(one.entry))
        for one in sorted(items, key=lambda one: (one.partner, one.dataset, one.covered))
    ]  # fmt: skip
    says = "The submissions that all of it was counted from. " + pack.gaps.says
    headings = ("partner", "dataset", "dates", "records", "log")
    return Table("rests-on", "What it rests on", says.strip(), headings, rows, (3,), "Nothing.")
