"""The columns of an unfamiliar file: proposed to the officer, then written as its mapping."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from pathlib import Path
from typing import Final

import polars as pl

from depersonalise.identifiers import identifiers_in
from exchange.errors import ExtractUnreadable, Usage
from exchange.profile.open_logs import open_log
from exchange.profile.places import readable_places
from exchange.profile.settings import Settings
from exchange.submission.mapping_files import Undo, unused_path, write_mapping
from exchange.submission.mapping_text import NamedDistricts, mapping_text
from exchange.submission.policy import places_of
from exchange.submission.same_rows import Member
from schemas.datasets.registry import DATASETS
from schemas.extract.column_numbers import column_letters
from schemas.extract.draft_mapping import draft_of
from schemas.extract.errors import SourceRefused
from schemas.extract.file import ExtractFile, Raw, read_all

_RECORD: Final = 2  # headings that look like identifiers, so that the line is a record
_LOOKED_AT: Final = 200  # records whose shapes are looked at
_SHAPES: Final = 2  # shown of a column
_LONGEST: Final = 24  # letters of a shape


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


@readable_places()
def propose_columns(
    folder: Path, partnership: str, files: Sequence[ExtractFile], dataset: str
) -> list[ColumnProposal]:
    """Return each column of a file, with the field of a dataset that it seems to be.

    Raises:
        ExtractUnreadable: the file cannot be read, or has no line of headings.
    """
    members = _members(folder, partnership)
    raw = read_unmapped(files)
    guessed = draft_of(raw, DATASETS[dataset], places_of(members), members[0][1].nation)
    fields = {guess.column: guess.field for guess in guessed.guesses}
    return [
        ColumnProposal(n, heading, _shapes(raw.column(n)), fields.get(n, ""))
        for n, heading in raw.columns.items()
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
    members = _members(folder, partnership)
    partnerships = [settings for settings, _ in members]
    raw, schema = read_unmapped(files), DATASETS[dataset]
    if missing := schema.missing(set(chosen)):
        raise Usage(
            "columns-not-chosen",
            f"{schema.title} needs a column for the {', and one for the '.join(missing)}",
        )
    draft = draft_of(raw, schema, places_of(members), members[0][1].nation, dict(chosen))
    draft = replace_fields(
        draft,
        guesses=[guess for guess in draft.guesses if chosen.get(guess.field) == guess.column],
        doubts=[],
        unused=tuple(n for n in raw.columns if n not in chosen.values()),
    )
    text = mapping_text("an export", schema, raw, draft, NamedDistricts())
    path = unused_path(partnerships[0], dataset)
    return write_mapping(partnerships, dataset, path, text, "columns")


def _members(folder: Path, partnership: str) -> list[Member]:
    """Return the partnerships of a folder, by the log as it was last read where a store is away."""
    partnerships = Settings.all(folder, partnership)
    return [(settings, open_log(settings, offline=True).log.register) for settings in partnerships]


def read_unmapped(files: Sequence[ExtractFile], name: str = "") -> Raw:
    """Read a file that is to have a mapping.

    Args:
        name: What it is called in a refusal.

    Raises:
        ExtractUnreadable: it cannot be read, or its first line holds a record, whose values would
            stand in the mapping.
    """
    try:
        raw = read_all(files)
    except SourceRefused as fault:
        says = f"{name}: {fault.says}" if name else fault.says
        raise ExtractUnreadable(fault.id, says, *fault.hints) from None
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
