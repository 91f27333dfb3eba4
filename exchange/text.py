"""Counts, dates and lists in words, as every message, page and report writes them."""

import difflib
import itertools
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from schemas.codes.vocabularies import SQUARES
from schemas.quarters import LONDON, london_day, long_date

_SHOWN: Final = 8  # names of a list
# What the kinds of place are called.
PLACES: Final = {
    **{name: f"square of {name}" for name in SQUARES},
    "point": "point",
    "school": "school",
    "lsoa": "LSOA",
    "outward": "outward code",
    "district": "district",
}
_SHORT: Final = 20  # letters of a cell that is broken only where nothing else helps
_INDENT: Final = "  "
_ALIKE: Final = 0.05  # names that are as near to what was typed, and are all named


def format_count(count: int) -> str:
    """Write a count.

    >>> format_count(1815)
    '1,815'
    """
    return f"{count:,}"


def with_noun(count: int, singular: str, plural: str = "") -> str:
    """Write a count with its noun.

    >>> with_noun(1, "line"), with_noun(1204, "line")
    ('1 line', '1,204 lines')
    """
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


def capitalised(text: str) -> str:
    """Begin a sentence with a capital letter."""
    return text[:1].upper() + text[1:]


def list_some(names: Sequence[str]) -> str:
    """Name the first of many.

    >>> list_some(["a", "b"]), list_some(list("abcdefghijklm"))
    ('a, b', 'a, b, c, d, e, f, g, h and 5 more')
    """
    listed = ", ".join(names[:_SHOWN])
    return listed if len(names) <= _SHOWN else f"{listed} and {len(names) - _SHOWN:,} more"


def number_ranges(numbers: Iterable[int]) -> str:
    """Write many whole numbers shortly.

    >>> number_ranges([12, 3, 4, 5, 9, 10])
    '3-5, 9, 10, 12'
    """
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs
    )


def day_of(when: datetime) -> str:
    """Write the day of a time, as it is in London.

    >>> day_of(datetime.fromisoformat("2026-06-30T23:30Z"))
    '1 July 2026'
    """
    return long_date(london_day(when))


def time_in_words(when: datetime) -> str:
    """Write a time as it is in London.

    >>> time_in_words(datetime.fromisoformat("2026-07-01T09:30Z"))
    '1 July 2026, 10:30'
    """
    local = when.astimezone(LONDON)
    return f"{long_date(local.date())}, {local:%H:%M}"


def utc_in_words(when: datetime) -> str:
    """Write a time as the log states it.

    >>> utc_in_words(datetime.fromisoformat("2026-07-01T09:30Z"))
    '1 July 2026, 09:30 UTC'
    """
    utc = when.astimezone(UTC)
    return f"{long_date(utc.date())}, {utc:%H:%M} UTC"


def clock_in_words(now: datetime) -> str:
    """Say what this computer's clock shows, as the beginning of a sentence."""
    return f"this computer's clock says {utc_in_words(now)}"


def minutes_in_words(minutes: int) -> str:
    """Write how long something is, in hours or days where it is longer than two of them.

    >>> minutes_in_words(59), minutes_in_words(200), minutes_in_words(6_881_794)
    ('59 minutes', '3 hours', '4,779 days')
    """
    for unit, length in (("day", 24 * 60), ("hour", 60)):
        if minutes >= 2 * length:
            return with_noun(round(minutes / length), unit)
    return with_noun(minutes, "minute")


def in_columns(rows: Sequence[Sequence[str]], width: int = 0) -> list[str]:
    """Write rows as lines whose columns are aligned: those of `lay_out_rows`, one after another.

    Args:
        width: Into which they are to fit, where words allow it; 0 for as wide as they are.

    >>> in_columns([("a", "bb"), ("ccc", "d")])
    ['a    bb', 'ccc  d']
    >>> in_columns([("a", "one two three four five six"), ("b", "seven")], width=24)
    ['a  one two three four', '   five six', 'b  seven']
    >>> in_columns([("a", "31 December 2026")], width=14)
    ['a  31 December', '   2026']
    """
    return [line for lines in lay_out_rows(rows, width) for line in lines]


def lay_out_rows(rows: Sequence[Sequence[str]], width: int = 0) -> list[list[str]]:
    """Write each row as one line or more, with the columns of all rows aligned.

    Where that is too wide, the first cell stands on a line of its own, with the others below it.
    """
    widths = column_widths(rows, width)
    if width and len(widths) > 1 and _needs(widths) > width:
        return _first_cell_above(rows, width)
    return [list(_lines(row, widths)) for row in rows]


def column_widths(rows: Sequence[Sequence[str]], width: int = 0) -> list[int]:
    """Return how wide columns are that fit into a width beside each other, where words allow it.

    Args:
        width: 0 for as wide as they are.

    >>> column_widths([("a", "one two three four five six"), ("b", "seven")], width=24)
    [1, 21]
    """
    columns = list(zip(*rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    words = [
        max(len(word) for cell in column for word in (cell.split() or [""])) for column in columns
    ]
    short = [max(longest, min(_SHORT, whole)) for longest, whole in zip(words, widths, strict=True)]
    least = short if _needs(short) <= width else words
    if width:
        _narrow(widths, least, width)
    return widths


def _first_cell_above(rows: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    """Write the first cell once for the rows that follow each other with it, and the others below.

    >>> rows = [("police", "crime", "due"), ("police", "disorder", "overdue")]
    >>> [line for lines in _first_cell_above(rows, 19) for line in lines]
    ['police', '  crime     due', '  disorder  overdue']
    """
    below = lay_out_rows([row[1:] for row in rows], width - len(_INDENT))
    before = ["", *(row[0] for row in rows)]
    return [
        [
            *(_lines(row[:1], [width]) if row[0] != last else ()),
            *((_INDENT + line).rstrip() for line in lines),
        ]
        for row, last, lines in zip(rows, before[:-1], below, strict=True)
    ]


def _needs(widths: Sequence[int]) -> int:
    """Return how wide a table is with columns of these widths."""
    return sum(widths) + 2 * (len(widths) - 1)


def _narrow(widths: list[int], least: list[int], width: int) -> None:
    """Make the widest columns narrower, none below its least, until all fit."""
    while _needs(widths) > width:
        widest = max(range(len(widths)), key=lambda n: (widths[n] > least[n], widths[n]))
        if widths[widest] <= least[widest]:
            return
        widths[widest] -= 1


def _lines(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """Give the lines of a row, as many as its longest cell needs."""
    wrapped = [broken(cell, width) for cell, width in zip(row, widths, strict=True)]
    for parts in itertools.zip_longest(*wrapped, fillvalue=""):
        cells = (part.ljust(width) for part, width in zip(parts, widths, strict=True))
        yield "  ".join(cells).rstrip()


def broken(text: str, width: int, indent: str = "") -> list[str]:
    """Break a text between words; at hyphens only where a word has more letters than a line.

    >>> broken("a word-with-hyphens", 18), broken("a word-with-hyphens", 8)
    (['a', 'word-with-hyphens'], ['a word-', 'with-', 'hyphens'])
    """
    if len(text) <= width:
        return [text]
    longest = max(map(len, text.split()), default=0)
    return textwrap.wrap(
        text,
        max(width, 1),
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=longest > width - len(indent),
    )


def nearest(typed: str, names: Mapping[str, str]) -> str:
    """Ask whether some IDs are meant that are written or called much as was typed; or say nothing.

    Args:
        names: What each ID stands for, in words.

    >>> nearest("amblance", {"ambulance": "Westshire Ambulance Trust", "police": "Police"})
    'did you mean ambulance'
    >>> nearest("Westshire ambulance", {"ambulance": "Westshire Ambulance Trust"})
    'did you mean ambulance'
    >>> nearest("fire", {"ambulance": "Westshire Ambulance Trust"})
    ''
    """
    ids = {words.lower(): id_ for id_, name in names.items() for words in (name, id_) if words}
    near = difflib.get_close_matches(typed.lower(), ids)
    likeness = [difflib.SequenceMatcher(None, typed.lower(), words).ratio() for words in near]
    suggestions = {
        ids[words]: None
        for words, how_much in zip(near, likeness, strict=True)
        if how_much > likeness[0] - _ALIKE
    }
    return f"did you mean {' or '.join(suggestions)}" if near else ""


FORMULA_STARTS: Final = "=+-@\t\r"  # what a spreadsheet takes for the beginning of a formula


def without_formula(cell: str) -> str:
    """Return a cell as a spreadsheet shows it and does not run it.

    >>> without_formula("=1+1"), without_formula("1+1")
    ("'=1+1", '1+1')
    """
    return f"'{cell}" if cell.startswith(tuple(FORMULA_STARTS)) else cell
