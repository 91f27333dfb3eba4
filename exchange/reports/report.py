"""A report as tables with a sentence before each: one content for every form it is written in."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final, NamedTuple

from exchange.reports.front_page import FrontPage
from exchange.reports.names import readable

# The headings of columns, where they are not the words of the column's id.
_HEADINGS: Final = {
    "lsoa": "LSOA",
    "requirement_id": "no.",
    "signed": "signed?",
    "per_1000": "per 1,000 residents",
    "interval": "95% interval of the rate",
    "cannot_open": "cannot open it",
}
_LONG: Final = 20  # rows, at most, that are printed in a report in columns
_SHORT: Final = 4  # rows that are not parted
_FEW: Final = 10  # one of ten at most is left out by name
_MANY: Final = 8  # cells that are named one by one in a row that stands for several
_NARROW: Final = 56  # letters beside each other that fit in one of the two columns of paper


class Chart(NamedTuple):
    """A picture of a table, where a form has pictures.

    Attributes:
        draw: Draws it, as SVG.
        alt_text: What it shows, for people who do not see it.
        is_enough: It shows what there is to see in its table, which paper does without.
    """

    draw: Callable[[], str]
    alt_text: str
    is_enough: bool = True


@dataclass(frozen=True, slots=True)
class ReportTable:
    """One table.

    Attributes:
        id: Its name in JSON and on a sheet.
        introduction: A sentence before it.
        columns: The ids of its columns in JSON, which never change.
        numbers: Which columns are numbers.
        nothing: What is said in its place if it has no rows.
        chart: Stands above it, so that nothing is in the chart alone.
        pictures: One beside each row, where a form has pictures.
        implied: Columns of which the report says already what they hold; pages do without them.
        fills_paper: Paper shows as many of its rows as the last page has room for.
        joined: Columns; pages have one row of those that are alike in all but one of them.
        districts: What all districts of a county are called, where the first column names them.
        identifiers: Which columns hold identifiers, which people read as names and dates.
        identifier_headings: The headings of the columns that are numbers are identifiers too.
        labels: The headings of columns that are made from data, where they are not their ids.
    """

    id: str
    title: str
    introduction: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    numbers: tuple[int, ...] = ()
    nothing: str = "None."
    chart: Chart | None = None
    identifiers: tuple[int, ...] = ()
    identifier_headings: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    pictures: Sequence[Chart] = ()
    implied: tuple[int, ...] = ()
    fills_paper: bool = False
    joined: tuple[int, ...] = ()
    districts: tuple[str, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        """What stands above its columns."""
        words = _HEADINGS | dict(self.labels)
        return tuple(words.get(column, column.replace("_", " ")) for column in self.columns)

    @property
    def is_folded(self) -> bool:
        """Whether a page in columns folds it, and paper leaves it to the workbook."""
        in_chart = self.chart is not None and self.chart.is_enough
        return in_chart or len(self.rows) > _LONG

    @property
    def is_short(self) -> bool:
        """Whether it stays together on paper."""
        return self.is_folded or len(self.rows) <= _SHORT

    @property
    def is_wide(self) -> bool:
        """Whether it needs the whole width of paper."""
        words = [
            max((len(word) for cell in cells for word in cell.split()), default=0)
            for cells in zip(self.headings, *self.rows, strict=True)
        ]
        return sum(words) + len(words) > _NARROW or bool(self.pictures)

    def named(self, names: Mapping[str, str]) -> "ReportTable":
        """Return it with names and dates in place of identifiers."""
        labels = dict(self.labels)
        if self.identifier_headings:
            labels |= {self.columns[n]: readable(self.headings[n], names) for n in self.numbers}
        rows = [
            tuple(readable(c, names) if n in self.identifiers else c for n, c in enumerate(row))
            for row in self.rows
        ]
        return replace(self, labels=labels, rows=rows)

    @property
    def with_rows_joined(self) -> "ReportTable":
        """The same with rows in one that are alike in all but a column whose cells are joined."""
        rows = self.rows
        for column in self.joined:
            cells: dict[tuple[str, ...], list[str]] = {}
            for row in rows:
                rest = (*row[:column], *row[column + 1 :])
                cells.setdefault(rest, []).append(row[column])
            if self.districts and column == 0:
                join = partial(in_districts, districts={name: name for name in self.districts})
            else:
                join = partial(_join_cells, distinct=dict.fromkeys(row[column] for row in rows))
            rows = [
                (*rest[:column], join(dict.fromkeys(ones)), *rest[column:])
                for rest, ones in cells.items()
            ]
        return replace(self, rows=rows, joined=())

    @property
    def without_implied(self) -> "ReportTable":
        """The same without the columns that the report says already what they hold."""
        places = [n for n in range(len(self.columns)) if n not in self.implied]
        return replace(
            self,
            columns=tuple(self.columns[n] for n in places),
            rows=[tuple(row[n] for n in places) for row in self.rows],
            numbers=tuple(places.index(n) for n in self.numbers),
            identifiers=tuple(places.index(n) for n in self.identifiers if n in places),
            implied=(),
        )


def _join_cells(cells: Collection[str], distinct: Collection[str]) -> str:
    """Return cells in one, or that it is all of very many, or all but few.

    >>> ten = "abcdefghij"
    >>> _join_cells("abcd", "abcd"), _join_cells(ten, ten), _join_cells(ten[1:], ten)
    ('a; b; c; d', 'all 10', 'all 10 but a')
    """
    missing = [cell for cell in distinct if cell not in cells]
    if len(distinct) <= _MANY or not are_few(missing, distinct):
        return "; ".join(cells)
    return f"all {len(distinct)}" + (f" but {'; '.join(missing)}" if missing else "")


def in_districts(names: Collection[str], districts: Mapping[str, str]) -> str:
    """Name some districts of a county, or say that it is all of them, or all but few.

    Args:
        districts: What each is called.

    >>> ten = {letter: letter.upper() for letter in "abcdefghij"}
    >>> in_districts("ab", ten), in_districts(ten, ten), in_districts("bcdefghij", ten)
    ('a, b', 'all districts', 'all districts but A')
    """
    missing = [title for name, title in districts.items() if name not in names]
    if not missing:
        return "all districts"
    if are_few(missing, districts):
        return f"all districts but {', '.join(missing)}"
    return ", ".join(names)


def are_few(part: Collection[str], whole: Collection[str]) -> bool:
    """Return whether those that are left out are shorter to name than the others."""
    return len(part) <= len(whole) // _FEW


@dataclass(frozen=True, slots=True)
class Prose:
    """What people write, or have not written yet.

    Attributes:
        paragraphs: As they wrote them, for forms without headings, lists and tables.
        missing: What is said where they have not.
        markdown: All of it, for a page.
        pictures: The pictures in it that a page shows, by their address.
    """

    id: str
    title: str
    introduction: str
    paragraphs: tuple[str, ...]
    missing: str = ""
    markdown: str = ""
    pictures: Mapping[str, str] = field(default_factory=dict)


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
        todo: The decisions needed, a sentence each; None where nothing is ever to be decided.
        parts: Tables, and what people write between them.
        public: It may be published, and bears no protective marking.
        data: All of it with the entries it is based on, for JSON.
        footnote: The audit reference: which state of which log it was made from.
        main: The table that is written as CSV, where it is not the first.
        front: The first page, where the report has one for a board.
        names: What people call the identifiers in its tables.
        in_columns: It is printed in two columns, without the tables that its charts show.
    """

    title: str
    about: tuple[str, ...]
    warnings: tuple[ReportWarning, ...]
    todo: tuple[str, ...] | None
    parts: tuple[ReportTable | Prose, ...]
    data: dict[str, Any] = field(default_factory=dict)
    public: bool = False
    footnote: str = ""
    front: FrontPage | None = None
    main: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    in_columns: bool = False

    @property
    def named(self) -> "Report":
        """The same as people read it, with names and dates in place of identifiers."""
        parts = tuple(p.named(self.names) if isinstance(p, ReportTable) else p for p in self.parts)
        return replace(self, parts=parts)

    @property
    def as_read(self) -> "Report":
        """The same for a page or plain text, without columns and rows that say nothing more."""
        parts = (
            p.with_rows_joined.without_implied if isinstance(p, ReportTable) else p
            for p in self.named.parts
        )
        return replace(self, parts=tuple(parts))

    @property
    def todo_title(self) -> str:
        """What stands above the decisions: behind a first page that has them, all of them."""
        return "Decisions needed" if self.front is None else "Open points, one by one"

    @property
    def tables(self) -> tuple[ReportTable, ...]:
        """Its tables alone."""
        return tuple(part for part in self.parts if isinstance(part, ReportTable))

    @property
    def left_to_workbook(self) -> tuple[ReportTable, ...]:
        """Its tables that paper leaves out with their headings: long ones without a chart."""
        folded = (table for table in self.tables if table.is_folded and table.chart is None)
        return tuple(table for table in folded if not table.fills_paper) if self.in_columns else ()

    @property
    def in_order(self) -> tuple[ReportTable | Prose, ...]:
        """Its parts without those that fill the last page of paper."""
        return tuple(part for part in self.parts if part not in self.last_page)

    @property
    def last_page(self) -> tuple[ReportTable, ...]:
        """Its tables of which the last page of paper shows as many rows as there is room for."""
        return tuple(table for table in self.tables if table.fills_paper) if self.in_columns else ()

    @property
    def prose(self) -> tuple[Prose, ...]:
        """What people write, alone."""
        return tuple(part for part in self.parts if isinstance(part, Prose))
