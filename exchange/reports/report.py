"""A report as tables with a word before each: one content for every form it is written in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class ReportTable:
    """One table.

    Attributes:
        id: Its name in JSON and on a sheet.
        says: A sentence before it.
        numbers: Which columns are numbers.
        nothing: What is said in its place if it has no rows.
        chart: Draws it as a picture, SVG, where a form has pictures; the table stands below it, so
            that nothing is in it alone.
    """

    id: str
    title: str
    says: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    numbers: tuple[int, ...] = ()
    nothing: str = "None."
    chart: Callable[[], str] | None = None


@dataclass(frozen=True, slots=True)
class Prose:
    """What people write, or have not written yet.

    Attributes:
        missing: What is said where they have not.
    """

    id: str
    title: str
    says: str
    paragraphs: tuple[str, ...]
    missing: str = ""


class ReportWarning(NamedTuple):
    """What whoever reads a report has to know first, with its permanent id."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """One report.

    Attributes:
        about: What it is of, a line each.
        warnings: What whoever reads it has to know first.
        todo: What is to be decided, a sentence each; None where nothing is ever to be decided.
        parts: Tables, and what people write between them.
        public: It may be published, and bears no protective marking.
        data: All of it with the entries it rests on, for JSON.
    """

    title: str
    about: tuple[str, ...]
    warnings: tuple[ReportWarning, ...]
    todo: tuple[str, ...] | None
    parts: tuple[ReportTable | Prose, ...]
    data: dict[str, Any] = field(default_factory=dict)
    public: bool = False

    @property
    def tables(self) -> tuple[ReportTable, ...]:
        """Its tables alone."""
        return tuple(part for part in self.parts if isinstance(part, ReportTable))

    @property
    def prose(self) -> tuple[Prose, ...]:
        """What people write, alone."""
        return tuple(part for part in self.parts if isinstance(part, Prose))
