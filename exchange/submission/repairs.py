"""What an officer can say about a file so that it can be read: it becomes the file's mapping.

Whether the day or the month comes first in a date; what a value means; which column is which. Each
is written into the mapping of the dataset, which the commands read too.
Keeps true: what looks like an identifier is written into no file; every repair can be undone.
Leaves to others: reading the extract again.
"""

from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import tomlkit

from depersonalise.identifiers import identifiers_in
from exchange.errors import Usage
from exchange.profile.settings import Settings
from exchange.submission.mapping_files import Undo, unused_path, write_mapping
from exchange.submission.mapping_text import DAY_OR_MONTH
from exchange.submission.prepare import Prepared, cells_of
from schemas.areas import Area
from schemas.codes.vocabularies import NOT_RECORDED
from schemas.datasets.dataset import Reads
from schemas.extract.column_numbers import columns_in_words
from schemas.extract.file import ExtractFile
from schemas.extract.line_numbers import LINE
from schemas.extract.mapping import Mapping
from schemas.findings.finding import Finding

UNUSED: Final = "unused"
_VALUES_MOST: Final = 12  # different values that are asked about at once


class RepairKind(StrEnum):
    """What the officer is asked; which rules ask it is in `schemas/findings/rules.csv`."""

    DATE_ORDER = "date order"
    MEANING = "meaning of values"
    COLUMN = "column"


@dataclass(frozen=True, slots=True)
class Repair:
    """What can be said about one finding. `values` are of the file, for the officer's eyes.

    Attributes:
        name: The field of the dataset.
        options: What can be chosen, and what each means; none where a code is to be typed.
        values: The values whose meaning is asked, and in how many of the lines each stands.
        heading: Of the column in the file.
    """

    kind: RepairKind
    name: str
    column: int
    options: dict[str, str]
    values: tuple[tuple[str, int], ...] = field(default=(), repr=False)
    heading: str = field(default="", repr=False)


def kind_of_repair(prepared: Prepared, finding: Finding) -> RepairKind | None:
    """Return what can be said about a finding; None if only another export can correct it."""
    mapping, column = prepared.mapping, finding.column
    if mapping.published or mapping.join or len(finding.positions) != 1 or not column:
        return None
    if not finding.rule.repair:
        return None
    kind = RepairKind(finding.rule.repair)
    is_asked = kind is not RepairKind.MEANING or (column in mapping.columns and finding.lines)
    return kind if is_asked else None


def repair_of(
    prepared: Prepared, finding: Finding, files: Sequence[ExtractFile], areas: Sequence[Area]
) -> Repair | None:
    """Return what can be asked about a finding, with the values of the file that it is about."""
    kind, name = kind_of_repair(prepared, finding), finding.column or ""
    if kind is None:
        return None
    column, raw = finding.positions[0], cells_of(prepared, files)
    heading = raw.columns[column]
    if kind is RepairKind.DATE_ORDER:
        words = ("The day comes first, as in 31/07/2026", "The month comes first, as in 07/31/2026")
        options = dict(zip(DAY_OR_MONTH, words, strict=True))
        return Repair(kind, name, column, options, heading=heading)
    if kind is RepairKind.COLUMN:
        description = prepared.dataset.fields[name].description.rstrip(".")
        options = {
            name: f"It is this: {description}",
            UNUSED: "It is something else, and is not used",
        }
        return Repair(kind, name, column, options, heading=heading)
    cells = raw.column(column).filter(raw.cells[LINE].is_in(list(finding.lines)))
    counts = cells.drop_nulls().str.strip_chars().value_counts(sort=True)
    values = [(value, n) for value, n in counts.iter_rows() if value][:_VALUES_MOST]
    return Repair(kind, name, column, _meanings(prepared, name, areas), tuple(values), heading)


def _meanings(prepared: Prepared, name: str, areas: Sequence[Area]) -> dict[str, str]:
    """Return what a value of a field can mean; nothing for categories, of which there are many."""
    declared = prepared.dataset.fields[name]
    if declared.reads in (Reads.CATEGORY, Reads.ALSO_CATEGORY):
        return {}
    if declared.reads is Reads.DISTRICT:
        return {area.code: area.name for area in areas}
    words = declared.words.all if declared.words else ()
    return {word: word for word in (*words, NOT_RECORDED)}


def repair(
    partnerships: Sequence[Settings], prepared: Prepared, request: Repair, chosen: Table[str, str]
) -> Undo:
    """Write what the officer chose into the mapping of the dataset, and name it in the settings.

    Args:
        partnerships: The settings of all partnerships that the file is for.
        chosen: For the meaning of values: each value, and what it means. Else, under the name of
            the field: the order of its dates, or the field that the column is.

    Raises:
        Usage: nothing was chosen that can be, or a value looks like an identifier.
    """
    table = _check_choice(prepared, request, chosen)
    path, is_own = _file_of(partnerships[0], prepared)
    headings = [request.heading, *(() if is_own else prepared.mapping.columns.values())]
    texts = [*headings, *(table if request.kind is RepairKind.MEANING else ())]
    if identifiers_in(texts, coded=True):
        raise Usage(
            "repair-holds-identifier",
            "a value looks like an identifier of a person, so it was not written into the mapping",
        )
    document = tomlkit.parse(path.read_text("utf-8")) if is_own else _document(prepared)
    _add_choice(document, request, table)
    description = f"{request.kind}, {columns_in_words(request.column)}"
    return write_mapping(
        partnerships, prepared.dataset.id, path, tomlkit.dumps(document), description
    )


def _check_choice(prepared: Prepared, request: Repair, chosen: Table[str, str]) -> dict[str, str]:
    """Return what was chosen, of what could be.

    Raises:
        Usage: that is nothing.
    """
    known = [value for value, _ in request.values] or [request.name]
    table = {value: chosen[value].strip() for value in known if chosen.get(value, "").strip()}
    if request.options:
        table = {value: meaning for value, meaning in table.items() if meaning in request.options}
    if not table:
        raise Usage(
            "repair-not-chosen",
            f"nothing was chosen for {columns_in_words(request.column)} of "
            f"{prepared.dataset.title}",
        )
    return table


def _file_of(settings: Settings, prepared: Prepared) -> tuple[Path, bool]:
    """Return the mapping file of the dataset, and whether it is there and fits this file."""
    for name in settings.mappings_of(prepared.dataset.id):
        path = settings.path(name)
        if path.name == prepared.mapping.name and path.is_file():
            return path, True
    return unused_path(settings, prepared.dataset.id), False


def _document(prepared: Prepared) -> tomlkit.TOMLDocument:
    """Return the mapping with which a file was read, as a document to be changed."""
    mapping: Mapping = prepared.mapping
    document = tomlkit.document()
    document.add(tomlkit.comment("Made on the officer's page. It stays on this computer."))
    document.add("says", tomlkit.item(f"an export of {prepared.dataset.id}"))
    document.add("datasets", tomlkit.item([prepared.dataset.id]))
    if mapping.unused:
        document.add("unused", tomlkit.item(list(mapping.unused)))
    parts: dict[str, Any] = {
        "columns": mapping.columns,
        "constants": mapping.constants,
        "dates": mapping.dates,
        "codes": mapping.codes,
        "select": mapping.select,
    }
    for name, part in parts.items():
        if part:
            document.add(name, tomlkit.item(part))
    if mapping.together:
        together = {"by": mapping.together.by, "count": mapping.together.count}
        document.add("together", tomlkit.item(together))
    return document


def _add_choice(document: tomlkit.TOMLDocument, request: Repair, table: dict[str, str]) -> None:
    """Put what was chosen into the mapping."""
    if request.kind is RepairKind.DATE_ORDER:
        document.setdefault("dates", tomlkit.table())[request.name] = table[request.name]
    elif request.kind is RepairKind.MEANING:
        codes = document.setdefault("codes", tomlkit.table(is_super_table=True))
        codes.setdefault(request.name, tomlkit.table()).update(table)
    elif table[request.name] == UNUSED:
        document.setdefault("unused", tomlkit.array()).append(request.heading)
    else:
        document["columns"][request.name] = request.heading
