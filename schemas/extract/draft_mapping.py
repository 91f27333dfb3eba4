"""A draft of a mapping for a source: which column may be which field, and how sure that is.

By the names of the columns and by what stands in them: a column is tried as each field, by the
field's own reader. Leaves to others: asking, and writing it down.
"""

from dataclasses import dataclass, field
from typing import Final

from schemas.codes.lists import CodeList
from schemas.datasets.dataset import Dataset, Reads
from schemas.extract.categories import likely_list
from schemas.extract.date_order import order_of_days
from schemas.extract.draft_counts import CountDraft, draft_counts
from schemas.extract.file import Raw
from schemas.extract.mapping import Mapping
from schemas.extract.matching import (
    Guess,
    Sure,
    add_guess,
    date_form,
    guess_by_values,
    known_columns,
    unread_columns,
    values_of,
)
from schemas.extract.places import PlaceLookup

_CODES_MOST: Final = 200  # unknown codes written down, of one source


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """What could be found out about a source: its columns, and codes of it that no list has.

    Attributes:
        missing: The groups of fields of which it must have one, and none was found.
        doubts: Columns that may be fields that protect, and are not read as them.
        codes: Its codes that the list has not, each with the code that it nearly is, or "".
        dates: The form of its dates, by field, where it is not one of the usual.
        unclear: Fields whose dates may have the day or the month first.
        counts: How rows for people become one record, where the file has such rows.
        constants: What fields hold in all rows, as the officer told.
        unused: Columns that are none of the dataset's, as the officer told.
    """

    guesses: list[Guess]
    missing: list[str]
    doubts: list[Guess]
    likely: CodeList | None
    codes: dict[str, str]
    dates: dict[str, str]
    unclear: tuple[str, ...] = ()
    counts: CountDraft | None = None
    constants: dict[str, str] = field(default_factory=dict)
    unused: tuple[int, ...] = ()


def draft_of(
    raw: Raw,
    dataset: Dataset,
    places: PlaceLookup,
    nation: str,
    chosen: dict[str, int] | None = None,
) -> Draft:
    """Draft the mapping of a source.

    Args:
        places: What is known of places.
        nation: Whose code lists are meant, where each has its own.
        chosen: The columns of fields that the officer told.
    """
    guesses = [Guess(name, column, Sure.TOLD) for name, column in (chosen or {}).items()]
    for name, heading in known_columns(raw, dataset, places).items():
        add_guess(guesses, Guess(name, raw.number(heading), Sure.KNOWN))
    for guess in sorted(
        guess_by_values(
            raw, dataset, places, {g.field for g in guesses}, {g.column for g in guesses}
        ),
        key=lambda scored: scored[0],
        reverse=True,
    ):
        add_guess(guesses, guess[1])
    doubts = []
    for doubt in _protectors(raw, dataset, places, guesses):
        if doubt.sure is Sure.LIKELY and doubt.field not in {guess.field for guess in guesses}:
            guesses.append(doubt)
        else:
            doubts.append(doubt)
    counts = draft_counts(raw, dataset, guesses)
    if counts is not None and not any(guess.field == "reference" for guess in guesses):
        column = raw.number(counts.together.by)
        guesses.append(Guess("reference", column, Sure.PERHAPS))
    order = list(dataset.fields)
    guesses.sort(key=lambda guess: order.index(guess.field))
    count_fields = set(counts.together.count) if counts else set()
    missing = dataset.missing({guess.field for guess in guesses} | count_fields)
    dated = {
        guess.field: values_of(raw.column(guess.column))
        for guess in guesses
        if dataset.fields[guess.field].reads is Reads.DATE
    }
    dates = {name: form for name, values in dated.items() if (form := date_form(values))}
    unclear = tuple(
        name
        for name, values in dated.items()
        if name not in dates and order_of_days(values).fault == "dates-order-unclear"
    )
    likely, codes = _codes(raw, dataset, guesses, nation)
    return Draft(guesses, missing, doubts, likely, codes, dates, unclear, counts)


def _protectors(
    raw: Raw, dataset: Dataset, places: PlaceLookup, guesses: list[Guess]
) -> list[Guess]:
    """Return which columns that are not guessed to be another field may be one that protects."""
    columns = {guess.field: raw.columns[guess.column] for guess in guesses}
    rest = unread_columns(raw, dataset, Mapping("", (dataset.id,), columns), places)
    return [guess for guess in rest if dataset.fields[guess.field].protects]


def _codes(
    raw: Raw, dataset: Dataset, guesses: list[Guess], nation: str
) -> tuple[CodeList | None, dict[str, str]]:
    """Return the list of a source's categories, and its codes that the list has not."""
    column = next((guess.column for guess in guesses if guess.field == "category"), None)
    if column is None or not dataset.schemes:
        return None, {}
    values = values_of(raw.column(column)).unique(maintain_order=True)
    code_list = likely_list(dataset, Mapping("", (), {}), values, nation)
    unknown = [v for v in values if code_list.read(v) is None and code_list.repair(v) is None]
    return code_list, {value: code_list.find_near(value) or "" for value in unknown[:_CODES_MOST]}
