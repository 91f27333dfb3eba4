"""A draft of how rows for people become one record: casualties as collisions.

Works out which column tells the record, which the severity and which the age, and writes down which
values are counted as what. Keeps true: a value is written down only if it is a known word for a
severity, or an age; no other value of a file goes into a mapping. An age band with children and
adults in it is counted as of unknown age.
"""

import re
from dataclasses import dataclass
from typing import Final

import polars as pl

from schemas.datasets.dataset import Dataset
from schemas.extract.column_numbers import column_name
from schemas.extract.file import Raw
from schemas.extract.mapping import RowGrouping
from schemas.extract.matching import Guess, distinct

NEED: Final = "casualties"  # what a dataset of counted people needs
_SEVERITIES: Final = {
    "killed": ("fatal", "killed", "dead", "1", "1.0"),
    "seriously_injured": ("serious", "seriously injured", "seriously_injured", "2", "2.0"),
    "slightly_injured": ("slight", "slightly injured", "slightly_injured", "3", "3.0"),
}
_ADULT: Final = 16  # years; a child is 0 to 15
_OLDEST: Final = 120
_UNKNOWN: Final = ("-1", "", "na", "n/a", "null", "none", "unknown", "not known")
_BAND: Final = re.compile(r"^(\d{1,3})(?:\.0)? ?(?:-|to|\u2013) ?(\d{1,3})$")
_OPEN: Final = re.compile(r"^(?:over |above )?(\d{1,3})(?:\.0)? ?(?:\+|and over|or over)?$")
_UNDER: Final = re.compile(r"^(?:under |0 to |<) ?(\d{1,3})$")
_PER_RECORD: Final = 20  # rows of one record, on average, at most


@dataclass(frozen=True, slots=True, repr=False)
class CountDraft:
    """How people are counted.

    Attributes:
        severity, age: The numbers of the columns; 0 if there is none of ages.
        straddling: The age bands that hold children and adults.
    """

    together: RowGrouping
    severity: int
    age: int
    straddling: tuple[str, ...] = ()


def draft_counts(raw: Raw, dataset: Dataset, guesses: list[Guess]) -> CountDraft | None:
    """Return how the rows of a file are counted into records; None if it is not of people."""
    if NEED not in dataset.needs or {g.field for g in guesses} & set(dataset.needs[NEED]):
        return None
    used = {guess.column for guess in guesses if guess.field != "reference"}
    free = [n for n, heading in raw.columns.items() if n not in used and heading]
    values = {n: distinct(raw.column(n)).to_list() for n in free}
    severity = _column_with(raw, [n for n in free if _are_severities(values[n])], "casualty")
    if not severity:
        return None
    record = _record_of(raw, guesses, [n for n in free if n != severity])
    if not record:
        return None
    bands = [n for n in free if n not in (severity, record) and _are_ages(values[n])]
    age = _column_with(raw, bands, "age")
    ages = _by_age(raw, age) if age else {"age_unknown": []}
    count = {}
    for person, of_age in ages.items():
        for severity_name, words in _SEVERITIES.items():
            counts = {raw.columns[severity]: [v for v in values[severity] if v.lower() in words]}
            if age:
                counts[raw.columns[age]] = of_age
            if all(counts.values()) and f"{person}_{severity_name}" in dataset.fields:
                count[f"{person}_{severity_name}"] = counts
    straddling = tuple(v for v in values.get(age, []) if _age(v) == "age_unknown" and _is_band(v))
    return CountDraft(RowGrouping(raw.columns[record], count), severity, age, straddling)


def _column_with(raw: Raw, columns: list[int], word: str) -> int:
    """Return the column whose heading has a word, else the first; 0 if there is none."""
    matching = [n for n in columns if word in raw.columns[n].lower()]
    return next(iter([*matching, *columns]), 0)


def _are_severities(values: list[str]) -> bool:
    known = {word for words in _SEVERITIES.values() for word in words}
    words = [value.lower() for value in values]
    return len(words) > 1 and set(words) <= known and not all(w[:1].isdigit() for w in words)


def _are_ages(values: list[str]) -> bool:
    """Say whether values are ages or bands of ages, and not merely small numbers."""
    known = [value for value in values if value.lower() not in _UNKNOWN]
    read = [_age(value) for value in known]
    return bool(known) and all(read) and len({*read}) > 1 and len(known) > 2


def _is_band(value: str) -> bool:
    return bool(_BAND.match(value.lower()))


def _age(value: str) -> str:
    """Return whom an age or a band means: adults, children, or age_unknown; nothing if no age.

    >>> _age("10-14"), _age("15-19"), _age("90+"), _age("Over 75"), _age("NA"), _age("Car")
    ('children', 'age_unknown', 'adults', 'adults', 'age_unknown', '')
    """
    text = " ".join(value.lower().split())
    if text in _UNKNOWN:
        return "age_unknown"
    if text in ("child", "children", "adult", "adults"):
        return "children" if text.startswith("child") else "adults"
    if under := _UNDER.match(text):
        first, last = 0, int(under[1]) - (not text.startswith("0"))
    elif band := _BAND.match(text):
        first, last = int(band[1]), int(band[2])
    elif match := _OPEN.match(text):
        first = int(match[1])
        last = first if text.replace(".0", "").isdigit() else _OLDEST
    else:
        return ""
    if last > _OLDEST or first > last:
        return ""
    if last < _ADULT:
        return "children"
    return "adults" if first >= _ADULT else "age_unknown"


def _by_age(raw: Raw, column: int) -> dict[str, list[str]]:
    """Return the values of a column of ages by whom they mean; all cells, empty ones too."""
    by_age: dict[str, list[str]] = {"adults": [], "children": [], "age_unknown": ["-1", ""]}
    cells = raw.column(column).fill_null("").str.strip_chars().unique().sort()
    for value in cells:
        person = _age(value)
        if person and value not in by_age[person]:
            by_age[person].append(value)
    return by_age


def _record_of(raw: Raw, guesses: list[Guess], free: list[int]) -> int:
    """Return the column that identifies the record: its rows agree on the date, most various.

    The reference, if it is known.
    """
    reference = next((guess.column for guess in guesses if guess.field == "reference"), 0)
    dates = [g.column for g in guesses if g.field in ("occurred_from", "recorded")]
    if reference or not dates:
        return reference
    date = column_name(dates[0])
    best, most = 0, raw.cells.height // _PER_RECORD
    for column in free:
        name = column_name(column)
        cells = raw.cells.select(name, date).drop_nulls()
        groups = cells.group_by(name).agg(pl.col(date).n_unique().alias("days"))
        if groups.height > most and groups["days"].max() == 1:
            best, most = column, groups.height
    return best
