"""Change since the year before, and how sure it is; nothing that was shared in one year only."""

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
    rate = ("per 1,000 residents",) if people else ()
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
        "Of what was shared for both years by the same partners, quarter for quarter; nothing else "
        "is compared. In brackets, from where to where the change can be, with 95% certainty, if "
        "records vary by chance alone; those that come in series vary more. " + pack.gaps.says
    )
    headings = ("theme", "year before", "this year", *rate, "change", "how sure")
    nothing = "Nothing was shared for the same quarters of both years, so nothing can be compared."
    return ReportTable("change", "Change since last year", says.strip(), headings, rows,
                 tuple(range(1, 3 + len(rate))), nothing)  # fmt: skip


def _rate(number: int, people: int) -> str:
    return f"{number * 1000 / people:,.1f}"


def emerging(pack: Pack) -> ReportTable:
    """Return the categories that rise."""
    found = [(key, c) for key, c in _compared(pack, *CATEGORY).items() if c.rises or _is_new(c)]
    found.sort(key=lambda one: (one[1].is_told, -one[1].now, one[0]))
    rows = [
        (
            key[0],
            label_of(*key),
            format_count(c.before),
            format_count(c.now),
            c.percent or "new",
        )
        for key, c in found
    ]
    says = (
        "Categories of which there are more than last year, beyond chance, or that there were none "
        "of. Among many categories some rise by chance all the same. " + pack.gaps.says
    )
    headings = ("dataset", "category", "year before", "this year", "change")
    return ReportTable("emerging", "Emerging categories", says.strip(), headings, rows, (2, 3))


def _is_new(change: Change) -> bool:
    return change.before == 0 and change.now >= FEWEST


def to_the_county(pack: Pack, changes: dict[str, Change]) -> ReportTable:
    """Return the themes that rise, for what is taken up to the county."""
    rows = [
        (t, format_count(c.before), format_count(c.now), c.percent)
        for t, c in changes.items()
        if c.rises
    ]
    says = "Drafted: themes of which there are more than last year, beyond chance. "
    return ReportTable("county", "Rising themes, for the county", (says + pack.gaps.says).strip(),
                 ("theme", "year before", "this year", "change"), rows, (1, 2))  # fmt: skip
