"""What a new or changed dataset still needs, each as the next step in words.

python -m schemas.declarations says it of all; with --freeze it first writes the forms that are new.
"""

import sys
from pathlib import Path

from schemas import wire
from schemas.codes.lists import LISTS, LOCAL
from schemas.datasets.dataset import Dataset
from schemas.datasets.registry import PRESCRIBED
from schemas.findings.rules import OF_ROWS


def next_steps(dataset: Dataset) -> list[str]:
    """Return what is missing for a dataset to be used, in the order in which to do it."""
    there = {one.scheme for one in LISTS} | {LOCAL}
    steps = [
        f"scheme '{scheme}' of {dataset.id} has no code list: add schemas/codes/{scheme}.csv, and "
        "its CodeList to LISTS in schemas/codes/lists.py"
        for scheme in dataset.schemes
        if scheme not in there
    ]
    classes = {one.scheme: set[str]() for one in LISTS}
    for one in LISTS:
        classes[one.scheme] |= {code.klass for code in one.codes.values()}
    steps += [
        f"class '{klass}' of {dataset.id} is in no list of scheme '{scheme}': correct it there, or "
        "in the declaration"
        for scheme, wanted in dataset.schemes.items()
        for klass in sorted(wanted - classes.get(scheme, wanted))
    ]
    steps += [
        f"{field.name} of {dataset.id} names the rule '{rule}', which there is not: add it to "
        "schemas/findings/rules.py and to ROW_RULES in schemas/checks/models.py"
        for field in dataset.columns
        for rule in field.rules
        if rule not in OF_ROWS
    ]
    form = wire.next_step(dataset)
    return [*steps, form] if form else steps


if __name__ == "__main__":
    if sys.argv[1:] == ["--freeze"]:
        for path in wire.freeze(list(PRESCRIBED.values()), Path(wire.__file__).parent):
            print(f"{path.name} is new: review it, and commit it")
    sys.exit("\n".join(step for one in PRESCRIBED.values() for step in next_steps(one)) or None)
