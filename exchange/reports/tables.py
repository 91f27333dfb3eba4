"""A report as tables with a word before each: one content for every form it is written in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes:
        id: Its name in JSON and on a sheet.
        says: A sentence before it.
        numbers: Which columns are numbers.
        nothing: What is said in its place if it has no rows.
    """

    id: str
    title: str
    says: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    numbers: tuple[int, ...] = ()
    nothing: str = "None."


@dataclass(frozen=True, slots=True)
class Report:
    """One report.

    Attributes:
        about: What it is of, a line each.
        warnings: What whoever reads it has to know first.
        todo: What is to be decided, a sentence each.
        data: All of it with the entries it rests on, for JSON.
    """

    title: str
    about: tuple[str, ...]
    warnings: tuple[str, ...]
    todo: tuple[str, ...]
    tables: tuple[Table, ...]
    data: dict[str, Any] = field(default_factory=dict)
