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


def in_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Write rows as lines whose columns are aligned; the last column is as long as it is.

    >>> in_columns([("a", "bb"), ("ccc", "d")])
    ['a    bb', 'ccc  d']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


FORMULA_STARTS: Final = "=+-@\t\r"  # what a spreadsheet takes for the beginning of a formula


def without_formula(cell: str) -> str:
    """Return a cell as a spreadsheet shows it and does not run it.

    >>> without_formula("=1+1"), without_formula("1+1")
    ("'=1+1", '1+1')
    """
    return f"'{cell}" if cell.startswith(tuple(FORMULA_STARTS)) else cell
