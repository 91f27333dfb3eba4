"""The mapping of a dataset as a file beside exchange.toml, which names it, and its undoing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from exchange.files import replace
from exchange.profile.settings import Settings


@dataclass(frozen=True, slots=True)
class Undo:
    """How a mapping is taken back: its file, and what was named in the settings, as before.

    Attributes:
        description: What was written, without a value.
        before: What was in the file; None if there was none.
    """

    description: str
    path: Path
    before: bytes | None = field(repr=False)
    mappings: tuple[tuple[Settings, dict[str, str | list[str]]], ...] = field(repr=False)


def unused_path(settings: Settings, dataset: str) -> Path:
    """Return where a new mapping of a dataset goes: no file is there."""
    number, path = 1, settings.folder / f"{dataset}.toml"
    while path.exists():
        number += 1
        path = settings.folder / f"{dataset}-{number}.toml"
    return path


def write_mapping(
    partnerships: Sequence[Settings], dataset: str, path: Path, text: str, description: str
) -> Undo:
    """Write the mapping of a dataset, and name it in the settings of all partnerships."""
    before = path.read_bytes() if path.exists() else None
    mappings = tuple((settings, dict(settings.mappings)) for settings in partnerships)
    replace(path, text.encode())
    for settings in partnerships:
        settings.add_mapping(dataset, path)
        settings.write()
    return Undo(description, path, before, mappings)


def undo(change: Undo) -> None:
    """Take a mapping back."""
    for settings, mappings in change.mappings:
        settings.mappings = mappings
        settings.write()
    if change.before is None:
        change.path.unlink(missing_ok=True)
    else:
        replace(change.path, change.before)
