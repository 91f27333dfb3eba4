"""Counts, dates and lists in words, as every message, page and report writes them."""

from collections.abc import Sequence
from datetime import date
from typing import Final

_SHOWN: Final = 8  # names of a list


def format_count(count: int) -> str:
    """Write a count.

    >>> format_count(1815)
    '1,815'
    """
    return f"{count:,}"


def with_noun(count: int, one: str, more: str = "") -> str:
    """Write a count with its noun.

    >>> with_noun(1, "line"), with_noun(1204, "line")
    ('1 line', '1,204 lines')
    """
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def list_some(names: Sequence[str]) -> str:
    """Name the first of many.

    >>> list_some(["a", "b"]), list_some(list("abcdefghijklm"))
    ('a, b', 'a, b, c, d, e, f, g, h and 5 more')
    """
    shown = ", ".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN:,} more"


def long_date(day: date) -> str:
    """Write a day as people say it.

    >>> long_date(date(2026, 12, 1))
    '1 December 2026'
    """
    return f"{day.day} {day:%B %Y}"
