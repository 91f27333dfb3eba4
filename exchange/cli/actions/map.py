"""Drafting the mapping of an unfamiliar file: what `exchange source map` does."""

from collections.abc import Callable
from dataclasses import replace as replace_fields
from functools import partial
from pathlib import Path
from typing import Any

import click
import tomlkit

from exchange.cli import console
from exchange.cli.actions.extracts import TerminalPrompt
from exchange.cli.group import App
from exchange.cli.session import open_log
from exchange.dataset_ids import check_dataset
from exchange.errors import ExtractUnreadable, NothingToDo, Usage
from exchange.files import replace
from exchange.profile.settings import Settings
from exchange.submission.policy import places_of
from exchange.text import with_noun
from schemas.areas import Area
from schemas.datasets.dataset import Dataset
from schemas.datasets.registry import DATASETS
from schemas.extract.draft_mapping import Draft, draft
from schemas.extract.errors import SourceRefused
from schemas.extract.file import Raw, read
from schemas.extract.mapping import known_source
from schemas.extract.matching import Guess, Sure, unread


def map_file(app: App, *, file: Path, dataset: str, output: Path | None, as_json: bool) -> None:
    """Guess, ask for the rest at a terminal, write it down, and name it in exchange.toml."""
    check_dataset(dataset)
    everything = Settings.all(app.folder, app.partnership)
    folder = everything[0].folder
    path = app.folder / output if output else folder / f"{dataset}.toml"
    if path.exists():
        raise Usage(
            "file-already-exists",
            f"{path.name} already exists",
            "choose another name: -o FILE.toml",
        )
    members = [(settings, open_log(settings, offline=True).register) for settings in everything]
    one, nation = DATASETS[dataset], members[0][1].nation
    try:
        raw = read(file)
    except SourceRefused as fault:
        raise ExtractUnreadable(fault.id, f"{file.name}: {fault.says}", *fault.hints) from None
    source = known_source(one, raw.headings)
    places = places_of(members)
    if (
        source is not None
        and not one.missing(source.gives)
        and not any(one.fields[g.field].protects for g in unread(raw, one, source, places))
    ):
        raise NothingToDo(
            "source-already-known",
            f"exchange already knows this source: {source.name}",
            f"no mapping is needed: exchange check FILE --dataset {dataset}",
        )
    drafted = partial(draft, raw, one, places, nation)
    found = drafted()
    if console.is_interactive():
        areas = tuple(area for _, register in members for area in register.areas)
        found = _asked(raw, one, areas, found, drafted)
    replace(path, _toml(file.name, one, raw, found).encode())
    for settings in everything:
        settings.mappings[dataset] = settings.name_of(path)
        settings.write()
    if as_json:
        console.as_json(_to_json(found, raw, one, path))
    else:
        _say(found, raw, path)
    _say_gaps(found, one, path)


def _asked(
    raw: Raw,
    dataset: Dataset,
    areas: tuple[Area, ...],
    found: Draft,
    drafted: Callable[[dict[str, int]], Draft],
) -> Draft:
    """Confirm what is not sure, and ask for what is missing; by the numbers of the columns."""
    told: dict[str, int] = {}
    unused: list[int] = []
    for guess in found.guesses:
        if guess.sure is not Sure.PERHAPS or click.confirm(
            f"Is {_column(guess.column)} the {guess.field}?", default=True, err=True
        ):
            told[guess.field] = guess.column
        else:
            unused.append(guess.column)
    for guess in found.doubts:
        field = _ask_what_it_says(dataset, guess, set(told))
        if field:
            told[field] = guess.column
        else:
            unused.append(guess.column)
    constants: dict[str, str] = {}
    most = click.IntRange(0, len(raw.headings))
    for what, names in dataset.needs.items():
        if told.keys() & set(names):
            continue
        question = f"Which column holds the {what}? Enter its number, or 0 for none"
        number = click.prompt(question, type=most, default=0, err=True)
        if number:
            told[_field(dataset, what, names)] = number
        elif what == "place":
            constants |= _one_area(areas)
    found = drafted(told)
    guesses = [guess for guess in found.guesses if guess.field in told]
    missing = [w for w in found.missing if not constants.keys() & set(dataset.needs[w])]
    return replace_fields(
        found,
        guesses=guesses,
        missing=missing,
        doubts=[],
        constants=constants,
        unused=tuple(n for n in unused if n not in told.values()),
    )


def _ask_what_it_says(dataset: Dataset, guess: Guess, named: set[str]) -> str:
    """Ask which field that protects a column is; return nothing if it is none.

    Args:
        named: Fields whose columns are known already.
    """
    fields = [f for f in dataset.fields.values() if f.protects and f.name not in named]
    options = {field.name: field.says for field in fields} | {"none": "something else"}
    question = f"What does {_column(guess.column)} hold? It may be the {guess.field}"
    chosen = TerminalPrompt().choose(question, options)
    return "" if chosen == "none" else chosen


def _field(dataset: Dataset, what: str, names: tuple[str, ...]) -> str:
    if len(names) == 1:
        return names[0]
    options = {name: dataset.fields[name].says for name in names}
    return TerminalPrompt().choose(f"Which part of the {what} is it?", options)


def _one_area(areas: tuple[Area, ...]) -> dict[str, str]:
    """Ask whether all records are of one area."""
    options = {area.code: area.name for area in areas} | {"none": "no, or not known"}
    code = TerminalPrompt().choose("Are all records in one area?", options)
    return {} if code == "none" else {"district": code}


def _column(number: int) -> str:
    """Name a column by its number and as a spreadsheet does.

    >>> _column(3), _column(28)
    ('column 3 (C)', 'column 28 (AB)')
    """
    letters, rest = "", number
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"column {number} ({letters})"


def _to_json(found: Draft, raw: Raw, dataset: Dataset, path: Path) -> dict[str, Any]:
    """Return what was guessed, by the columns' numbers."""
    return {
        "written": path.name,
        "dataset": dataset.id,
        "columns": [
            {"field": g.field, "column": g.column, "certainty": g.sure.value} for g in found.guesses
        ],
        "constants": found.constants,
        "unused": _unused(found, raw),
        "scheme": found.likely.scheme if found.likely else None,
        "dates": found.dates,
        "unlisted_categories": len(found.codes),
        "missing": list(found.missing),
    }


def _unused(found: Draft, raw: Raw) -> list[int]:
    used = {guess.column for guess in found.guesses}
    return [n for n in range(1, len(raw.headings) + 1) if n not in used]


def _say(found: Draft, raw: Raw, path: Path) -> None:
    """Show what was guessed, by the columns' numbers: headings may be records."""
    rows = [(g.field, _column(g.column), g.sure.value) for g in found.guesses]
    rows += [(field, "all rows", Sure.TOLD.value) for field in found.constants]
    console.table(rows, ("field", "column", "certainty"))
    if rest := _unused(found, raw):
        names = ", ".join(map(str, rest))
        console.result(f"not used: {'columns' if len(rest) > 1 else 'column'} {names}")
    if found.likely is not None:
        console.result(f"categories of {found.likely.title}, edition {found.likely.edition}")
    for field, form in found.dates.items():
        console.result(f"dates in {field} are written {form}; check whether the day comes first")
    console.result(f"written  {path.name}  and added to exchange.toml")


def _say_gaps(found: Draft, dataset: Dataset, path: Path) -> None:
    """Say what the officer has to add to the mapping, and what to do next."""
    if found.codes:
        console.warning(
            "categories-not-in-list",
            f"{with_noun(len(found.codes), 'category', 'categories')} of the file "
            f"{'is' if len(found.codes) == 1 else 'are'} not in that list",
        )
        console.hint(
            f"they are listed in {path.name} under [codes.category]: add the code for each"
        )
    for guess in found.doubts:
        console.warning(
            "column-may-decide-protection", f"{_column(guess.column)} may be the {guess.field}"
        )
        console.hint(f"in {path.name}, add its heading under [columns], or list it as unused")
    for what in found.missing:
        names = ", ".join(dataset.needs[what])
        console.warning("column-not-found", f"no column was found for the {what}")
        console.hint(f"add it in {path.name} under [columns], as one of: {names}")
        if what == "place":
            console.hint('if all records are in one area: [constants] district = "its name"')
    console.hint(f"check the mapping, then try it: exchange check FILE --dataset {dataset.id}")


def _toml(file: str, dataset: Dataset, raw: Raw, found: Draft) -> str:
    """Write the mapping, each column with how sure it is."""
    document = tomlkit.document()
    document.add(
        tomlkit.comment("Drafted by exchange source map; check it. It stays on this machine.")
    )
    document.add("says", tomlkit.item(f"drafted from {file}"))
    document.add("datasets", tomlkit.item([dataset.id]))
    document.add("unused", tomlkit.item([raw.headings[n - 1] for n in found.unused]))
    columns = tomlkit.table()
    for guess in found.guesses:
        heading = tomlkit.item(raw.headings[guess.column - 1])
        heading.comment(f"column {guess.column}, {guess.sure.value}")
        columns.add(guess.field, heading)
    for what in found.missing:
        names = " or ".join(dataset.needs[what])
        columns.add(tomlkit.comment(f'missing: {names} = "the heading of the {what}"'))
    for guess in found.doubts:
        may_be = f"column {guess.column} may be the {guess.field}"
        columns.add(tomlkit.comment(f"{may_be}: add its heading here, or list it as unused"))
    document.add("columns", columns)
    told = dict(found.constants)
    if found.likely is not None:
        told["category_scheme"] = found.likely.scheme
    if told:
        document.add("constants", tomlkit.item(told))
    if found.dates:
        document.add("dates", tomlkit.item(found.dates))
    if found.codes:
        document.add("codes", _codes(found))
    return tomlkit.dumps(document)


def _codes(found: Draft) -> tomlkit.items.Table:
    """Write what the list has not: translated where it is nearly of it, else to be filled in."""
    codes = tomlkit.table(is_super_table=True)
    table = tomlkit.table()
    table.add(tomlkit.comment("the file's own category = its code in the list"))
    for value, code in found.codes.items():
        if code and found.likely is not None:
            item = tomlkit.item(code)
            item.comment(f"close to {found.likely.codes[code].label}")
            table.add(value, item)
        else:
            table.add(tomlkit.comment(f"{tomlkit.key([value]).as_string()} = "))
    codes.add("category", table)
    return codes
