"""A draft of a mapping for a source: which column may be which field, and how sure that is.

By the names of the columns and by what stands in them: a column is tried as each field, by the
field's own reader. Leaves to others: asking, and writing it down.
"""

import difflib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

from schemas.categories import likely_list
from schemas.cells import NOTHING, READERS, Cells, trimmed
from schemas.codes import CodeList
from schemas.dataset import Dataset, Field, Reads
from schemas.lines import LINE
from schemas.mapping import Mapping, by_aliases, fold, known_source
from schemas.places import Places
from schemas.reading import Raw

_LOOKED_AT: Final = 2000  # cells of a column
_FITS: Final = 0.9  # of them are read as the field
_SOUND: Final = 0.5  # of them, where the heading is known: a bad export is still one
_LISTED: Final = 0.6  # of them, of categories: sources have codes of their own besides
_MANY: Final = 20  # values, all of them different, so that they may be references
_SHORTEST: Final = 4  # letters of a heading that begins a known one
_NAMED: Final = 0.75  # of difflib's ratio of a heading and a known one
_USUAL: Final = r"^\d{4}-|^\d{1,2}[/.-]\d{1,2}[/.-]\d{4}$|[A-Za-z]{3,} \d{4}$|-\d{4}$|Q[1-4]$"
_FORMS: Final = (
    "%d/%m/%y",
    "%m/%d/%y",
    "%d-%b-%y",
    "%d-%m-%y",
    "%d.%m.%y",
    "%d %b %y",
    "%Y%m%d",
    "%b %d, %Y",
    "%B %d, %Y",
)
_CODES_MOST: Final = 200  # unknown codes written down, of one source
# Nothing in the values tells the end of a range from its beginning.
_NAMED_ONLY: Final = ("occurred_to", "time_to")
# What looks like nothing else, so that its values tell it where its heading does not.
_TELLING: Final = (Reads.DATE, Reads.TIME, Reads.POSTCODE, Reads.LSOA, Reads.CATEGORY)


class Sure(StrEnum):
    """How sure it is that a column is a field, surest first."""

    KNOWN = "sure: its heading is known"
    LIKELY = "likely: its heading is nearly known, and its values fit"
    PERHAPS = "perhaps: its values fit"
    TOLD = "as you said"


@dataclass(frozen=True, slots=True)
class Guess:
    """A field, the number of the column that it may be, from 1, and how sure that is."""

    field: str
    column: int
    sure: Sure


@dataclass(frozen=True, slots=True)
class Draft:
    """What could be told of a source: its columns, and codes of it that no list has.

    Attributes:
        missing: The groups of fields of which it must have one, and none was found.
        codes: Its codes that the list has not, each with the code that it nearly is, or "".
        dates: The form of its dates, by field, where it is not one of the usual.
    """

    guesses: list[Guess]
    missing: list[str]
    likely: CodeList | None
    codes: dict[str, str]
    dates: dict[str, str]

    def __repr__(self) -> str:
        return f"<Draft of {len(self.guesses)} columns>"


def draft(
    raw: Raw, dataset: Dataset, places: Places, nation: str, told: dict[str, int] | None = None
) -> Draft:
    """Draft the mapping of a source.

    Args:
        places: What is known of places.
        nation: Whose code lists are meant, where each has its own.
        told: The columns of fields that the officer told.
    """
    guesses = [Guess(field, column, Sure.TOLD) for field, column in (told or {}).items()]
    for field, heading in _known(raw, dataset, places).items():
        _take(guesses, Guess(field, raw.headings.index(heading) + 1, Sure.KNOWN))
    for guess in sorted(
        _tried(raw, dataset, places, guesses), key=lambda one: one[0], reverse=True
    ):
        _take(guesses, guess[1])
    order = list(dataset.fields)
    guesses.sort(key=lambda guess: order.index(guess.field))
    missing = dataset.missing({guess.field for guess in guesses})
    dates = {
        guess.field: form
        for guess in guesses
        if dataset.fields[guess.field].reads is Reads.DATE
        if (form := _form(_values(raw.cells[f"_{guess.column - 1}"])))
    }
    return Draft(guesses, missing, *_codes(raw, dataset, guesses, nation), dates)


def _known(raw: Raw, dataset: Dataset, places: Places) -> dict[str, str]:
    """Return the headings that are known: of a known source, else by name where values fit."""
    if source := known_source(dataset, raw.headings):
        return source.columns
    named = by_aliases(dataset, raw.headings).columns
    sound = {}
    for field, heading in named.items():
        values = _values(raw.column(heading))
        declared = dataset.fields[field]
        if (
            declared.reads is Reads.TEXT
            or values.is_empty()
            or _fit(values, dataset, declared, places) >= _SOUND
        ):
            sound[field] = heading
    return sound


def _take(guesses: list[Guess], guess: Guess) -> None:
    """Take a guess unless its field or its column is taken."""
    if not any(guess.field == one.field or guess.column == one.column for one in guesses):
        guesses.append(guess)


def _tried(
    raw: Raw, dataset: Dataset, places: Places, guesses: list[Guess]
) -> list[tuple[float, Guess]]:
    """Try each column that is left as each field that is left; return what may be, with weights."""
    fields, columns = {g.field for g in guesses}, {g.column for g in guesses}
    found = []
    for column, heading in enumerate(raw.headings, start=1):
        if column in columns:
            continue
        values = _values(raw.cells[f"_{column - 1}"])
        for field in dataset.fields.values():
            if field.name in fields or values.is_empty():
                continue
            name, fits = _alike(heading, field), _fit(values, dataset, field, places)
            if name >= _NAMED and fits >= _FITS:
                found.append((2 + name, Guess(field.name, column, Sure.LIKELY)))
            elif field.reads in _TELLING and field.name not in _NAMED_ONLY and fits >= _FITS:
                found.append((fits + name, Guess(field.name, column, Sure.PERHAPS)))
            elif field.name == "reference" and _are_references(values):
                found.append((name, Guess(field.name, column, Sure.PERHAPS)))
    return found


def _are_references(values: pl.Series) -> bool:
    """Say whether many values are all different, each one word with a number in it."""
    if values.n_unique() < len(values) or len(values) < _MANY:
        return False
    return bool(values.str.contains(r"^\S*[0-9]\S*$").all())


def _values(cells: pl.Series) -> pl.Series:
    values = cells.drop_nulls().to_frame("v").select(trimmed("v"))["v"]
    told = values.filter(~values.str.to_lowercase().is_in(NOTHING))
    return told.gather_every(max(len(told) // _LOOKED_AT, 1))


def _alike(heading: str, field: Field) -> float:
    """Say how alike a heading is to one of those by which a field is known."""
    told, words = fold(heading), [fold(word) for word in (field.name, *field.aliases)]
    ratio = max(difflib.SequenceMatcher(None, told, word).ratio() for word in words)
    short = len(told) >= _SHORTEST and any(word.startswith(told) for word in words)
    first = field.reads is Reads.WORD and told.split()[:1] in [word.split()[:1] for word in words]
    return max(ratio, _NAMED if short or first else 0)


def _fit(values: pl.Series, dataset: Dataset, field: Field, places: Places) -> float:
    """Say how many of some values are read as a field."""
    if field.reads is Reads.CATEGORY:
        listed = _listed(values, likely_list(dataset, Mapping("", (), {}), values))
        return max(listed, _FITS) if listed >= _LISTED else listed
    if field.reads is Reads.TEXT or field.reads not in READERS:
        return 0.0
    if field.reads is Reads.DATE and _form(values):
        return _FITS
    rows = values.to_frame(field.name).with_row_index(LINE)
    cells = Cells(dataset, Mapping("", (), {}), places, rows, serials=True)
    faults = READERS[field.reads](cells, field.name).faults
    return 1 - len({line for fault in faults for line in fault.lines}) / len(values)


def _form(values: pl.Series) -> str:
    """Return the form of a source's dates where it is none of the usual; else nothing.

    Where a day could as well be a month, the day is first: nobody here writes it otherwise.
    """
    if values.is_empty() or values.str.contains(_USUAL).any():
        return ""
    read = {form: values.str.to_date(form, strict=False) for form in _FORMS}
    fits = {form: 1 - days.null_count() / len(days) for form, days in read.items()}
    best = max(fits, key=lambda form: fits[form])
    return best if fits[best] >= _FITS else ""


def _listed(values: pl.Series, one: CodeList) -> float:
    codes = (one.read(value) for value in values)
    return sum(code is not None and one.listed(code) is not None for code in codes) / len(values)


def _codes(
    raw: Raw, dataset: Dataset, guesses: list[Guess], nation: str
) -> tuple[CodeList | None, dict[str, str]]:
    """Return the list of a source's categories, and its codes that the list has not."""
    column = next((guess.column for guess in guesses if guess.field == "category"), None)
    if column is None or not dataset.schemes:
        return None, {}
    values = _values(raw.cells[f"_{column - 1}"]).unique(maintain_order=True)
    one = likely_list(dataset, Mapping("", (), {}), values, nation)
    unknown = [value for value in values if one.read(value) is None]
    return one, {value: one.nearly(value) or "" for value in unknown[:_CODES_MOST]}
