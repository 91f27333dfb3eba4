"""Quarters, the dates a submission covers, and the moment by which it is due.

Keeps true: an information period is a calendar quarter (SI 2007/1831 reg 1(2): each three months
from 1 July 2007), disclosed by the end of the one after it (reg 3(1)), by the clock of
Europe/London. Leaves to others: the current time, which is always handed in.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")

_MONTHS: Final = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_MONTH_NUMBER: Final = {name[:3].lower(): n for n, name in enumerate(_MONTHS, start=1)}

_CALENDAR: Final = re.compile(r"(\d{4})\s*-?\s*q([1-4])", re.IGNORECASE)
_CALENDAR_TURNED: Final = re.compile(r"q([1-4])\s*-?\s*(\d{4})", re.IGNORECASE)
_FINANCIAL: Final = re.compile(r"q([1-4])\s+(\d{4})\s*[/–-]\s*(\d{4}|\d{2})", re.IGNORECASE)
_MONTH_NAMES: Final = re.compile(
    r"([a-z]{3,9})\s*(?:-|–|to)\s*([a-z]{3,9})\s+(\d{4})", re.IGNORECASE
)


_YEARS: Final = range(2000, 2100)  # of quarters that are typed; the duty began in 2007


def london_day(moment: datetime) -> date:
    """Return the day that it is in London.

    >>> london_day(datetime.fromisoformat("2026-06-30T23:30Z"))
    datetime.date(2026, 7, 1)
    """
    return moment.astimezone(LONDON).date()


class NotAQuarter(ValueError):
    """What was typed is none of the written forms of a quarter or of dates inside one."""


@dataclass(frozen=True, order=True, slots=True)
class Quarter:
    """One information period: the calendar quarter `number` (1 to 4) of `year`."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """Return the quarter that a day lies in.

        >>> str(Quarter.of(date(2026, 9, 30)))
        '2026Q3'
        """
        return _quarter_of(day)

    @classmethod
    def before(cls, moment: datetime) -> "Quarter":
        """Return the last quarter that is over, by the clock of London.

        >>> str(Quarter.before(datetime.fromisoformat("2026-06-30T23:30Z")))
        '2026Q2'
        """
        return cls.of(london_day(moment)).previous

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """Read any of the written forms: 2026Q3, 2026-Q3, Q3 2026, Jul-Sep 2026, Q2 2026/27.

        The last is the second quarter of the financial year that begins on 1 April 2026.

        Raises:
            NotAQuarter: it is none of them, or of a year that can only be a slip.

        >>> str(Quarter.parse("Q2 2026/27")), str(Quarter.parse("Q4 2026/27"))
        ('2026Q3', '2027Q1')
        """
        return _of_this_century(cls._read(" ".join(text.split())))

    @classmethod
    def _read(cls, text: str) -> "Quarter":
        if match := _CALENDAR.fullmatch(text):
            return cls(int(match[1]), int(match[2]))
        if match := _CALENDAR_TURNED.fullmatch(text):
            return cls(int(match[2]), int(match[1]))
        if match := _FINANCIAL.fullmatch(text):
            return cls._financial(int(match[1]), int(match[2]), match[3])
        if match := _MONTH_NAMES.fullmatch(text):
            return cls._of_month_names(match[1], match[2], int(match[3]))
        raise NotAQuarter("a quarter is written 2026Q3, Jul-Sep 2026 or Q2 2026/27")

    @classmethod
    def _financial(cls, number: int, year: int, ends: str) -> "Quarter":
        if int(ends) % 100 != (year + 1) % 100 or (len(ends) == 4 and int(ends) != year + 1):
            raise NotAQuarter("a financial year ends in the year after it began, as in 2026/27")
        return cls(year + 1, 1) if number == 4 else cls(year, number + 1)

    @classmethod
    def _of_month_names(cls, first: str, last: str, year: int) -> "Quarter":
        numbers = [_month_number(name) for name in (first, last)]
        if numbers[0] % 3 != 1 or numbers[1] != numbers[0] + 2:
            raise NotAQuarter("the quarters are Jan-Mar, Apr-Jun, Jul-Sep and Oct-Dec")
        return cls(year, numbers[1] // 3)

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """The last day."""
        month = 3 * self.number
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def next(self) -> "Quarter":
        """The quarter after this one."""
        return (
            Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)
        )

    @property
    def previous(self) -> "Quarter":
        """The quarter before this one."""
        return (
            Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)
        )

    @property
    def starts(self) -> datetime:
        """The first moment, in London."""
        return datetime(self.first.year, self.first.month, 1, tzinfo=LONDON)

    @property
    def ends(self) -> datetime:
        """The first moment that no longer belongs to it, in London."""
        return self.next.starts

    @property
    def due(self) -> date:
        """The last day on which it can be disclosed by the deadline (SI 2007/1831 reg 3(1))."""
        return self.next.last

    def is_late(self, moment: datetime) -> bool:
        """Say whether a moment is past the deadline: 24:00 in London on the day it is due."""
        return self.days_late(moment) > 0

    def days_late(self, moment: datetime) -> int:
        """Count the days from the day it is due to a moment's day in London; negative if early."""
        return (london_day(moment) - self.due).days

    @property
    def label(self) -> str:
        """How it is shown: "July–September 2026 (Q2 2026/27)"."""
        names = f"{_MONTHS[self.first.month - 1]}–{_MONTHS[self.last.month - 1]}"
        began = self.year - 1 if self.number == 1 else self.year
        financial = 4 if self.number == 1 else self.number - 1
        return f"{names} {self.year} (Q{financial} {began}/{(began + 1) % 100:02d})"

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


def _of_this_century(quarter: Quarter) -> Quarter:
    """Return a quarter that was typed; refuse a year that nobody means.

    Raises:
        NotAQuarter: its year is not of this century.
    """
    if quarter.year not in _YEARS:
        raise NotAQuarter(f"the year of a quarter is from {_YEARS[0]} to {_YEARS[-1]}")
    return quarter


# The first information period of each nation. England: reg 3(2), first disclosed in the period
# from 1 October 2007. Wales: the quarter in which section 17A commenced there, 19 November 2007;
# that reading is to be confirmed, so a partnership in Wales may set another at its founding.
FIRST_QUARTER: Final = {"england": Quarter(2007, 3), "wales": Quarter(2007, 4)}


@lru_cache(maxsize=10_000)  # the entries of a log ask for the same days again and again
def _quarter_of(day: date) -> Quarter:
    return Quarter(day.year, (day.month - 1) // 3 + 1)


@dataclass(frozen=True, order=True, slots=True)
class Covered:
    """The days, first and last included, that a submission covers; always inside one quarter."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise NotAQuarter("the first of the dates covered is after the last")
        if Quarter.of(self.first) != Quarter.of(self.last):
            raise NotAQuarter("the dates covered are in two quarters; send each quarter separately")

    @classmethod
    def whole(cls, quarter: Quarter) -> "Covered":
        """All of a quarter."""
        return cls(quarter.first, quarter.last)

    @classmethod
    def month(cls, year: int, month: int) -> "Covered":
        """All of a calendar month."""
        return cls(date(year, month, 1), date(year, month, monthrange(year, month)[1]))

    @classmethod
    def parse(cls, text: str) -> "Covered":
        """Read a quarter in any of its forms, a month 2026-07, or days 2026-07-01..2026-07-31.

        Raises:
            NotAQuarter: it is none of these, is not inside one quarter, or is of a year that can
                only be a slip.
        """
        covered = cls._read(text.strip())
        _of_this_century(covered.quarter)
        return covered

    @classmethod
    def _read(cls, text: str) -> "Covered":
        if match := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text):
            _of_this_century(Quarter(int(match[1]), 1))  # there is no year 0
            return cls.month(int(match[1]), int(match[2]))
        if match := re.fullmatch(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)", text):
            try:
                days = date.fromisoformat(match[1]), date.fromisoformat(match[2])
            except ValueError:
                raise NotAQuarter("one of the dates covered is not in the calendar") from None
            return cls(*days)
        return cls.whole(Quarter.parse(text))

    @property
    def quarter(self) -> Quarter:
        """The quarter that these days lie in."""
        return Quarter.of(self.first)

    @property
    def days(self) -> int:
        """How many days these are."""
        return (self.last - self.first).days + 1

    @property
    def as_typed(self) -> str:
        """The shortest form in which these days are typed: 2026Q3, 2026-07, or both ends.

        >>> Covered.month(2026, 7).as_typed, Covered.whole(Quarter(2026, 3)).as_typed
        ('2026-07', '2026Q3')
        """
        if self == Covered.whole(self.quarter):
            return str(self.quarter)
        month = Covered.month(self.first.year, self.first.month)
        return f"{self.first:%Y-%m}" if self == month else str(self)

    def months(self) -> list["Covered"]:
        """Return the calendar months of these days, each as far as they reach into it."""
        months = []
        for number in range(self.first.month, self.last.month + 1):
            month = Covered.month(self.first.year, number)
            months.append(Covered(max(month.first, self.first), min(month.last, self.last)))
        return months

    def contains(self, other: "Covered") -> bool:
        """Say whether every day of the other is covered."""
        return self.first <= other.first and other.last <= self.last

    def overlaps(self, other: "Covered") -> bool:
        """Say whether any day is in both."""
        return self.first <= other.last and other.first <= self.last

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"


def month_name(day: date) -> str:
    """Write the month of a day.

    >>> month_name(date(2026, 8, 1))
    'August 2026'
    """
    return f"{_MONTHS[day.month - 1]} {day.year}"


def uncovered_dates(whole: Quarter | Covered, parts: list[Covered]) -> list[Covered]:
    """Return the runs of days of a quarter, or of a part of one, that no part covers, in order."""
    gaps, day = [], whole.first
    for part in sorted(parts):
        if part.first > whole.last:
            break
        if part.first > day:
            gaps.append(Covered(day, part.first - timedelta(days=1)))
        day = max(day, part.last + timedelta(days=1))
    if day <= whole.last:
        gaps.append(Covered(day, whole.last))
    return gaps


def _month_number(name: str) -> int:
    """Return 1 to 12 for a month's name or any beginning of it of three letters or more."""
    number = _MONTH_NUMBER.get(name[:3].lower(), 0)
    if not number or not _MONTHS[number - 1].lower().startswith(name.lower()):
        raise NotAQuarter("the months of a quarter are written Jul-Sep or July-September")
    return number


def long_date(day: date) -> str:
    """Write a day as people say it.

    >>> long_date(date(2026, 12, 1))
    '1 December 2026'
    """
    return f"{day.day} {month_name(day)}"


def quarter_in_words(quarter: Quarter) -> str:
    """Write a quarter short enough for a column.

    >>> quarter_in_words(Quarter(2026, 3))
    'Jul to Sep 2026'
    """
    return f"{quarter.first:%b} to {quarter.last:%b %Y}"


def days_in_words(covered: Covered) -> str:
    """Write the days that a submission covers: a quarter, a month, or from a day to another.

    >>> days_in_words(Covered.parse("2026-07")), days_in_words(Covered.parse("2026Q3"))
    ('July 2026', 'Jul to Sep 2026')
    >>> days_in_words(Covered.parse("2026-07-01..2026-07-14"))
    '1 July 2026 to 14 July 2026'
    """
    if covered == Covered.whole(covered.quarter):
        return quarter_in_words(covered.quarter)
    if covered == Covered.month(covered.first.year, covered.first.month):
        return month_name(covered.first)
    if covered.days == 1:
        return long_date(covered.first)
    return f"{long_date(covered.first)} to {long_date(covered.last)}"
