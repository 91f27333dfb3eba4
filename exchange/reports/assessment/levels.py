"""Levels and patterns: how much of what, when, where and by whom it is held."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from exchange.pull.counts import CATEGORY, HOURS, UNKNOWN, count, count_by, label_of
from exchange.pull.cube import WEEKDAYS
from exchange.reports.assessment import charts
from exchange.reports.assessment.data import (
    Pack,
    datasets_of,
    each_once,
    number_of,
    of_quarters,
)
from exchange.reports.assessment.missing import gaps_of
from exchange.reports.assessment.year_file import four, months, year_name, years_before
from exchange.reports.names import INCOMPLETE
from exchange.reports.published_table import format_count, published_table
from exchange.reports.report import ReportTable
from schemas.quarters import Quarter

_YEARS: Final = 3  # compared in the chart of months
_THEMES: Final = 6  # told apart by place
_CATEGORIES: Final = 12  # of a dataset, the others together
MISUSE: Final = "substance misuse"
ACROSS: Final = ("violence", MISUSE)
_LSOAS: Final = 20  # with most
_OTHERS: Final = "all others"
_OTHER_THEMES: Final = "remaining themes"
_HIDDEN: Final = "[c]"  # as in the statistics of the government
_NEAREST: Final = 5  # numbers that are shared as such are rounded to it
_NAMES: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def levels(pack: Pack) -> ReportTable:
    """Return the themes by agency."""
    says = (
        "Records of the year by theme and agency. Agencies keep separate records, so one incident "
        "can be counted in several columns."
    )
    table = pack.table("levels", "Levels", says, "theme", "agency")
    numbers = [(str(row[0]), number_of(row[-1])) for row in table.rows[:-1]]
    by_number = sorted(((n, label) for label, n in numbers if n is not None), reverse=True)
    drawn: list[charts.Row] = [{"label": label, "number": n} for n, label in by_number]
    return replace(table, chart=charts.of_rows(charts.bars, drawn, "records"))


def months_of(pack: Pack) -> ReportTable:
    """Return the months of the year beside the same months of the years before."""
    years = [years_before(pack.year.first, n) for n in reversed(range(_YEARS))]
    lines, labels = {}, {}
    for first in years:
        if line := _line(pack, four(first)):
            part = INCOMPLETE if gaps_of(pack.pulls, four(first)).found else ""
            lines[year_name(first)] = line
            labels[year_name(first)] = year_name(first) + part
    names = [_NAMES[int(month[5:]) - 1] for month in months(pack.year.quarters)]
    mark = pack.gaps.marks("month")
    rows_ = [
        (mark(month), *(line[n] for line in lines.values()))
        for n, month in enumerate(months(pack.year.quarters))
    ]
    drawn: list[charts.Row] = [
        {"at": name, "number": number, "series": labels[label]}
        for label, line in lines.items()
        for name, cell in zip(names, line, strict=True)
        if (number := number_of(cell)) is not None
    ]
    says = (
        "Records by month of the incident, beside the same months of earlier years. Different "
        "partners may have sent data in each year; for a like-for-like comparison, see Change "
        "since last year. Records with an unknown month are not included. " + pack.gaps.says
    )
    chart = charts.of_rows(charts.lines, drawn, names, "records")
    return ReportTable(
        "months", "Monthly trend", says.strip(), ("month", *lines), rows_,
        tuple(range(1, len(lines) + 1)), "No data received.", chart, identifiers=(0,),
        labels=labels,
    )  # fmt: skip


def _line(pack: Pack, quarters: Sequence[Quarter]) -> list[str]:
    """Return the records of each month of a year; empty where nothing of its quarter is there."""
    rows, there = of_quarters(pack.everything, quarters), _months_there(pack, quarters)
    numbers = {key[0]: number for key, number in count_by(rows, ["month"])}
    counts = {month: format_count(numbers.get(month, 0)) for month in there}
    return [counts.get(month, "") for month in months(quarters)] if there else []


def _months_there(pack: Pack, quarters: Sequence[Quarter]) -> list[str]:
    """Return the months of those quarters of which anything was shared."""
    rows = of_quarters(pack.everything, quarters)
    shared = set(rows.select("quarter").unique().collect()["quarter"])
    return months([quarter for quarter in quarters if str(quarter) in shared])


def hours(pack: Pack) -> ReportTable:
    """Return the hours by weekday."""
    table = _by_hour(pack, "hours", "Hour and weekday")
    drawn: list[charts.Row] = [
        {"x": day, "y": str(row[0]), "number": number}
        for row in table.rows
        for day, cell in zip(table.columns[1:], row[1:], strict=True)
        if row[0] in HOURS and day in WEEKDAYS and (number := number_of(cell))
    ]
    return replace(table, chart=charts.of_rows(charts.heat, drawn, WEEKDAYS, HOURS, "records"))


def _by_hour(pack: Pack, name: str, title: str, only: Sequence[str] = ()) -> ReportTable:
    """Return the hours by weekday of some records; no rows where none has a known hour."""
    says = "Records by hour and weekday, for records with a known time; others are “not known”."
    table = pack.table(name, title, says, "hour", "weekday", only=only)
    tells = any(row[0] in HOURS and row[-1] != "0" for row in table.rows)
    nothing = "No record counted here has a known time."
    return table if tells else replace(table, rows=[], nothing=nothing)


def by_month(pack: Pack) -> ReportTable:
    """Return the months of the year by theme."""
    there = _months_there(pack, pack.year.quarters)
    counts = count(_main_themes(pack).filter(pl.col("month").is_in(there)), "month", "theme")
    says = (
        "Records with a known month, for the quarters in which any data was received. "
        + pack.gaps.says
    )
    title, mark = "Monthly trend by theme", pack.gaps.marks("month")
    return published_table(
        "months-themes", title, counts, says=says.strip(), of="month", mark=mark, identifiers=True
    )


def _main_themes(pack: Pack) -> pl.LazyFrame:
    """Return the records of the year, the themes that have fewest taken together."""
    by_theme = count(pack.rows, "theme")
    sizes = {label: row[0] for label, row in zip(by_theme.rows, by_theme.cells, strict=True)}
    main = sorted(sizes, key=lambda theme: (-sizes[theme], theme))[:_THEMES]
    theme = pl.when(pl.col("theme").is_in(main)).then("theme").otherwise(pl.lit(_OTHER_THEMES))
    return pack.rows.with_columns(theme=theme)


def where(pack: Pack) -> Iterator[ReportTable]:
    """Yield the places, by theme; the smaller themes together."""
    counts = count(_main_themes(pack), "outward", "theme")
    says = (
        "Records by theme and outward code (the first half of a postcode, such as SP10). Records "
        "located in another way have no outward code. " + pack.gaps.says
    )
    says = says.strip()
    table = published_table("places", "Places", counts, says=says, of="outward_code")
    drawn: list[charts.Row] = [
        {"label": str(row[0]), "longitude": x, "latitude": y, "number": number}
        for row in table.rows
        if (number := number_of(row[-1])) is not None
        for x, y in [pack.places.points.get(str(row[0]), (None, None))]
        if x is not None and y is not None
    ]
    chart = charts.of_rows(charts.bubbles, drawn, pack.places.boundaries, "records")
    yield replace(table, chart=chart)


def lsoas(pack: Pack) -> ReportTable:
    """Return the LSOAs that have most, of records that were shared by it."""
    sizes = {key[0]: number for key, number in count_by(pack.rows, ["lsoa"])}
    most = sorted(sizes.keys() - {UNKNOWN}, key=lambda one: (-sizes[one], one))[:_LSOAS]
    rows = [(lsoa, format_count(sizes[lsoa])) for lsoa in most]
    says = (
        f"The {_LSOAS} neighbourhoods (lower layer super output areas, LSOAs) with most records, "
        "of the records that have one. " + pack.gaps.says
    )
    return ReportTable("lsoas", "Places by LSOA", says.strip(), ("lsoa", "records"), rows, (1,))


def across(pack: Pack) -> Iterator[ReportTable]:
    """Yield the places by agency, of themes that several hold."""
    for theme in ACROSS:
        says = (
            f"Records of {theme} by outward code and agency. Records are not linked between "
            "agencies. Where other agencies have many more than the police, some incidents may "
            "not be reported to the police."
        )
        name = theme.replace(" ", "-")
        yield pack.table(f"across-{name}", f"Across agencies: {theme}", says, "outward", "agency",
                         only=[f"theme={theme}"])  # fmt: skip


def substances(pack: Pack) -> Iterator[ReportTable]:
    """Yield what there is of substance misuse, the numbers that are no records among it."""
    only = [f"theme={MISUSE}"]
    says = "Records about drugs and alcohol, by agency and quarter."
    yield pack.table("substances", "Substance misuse", says, "agency", "quarter", only=only)
    yield _by_hour(pack, "substances-hours", "Substance misuse: hour and weekday", only)
    yield _numbers(pack)


def _numbers(pack: Pack) -> ReportTable:
    """Return the datasets that are numbers for an area and a quarter, and no records."""
    frames = list(each_once(pack.pulls, lambda one: datasets_of(one, "number", numbers=True)))
    rows = []
    mark = pack.gaps.marks("quarter")
    if frames:
        of_year = of_quarters(pl.concat(frames), pack.year.quarters)
        by = of_year.select("dataset", "quarter", "partner", "number").sort(pl.all()).collect()
        rows = [
            (d, mark(quarter), who, _number_text(number)) for d, quarter, who, number in by.rows()
        ]
    says = (
        f"Totals sent by health bodies and councils, rounded to the nearest {_NEAREST}. "
        f"{_HIDDEN} means too small to show. "
    )
    columns = ("dataset", "quarter", "partner", "number")
    return ReportTable(
        "numbers",
        "Numbers of patients and treatments",
        (says + pack.gaps.says).strip(),
        columns,
        rows,
        (3,),
        "No data received.",
        identifiers=(0, 1, 2),
    )


def _number_text(number: int | None) -> str:
    return _HIDDEN if number is None else format_count(_NEAREST * round(number / _NEAREST))


def categories(pack: Pack) -> Iterator[ReportTable]:
    """Yield the categories of each dataset, the most frequent first."""
    by: dict[str, dict[str, int]] = {}
    for key, number in count_by(pack.rows, CATEGORY):
        of = by.setdefault(key[0], {})
        label = label_of(*key[1:])
        of[label] = of.get(label, 0) + number
    rows = []
    for dataset, sizes in sorted(by.items()):
        labels = sorted(sizes, key=lambda label: (-sizes[label], label))
        numbers = [sizes[label] for label in labels]
        rest = labels[_CATEGORIES:]
        if len(rest) > 1:
            labels = [*labels[:_CATEGORIES], _OTHERS]
            numbers = [*numbers[:_CATEGORIES], sum(numbers[_CATEGORIES:])]
        mark = pack.gaps.marks("dataset")
        lines = zip((*labels, "all"), (*numbers, sum(numbers)), strict=True)
        rows += [(mark(dataset), label, format_count(number)) for label, number in lines]
    says = f"The {_CATEGORIES} most frequent categories of each dataset. " + pack.gaps.says
    columns = ("dataset", "category", "records")
    yield ReportTable(
        "categories", "Categories", says.strip(), columns, rows, (2,), identifiers=(0,)
    )
