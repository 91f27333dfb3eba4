"""Which field a column of a source may be: by its heading, and by what stands in it.

A column is tried as each field, by the field's own reader. Drafting a mapping asks this of every
column, and checking an extract asks it of those that no field reads: a column that decides how a
row is protected must never be dropped because of its heading.
"""

import difflib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

from schemas.codes.vocabularies import YES_NO
from schemas.datasets.dataset import Dataset, Field, Reads
from schemas.extract.categories import likely_list, share_listed
from schemas.extract.cells import NOTHING, UNKNOWN, Cells
from schemas.extract.day_text import EPOCH
from schemas.extract.fields import READERS, SAYS_DOMESTIC
from schemas.extract.file import Raw
from schemas.extract.headings import fold, words_of
from schemas.extract.line_numbers import LINE
from schemas.extract.mapping import Mapping, by_aliases, known_source
from schemas.extract.moments import read_moments
from schemas.extract.named_areas import authority_of
from schemas.extract.places import PlaceLookup
from schemas.extract.text import plain

_LOOKED_AT: Final = 2000  # cells of a column
_FITS: Final = 0.9  # of them are read as the field
_SOUND: Final = 0.5  # of them, where the heading is known: a bad export is still one
_LISTED: Final = 0.6  # of them, of categories: sources have codes of their own besides
_MANY: Final = 20  # values, all of them different, so that they may be references
_SHORTEST: Final = 4  # letters of a heading that begins a known one
_NAMED: Final = 0.75  # of difflib's ratio of a heading and a known one
_FORMS: Final = (
    "%d/%m/%y",
    "%m/%d/%y",
    "%d-%m-%y",
    "%d.%m.%y",
    "%d %b %y",
    "%Y%m%d",
    "%b %d, %Y",
    "%B %d, %Y",
)
# All that one of them may read looks so: three parts with marks between, figures and a word, or
# eight figures.
_MAY_BE_FORMED: Final = (
    r"[0-9][/.\-\u2010-\u2015\u2212][0-9]{1,2}[/.\-\u2010-\u2015\u2212][0-9]"
    r"|[0-9](?:st|nd|rd|th)?[\s,]|\b(?:19|2[01])[0-9]{4,6}$"
)
_NEARLY: Final = 0.8  # of difflib's ratio, where nothing but the heading is compared
_MARKERS: Final = ("domestic", "qualifier")  # fields that say that a record is domestic
# What flags hold besides yes and no: a mark, or short words for domestic and not domestic.
_MARKS: Final = (
    "x", "*", "\u2713", "\u2714", "tick", "ticked", "-1", "checked", "on", "off",
    "d", "dom", "da", "dv", "nd", "non",
)  # fmt: skip
_MOMENTS: Final = (Reads.DATE, Reads.TIME)
# Nothing in the values tells the end of a range from its beginning.
_NAMED_ONLY: Final = ("occurred_to", "time_to")
# What looks like nothing else, so that its values tell it where its heading does not.
_BY_VALUES: Final = (
    Reads.DATE, Reads.TIME, Reads.POSTCODE, Reads.LSOA, Reads.CATEGORY, Reads.DISTRICT,
)  # fmt: skip
_OF_ORDER: Final = "dates-"  # rules by which dates may be dates of another order
_NAMES: Final = 200  # of districts, looked up


class Sure(StrEnum):
    """How sure it is that a column is a field, surest first."""

    KNOWN = "sure: its heading is known"
    LIKELY = "likely: its heading is close to a known one, and its values fit"
    PERHAPS = "perhaps: its values fit"
    TOLD = "you chose it"


@dataclass(frozen=True, slots=True)
class Guess:
    """A field, the number of the column that it may be, from 1, and how sure that is."""

    field: str
    column: int
    sure: Sure


def known_columns(raw: Raw, dataset: Dataset, places: PlaceLookup) -> dict[str, str]:
    """Return the headings that are known: of a known source, else by name where values fit."""
    if source := known_source(dataset, raw.headings):
        return source.columns
    by_name = by_aliases(dataset, raw.headings).columns
    sound = {}
    for field, heading in by_name.items():
        values = values_of(raw.column(raw.number(heading)))
        declared = dataset.fields[field]
        if (
            declared.reads in (Reads.TEXT, Reads.DISTRICT)
            or values.is_empty()
            or _fit(values, dataset, declared, places) >= _SOUND
        ):
            sound[field] = heading
    return sound


def unread_columns(
    raw: Raw, dataset: Dataset, mapping: Mapping, places: PlaceLookup
) -> list[Guess]:
    """Return which fields the columns may be that a mapping neither reads nor says are unused.

    A column that may be a field that protects is named whether or not that field is read already,
    if its heading says so or a value says "domestic"; any other, if its field is not read.
    """
    used = mapping.headings | set(mapping.unused)
    columns = [n for n, heading in raw.columns.items() if heading not in used]
    fields = mapping.gives
    protecting = [g for n in columns if (g := _protector(raw, dataset, n, fields)) is not None]
    used_columns = {n for n in raw.columns if n not in columns}
    used_columns |= {guess.column for guess in protecting}
    informing: list[Guess] = []
    tried = guess_by_values(raw, dataset, places, fields, used_columns)
    for _, guess in sorted(tried, key=lambda scored: scored[0], reverse=True):
        add_guess(informing, guess)
    return sorted([*protecting, *informing], key=lambda guess: guess.column)


def _protector(raw: Raw, dataset: Dataset, column: int, known: set[str]) -> Guess | None:
    """Return the field that protects which a column may be; None if it looks like none."""
    values = distinct(raw.column(column))
    fields = [field for field in dataset.fields.values() if field.protects]
    if values.is_empty() or not fields:
        return None
    heading = raw.columns[column]
    likely = [f for f in fields if _is_named_so(heading, f)]
    if likely:
        return Guess(likely[0].name, column, Sure.LIKELY)
    says_domestic = values.str.contains(SAYS_DOMESTIC).any()
    for field in fields:
        if (says_domestic and field.name in _MARKERS) or (
            field.name not in known and _are_words_of(values, field)
        ):
            return Guess(field.name, column, Sure.PERHAPS)
    return None


def _is_named_so(heading: str, field: Field) -> bool:
    """Say whether a heading is nearly one of a field's, or has a word of it."""
    folded = fold(heading)
    shown = words_of(heading) | {folded.replace(" ", "")}
    if not shown.isdisjoint(field.heading_words):
        return True
    words = {fold(word) for word in (field.name, *field.aliases)}
    likeness = max(difflib.SequenceMatcher(None, folded, word).ratio() for word in words)
    return likeness >= _NEARLY


def _are_words_of(values: pl.Series, field: Field) -> bool:
    """Say whether all values are words of a field's closed list; a mark alone is a yes."""
    if field.words is None:
        return False
    words = [*field.words.read_as, *(_MARKS if field.words is YES_NO else ())]
    lowered = values.str.to_lowercase()
    known = lowered.filter(~lowered.is_in(field.words.unknown))
    return not known.is_empty() and known.is_in(words).all()


def add_guess(guesses: list[Guess], guess: Guess) -> None:
    """Take a guess unless its field or its column is taken."""
    if not any(guess.field == other.field or guess.column == other.column for other in guesses):
        guesses.append(guess)


def guess_by_values(
    raw: Raw, dataset: Dataset, places: PlaceLookup, fields: set[str], columns: set[int]
) -> list[tuple[float, Guess]]:
    """Try each column that is left as each field that is left; return what may be, with weights.

    Args:
        fields, columns: Those that are settled already.
    """
    guesses = []
    for column, heading in raw.columns.items():
        if column in columns:
            continue
        values = values_of(raw.column(column))
        moments: dict[Reads, float] = {}  # which every field of a kind reads alike
        for field in dataset.fields.values():
            if field.name in fields or values.is_empty():
                continue
            name = _likeness(heading, field)
            by_values = field.reads in _BY_VALUES and field.name not in _NAMED_ONLY
            fits = moments.get(field.reads, 0.0)
            if (by_values or name >= _NAMED) and field.reads not in moments:
                fits = _fit(values, dataset, field, places)
                if field.reads in _MOMENTS:
                    moments[field.reads] = fits
            if name >= _NAMED and fits >= _FITS:
                guesses.append((2 + name, Guess(field.name, column, Sure.LIKELY)))
            elif by_values and fits >= _FITS:
                guesses.append((fits + name, Guess(field.name, column, Sure.PERHAPS)))
            elif field.name == "reference" and _are_references(values):
                guesses.append((name, Guess(field.name, column, Sure.PERHAPS)))
    return guesses


def _are_references(values: pl.Series) -> bool:
    """Say whether many values are all different, each one word with a number in it."""
    if values.n_unique() < len(values) or len(values) < _MANY:
        return False
    return bool(values.str.contains(r"^\S*[0-9]\S*$").all())


def values_of(cells: pl.Series) -> pl.Series:
    """Return some of the values of a column, without words for nothing, and without -1.

    A column of -1 alone, as STATS19 has them, would be read as empty by any field.
    """
    values = _values(cells)
    values = values.filter(~values.is_in(UNKNOWN))
    return values.gather_every(max(len(values) // _LOOKED_AT, 1))


def distinct(cells: pl.Series) -> pl.Series:
    """Return each value of a column once, without words for nothing."""
    return _values(cells.unique())


def _values(cells: pl.Series) -> pl.Series:
    values = cells.drop_nulls().to_frame("v").select(plain("v"))["v"]
    return values.filter(~values.str.to_lowercase().is_in(NOTHING))


def _likeness(heading: str, field: Field) -> float:
    """Say how alike a heading is to one of those by which a field is known."""
    folded, words = fold(heading), [fold(word) for word in (field.name, *field.aliases)]
    ratio = max(difflib.SequenceMatcher(None, folded, word).ratio() for word in words)
    short = len(folded) >= _SHORTEST and any(word.startswith(folded) for word in words)
    first = field.reads is Reads.WORD and folded.split()[:1] in [word.split()[:1] for word in words]
    has_word = not words_of(heading).isdisjoint(field.heading_words)
    return max(ratio, _NAMED if short or first or has_word else 0)


def _fit(values: pl.Series, dataset: Dataset, field: Field, places: PlaceLookup) -> float:
    """Say how many of some values are read as a field."""
    if field.reads is Reads.CATEGORY:
        listed = share_listed(values, likely_list(dataset, Mapping("", (), {}), values))
        return max(listed, _FITS) if listed >= _LISTED else listed
    if field.reads is Reads.TEXT or field.reads not in READERS:
        return 0.0
    numbered = values.str.contains("[0-9]").sum()
    if field.reads in _MOMENTS and numbered < _SOUND * len(values):
        return 0.0  # no day and no time is stated without a number
    if field.reads is Reads.DISTRICT:
        names = values.unique().head(_NAMES)
        return sum(authority_of(name) is not None for name in names) / len(names)
    if field.reads is Reads.DATE and date_form(values):
        return _FITS
    rows = values.to_frame(field.name).with_row_index(LINE)
    cells = Cells(dataset, Mapping("", (), {}), places, rows, serials=EPOCH)
    faults = READERS[field.reads](cells, field.name).faults
    unread = [fault for fault in faults if not fault.rule.startswith(_OF_ORDER)]
    return 1 - len({line for fault in unread for line in fault.lines}) / len(values)


def date_form(values: pl.Series) -> str:
    """Return the form of a source's dates where it is none of the usual; else nothing.

    Where a day could as well be a month, the day is first: nobody here writes it otherwise.
    """
    if values.str.contains(_MAY_BE_FORMED).sum() < _FITS * len(values) or values.is_empty():
        return ""
    if read_moments(values)["date"].is_not_null().any():
        return ""
    read = {form: read_moments(values, form)["date"] for form in _FORMS}
    fits = {form: 1 - days.null_count() / len(days) for form, days in read.items()}
    best = max(fits, key=lambda form: fits[form])
    return best if fits[best] >= _FITS else ""
