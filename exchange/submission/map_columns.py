"""The columns of an unfamiliar file: proposed to the officer, then written as its mapping."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from pathlib import Path
from typing import Final

import polars as pl

from depersonalise.identifiers import identifiers_in
from exchange.errors import ExtractUnreadable, NothingToDo, Usage
from exchange.profile.open_logs import open_log
from exchange.profile.places import readable_places
from exchange.profile.settings import Settings
from exchange.submission.mapping_files import Undo, unused_path, write_mapping
from exchange.submission.mapping_text import NamedDistricts, mapping_text
from exchange.submission.policy import places_of
from schemas.areas import Area
from schemas.datasets.dataset import Dataset
from schemas.datasets.registry import DATASETS
from schemas.extract.column_numbers import column_letters
from schemas.extract.draft_mapping import Draft, draft_of
from schemas.extract.errors import SourceRefused
from schemas.extract.file import ExtractFile, Raw, read_all
from schemas.extract.mapping import known_source
from schemas.extract.matching import distinct, unread_columns
from schemas.extract.named_areas import areas_named
from schemas.extract.places import PlaceLookup

_RECORD: Final = 2  # headings that look like identifiers, so that the line is a record
_LOOKED_AT: Final = 200  # records whose shapes are looked at
_SHAPES: Final = 2  # shown of a column
_LONGEST: Final = 24  # letters of a shape
_NAMES_MOST: Final = 50  # names of districts that are asked about


@dataclass(frozen=True, slots=True, repr=False)
class ColumnProposal:
    """A column of the file, and the field that it seems to be.

    Attributes:
        number: From 1.
        heading: As it is in the file, for the officer's eyes.
        shapes: What its values look like, with digits as 9 and letters as a.
        field: The field that it seems to be; empty if it seems to be none.
    """

    number: int
    heading: str
    shapes: tuple[str, ...]
    field: str

    @property
    def letters(self) -> str:
        """The letters by which a spreadsheet names the column."""
        return column_letters(self.number)


def shape_of(value: str) -> str:
    """Return what a value looks like, and nothing of what it says.

    >>> shape_of("31/07/2026"), shape_of("SP10 3AB")
    ('99/99/9999', 'aa99 9aa')
    """
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", value))[:_LONGEST]


@dataclass(frozen=True, slots=True, repr=False)
class SourceToMap:
    """A file that is to have a mapping, and what is known where it is read.

    Attributes:
        partnerships: Whose settings will name the mapping.
        areas: Those of all of them.
    """

    partnerships: list[Settings]
    raw: Raw
    dataset: Dataset
    places: PlaceLookup
    nation: str
    areas: tuple[Area, ...]

    def draft(self, chosen: Mapping[str, int] | None = None) -> Draft:
        """Draft its mapping.

        Args:
            chosen: The column of each field, as the officer said; then no other is read.
        """
        draft = draft_of(self.raw, self.dataset, self.places, self.nation, dict(chosen or {}))
        if chosen is None:
            return draft
        guesses = [guess for guess in draft.guesses if chosen.get(guess.field) == guess.column]
        return replace_fields(draft, guesses=guesses, doubts=[])

    def refuse_known(self) -> None:
        """Refuse a file that can be read as it is.

        Raises:
            NothingToDo: its source is known, and leaves out no column that protects.
        """
        source = known_source(self.dataset, self.raw.headings)
        if source is None or self.dataset.missing(source.gives):
            return
        unread = unread_columns(self.raw, self.dataset, source, self.places)
        if not any(self.dataset.fields[guess.field].protects for guess in unread):
            raise NothingToDo(
                "source-already-known",
                f"exchange already knows this source: {source.name}",
                f"no mapping is needed: exchange check FILE --dataset {self.dataset.id}",
            )

    def unknown_districts(self, draft: Draft) -> list[str]:
        """Return the first names in its column of districts that no authority has.

        Names that look like identifiers are left out.
        """
        column = next((guess.column for guess in draft.guesses if guess.field == "district"), None)
        if column is None:
            return []
        areas_of = areas_named(distinct(self.raw.column(column)).to_list(), self.areas)
        unknown = sorted(text for text, area in areas_of.items() if area is None)
        secret = identifiers_in(unknown, coded=True)
        return [text for text in unknown if text not in secret][:_NAMES_MOST]

    def write(self, draft: Draft, path: Path, drafted_from: str, names: NamedDistricts) -> Undo:
        """Write its mapping, and name it in the settings.

        Args:
            drafted_from: What it was drafted from.
        """
        text = mapping_text(drafted_from, self.dataset, self.raw, draft, names)
        return write_mapping(self.partnerships, self.dataset.id, path, text, "columns")


def source_to_map(
    folder: Path, partnership: str, files: Sequence[ExtractFile], dataset: str, name: str = ""
) -> SourceToMap:
    """Read a file that is to have a mapping; the log as it was last read, where a store is away.

    Args:
        name: What the file is called in a refusal.

    Raises:
        ExtractUnreadable: it cannot be read, or its first line holds a record, whose values would
            be written into the mapping.
    """
    partnerships = Settings.all(folder, partnership)
    registers = [open_log(settings, offline=True).log.register for settings in partnerships]
    places = places_of(list(zip(partnerships, registers, strict=True)))
    areas = tuple(area for register in registers for area in register.areas)
    raw, nation = _read_unmapped(files, name), registers[0].nation
    return SourceToMap(partnerships, raw, DATASETS[dataset], places, nation, areas)


@readable_places()
def propose_columns(
    folder: Path, partnership: str, files: Sequence[ExtractFile], dataset: str
) -> list[ColumnProposal]:
    """Return each column of a file, with the field of a dataset that it seems to be.

    Raises:
        ExtractUnreadable: the file cannot be read, or has no line of headings.
    """
    source = source_to_map(folder, partnership, files, dataset)
    fields = {guess.column: guess.field for guess in source.draft().guesses}
    return [
        ColumnProposal(n, heading, _shapes(source.raw.column(n)), fields.get(n, ""))
        for n, heading in source.raw.columns.items()
    ]


@readable_places()
def map_columns(
    folder: Path,
    partnership: str,
    files: Sequence[ExtractFile],
    dataset: str,
    chosen: Mapping[str, int],
) -> Undo:
    """Write the mapping of a file as the officer chose its columns, and name it in the settings.

    Args:
        chosen: The number of the column of each field; the other columns are not used.

    Raises:
        ExtractUnreadable: as for `propose_columns`.
        Usage: no column was chosen for what the dataset must have.
    """
    source = source_to_map(folder, partnership, files, dataset)
    if missing := source.dataset.missing(set(chosen)):
        raise Usage(
            "columns-not-chosen",
            f"{source.dataset.title} needs a column for the {', and one for the '.join(missing)}",
        )
    unused = tuple(n for n in source.raw.columns if n not in chosen.values())
    draft = replace_fields(source.draft(chosen), unused=unused)
    path = unused_path(source.partnerships[0], dataset)
    return source.write(draft, path, "an export", NamedDistricts())


def _read_unmapped(files: Sequence[ExtractFile], name: str) -> Raw:
    try:
        raw = read_all(files)
    except SourceRefused as fault:
        message = f"{name}: {fault.message}" if name else fault.message
        raise ExtractUnreadable(fault.id, message, *fault.hints) from None
    if len(identifiers_in(raw.headings, coded=True)) >= _RECORD:
        raise ExtractUnreadable(
            "headings-are-a-record",
            f"{name or 'the file'}: the line of headings looks like a record, so no mapping was "
            "written",
        )
    return raw


def _shapes(cells: pl.Series) -> tuple[str, ...]:
    values = cells.drop_nulls().head(_LOOKED_AT).to_list()
    shapes = dict.fromkeys(shape_of(value.strip()) for value in values if value.strip())
    return tuple(shapes)[:_SHAPES]
