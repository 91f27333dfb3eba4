"""Levels and patterns: how much of what, when, where and by whom it is held."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from depersonalise.places.area_files import BOUNDARIES
from exchange.pull.counts import (
    CATEGORY,
    HOURS,
    UNKNOWN,
    Counts,
    count,
    count_by,
    label_of,
)
from exchange.pull.cube import RECORDS, WEEKDAYS
from exchange.pull.geography import coverage_of
from exchange.reports.assessment import chart_words, charts
from exchange.reports.assessment.data import (
    Pack,
    of_quarters,
    unless_all_zero,
)
from exchange.reports.assessment.measures import gini
from exchange.reports.assessment.missing import gaps_of
from exchange.reports.assessment.rates import AREAS, sizes_of
from exchange.reports.assessment.tile_map import tile_cells
from exchange.reports.assessment.year_file import four, months, year_name, years_before
from exchange.reports.names import INCOMPLETE
from exchange.reports.published_table import published_table
from exchange.reports.report import Chart, ReportTable
from exchange.reports.report_tables import fill_table
from exchange.text import format_count
from schemas.codes.vocabularies import GENERALISED
from schemas.quarters import Quarter

_YEARS: Final = 3  # compared in the chart of months
_THEMES: Final = 6  # told apart by place
_CATEGORIES: Final = 12  # of a dataset, the others together
_LSOAS: Final = 20  # with most
_FEW: Final = 0.05  # of the places, as studies of hot spots count them
_TILES: Final = 40  # places on a map, those with most
_OTHERS: Final = "all others"
_OTHER_THEMES: Final = "remaining themes"
_NAMES: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def levels(pack: Pack) -> ReportTable:
    """Return the themes by agency."""
    counts = pack.counts("theme", "agency")
    table = pack.table("levels", counts, "theme", "agency")
    sums = [(sum(row), label) for label, row in zip(counts.rows, counts.cells, strict=True)]
    drawn: list[charts.Row] = [{"label": label, "number": n} for n, label in sorted(sums)[::-1]]
    sizes_of = {label: number for number, label in sums}
    shows = chart_words.of_sizes("Bar chart", "records by theme", sizes_of)
    return replace(table, chart=charts.of_rows(charts.bars, shows, drawn, "records"))


def months_of(pack: Pack) -> ReportTable:
    """Return the months of the year beside the same months of the years before."""
    years = [years_before(pack.year.first, n) for n in reversed(range(_YEARS))]
    lines, labels = {}, {}
    for first in years:
        if line := _line(pack, four(first)):
            part = INCOMPLETE if gaps_of(pack.pulls, four(first)).is_partial else ""
            lines[year_name(first)] = line
            labels[year_name(first)] = year_name(first) + part
    names = [_NAMES[int(month[5:]) - 1] for month in months(pack.year.quarters)]
    mark = pack.gaps.marks("month")
    rows_ = [
        (mark(month), *(_cell(line[n]) for line in lines.values()))
        for n, month in enumerate(months(pack.year.quarters))
        if any(line[n] is not None for line in lines.values())
    ]
    drawn: list[charts.Row] = [
        {"at": name, "number": number, "series": labels[label]}
        for label, line in lines.items()
        for name, number in zip(names, line, strict=True)
        if number is not None
    ]
    known = sum(number or 0 for number in lines.get(year_name(pack.year.first), []))
    total = pack.rows.select(pl.col(RECORDS).sum()).collect().item()
    introduction = (
        "Records by month of the incident, beside the same months of earlier years. Different "
        "partners may have sent data in each year; for a like-for-like comparison, see Change "
        "since last year. Records with an unknown month are not included"
        + (f": of this year, {known:,} of {total:,} have a known one." if total else ".")
    )
    shows = chart_words.of_lines("Line chart", "records by month", drawn)
    chart = charts.of_rows(charts.lines, shows, drawn, names, "records")
    return fill_table(
        "assessment/months",
        rows_,
        introduction=introduction,
        columns=("month", *lines),
        numbers=tuple(range(1, len(lines) + 1)),
        chart=chart,
        labels=labels,
    )


def _cell(number: int | None) -> str:
    return "" if number is None else format_count(number)


def _line(pack: Pack, quarters: Sequence[Quarter]) -> list[int | None]:
    """Return the records of each month of a year; none where nothing of its quarter is there."""
    rows, shared = of_quarters(pack.cells, quarters), _months_there(pack, quarters)
    numbers = {key[0]: number for key, number in count_by(rows, ["month"])}
    by_month = {month: numbers.get(month, 0) for month in shared}
    return [by_month.get(month) for month in months(quarters)] if shared else []


def _months_there(pack: Pack, quarters: Sequence[Quarter]) -> list[str]:
    """Return the months of those quarters of which anything was shared."""
    rows = of_quarters(pack.cells, quarters)
    shared = set(rows.select("quarter").unique().collect()["quarter"])
    return months([quarter for quarter in quarters if str(quarter) in shared])


def hours(pack: Pack) -> ReportTable:
    """Return the hours by weekday."""
    counts = pack.counts("hour", "weekday")
    table = by_hour(pack, counts, "hours")
    drawn: list[charts.Row] = [
        {"x": day, "y": hour, "number": number}
        for hour, row in zip(counts.rows, counts.cells, strict=True)
        for day, number in zip(counts.columns, row, strict=True)
        if hour in HOURS and day in WEEKDAYS and number
    ]
    shows = chart_words.of_heat(drawn)
    chart = charts.of_rows(charts.heat, shows, drawn, WEEKDAYS, HOURS, "records")
    return replace(table, chart=chart)


def by_hour(pack: Pack, counts: Counts, table: str) -> ReportTable:
    """Return the hours by weekday of some records; no rows where none has a known hour."""
    known = sum(
        sum(row) for hour, row in zip(counts.rows, counts.cells, strict=True) if hour in HOURS
    )
    total = sum(map(sum, counts.cells))
    introduction = (
        f"{known:,} of {total:,} records have a known hour; generalised records, such as all "
        "recorded domestic incidents, have none."
    )
    filled = pack.table(table, counts, "hour", "weekday", more=introduction if total else "")
    nothing = "No record counted here has a known time."
    return filled if known else replace(filled, rows=[], nothing=nothing)


def by_month(pack: Pack) -> ReportTable:
    """Return the months of the year by theme."""
    shared = _months_there(pack, pack.year.quarters)
    counts = count(_main_themes(pack).filter(pl.col("month").is_in(shared)), "month", "theme")
    table = published_table(
        "assessment/months-themes",
        counts,
        first_column="month",
        mark=pack.gaps.marks("month"),
        identifiers=True,
    )
    names = {month: _NAMES[int(month[5:]) - 1] for month in shared}
    drawn: list[charts.Row] = [
        {"at": names[month], "number": row[n], "series": theme}
        for n, theme in enumerate(counts.columns)
        for month, row in zip(counts.rows, counts.cells, strict=True)
    ]
    shows = chart_words.of_lines("Small line charts", "records by month, one for each theme", drawn)
    label = "Records; each theme has its own scale"
    chart = charts.of_rows(charts.small_lines, shows, drawn, list(names.values()), label)
    return replace(unless_all_zero(table, counts), chart=chart)


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
    table = published_table(
        "assessment/places",
        counts,
        more=_by_best_fit(pack),
        first_column="outward_code",
        identifiers=True,
    )
    sizes = {label: sum(row) for label, row in zip(counts.rows, counts.cells, strict=True)}
    yield replace(unless_all_zero(table, counts), chart=_map(pack, sizes))


def _by_best_fit(pack: Pack) -> str:
    """Say which directories place records that were shared by LSOA; empty where none does."""
    covered = [words for pull in pack.pulls if (words := coverage_of(pull.folder))]
    if not covered:
        return ""
    return (
        "Records shared by LSOA stand under the outward code in which most homes of their LSOA "
        f"lie, by a postcode directory: {'; '.join(dict.fromkeys(covered))}. The others are not "
        "placed."
    )


def _map(pack: Pack, sizes: Mapping[str, int]) -> Chart | None:
    """Return a map of the places with most, a tile for each."""
    known = [code for code in sizes if code in pack.places.points and sizes[code]]
    most = sorted(known, key=lambda code: (-sizes[code], code))[:_TILES]
    points = {code: pack.places.points[code] for code in most}
    sizes = {code: sizes[code] for code in most}
    subject = "records by outward code"
    tiles: list[charts.Row] = [
        {"label": code, "column": column, "row": row, "number": sizes[code]}
        for code, (column, row) in tile_cells(points).items()
    ]
    shows = chart_words.of_sizes("Map with a tile for each place", subject, sizes)
    return charts.of_rows(charts.tiles, shows, tiles, "records")


def areas(pack: Pack) -> Iterator[ReportTable]:
    """Yield a map of the areas whose boundaries were added, if records are in any."""
    column, sizes = sizes_of(pack, pack.places.shapes)
    if not sizes:
        return
    total = pack.rows.select(pl.col(RECORDS).sum()).collect().item()
    most = sorted(sizes, key=lambda code: (-sizes[code], code))
    drawn: list[charts.Row] = [{"label": code, "number": sizes[code]} for code in most]
    introduction = (
        f"The {sum(sizes.values()):,} of {total:,} records that have the {AREAS[column]} of a "
        f"boundary. Boundaries: {pack.places.files[BOUNDARIES]}."
    )
    subject = f"records by {AREAS[column]}"
    shows = chart_words.of_sizes("Map with a shade for each area", subject, sizes)
    shapes = {code: pack.places.shapes[code] for code in most}
    chart = charts.of_rows(charts.areas, shows, drawn, shapes, "records")
    rows = [(code, format_count(sizes[code])) for code in most]
    yield fill_table("assessment/areas", rows, introduction=introduction, chart=chart)


def lsoas(pack: Pack) -> ReportTable:
    """Return the LSOAs that have most, of records that were shared by it."""
    sizes = {key[0]: number for key, number in count_by(pack.rows, ["lsoa"]) if key[0] != UNKNOWN}
    most = sorted(sizes, key=lambda code: (-sizes[code], code))
    themes: dict[str, dict[str, int]] = {}
    for (lsoa, theme), number in count_by(pack.rows, ["lsoa", "theme"]):
        themes.setdefault(lsoa, {})[theme] = number
    rows = [(lsoa, format_count(sizes[lsoa]), _largest(themes[lsoa])) for lsoa in most[:_LSOAS]]
    introduction = (
        f"The {_LSOAS} neighbourhoods (lower layer super output areas, LSOAs) with most records, "
        f"of the records that have one. {concentration([sizes[code] for code in most])}"
    ).strip()
    return fill_table("assessment/lsoas", rows, introduction=introduction)


def _largest(sizes: Mapping[str, int]) -> str:
    """Return what there is most of."""
    return min(sizes, key=lambda name: (-sizes[name], name))


def concentration(sizes: Sequence[int]) -> str:
    """Say how much of all is in the few places that have most; empty where they are too few.

    Args:
        sizes: Of each place that has any, the largest first.

    >>> concentration([60, *[1] * 40])
    'Of the 41 LSOAs with any, the 5% with most (3) have 62% of these records (Gini 0.58).'
    """
    few = math.ceil(_FEW * len(sizes))
    if len(sizes) < 1 / _FEW:
        return ""
    share = sum(sizes[:few]) / sum(sizes)
    return (
        f"Of the {len(sizes)} LSOAs with any, the {_FEW:.0%} with most ({few}) have {share:.0%} of "
        f"these records (Gini {gini(sizes):.2f})."
    )


def categories(pack: Pack) -> ReportTable:
    """Return the categories of all datasets, the most frequent first."""
    by_dataset: dict[str, dict[str, int]] = {}
    for key, number in count_by(pack.rows, CATEGORY):
        sizes = by_dataset.setdefault(key[0], {})
        label = label_of(*key[1:])
        sizes[label] = sizes.get(label, 0) + number
    ranked: list[tuple[int, str, str]] = []
    for dataset, sizes in sorted(by_dataset.items()):
        labels = sorted(sizes, key=lambda label: (-sizes[label], label))
        numbers = [sizes[label] for label in labels]
        rest = labels[_CATEGORIES:]
        if len(rest) > 1:
            labels = [*labels[:_CATEGORIES], _OTHERS]
            numbers = [*numbers[:_CATEGORIES], sum(numbers[_CATEGORIES:])]
        mark = pack.gaps.marks("dataset")
        lines = zip((*labels, "all"), (*numbers, sum(numbers)), strict=True)
        ranked += [(number, mark(dataset), label) for label, number in lines]
    rows = [
        (dataset, label, format_count(number))
        for number, dataset, label in sorted(ranked, key=lambda row: (-row[0], *row[1:]))
    ]
    introduction = (
        f"The {_CATEGORIES} most frequent categories of each dataset, those with most first."
    )
    return fill_table("assessment/categories", rows, introduction=introduction, fills_paper=True)


def generalised(pack: Pack) -> ReportTable:
    """Return how many records of each dataset were shared less precisely than it allows."""
    sizes: dict[str, dict[str, int]] = {}
    if "generalised" in pack.rows.collect_schema().names():
        for (dataset, word), number in count_by(pack.rows, ["dataset", "generalised"]):
            sizes.setdefault(dataset, {})[word] = number
    mark = pack.gaps.marks("dataset")
    rows = [
        (mark(dataset), format_count(total), format_count(coarse), f"{coarse / total:.0%}")
        for dataset, numbers in sorted(sizes.items())
        for total, coarse in ((sum(numbers.values()), numbers.get(GENERALISED, 0)),)
    ]
    return fill_table("assessment/generalised", rows)
