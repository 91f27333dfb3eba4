"""Counts as tables of a report, with totals that are the sums of what is shown."""

from collections.abc import Callable, Iterable
from typing import Final

from exchange.pull.counts import Counts
from exchange.pull.cube import Draft
from exchange.reports.report import ReportWarning, Table

TOTAL: Final = "all"


def notes(smallest: int) -> str:
    """Say how the numbers of published tables are to be read."""
    return (
        "Numbers are of records. Small counts are rounded: groups alike in everything that tables "
        f"can be made by are counted as 0 or {smallest} if they have fewer than {smallest} "
        f"records. So no number from 1 to {smallest - 1} is shown, and a number can differ "
        "slightly from the records. Totals are the sums of what is shown."
    )


def draft_warnings(drafts: Iterable[Draft]) -> tuple[ReportWarning, ...]:
    """Return that the numbers of some quarters are a draft, once for each reason."""
    every = list(drafts)
    missing = ", ".join(dict.fromkeys(one.quarter for one in every if not one.issued))
    partial = ", ".join(dict.fromkeys(one.quarter for one in every if one.issued))
    draft = "Draft, not for publication"
    warnings = []
    if missing:
        says = f"{draft}: no edition of {missing} has been issued"
        warnings.append(ReportWarning("edition-missing", says))
    if partial:
        says = f"{draft}: the edition of {partial} counts submissions that cannot be opened here"
        warnings.append(ReportWarning("edition-not-whole", says))
    return tuple(warnings)


def written(count: int) -> str:
    """Write a number of a published table."""
    return f"{count:,}"


def published_table(
    name: str,
    title: str,
    counts: Counts,
    *,
    says: str,
    of: str,
    mark: Callable[[str], str] = str,
) -> Table:
    """Return counts as a table with totals.

    Args:
        of: What its rows are, as the heading of the first column.
        mark: Marks a label whose numbers are not whole.
    """
    of_columns = [sum(column) for column in zip(*counts.cells, strict=True)]
    of_columns = of_columns or [0 for _ in counts.columns]
    rows = [(mark(label), *row) for label, row in zip(counts.rows, counts.cells, strict=True)] + [
        (TOTAL, *of_columns)
    ]
    headings = (of, *map(mark, counts.columns))
    if len(counts.columns) != 1:
        rows = [(*row, sum(row[1:])) for row in rows]
        headings = (*headings, TOTAL)
    cells = [(label, *map(written, numbers)) for label, *numbers in rows]
    return Table(name, title, says, headings, cells, tuple(range(1, len(headings))))
