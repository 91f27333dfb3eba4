"""Whether the day or the month stands first in dates of figures, by all values of a column.

Keeps true: nothing is read by a guess. An order that only some values can have is theirs; where
values of both orders stand side by side, or each order may be meant, the submission stops. Leaves
to others: reading the dates (`moments.py`), and what is said of them (`fields.py`).
"""

from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from schemas.extract.day_text import SERIAL, plain_days

_BOTH: Final = r"(?:0?[1-9]|1[0-2])"
_OVER: Final = r"(?:1[3-9]|2\d|3[01])"
_MARK: Final = r"[/.-]"
_YEAR: Final = r"(?:\d{4}|\d{2})(?:[ T,]|$)"
_FRONT: Final = r"^(?:\d{1,2}:\d{2}(?::\d{2})?,? )?"
ONLY_DAY: Final = rf"{_FRONT}{_OVER}{_MARK}{_BOTH}{_MARK}{_YEAR}"
ONLY_MONTH: Final = rf"{_FRONT}{_BOTH}{_MARK}{_OVER}{_MARK}{_YEAR}"
EITHER: Final = rf"{_FRONT}{_BOTH}{_MARK}{_BOTH}{_MARK}{_YEAR}"
IN_FIGURES: Final = rf"{ONLY_DAY}|{ONLY_MONTH}|{EITHER}"
_SHORT_YEARS: Final = rf"{_FRONT}\d{{1,2}}{_MARK}\d{{1,2}}{_MARK}\d{{2}}(?:[ T,]|$)"
_HAS_FIGURES: Final = pl.col("_v").str.contains(rf"{_FRONT}\d{{1,2}}{_MARK}\d{{1,2}}{_MARK}{_YEAR}")
_DAYS_ALONE: Final = pl.col("_v").str.replace(_FRONT, "").str.extract(r"^([\d/.-]+)").unique()
_DAY_OF_ISO: Final = r"^\d{4}-\d{2}-(\d{2})(?: 00:00:00)?$"
_SURE: Final = 4  # to each value that must be month first, so many may be either
_SLIPS: Final = 20  # to so many values of one order, one of the other is a slip
_FEW: Final = 3  # distinct days, of which nothing follows


@dataclass(frozen=True, slots=True)
class Order:
    """In which order a column's days and months stand, by all that it holds.

    Attributes:
        fault: The rule by which it is asked about or stopped; empty where nothing is to be said.
        odd: A pattern of the values that show it.
        short_years: Years of two figures stand last, as the values show.
    """

    month_first: bool = False
    fault: str = ""
    odd: str = ""
    short_years: bool = False

    @property
    def stops(self) -> bool:
        """Whether nothing can be read by it."""
        return self.fault not in ("", "dates-month-first")


def order_of_days(values: pl.Series, others: pl.Series | None = None) -> Order:
    """Work out from all values of a column whether the day or the month stands first.

    Args:
        values: Text as `read_moments` takes it.
        others: The values of the file's other dates, for a column that does not show it itself.
    """
    days = _days_in(values)
    counts = (pl.col("_v").str.contains(p).sum().alias(p) for p in (ONLY_DAY, ONLY_MONTH, EITHER))
    day, month, either = days.to_frame("_v").select(counts).row(0)
    if day + month + either == 0:
        return Order()
    first, last = _ends_of_short(days)
    if last > max(first, _FEW):  # years of two figures stand first: 26-07-01
        return Order(fault="dates-order-unclear", odd=_SHORT_YEARS)
    if not either and day + month > _FEW and _are_early(values):
        return Order(fault="dates-exchanged-by-excel", odd=_DAY_OF_ISO)
    order = _own_order(day, month, either) if day or month else _order_of_others(days, others)
    # Years of two figures stand last where the other parts differ more.
    return replace(order, short_years=0 < last < _FEW < first)


def are_serials(values: pl.Series) -> bool:
    """Say whether all values, and there are several, are days as Excel counts them."""
    return values.n_unique() > _FEW and bool(values.str.contains(SERIAL).all())


def _days_in(values: pl.Series) -> pl.Series:
    """Return each day that is written in figures, without the time beside it."""
    text = plain_days(values).to_frame("_v")
    return text.filter(_HAS_FIGURES).select(_DAYS_ALONE).to_series()


def _are_early(values: pl.Series) -> bool:
    """Say whether a workbook's own dates are all of the first twelve days of a month."""
    days = values.unique().str.extract(_DAY_OF_ISO).drop_nulls()
    return len(days) > _FEW and not days.str.contains(rf"^{_OVER}$").any()


def _own_order(day: int, month: int, either: int) -> Order:
    """Return the order that a column shows itself; a few dates of the other are slips.

    Args:
        day, month, either: How many days have only the day first, only the month, or may have both.
    """
    first = Order(month_first=True, fault="dates-month-first", odd=ONLY_MONTH)
    if day and month:
        if day >= month * _SLIPS or month < min(day, _FEW):
            return Order()
        odd = ONLY_MONTH if month <= day else ONLY_DAY
        slips = month >= day * _SLIPS or day < min(month, _FEW)
        return first if slips else Order(fault="dates-of-both-orders", odd=odd)
    if month and (month * _SURE < either or (month < _FEW and either)):
        return Order(fault="dates-order-unclear", odd=f"{EITHER}|{ONLY_MONTH}")
    return first if month >= _FEW else Order()


def _order_of_others(days: pl.Series, others: pl.Series | None) -> Order:
    """Return the order of a column that does not show it, by the other dates of the file."""
    if others is not None and len(others):
        order = order_of_days(others)
        if order.month_first:
            return Order(month_first=True, fault="dates-month-first", odd=EITHER)
        if others.str.contains(ONLY_DAY).any():
            return Order()
    return Order(fault="dates-order-unclear", odd=EITHER) if _fits_by_chance(days) else Order()


def _fits_by_chance(days: pl.Series) -> bool:
    """Say whether days of which each part may be the month fit one quarter with the month first
    only, or are too many to be no later than the twelfth by chance.
    """
    parts = days.str.extract_groups(rf"^(\d+){_MARK}(\d+){_MARK}(\d+)$").struct
    first, second = (parts.field(n).cast(pl.Int32) - 1 for n in ("1", "2"))
    year = parts.field("3").cast(pl.Int32) * 4
    day_first = (second // 3 + year).n_unique()
    month_first = (first // 3 + year).n_unique()
    if day_first == 1:
        return False
    return (month_first == 1 and len(days) >= _FEW) or len(days) > _SLIPS


def _ends_of_short(days: pl.Series) -> tuple[int, int]:
    """Return how many different parts come before, and last, in days that end in two figures."""
    short = days.filter(days.str.contains(rf"{_MARK}\d\d$"))
    if short.is_empty():
        return 0, 0
    parts = short.str.extract_groups(rf"^(\d+){_MARK}(\d+){_MARK}(\d\d)$").struct
    first, second, last = (parts.field(n).drop_nulls().n_unique() for n in ("1", "2", "3"))
    return max(first, second), last
