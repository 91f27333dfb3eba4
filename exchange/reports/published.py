"""Counts as tables of a report: small numbers hidden, the others rounded, and said so."""

from collections.abc import Callable
from typing import Final

from depersonalise.tables import HIDDEN, ROUNDED, Counts, publish, publish_line, written
from exchange.reports.tables import Table

TOTAL: Final = "all"


def notes(smallest: int) -> str:
    """Say how the numbers of published tables are to be read."""
    return (
        f"Numbers are of records, rounded to the nearest {ROUNDED}; totals are rounded by "
        f"themselves. {HIDDEN} is a number from 1 to {smallest - 1}, or one that would give such a "
        "number away."
    )


def published_table(
    name: str,
    title: str,
    counts: Counts,
    *,
    says: str,
    of: str,
    smallest: int,
    mark: Callable[[str], str] = str,
) -> Table:
    """Return counts as a table with totals, as it may be published.

    Args:
        of: What its rows are, as the heading of the first column.
        mark: Marks a label whose numbers are not whole.
    """
    numbers = tuple(range(1, len(counts.columns) + 2))
    if len(counts.columns) == 1:
        shown, total = publish_line([row[0] for row in counts.cells], smallest)
        lines = zip((*counts.rows, TOTAL), (*shown, total), strict=True)
        rows = [(mark(label), written(number)) for label, number in lines]
        return Table(name, title, says, (of, *map(mark, counts.columns)), rows, (1,))
    made = publish(counts, smallest)
    rows_of = zip(made.rows, made.cells, made.row_totals, strict=True)
    rows_ = [(mark(label), *map(written, cells), written(total)) for label, cells, total in rows_of]
    rows_.append((TOTAL, *map(written, made.column_totals), written(made.total)))
    headings = (of, *map(mark, counts.columns), TOTAL)
    return Table(name, title, says, headings, rows_, numbers)
