"""Drafting the mapping of an unfamiliar file: what `exchange source map` does."""

from collections.abc import Sequence
from dataclasses import replace as replace_fields
from pathlib import Path
from typing import Any

from exchange.cli import console
from exchange.cli.actions.extracts import TerminalPrompt
from exchange.cli.group import App
from exchange.cli.questions import Number, ask, is_so
from exchange.files import refuse_existing
from exchange.profile.places import readable_places
from exchange.profile.settings import Settings
from exchange.submission.map_columns import SourceToMap, source_to_map
from exchange.submission.mapping_text import DAY_OR_MONTH, NamedDistricts
from exchange.text import number_ranges, with_noun
from exchange.typed_words import check_dataset
from schemas.areas import Area
from schemas.datasets.dataset import Dataset
from schemas.extract.column_numbers import columns_in_words
from schemas.extract.draft_counts import CountDraft
from schemas.extract.draft_mapping import Draft
from schemas.extract.file import Raw
from schemas.extract.matching import Guess, Sure


@readable_places()
def map_file(app: App, *, file: Path, dataset: str, output: Path | None, as_json: bool) -> None:
    """Guess, ask for the rest at a terminal, write it down, and name it in exchange.toml."""
    check_dataset(dataset)
    home = Settings.all(app.folder, app.partnership)[0].folder
    path = app.folder / output if output else home / f"{dataset}.toml"
    refuse_existing(path, "choose another name: -o FILE.toml")
    source = source_to_map(app.folder, app.partnership, [file], dataset, file.name)
    source.refuse_known()
    draft = source.draft()
    if console.is_interactive():
        draft = _complete_draft(source, draft)
    names = _ask_of_districts(source.unknown_districts(draft), source.areas)
    source.write(draft, path, file.name, names)
    if as_json:
        console.as_json(_to_json(draft, source.raw, source.dataset, path))
    else:
        _say(draft, source.raw, path)
    _say_gaps(draft, source.dataset, path)
    if names.unknown:
        console.warning(
            "names-not-known",
            f"{with_noun(len(names.unknown), 'name')} in the column of districts "
            f"{'is' if len(names.unknown) == 1 else 'are'} not known as the name of an authority",
        )
        console.hint(f"in {path.name}, under [codes.district], say which of them mean your areas")


def _ask_of_districts(names: list[str], areas: tuple[Area, ...]) -> NamedDistricts:
    """Ask at a terminal which of our areas each name means that no authority has."""
    if not console.is_interactive():
        return NamedDistricts({}, tuple(names))
    options = {area.code: area.name for area in areas} | {"none": "none of them"}
    chosen = {n: TerminalPrompt().choose(f'Which area does "{n}" mean?', options) for n in names}
    aliases = {name: code for name, code in chosen.items() if code != "none"}
    return NamedDistricts(aliases, tuple(name for name in names if name not in aliases))


def _complete_draft(source: SourceToMap, draft: Draft) -> Draft:
    """Confirm what is not sure, and ask for what is missing; by the numbers of the columns."""
    dataset = source.dataset
    columns, unused = _ask_of_guesses(draft, dataset)
    constants: dict[str, str] = {}
    last = max(source.raw.columns)
    number_or_none = Number(0, last, left_out={*range(1, last)} - {*source.raw.columns})
    for need, names in dataset.needs.items():
        if columns.keys() & set(names):
            continue
        question = f"Which column holds the {need}? Enter its number, or 0 for none"
        number = ask(question, type=number_or_none, default=0)
        if number:
            columns[_choose_field(dataset, need, names)] = number
        elif need == "place":
            constants |= _one_area(source.areas)
    draft = source.draft(columns)
    dates = draft.dates | {name: _order(name, columns[name]) for name in draft.unclear}
    missing = [w for w in draft.missing if not constants.keys() & set(dataset.needs[w])]
    return replace_fields(
        draft,
        missing=missing,
        dates=dates,
        unclear=(),
        constants=constants,
        unused=tuple(n for n in unused if n not in columns.values()),
    )


def _ask_of_guesses(draft: Draft, dataset: Dataset) -> tuple[dict[str, int], list[int]]:
    """Return the columns of fields as the officer confirms them, and those that are none."""
    columns: dict[str, int] = {}
    unused: list[int] = []
    for guess in draft.guesses:
        question = f"Is {columns_in_words(guess.column)} the {guess.field}?"
        if guess.sure is not Sure.PERHAPS or is_so(question, default=True):
            columns[guess.field] = guess.column
        else:
            unused.append(guess.column)
    for guess in draft.doubts:
        field = _ask_what_it_says(dataset, guess, set(columns))
        if field:
            columns[field] = guess.column
        else:
            unused.append(guess.column)
    return columns, unused


def _order(name: str, column: int) -> str:
    """Ask whether the day or the month comes first in a column of dates; return their form."""
    day, month = DAY_OR_MONTH
    options = {day: "the day, as in 31/07/2026", month: "the month, as in 07/31/2026"}
    question = f"What comes first in {columns_in_words(column)}, {name}?"
    return TerminalPrompt().choose(question, options)


def _ask_what_it_says(dataset: Dataset, guess: Guess, used: set[str]) -> str:
    """Ask which field that protects a column is; return nothing if it is none.

    Args:
        named: Fields whose columns are known already.
    """
    fields = [f for f in dataset.fields.values() if f.protects and f.name not in used]
    options = {field.name: field.description for field in fields} | {"none": "something else"}
    question = f"What does {columns_in_words(guess.column)} hold? It may be the {guess.field}"
    chosen = TerminalPrompt().choose(question, options)
    return "" if chosen == "none" else chosen


def _choose_field(dataset: Dataset, need: str, names: tuple[str, ...]) -> str:
    if len(names) == 1:
        return names[0]
    options = {name: dataset.fields[name].description for name in names}
    return TerminalPrompt().choose(f"Which part of the {need} is it?", options)


def _one_area(areas: tuple[Area, ...]) -> dict[str, str]:
    """Ask whether all records are of one area."""
    options = {area.code: area.name for area in areas} | {"none": "no, or not known"}
    code = TerminalPrompt().choose("Are all records in one area?", options)
    return {} if code == "none" else {"district": code}


def _to_json(draft: Draft, raw: Raw, dataset: Dataset, path: Path) -> dict[str, Any]:
    """Return what was guessed, by the columns' numbers."""
    return {
        "written": path.name,
        "dataset": dataset.id,
        "columns": [
            {"field": g.field, "column": g.column, "certainty": g.sure.value} for g in draft.guesses
        ],
        "constants": draft.constants,
        "unused": _unused_columns(draft, raw),
        "scheme": draft.likely.scheme if draft.likely else None,
        "dates": draft.dates,
        "casualties": {
            "severity": draft.counts.severity,
            "age": draft.counts.age,
        }
        if draft.counts
        else None,
        "unlisted_categories": len(draft.codes),
        "missing": list(draft.missing),
    }


def _unused_columns(draft: Draft, raw: Raw) -> list[int]:
    used = {guess.column for guess in draft.guesses}
    if draft.counts is not None:
        used |= {draft.counts.severity, draft.counts.age}
    return [n for n in raw.columns if n not in used]


def _say(draft: Draft, raw: Raw, path: Path) -> None:
    """Show what was guessed, by the columns' numbers: headings may be records."""
    rows = [(g.field, columns_in_words(g.column), g.sure.value) for g in draft.guesses]
    rows += [(field, "all rows", Sure.TOLD.value) for field in draft.constants]
    console.table(rows, ("field", "column", "certainty"))
    if draft.counts is not None:
        _say_counts(draft.counts)
    if rest := _unused_columns(draft, raw):
        names = number_ranges(rest)
        console.result(f"not used: {'columns' if len(rest) > 1 else 'column'} {names}")
    if draft.likely is not None:
        console.result(f"categories of {draft.likely.title}, edition {draft.likely.edition}")
    for field, form in draft.dates.items():
        console.result(f"dates in {field} are written {form}; check whether the day comes first")
    console.result(f"written  {path.name}  and added to exchange.toml")


def _say_gaps(draft: Draft, dataset: Dataset, path: Path) -> None:
    """Say what the officer has to add to the mapping, and what to do next."""
    for name in draft.unclear:
        console.hint(f"in {path.name}, under [dates], say whether the day comes first in {name}")
    if draft.counts is not None and draft.counts.straddling:
        console.warning(
            "ages-straddle",
            f"{with_noun(len(draft.counts.straddling), 'age band')} with children and adults in "
            "it: the people in it are counted with age unknown",
        )
        console.hint("children are 0 to 15; if you can, export single ages")
    if draft.codes:
        console.warning(
            "categories-not-in-list",
            f"{with_noun(len(draft.codes), 'category', 'categories')} of the file "
            f"{'is' if len(draft.codes) == 1 else 'are'} not in that list",
        )
        console.hint(
            f"they are listed in {path.name} under [codes.category]: add the code for each"
        )
    _say_doubts(draft.doubts, path)
    for need in draft.missing:
        names = ", ".join(dataset.needs[need])
        console.warning("column-not-found", f"no column was found for the {need}")
        console.hint(f"add it in {path.name} under [columns], as one of: {names}")
        if need == "place":
            console.hint('if all records are in one area: [constants] district = "its name"')
    console.hint(f"check the mapping, then try it: exchange check FILE --dataset {dataset.id}")


def _say_doubts(doubts: Sequence[Guess], path: Path) -> None:
    """Say which columns may be fields that protect, and what to do about them."""
    for name in dict.fromkeys(guess.field for guess in doubts):
        columns = columns_in_words(*(guess.column for guess in doubts if guess.field == name))
        console.warning("column-may-decide-protection", f"{columns} may be the {name}")
    if doubts:
        columns = columns_in_words(*(guess.column for guess in doubts))
        add = "add the heading under [columns], or list it as unused"
        console.hint(f"in {path.name}, for {columns}: {add}")


def _say_counts(counts: CountDraft) -> None:
    """Say how people are counted, by the columns' numbers."""
    sentence = f"casualties counted by the severity in {columns_in_words(counts.severity)}"
    age = f" and the age in {columns_in_words(counts.age)}"
    sentence += age if counts.age else "; no column has ages"
    console.result(sentence)
