"""Change since the year before and its significance; nothing sent for one year only."""

import polars as pl

from exchange.pull.counts import CATEGORY, count_by, label_of
from exchange.reports.assessment.data import Pack
from exchange.reports.assessment.significance import FEWEST, Change
from exchange.reports.assessment.year_file import years_before
from exchange.reports.published_table import format_count
from exchange.reports.report import ReportTable


def _comparable(pack: Pack) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Return the records of the year before and of the year, of what is whole in both."""
    pairs = [
        (partner, dataset, str(years_before(quarter, 1)), str(quarter))
        for partner, dataset, quarter in pack.gaps.whole
        if (partner, dataset, years_before(quarter, 1)) in pack.before.whole
    ]
    both = pl.LazyFrame(pairs, schema=dict.fromkeys(
        ("partner", "dataset", "then", "now"), pl.String), orient="row")  # fmt: skip
    heirs = {old: new for pulled in pack.pulls for old, new in pulled.heirs.items()}
    rows = pack.everything.with_columns(pl.col("partner").replace(heirs))
    return tuple(  # type: ignore[return-value]  # of two
        rows.join(both, left_on=["partner", "dataset", "quarter"],
                             right_on=["partner", "dataset", when], how="semi")
        for when in ("then", "now")
    )  # fmt: skip


def _compared(pack: Pack, *by: str) -> dict[tuple[str, ...], Change]:
    """Return the change since the year before, as published, of what can be compared."""
    then, now = (dict(count_by(rows, by)) for rows in _comparable(pack))
    keys = sorted(then.keys() | now.keys())
    return {key: Change(then.get(key, 0), now.get(key, 0)) for key in keys}


def changes(pack: Pack) -> dict[str, Change]:
    """Return the change of each theme."""
    return {key[0]: change for key, change in _compared(pack, "theme").items()}


def change(pack: Pack, changes: dict[str, Change]) -> ReportTable:
    """Return the themes beside those of the year before."""
    people = pack.year.population
    rate = ("per_1000",) if people else ()
    rows = [
        (
            theme,
            format_count(change.before),
            format_count(change.now),
            *(_rate(change.now, people) for _ in rate),
            change.percent,
            change.says,
        )
        for theme, change in changes.items()
    ]
    says = (
        "Year-on-year change compares only partners who shared in both years, for the same "
        "quarters. The range in brackets is the 95% confidence interval if records vary by chance "
        "alone; repeat offending makes real variation larger."
    )
    columns = ("theme", "year_before", "this_year", *rate, "change", "significance")
    nothing = "No partner sent data for the same quarters of both years, so there is no comparison."
    return ReportTable("change", "Change since last year", says, columns, rows,
                 tuple(range(1, 3 + len(rate))), nothing)  # fmt: skip


def _rate(number: int, people: int) -> str:
    return f"{number * 1000 / people:,.1f}"


def emerging(pack: Pack) -> ReportTable:
    """Return the categories that rise."""
    risen = [(key, c) for key, c in _compared(pack, *CATEGORY).items() if c.rises or _is_new(c)]
    risen.sort(key=lambda one: (one[1].is_told, -one[1].now, one[0]))
    rows = [
        (
            key[0],
            label_of(*key[1:]),
            format_count(c.before),
            format_count(c.now),
            c.percent or "new",
        )
        for key, c in risen
    ]
    says = (
        "Categories with a statistically significant increase since last year, or with none last "
        "year. Among many categories, some rise by chance."
    )
    columns = ("dataset", "category", "year_before", "this_year", "change")
    return ReportTable(
        "emerging", "Rising categories", says, columns, rows, (2, 3), identifiers=(0,)
    )


def _is_new(change: Change) -> bool:
    return change.before == 0 and change.now >= FEWEST


def to_the_county(changes: dict[str, Change]) -> ReportTable:
    """Return the themes that rise, to raise with the county."""
    rows = [
        (t, format_count(c.before), format_count(c.now), c.percent)
        for t, c in changes.items()
        if c.rises
    ]
    says = "Draft: themes with a statistically significant increase since last year."
    title = "Rising themes to raise with the county"
    columns = ("theme", "year_before", "this_year", "change")
    return ReportTable("county", title, says, columns, rows, (1, 2))
