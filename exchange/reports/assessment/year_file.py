"""The assessment year: a small TOML file, and what people write, in Markdown.

The sections lie in a folder beside the file with its name, a Markdown file each. Sections can
stand in the TOML file itself too, under [words], as they did before; they are read alike.

Keeps true: what people have to write is never made up; an empty section says that it is empty.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from exchange.errors import Usage, remedy
from exchange.reports.markdown import pictures_in
from exchange.reports.pictures import NotAPicture, is_picture_name, picture
from schemas.extract.text_files import read_text
from schemas.quarters import Quarter, long_date
from schemas.tables import read_table

QUARTER_MONTHS: Final = (1, 4, 7, 10)
_OF_THE_PLAN: Final = {"target", "priority"}  # which were in this file before
_PICTURES: Final = 20  # in all sections
_COMMENT: Final = re.compile("<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Section:
    """A section that only people can write, as `sections.csv` declares it.

    Attributes:
        requirement: Which requirement asks for it (`partners/law/requirements.csv`).
        asks: What belongs into it.
    """

    id: str
    title: str
    requirement: str
    asks: str


_EVERY: Final = tuple(Section(**row) for row in read_table(__package__, "sections.csv"))
SECTIONS, ESCALATE = _EVERY[:-1], _EVERY[-1]  # the last is of areas with two tiers alone


@dataclass(frozen=True, slots=True)
class Year:
    """An assessment year.

    Attributes:
        first: Its first quarter, of four.
        population: Of the area; 0 if it is not given.
        words: What people wrote, by section, as Markdown.
        pictures: The pictures in it that lie beside the sections, by their names.
    """

    first: Quarter
    population: int
    words: dict[str, str]
    pictures: Mapping[str, str] = field(default_factory=dict)

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """Its quarters, oldest first."""
        return four(self.first)

    @property
    def before(self) -> tuple[Quarter, ...]:
        """The quarters of the year before."""
        return four(years_before(self.first, 1))

    @property
    def label(self) -> str:
        """Its first and last day."""
        return f"{long_date(self.first.first)} to {long_date(self.quarters[-1].last)}"


def four(first: Quarter) -> tuple[Quarter, ...]:
    """Return a quarter and the three after it."""
    quarters = [first]
    while len(quarters) < len(QUARTER_MONTHS):
        quarters.append(quarters[-1].next)
    return tuple(quarters)


def years_before(quarter: Quarter, years: int) -> Quarter:
    """Return the same quarter of an earlier year."""
    return Quarter(quarter.year - years, quarter.number)


def year_name(first: Quarter) -> str:
    """Return what the year that begins with a quarter is called.

    >>> year_name(Quarter(2026, 1)), year_name(Quarter(2026, 2))
    ('2026', '2026/27')
    """
    return str(first.year) if first.number == 1 else f"{first.year}/{(first.year + 1) % 100:02}"


def months(quarters: Sequence[Quarter]) -> list[str]:
    """Return the months of some quarters, as 2026-07."""
    return [
        f"{quarter.first.year}-{quarter.first.month + n:02}"
        for quarter in quarters
        for n in (0, 1, 2)
    ]


def template(first_month: int) -> str:
    """Return the file of a year with nothing filled in."""
    lines = [
        "# The year of the strategic assessment. The text of its sections is in the folder beside",
        "# this file that has its name.",
        "",
        f"first_month = {first_month}  # of the assessment year: 1, 4, 7 or 10",
        "population = 0  # residents of the area, for rates; 0 if you do not give them",
    ]
    return "\n".join(lines) + "\n"


def sections_folder(path: Path) -> Path:
    """Return the folder of the sections, of the file of a year."""
    return path.with_suffix("") if path.suffix else path.with_name(f"{path.name}-sections")


def section_templates() -> dict[str, str]:
    """Return the file of each section with nothing written in it yet, by its name."""
    return {
        f"{section.id}.md": f"# {section.title}\n\n<!-- Write below: {section.asks}\nHeadings, "
        "lists and tables are shown as such, and pictures in this folder: ![what it shows]"
        "(file.png). This note is not shown. -->\n"
        for section in _EVERY
    }


def read_year(path: Path, begins: int) -> Year:
    """Read the file of the year that begins in a calendar year, and its sections.

    Raises:
        Usage: it is not as it should be; the message names the part.
    """
    try:
        content = tomllib.loads(read_text(path))
        fault = ""
    except (OSError, ValueError):
        fault = "it is not TOML; check for a missing quotation mark"
    if fault:
        raise _refusal("year-file-unreadable", path, fault)
    if content.keys() & _OF_THE_PLAN:
        message = "targets and priorities are read from the workbook of the partnership plan now"
        raise _refusal("year-plan-in-register", path, message)
    month, population = content.get("first_month", 1), content.get("population", 0)
    if month not in QUARTER_MONTHS:
        raise _refusal("year-first-month-not-allowed", path, "first_month must be 1, 4, 7 or 10")
    if not isinstance(population, int) or population < 0:
        raise _refusal("year-population-not-a-number", path, "population must be a number, or 0")
    first = Quarter(begins, QUARTER_MONTHS.index(month) + 1)
    words = _with_files(path, _words(path, content))
    pictures = _pictures(sections_folder(path), words)
    return Year(first, population, words, pictures)


def _words(path: Path, content: dict[str, Any]) -> dict[str, str]:
    words = content.get("words", {})
    known = {section.id for section in _EVERY}
    if not isinstance(words, dict) or not all(isinstance(text, str) for text in words.values()):
        raise _refusal(
            "year-words-not-text",
            path,
            "everything under [words] must be text between quotation marks",
        )
    if unknown := sorted(words.keys() - known):
        raise _refusal(
            "year-section-unknown",
            path,
            f"there is no section {unknown[0]}; they are {', '.join(sorted(known))}",
        )
    return words


def _with_files(path: Path, words: dict[str, str]) -> dict[str, str]:
    """Add what is written in the files of the sections."""
    folder = sections_folder(path)
    sections = {section.id: section for section in _EVERY}
    texts = {name: text for name, text in words.items() if text.strip()}
    for file in sorted(folder.glob("*.md")):
        where = f"{folder.name}/{file.name}"
        if file.stem not in sections:
            known = ", ".join(f"{name}.md" for name in sorted(sections))
            raise _refusal("year-section-unknown", where, f"the sections are {known}")
        try:
            text = _without_title(read_text(file), sections[file.stem].title)
        except (OSError, ValueError):
            text = None
        if text is None:
            raise _refusal("year-section-unreadable", where, "this is not text")
        if text and file.stem in texts:
            message = f"this section is written in {path.name} too"
            raise _refusal("year-section-written-twice", where, message)
        if text:
            texts[file.stem] = text
    return texts


def _pictures(folder: Path, words: Mapping[str, str]) -> dict[str, str]:
    """Return the pictures beside the sections that these name, as they stand in a page."""
    pictures = {}
    for section, text in words.items():
        for name, description in pictures_in(text):
            if not is_picture_name(unquote(name)):
                continue
            where = f"{folder.name}/{section}.md"
            if not description:
                message = "a picture has no description for people who do not see it"
                raise _refusal("year-picture-not-shown", where, message)
            try:
                pictures[name] = picture(folder / unquote(name))
                fault = "" if len(pictures) <= _PICTURES else f"is one of more than {_PICTURES}"
            except NotAPicture as broken:
                fault = str(broken)
            if fault:
                message = f"the picture {unquote(name)} {fault}"
                raise _refusal("year-picture-not-shown", where, message)
    return pictures


def _without_title(text: str, title: str) -> str:
    """Return what people wrote of a section's file, without its notes and its own heading.

    >>> _without_title("# Reasons\\n\\n<!-- Write below. -->\\nA shop closed.\\n", "Reasons")
    'A shop closed.'
    """
    text = _COMMENT.sub("", text).strip()
    return f"{text}\n".removeprefix(f"# {title}\n").strip()


def _refusal(id_: str, where: Path | str, message: str) -> Usage:
    name = where.name if isinstance(where, Path) else where
    return Usage(id_, f"{name}: {message}", remedy(id_), "nothing was written")
