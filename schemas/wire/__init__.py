"""The form in which a dataset is shared, one frozen file for each dataset and version.

A file says which columns the table has, in order, their types, and the words of each closed list.
It is written once from the declaration (`python -m schemas.declarations --freeze`), reviewed, and
never edited, so that every release reads what an earlier one wrote. Codes, schemes and editions are
text, since new editions of code lists come every year; whether a code is of its list is checked by
value, on the edition named in the row.

Keeps true: a table that was readable once stays readable, and nothing here is read that is not held
to a type, a shape or a list. A declaration whose form changes says how rows of the version before
become rows of the new one (`Dataset.upgrades`). Leaves to others: the check of a table against its
form (`schemas/wire/shared_table.py`).
"""

import json
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from schemas.codes.vocabularies import FIRST_GENERALISED_WORDS, SQUARES
from schemas.datasets.dataset import SECOND, Dataset, Field, Place
from schemas.datasets.shared_columns import COLUMNS, RECORD_ID, Column, released_columns

FINEST: Final = {
    Place.POINT: ("point", "outward", "district"),
    Place.SCHOOL: ("school", "outward", "district"),
    Place.LSOA: (*SQUARES, "lsoa", "outward", "district"),
    Place.OUTWARD: ("outward", "district"),
    Place.OUTWARD_ONLY: ("outward", "district"),
    Place.DISTRICT: ("district",),
}


@dataclass(frozen=True, slots=True)
class Wire:
    """The form of a table: one dataset in one version.

    Attributes:
        places: How fine the place of a row may be.
        minutes: Whether times may be shared to the minute.
    """

    dataset: str
    version: int
    places: tuple[str, ...]
    minutes: bool
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def stores_ids(self) -> bool:
        """Whether the ids of records stand in the table, as they do in the first form."""
        return RECORD_ID in self.names


def declared_wire(dataset: Dataset) -> Wire:
    """Return the form that a declaration gives today.

    Raises:
        ValueError: a column of the dataset's own is not a closed list; the message names it.
    """
    columns = tuple(_column(name, dataset.fields.get(name)) for name in released_columns(dataset))
    minutes = dataset.time != "hour" or dataset.may_share_minutes
    return Wire(dataset.id, dataset.version, FINEST[dataset.place], minutes, columns)


def first_form(second: Wire) -> Wire:
    """Return the form before the second one: the version before it, of the same dataset."""
    words = {"generalised": FIRST_GENERALISED_WORDS}
    columns = tuple(
        replace(column, words=words.get(column.name, column.words))
        for column in second.columns
        if column.name not in SECOND.adds
    )
    ids = Column(RECORD_ID, "String")
    return replace(second, version=second.version - 1, columns=(ids, *columns))


def _column(name: str, field: Field | None) -> Column:
    if name in COLUMNS:
        return COLUMNS[name]
    if field is None or field.words is None:
        raise ValueError(f"{name} is held to no list")
    return Column(name, words=field.words.all)


@cache
def frozen_wire(dataset_id: str, version: int) -> Wire | None:
    """Return the frozen form of a dataset in a version; None if this release has none."""
    file = files(__package__) / f"{dataset_id}-{version}.json"
    return _parse(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None


@cache
def wire_of(dataset: Dataset, version: int | None = None) -> Wire:
    """Return the form of a dataset in a version, by default the newest that its declaration has.

    A local dataset's package declares its newest form; if that is the second form of all datasets,
    the first one follows from it.

    Raises:
        KeyError: this release does not know that version.
    """
    version = dataset.version if version is None else version
    wire = frozen_wire(dataset.id, version)
    if wire is None and not any(frozen_wire(dataset.id, n) for n in range(1, dataset.version + 1)):
        wire = _undeclared_form(dataset, version)
    if wire is None:
        raise KeyError(f"{dataset.id} version {version}")
    return wire


def _undeclared_form(dataset: Dataset, version: int) -> Wire | None:
    """Return a form of a dataset that has no frozen ones; None if it does not follow from it."""
    if version == dataset.version:
        return declared_wire(dataset)
    if version == dataset.version - 1 and dataset.upgrades[-1] == SECOND:
        return first_form(declared_wire(dataset))
    return None


def _parse(parts: dict[str, Any]) -> Wire:
    columns = tuple(
        Column(
            column["name"],
            column.get("type", ""),
            tuple(column.get("words", ())),
            column.get("nullable", False),
            tuple(column["between"]) if "between" in column else None,
        )
        for column in parts["columns"]
    )
    return Wire(
        parts["dataset"], parts["version"], tuple(parts["places"]), parts["minutes"], columns
    )


def text_of(wire: Wire) -> str:
    """Return the text of a form's file: a column a line, without what is empty."""
    parts = asdict(wire)
    columns = [
        json.dumps({n: v for n, v in column.items() if v not in ("", (), False, None)})
        for column in parts.pop("columns")
    ]
    facts = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in parts.items()]
    inside = ",\n  ".join(columns)
    return "{\n " + ",\n ".join([*facts, f'"columns": [\n  {inside}\n ]']) + "\n}\n"


_FREEZE: Final = "run python -m schemas.declarations --freeze"


def next_step(dataset: Dataset) -> str:
    """Say what a dataset's forms need before they may be used; empty if nothing."""
    name, version = dataset.id, dataset.version
    known = [number for number in range(1, version) if frozen_wire(name, number)]
    for number in range(min(known, default=version), version + 1):
        if frozen_wire(name, number) is None:
            return f"{name} has no frozen form of version {number}: {_FREEZE}"
    before, now = frozen_wire(name, version), declared_wire(dataset)
    if before is not None and before != now:
        adds = {column.name: None for column in now.columns if column.name not in before.names}
        return (
            f"{name} is not declared as schemas/wire/{name}-{version}.json froze it: add to its "
            f"`upgrades` how rows of version {version} become rows of version {version + 1}, such "
            f"as (SECOND, Upgrade({f'{adds=}' if adds else ''})), then {_FREEZE}"
        )
    return ""


def freeze(datasets: list[Dataset], folder: Path) -> list[Path]:
    """Write the newest form of each dataset that has no file yet; never over one."""
    paths = []
    for dataset in datasets:
        path = folder / f"{dataset.id}-{dataset.version}.json"
        if not path.exists():
            path.write_text(text_of(declared_wire(dataset)), encoding="utf-8")
            paths.append(path)
    return paths
