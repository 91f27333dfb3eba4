"""Which dates the records of an extract lie in, and which of them a submission covers."""

from dataclasses import replace
from datetime import date
from typing import Final

import polars as pl

from schemas.checks.select import Selected, day_of
from schemas.extract.errors import Undecided
from schemas.extract.line_numbers import LINE
from schemas.extract.row_counts import LeftOut
from schemas.quarters import Covered, Quarter

_NO_CHANCE: Final = 4  # records of a quarter that are in one month by chance in 1 of 27 cases
# Of rows that were left out too: perhaps they were only because of it.
UNCLEAR_DATES: Final = ("dates-order-unclear", "dates-of-both-orders", "dates-exchanged-by-excel")


def quarters_of(selected: Selected) -> list[tuple[Quarter, int]]:
    """Return the quarters of the rows and how many rows each has, the largest first."""
    counts: dict[Quarter, int] = {}
    for value, n in selected.days.items():
        quarter = Quarter.of(value)
        counts[quarter] = counts.get(quarter, 0) + n
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def months_of(selected: Selected) -> set[tuple[int, int]]:
    """Return the months of the rows, as (year, month)."""
    return {(day.year, day.month) for day in selected.days}


def is_running_file(selected: Selected, covered: Covered, today: date) -> bool:
    """Say whether a file is a running file: whether more than a tenth of its rows have other dates.

    In any other file a row with another date is an error. So is a date in the future in all files.
    """
    return int(_rows_outside(selected, covered, today).sum()) * 10 > selected.rows.height


def _rows_outside(selected: Selected, covered: Covered, today: date) -> pl.Series:
    day = day_of(selected.rows)
    other = (day < covered.first) | ((day > covered.last) & (day <= today))
    return other.fill_null(value=False)


def without_other_dates(selected: Selected, covered: Covered, today: date) -> Selected:
    """Leave out, and count, the rows of other dates."""
    outside = _rows_outside(selected, covered, today)
    rows = selected.rows.filter(~outside)
    left_out = selected.tally.left_out | {LeftOut.OTHER_DATES: int(outside.sum())}
    tally = replace(selected.tally, accepted=rows.height, left_out=left_out)
    lost = selected.lost | {LeftOut.OTHER_DATES: selected.rows.filter(outside)[LINE]}
    return replace(selected, rows=rows, tally=tally, lost=lost)


def likely_dates(selected: Selected) -> Covered:
    """Work out the dates that an extract covers: the quarter or the month its records lie in.

    At least one record has a date. A monthly file must not replace a quarter by itself.

    Raises:
        Undecided: they lie in several quarters with no clear first, or they are few and lie in one
            month, which may be chance.
    """
    (quarter, most), *rest = quarters_of(selected)
    if any(n * 10 > most for _, n in rest):
        raise Undecided(
            "several-quarters",
            f"the records are from {len(rest) + 1} quarters, most of them from {quarter}",
            f"send each quarter separately: --dates {quarter} leaves out the others",
        )
    months = months_of(selected)
    if len(months) == 1 and not selected.dataset.is_numbers:
        ((year, month),) = months
        if most >= _NO_CHANCE:
            return Covered.month(year, month)
        raise Undecided(
            "month-or-quarter",
            f"every record is from {year}-{month:02d}, one month of {quarter.label}",
            f"if the file covers that month: --dates {year}-{month:02d}",
            f"if it covers the whole quarter: --dates {quarter}",
        )
    return Covered.whole(quarter)


def has_unclear_dates(selected: Selected) -> bool:
    """Say whether the dates cannot be read reliably, so that the quarter is not known."""
    return any(fault.rule in UNCLEAR_DATES for fault in selected.faults)
