"""What a new or changed dataset still needs, each as the next step in words.

That a code list is missing is said whenever datasets are imported. python -m schemas.declarations
says all; with --freeze it first writes the forms that are new.
"""

import csv
import sys
from collections.abc import Iterator
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Final

from schemas import codes as lists
from schemas import wire
from schemas.codes.lists import LISTS, LOCAL, NATURES, PROTECTS, CodeList, editions_of
from schemas.codes.vocabularies import THEMES
from schemas.datasets.dataset import Dataset, Field
from schemas.datasets.needed_lists import missing_file, missing_lists
from schemas.datasets.registry import PRESCRIBED
from schemas.extract.headings import fold
from schemas.findings.rules import OF_ROWS

_COLUMNS: Final = ("code", "label", "class", "nature", "theme", "source")  # of a code list's file
_SHOWN: Final = 3  # codes of a list in one step
_THEMES: Final = f"one of: {', '.join(THEMES)} (THEMES in schemas/codes/vocabularies.py)"


def next_steps(dataset: Dataset) -> list[str]:
    """Return what is missing for a dataset to be used, in the order in which to do it."""
    if steps := [*missing_lists(dataset), *_of_lists(dataset)]:
        return steps  # the rest follows from the lists
    steps = [*_of_facts(dataset), *_of_fields(dataset)]
    if form := _of_form(dataset):
        steps.append(form)
    return steps


def _of_lists(dataset: Dataset) -> Iterator[str]:
    for scheme, classes in dataset.schemes.items():
        of_scheme = [edition for edition in editions_of(scheme) if not missing_file(edition)]
        for code_list in of_scheme:
            yield from steps_of_list(code_list)
        if all(_has_columns(code_list) for code_list in of_scheme):
            known = {code.klass for code_list in of_scheme for code in code_list.codes.values()}
            for klass in sorted(classes - known) if of_scheme else ():
                yield (
                    f"class '{klass}' of {dataset.id} is in no list of scheme '{scheme}': correct "
                    "it there, or in the declaration"
                )


def steps_of_list(code_list: CodeList) -> Iterator[str]:
    """Yield what a code list needs before a dataset may use it, file and columns first."""
    path = f"schemas/codes/{code_list.file}"
    if step := missing_file(code_list):
        yield step
    elif not _has_columns(code_list):
        yield f"{path} lacks a column: its first line holds {','.join(_COLUMNS)}"
    else:
        yield from _of_codes(code_list, path)


def _has_columns(code_list: CodeList) -> bool:
    file = files(lists).joinpath(code_list.file)
    lines = file.read_text(encoding="utf-8").splitlines()[:1] if file.is_file() else []
    return set(_COLUMNS) <= set(next(csv.reader(lines), []))


def _of_codes(code_list: CodeList, path: str) -> Iterator[str]:
    codes = code_list.codes.values()
    wrong = {
        "not of the `shape` of its CodeList": [
            c for c in codes if code_list.read(c.code) != c.code
        ],
        "without a label": [c for c in codes if not c.label],
        f"without a theme; write {_THEMES}": [c for c in codes if c.theme not in THEMES],
        "of no nature in NATURES (schemas/codes/lists.py)": [
            c for c in codes if c.nature not in NATURES
        ],
        "of no word in PROTECTS (schemas/codes/lists.py)": [
            c for c in codes if c.protected not in PROTECTS
        ],
    }
    if not codes:
        yield f"{path} has no codes: write a line for each"
    for fault, faulty in wrong.items():
        if faulty:
            first = ", ".join(code.code for code in faulty[:_SHOWN])
            rest = f" and {len(faulty) - _SHOWN} more" if len(faulty) > _SHOWN else ""
            yield f"{path} has codes {fault}: {first}{rest}"


def _of_facts(dataset: Dataset) -> Iterator[str]:
    if not dataset.agency or dataset.agency == LOCAL:
        yield f'{dataset.id} has no agency: say whose records they are, such as agency="council"'
    has_theme = dataset.theme in THEMES
    if not has_theme and (dataset.theme or not (dataset.schemes or dataset.is_numbers)):
        yield f"{dataset.id} has no theme: say theme=, {_THEMES}"
    for code in sorted(set(dataset.sample_codes.split())):
        listed = [
            code_list.listed(code) for code_list in LISTS if code_list.scheme in dataset.schemes
        ]
        if not any(listed):
            yield f"'{code}' in sample_codes of {dataset.id} is in none of its lists: leave it out"


def _of_fields(dataset: Dataset) -> Iterator[str]:
    for field in dataset.columns:
        for rule in field.rules:
            if rule not in OF_ROWS:
                yield (
                    f"{field.name} of {dataset.id} names the rule '{rule}', which there is not: "
                    "add it to schemas/findings/rules.csv and to ROW_RULES in "
                    "schemas/checks/models.py"
                )
        words = len(field.words.also) if field.words else 0
        if field.sample_weights and len(field.sample_weights) != words:
            yield (
                f"{field.name} of {dataset.id} has {words} words, and `sample_weights` has "
                f"{len(field.sample_weights)} numbers: give each word one"
            )
    for field, other in combinations(dataset.columns, 2):
        for heading in sorted(_headings(field) & _headings(other)):
            yield (
                f"{field.name} and {other.name} of {dataset.id} can both be headed '{heading}': "
                "give each heading to one field"
            )


def _headings(field: Field) -> set[str]:
    return {fold(name) for name in (field.name, *field.aliases)}


def _of_form(dataset: Dataset) -> str:
    try:
        return wire.next_step(dataset)
    except ValueError as fault:  # a column of its own
        return (
            f"{fault} in {dataset.id}, and free text never leaves: give it `words`; for a number, "
            "say in schemas/datasets/shared-columns.csv how it leaves; or leave out its "
            "`treat`"
        )


def all_steps() -> list[str]:
    """Return the next steps of all datasets and code lists, each once."""
    steps = [step for dataset in PRESCRIBED.values() for step in next_steps(dataset)]
    steps += [step for code_list in LISTS for step in steps_of_list(code_list)]
    return list(dict.fromkeys(steps))


if __name__ == "__main__":
    if sys.argv[1:] == ["--freeze"]:
        for path in wire.freeze(list(PRESCRIBED.values()), Path(wire.__file__).parent):
            print(f"{path.name} is new: review it, and commit it")
    sys.exit("\n".join(all_steps()) or None)
