"""The strategic assessment pack: what the merged records of a year say, and what people write.

Every number is one that may be published (`depersonalise/tables.py`), and what follows from numbers
follows from those. Where something is missing, every table that it touches says so. Why things are
as they are, and what should be done, people write; an empty section says that it is empty.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from depersonalise.tables import HIDDEN, publish_line, written
from exchange.counting import HOURS, WEEKDAYS, chosen, count, incidents_of, label_of
from exchange.log import root_text
from exchange.manifest import Manifest
from exchange.reports import charts
from exchange.reports.changes import Change
from exchange.reports.gaps import Gaps, gaps_of
from exchange.reports.published import notes, published_table
from exchange.reports.source import Source
from exchange.reports.tables import Prose, Report, Table
from exchange.reports.year import ESCALATE, SECTIONS, Section, Year, four, months, years_before
from schemas.quarters import Quarter

_YEARS: Final = 3  # compared in the chart of months
_THEMES: Final = 6  # told apart by place
_CATEGORIES: Final = 12  # of a dataset, the others together
_ACROSS: Final = ("violence", "substance misuse")
_TIERS: Final = frozenset({"county", "district"})
_OTHERS: Final = "all others"


@dataclass(frozen=True, slots=True)
class Places:
    """Where outward codes lie, and what is drawn below them.

    Attributes:
        points: Longitude and latitude, by outward code.
        boundaries: A GeoJSON, if the user gave one.
    """

    points: dict[str, tuple[float, float]]
    boundaries: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class _Pack:
    of: Source
    year: Year
    everything: pl.LazyFrame
    smallest: int
    gaps: Gaps
    before: Gaps
    places: Places

    @property
    def rows(self) -> pl.LazyFrame:
        """The records of the year."""
        return _of(self.everything, self.year.quarters)

    def table(self, name: str, title: str, says: str, *by: str, only: Sequence[str] = ()) -> Table:
        """Return the records of the year by one column or two."""
        counts = count(chosen(self.rows, only), *by)
        mark = self.gaps.marks(by[-1] if by[-1] != "theme" else by[0])
        says = " ".join(one for one in (says, self.gaps.says()) if one)
        return published_table(
            name, title, counts, says=says, of=by[0], smallest=self.smallest, mark=mark
        )


def assessment(of: Source, folder: Path, manifest: Manifest, year: Year, places: Places) -> Report:
    """Return the assessment pack of a year, from the folder of a pull."""
    gaps, before = gaps_of(of, manifest, year.quarters), gaps_of(of, manifest, year.before)
    pack = _Pack(of, year, incidents_of(folder), manifest.smallest, gaps, before, places)
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
        tuple(one for one in (gaps.says(),) if one),
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


def _parts(pack: _Pack, manifest: Manifest) -> Iterator[Table | Prose]:
    changes = _changes(pack)
    yield _levels(pack)
    yield pack.table("quarters", "Levels by quarter", "", "theme", "quarter")
    yield _months(pack)
    yield _change(pack, changes)
    yield _words(pack, SECTIONS[0])
    yield _emerging(pack)
    yield _hours(pack)
    yield from _where(pack)
    yield from _across(pack)
    yield from _substances(pack)
    yield from _categories(pack)
    yield _targets(pack)
    for section in SECTIONS[1:]:
        yield _words(pack, section)
    if {kind for p in pack.of.log.register.partners.values() for kind in p.kinds} & _TIERS:
        yield _to_the_county(pack, changes)
        yield _words(pack, ESCALATE)
    yield _rests_on(pack, manifest)


def _of(rows: pl.LazyFrame, quarters: Sequence[Quarter]) -> pl.LazyFrame:
    return rows.filter(pl.col("quarter").is_in([str(quarter) for quarter in quarters]))


def _is_of(quarter: str, year: Year) -> bool:
    return quarter in {str(one) for one in year.quarters}


def _words(pack: _Pack, section: Section) -> Prose:
    text = pack.year.words.get(section.id, "").strip()
    paragraphs = tuple(" ".join(part.split()) for part in text.split("\n\n") if part.strip())
    missing = f"Not written yet. It is asked for: requirement {section.requirement}."
    return Prose(section.id, section.title, section.asks, paragraphs, missing)


def _levels(pack: _Pack) -> Table:
    says = (
        "Records of the year by theme and agency. Agencies hold records of their own, nothing "
        "links them: one incident can be in several columns."
    )
    table = pack.table("levels", "Levels", says, "theme", "agency")
    told = [(str(row[0]), _number(row[-1])) for row in table.rows[:-1]]
    found = sorted(((n, label) for label, n in told if n is not None), reverse=True)
    drawn: list[charts.Row] = [{"label": label, "number": n} for n, label in found]
    return _with(table, charts.bars(drawn, "records") if drawn else "")


def _with(table: Table, chart: str) -> Table:
    return Table(
        table.id, table.title, table.says, table.headings, table.rows, table.numbers,
        table.nothing, chart,
    )  # fmt: skip


def _number(cell: str) -> int | None:
    return None if cell == HIDDEN else int(cell.replace(",", ""))


def _months(pack: _Pack) -> Table:
    """Return the months of the year beside the same months of the years before."""
    years = [years_before(pack.year.first, n) for n in reversed(range(_YEARS))]
    lines = {}
    for first in years:
        of_year = months(four(first))
        rows = _of(pack.everything, four(first)).filter(pl.col("month").is_in(of_year))
        counted = dict(rows.group_by("month").len().collect().iter_rows())
        if counted:
            shown, _ = publish_line([counted.get(m, 0) for m in of_year], pack.smallest)
            lines[f"from {first.first:%Y-%m}"] = shown
    names = [month[5:] for month in months(pack.year.quarters)]
    mark = pack.gaps.marks("month")
    rows_ = [
        (mark(month), *(written(line[n]) for line in lines.values()))
        for n, month in enumerate(months(pack.year.quarters))
    ]
    drawn: list[charts.Row] = [
        {"at": name, "number": number, "series": label}
        for label, line in lines.items()
        for name, number in zip(names, line, strict=True)
        if number is not None
    ]
    says = (
        "When it happened, month by month, beside the same months of earlier years, so that a "
        "season is not taken for a change. Records whose month is not known are not in it. "
        + pack.gaps.says()
    )
    chart = charts.lines(drawn, names, "records") if drawn else ""
    return Table(
        "months", "The course of the year", says.strip(), ("month", *lines), rows_,
        tuple(range(1, len(lines) + 1)), "Nothing was shared.", chart,
    )  # fmt: skip


def _comparable(pack: _Pack) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Return the records of the year before and of the year, of what is whole in both."""
    pairs = [
        (partner, dataset, str(years_before(quarter, 1)), str(quarter))
        for partner, dataset, quarter in pack.gaps.whole
        if (partner, dataset, years_before(quarter, 1)) in pack.before.whole
    ]
    both = pl.LazyFrame(pairs, schema=dict.fromkeys(
        ("partner", "dataset", "then", "now"), pl.String), orient="row")  # fmt: skip
    return tuple(  # type: ignore[return-value]  # of two
        pack.everything.join(both, left_on=["partner", "dataset", "quarter"],
                             right_on=["partner", "dataset", when], how="semi")
        for when in ("then", "now")
    )  # fmt: skip


def _compared(pack: _Pack, *by: str) -> dict[tuple[str, ...], Change]:
    """Return the change since the year before, as published, of what can be compared."""
    then, now = (dict(_counted(rows, by)) for rows in _comparable(pack))
    keys = sorted(then.keys() | now.keys())
    lines = [
        publish_line([one.get(key, 0) for key in keys], pack.smallest)[0] for one in (then, now)
    ]
    return {key: Change(a, b) for key, a, b in zip(keys, *lines, strict=True)}


def _counted(rows: pl.LazyFrame, by: Sequence[str]) -> Iterator[tuple[tuple[str, ...], int]]:
    for *key, number in rows.group_by(by).len().collect().iter_rows():
        yield tuple(key), number


def _changes(pack: _Pack) -> dict[str, Change]:
    return {key[0]: change for key, change in _compared(pack, "theme").items()}


def _change(pack: _Pack, changes: dict[str, Change]) -> Table:
    people = pack.year.population
    rate = ("per 1,000 residents",) if people else ()
    rows = [
        (
            theme,
            written(change.before),
            written(change.now),
            *(_rate(change.now, people) for _ in rate),
            change.percent,
            change.says,
        )
        for theme, change in changes.items()
    ]
    says = (
        "Of what was shared for both years by the same partners, quarter for quarter; nothing else "
        "is compared. In brackets, from where to where the change can be, with 95% certainty, if "
        "records vary by chance alone; those that come in series vary more. " + pack.gaps.says()
    )
    headings = ("theme", "year before", "this year", *rate, "change", "how sure")
    nothing = "Nothing was shared for the same quarters of both years, so nothing can be compared."
    return Table("change", "Change since last year", says.strip(), headings, rows,
                 tuple(range(1, 3 + len(rate))), nothing)  # fmt: skip


def _rate(number: int | None, people: int) -> str:
    return HIDDEN if number is None else f"{number * 1000 / people:,.1f}"


def _emerging(pack: _Pack) -> Table:
    found = [(key, c) for key, c in _compared(pack, *_CATEGORY).items() if c.rises or _is_new(c)]
    found.sort(key=lambda one: (one[1].is_told, -(one[1].now or 0), one[0]))
    rows = [
        (
            key[0],
            label_of(*key),
            written(c.before),
            written(c.now),
            c.percent or "new",
        )
        for key, c in found
    ]
    says = (
        "Categories of which there are more than last year, beyond chance, or that there were none "
        "of. Among many categories some rise by chance all the same. " + pack.gaps.says()
    )
    headings = ("dataset", "category", "year before", "this year", "change")
    return Table("emerging", "Emerging categories", says.strip(), headings, rows, (2, 3))


_CATEGORY: Final = ("dataset", "category_scheme", "category_edition", "category")


def _is_new(change: Change) -> bool:
    return change.before == 0 and (change.now or 0) >= 20


def _hours(pack: _Pack) -> Table:
    table = pack.table("hours", "Hour and weekday", "When it happened, of records that tell.",
                       "hour", "weekday")  # fmt: skip
    days = [name for name in table.headings[1:-1] if name in WEEKDAYS]
    drawn: list[charts.Row] = [
        {"x": day, "y": str(row[0]), "number": number}
        for row in table.rows
        for day, cell in zip(table.headings[1:], row[1:], strict=True)
        if row[0] in HOURS and day in days and (number := _number(cell))
    ]
    return _with(table, charts.heat(drawn, WEEKDAYS, HOURS, "records") if drawn else "")


def _where(pack: _Pack) -> Iterator[Table]:
    """Yield the places, by theme; the smaller themes together."""
    by_theme = count(pack.rows, "theme")
    sizes = {label: row[0] for label, row in zip(by_theme.rows, by_theme.cells, strict=True)}
    main = sorted(sizes, key=lambda theme: (-sizes[theme], theme))[:_THEMES]
    theme = pl.when(pl.col("theme").is_in(main)).then("theme").otherwise(pl.lit(_OTHERS))
    counts = count(pack.rows.with_columns(theme=theme), "outward", "theme")
    says = "By outward code, of records that were shared by it. " + pack.gaps.says()
    table = published_table("places", "Places", counts, says=says.strip(), of="outward code",
                            smallest=pack.smallest)  # fmt: skip
    drawn: list[charts.Row] = [
        {"label": str(row[0]), "longitude": x, "latitude": y, "number": number}
        for row in table.rows
        if (number := _number(row[-1])) is not None
        for x, y in [pack.places.points.get(str(row[0]), (None, None))]
        if x is not None and y is not None
    ]
    chart = charts.bubbles(drawn, pack.places.boundaries, "records") if drawn else ""
    yield _with(table, chart)


def _across(pack: _Pack) -> Iterator[Table]:
    for theme in _ACROSS:
        says = (
            f"Records of {theme} by outward code and agency, side by side and not linked: where "
            "others than the police hold many, much may never reach the police."
        )
        name = theme.replace(" ", "-")
        yield pack.table(f"across-{name}", f"Across agencies: {theme}", says, "outward", "agency",
                         only=[f"theme={theme}"])  # fmt: skip


def _substances(pack: _Pack) -> Iterator[Table]:
    only = ["theme=substance misuse"]
    says = "Records about drugs and alcohol, by agency and quarter."
    yield pack.table("substances", "Substance misuse", says, "agency", "quarter", only=only)
    says = "When they happened, of records that tell."
    yield pack.table("substances-hours", "Substance misuse: hour and weekday", says, "hour",
                     "weekday", only=only)  # fmt: skip


def _categories(pack: _Pack) -> Iterator[Table]:
    """Yield the categories of each dataset, the most frequent first."""
    by: dict[str, dict[str, int]] = {}
    for key, number in _counted(pack.rows, _CATEGORY):
        of = by.setdefault(key[0], {})
        label = label_of(*key)
        of[label] = of.get(label, 0) + number
    rows = []
    for dataset, counted in sorted(by.items()):
        labels = sorted(counted, key=lambda label: (-counted[label], label))
        numbers = [counted[label] for label in labels[:_CATEGORIES]]
        if rest := labels[_CATEGORIES:]:
            labels = [*labels[:_CATEGORIES], _OTHERS]
            numbers.append(sum(counted[label] for label in rest))
        shown, total = publish_line(numbers, pack.smallest)
        mark = pack.gaps.marks("dataset")
        lines = zip((*labels, "all"), (*shown, total), strict=True)
        rows += [(mark(dataset), label, written(number)) for label, number in lines]
    says = f"The {_CATEGORIES} most frequent of each dataset. " + pack.gaps.says()
    yield Table("categories", "Categories", says.strip(), ("dataset", "category", "records"), rows,
                (2,))  # fmt: skip


def _targets(pack: _Pack) -> Table:
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
    says = (says + pack.gaps.says()).strip()
    title = "Last year's plan against its targets"
    return Table("targets", title, says, headings, rows, (1, 2, 3), nothing)


def _achieved(yes: bool) -> str:  # noqa: FBT001 - it is what is said
    return "achieved" if yes else "not achieved"


def _to_the_county(pack: _Pack, changes: dict[str, Change]) -> Table:
    rows = [
        (t, written(c.before), written(c.now), c.percent) for t, c in changes.items() if c.rises
    ]
    says = "Drafted: themes of which there are more than last year, beyond chance. "
    return Table("county", "Rising themes, for the county", (says + pack.gaps.says()).strip(),
                 ("theme", "year before", "this year", "change"), rows, (1, 2))  # fmt: skip


def _rests_on(pack: _Pack, manifest: Manifest) -> Table:
    items = [one for one in manifest.items.values() if _is_of(one.quarter, pack.year)]
    rows = [
        (one.partner, one.dataset, one.covered,
         written(publish_line([one.rows], pack.smallest)[0][0]), str(one.entry))
        for one in sorted(items, key=lambda one: (one.partner, one.dataset, one.covered))
    ]  # fmt: skip
    says = "The submissions that all of it was counted from. " + pack.gaps.says()
    headings = ("partner", "dataset", "dates", "records", "log")
    return Table("rests-on", "What it rests on", says.strip(), headings, rows, (3,), "Nothing.")
