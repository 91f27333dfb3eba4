"""What agencies have in common: domestic abuse, violence and substance misuse, by agency."""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from exchange.pull.counts import ELSEWHERE, Counts
from exchange.pull.geography import INFERRED
from exchange.reports.assessment import levels
from exchange.reports.assessment.data import Pack, datasets_of, each_once, of_quarters
from exchange.reports.report import ReportTable
from exchange.reports.report_tables import fill_table
from exchange.text import format_count
from schemas.codes.vocabularies import VIOLENCE_OR_SEXUAL

MISUSE: Final = "substance misuse"
ACROSS: Final = {"across-violence": VIOLENCE_OR_SEXUAL, "across-substance-misuse": MISUSE}
DOMESTIC: Final = ("domestic=yes",)
_COVERED: Final = 0.9  # of the records of each agency, to compare agencies by place
_HIDDEN: Final = "[c]"  # as in the statistics of the government
_NEAREST: Final = 5  # numbers that are shared as such are rounded to it


def across(pack: Pack) -> Iterator[ReportTable]:
    """Yield the places by agency, of themes that several hold."""
    for name, theme in ACROSS.items():
        only = [f"theme={theme}"]
        counts = pack.counts("outward", "agency", only=only)
        known = _with_outward_code(counts) + _placed_by_fit(pack, only)
        yield pack.table(name, counts, "outward", "agency", more=known)


def _with_outward_code(counts: Counts) -> str:
    """Say for how many records of each agency the outward code is known, and what follows."""
    totals = [sum(column) for column in zip(*counts.cells, strict=True)]
    without = dict(zip(counts.rows, counts.cells, strict=True)).get(ELSEWHERE, (0,) * len(totals))
    known = [n - none for n, none in zip(totals, without, strict=True)]
    shares = ", ".join(
        f"{agency} {100 * n // total}%"
        for agency, n, total in zip(counts.columns, known, totals, strict=True)
        if total
    )
    if not shares:
        return ""
    partial = any(n < _COVERED * total for n, total in zip(known, totals, strict=True))
    compare = (
        "Do not compare agencies where that is low: the others were located in another way."
        if partial
        else "Where other agencies have many more than the police, some incidents may not be "
        "reported to the police."
    )
    return f"Records with a known outward code: {shares}. {compare}"


def _placed_by_fit(pack: Pack, only: Sequence[str]) -> str:
    """Say what share of each agency's records is placed by the best fit of its LSOA."""
    counts = pack.counts("outward_from", "agency", only=only)
    inferred = dict(zip(counts.rows, counts.cells, strict=True)).get(INFERRED)
    if not inferred:
        return ""
    totals = [sum(column) for column in zip(*counts.cells, strict=True)]
    shares = ", ".join(
        f"{agency} {100 * n // total}%"
        for agency, n, total in zip(counts.columns, inferred, totals, strict=True)
        if n
    )
    return f" By the outward code in which most homes of their LSOA lie: {shares}."


def domestic(pack: Pack) -> Iterator[ReportTable]:
    """Yield what was recorded as domestic: by agency and quarter, by theme, and by place."""
    counts = pack.counts("agency", "quarter", only=DOMESTIC)
    yield pack.table("domestic", counts, "agency", "quarter")
    counts = pack.counts("theme", "agency", only=DOMESTIC)
    yield pack.table("domestic-themes", counts, "theme", "agency")
    counts = pack.counts("outward", "agency", only=DOMESTIC)
    known = _with_outward_code(counts) + _placed_by_fit(pack, DOMESTIC)
    yield pack.table("domestic-places", counts, "outward", "agency", more=known)


def substances(pack: Pack) -> Iterator[ReportTable]:
    """Yield what there is of substance misuse, the numbers that are no records among it."""
    only = [f"theme={MISUSE}"]
    counts = pack.counts("agency", "quarter", only=only)
    yield pack.table("substances", counts, "agency", "quarter")
    hours_of = pack.counts("hour", "weekday", only=only)
    yield levels.by_hour(pack, hours_of, "substances-hours")
    yield _numbers(pack)


def _numbers(pack: Pack) -> ReportTable:
    """Return the datasets that are numbers for an area and a quarter, and no records."""
    frames = list(each_once(pack.pulls, lambda pull: datasets_of(pull, "number", numbers=True)))
    rows = []
    mark = pack.gaps.marks("quarter")
    if frames:
        of_year = of_quarters(pl.concat(frames), pack.year.quarters)
        frame = of_year.select("dataset", "quarter", "partner", "number").sort(pl.all()).collect()
        rows = [
            (d, mark(quarter), p, _number_text(number)) for d, quarter, p, number in frame.rows()
        ]
    introduction = (
        f"Totals sent by health bodies and councils, rounded to the nearest {_NEAREST}. "
        f"{_HIDDEN} means too small to show."
    )
    return fill_table("assessment/numbers", rows, introduction=introduction)


def _number_text(number: int | None) -> str:
    return _HIDDEN if number is None else format_count(_NEAREST * round(number / _NEAREST))
