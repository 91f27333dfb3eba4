"""What a dataset is: one declaration from which reading, checks, pages and treatments follow.

It consists of fields and of facts about the duty to share it. Each field says how it is read, which
rules its rows must meet and how it may be shared; a field that does not say so is not shared. The
columns of a dataset are listed nowhere else. All of it is plain data, so that code which only asks
who has to send what imports no table library. `checks/models.py` makes the pandera schema of it.
"""

import dataclasses
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Final

from schemas.codes.vocabularies import FIRST_GENERALISED_WORDS, GENERALISED, Words
from schemas.datasets.axes import MONTH, Axis
from schemas.quarters import Quarter

# Rows that a group must have, where groups are counted: a caution of ours and not the law's
# (docs/adr/0014). A protocol may ask for more, and not for fewer.
SMALLEST: Final = 5


class Reads(StrEnum):
    """How the cells of a field are read."""

    TEXT = "text"
    DATE = "date"
    TIME = "time"
    CATEGORY = "category"
    ALSO_CATEGORY = "category of the same list"
    SCHEME = "scheme"
    EDITION = "edition"
    WORD = "word of a list"
    QUALIFIER = "qualifiers, of which domestic is read"
    COUNT = "whole number"
    DECIMAL = "decimal number"
    SCHOOL = "URN or DfE number"
    POSTCODE = "postcode or outward code"
    GRID = "National Grid reference"
    LSOA = "LSOA code"
    LSOA_NAME = "LSOA name"
    DISTRICT = "district code or name"


class Treat(StrEnum):
    """How a field may be shared. What has no treatment is dropped."""

    DROP = "not shared"
    KEEP = "as it is"
    DATE = "to the day, less precise for sensitive rows"
    TIME = "as precise as the dataset allows, less precise for sensitive rows"
    PLACE = "one place for each row, no more precise than the dataset allows"
    AGE = "in years, or as the key stage where the group is small"
    NUMBER = 'as it is, but one to four as "1 to 4"'


class Place(StrEnum):
    """The finest place a dataset's rows may carry."""

    OUTWARD_ONLY = "outward code, locked"
    OUTWARD = "outward code"
    LSOA = "a square of the National Grid that holds enough addresses, else LSOA, else outward code"
    POINT = "the point, else outward code"
    SCHOOL = "the school, else its outward code"
    DISTRICT = "the local government area"


@dataclass(frozen=True, slots=True)
class Field:
    """One column of an extract, as its dataset declares it.

    Attributes:
        description: What it means.
        reads: How its cells are read.
        treat: How it may be shared.
        aliases: What sources call it.
        needs: The group of fields of which an extract must have one, such as "date"; empty for what
            is given only if it is held.
        words: The closed list of its values, where it has one.
        number_type: The polars type of a number, such as "UInt16".
        rules: The rules about this column that each row is held to: ids of `models.ROW_RULES`.
        protects: It decides how coarsely a row is shared, so a column of a source that may be this
            field is never dropped without the officer's word.
        heading_words: Words by which the heading of a column shows that it may be this field.
        sample_weights: How often each of its words occurs in made-up extracts; all alike if empty.
    """

    name: str
    description: str
    reads: Reads
    treat: Treat = Treat.DROP
    aliases: tuple[str, ...] = ()
    needs: str = ""
    words: Words | None = None
    number_type: str = ""
    rules: tuple[str, ...] = ()
    protects: bool = False
    heading_words: tuple[str, ...] = ()
    sample_weights: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Where the Regulations prescribe a dataset, and whether that wording has been verified."""

    cites: str
    verified: bool

    def __str__(self) -> str:
        return self.cites if self.verified else f"{self.cites} (wording to be confirmed)"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a dataset, in which nation, from when to when.

    Attributes:
        kind: The kind of authority, as on its card.
        title: What the authorities of that kind were called then.
        certain: Today's duty to share it is proved.
        nation: "england" or "wales"; empty for both.
        source: Where this was read, or "to be confirmed".
    """

    kind: str
    title: str
    certain: bool
    nation: str = ""
    first: date | None = None
    last: date | None = None
    source: str = "to be confirmed"

    def holds(self, nation: str, quarter: Quarter) -> bool:
        """Say whether it held the dataset on some day of a quarter."""
        return (
            self.nation in ("", nation)
            and (self.first is None or self.first <= quarter.last)
            and (self.last is None or self.last >= quarter.first)
        )


@dataclass(frozen=True, slots=True)
class Upgrade:
    """How rows of one version of a dataset's form become rows of the next.

    New words in a closed list need nothing said.

    Attributes:
        adds: Columns that are new, with what they hold in rows of before. Said of all datasets at
            once, they are new in those whose next form has them.
        renames: New names of columns, by their old ones.
        drops: Columns that are no more.
        words: By column, what old words of its closed list become. Where several become one, it is
            written back as the last of them.
    """

    adds: dict[str, str | int | None] = dataclasses.field(default_factory=dict)
    renames: dict[str, str] = dataclasses.field(default_factory=dict)
    drops: tuple[str, ...] = ()
    words: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)


# The second form, of every dataset (docs/adr/0038): the part of the week, one word for all rows
# that are generalised; record ids are derived and rows are sorted.
SECOND: Final = Upgrade(
    adds={"week_part": ""},
    words={"generalised": {word: GENERALISED for word in FIRST_GENERALISED_WORDS if word}},
)


@dataclass(frozen=True)
class Dataset:
    """One row of the Regulations' Schedule.

    Attributes:
        id: Its name on the command line.
        description: What a row of it is, in a sentence.
        columns: The fields of an extract, in order.
        schemes: The schemes of its category column, with the classes of each that belong to it
            (none named: all), in the order in which they are tried. Empty where it has none.
        place: The finest place that may be shared.
        time: "minute" or "hour": the finest time that may be shared; "none" where it holds none.
        may_share_minutes: The partnership's protocol may let the time be shared to the minute.
        recorded_when_it_happened: The date recorded is when it happened (a call), so its time is
            the row's time.
        term_time: Its records are of school days, so August and runs of other days have none.
        dwellings_by_outward_code: Rows at a dwelling, or not known to be elsewhere, are shared with
            the outward code only.
        axes: How its rows may be shared, where all of them are protected; none where some rows are
            and others are not (`axes.INCIDENT`), or where it has no records.
        agency: The service whose records they are, as reports call it.
        theme: What its rows are about where no category says it: a word of
            `vocabularies.THEMES`.
        sample_codes: Codes for made-up extracts, separated by spaces. A code that is listed several
            times occurs so many times as often.
        upgrades: How its form changed from version to version (`schemas/wire`); the first one is
            from version 1 to version 2. `SECOND` stands among them.
    """

    id: str
    title: str
    description: str
    columns: tuple[Field, ...]
    paragraph: Paragraph
    holders: tuple[Holder, ...]
    schemes: dict[str, frozenset[str]]
    place: Place
    time: str
    may_share_minutes: bool = False
    recorded_when_it_happened: bool = False
    dwellings_by_outward_code: bool = False
    term_time: bool = False
    axes: tuple[Axis, ...] = ()
    agency: str = "local"
    theme: str = ""
    sample_codes: str = ""
    upgrades: tuple[Upgrade, ...] = (SECOND,)

    @property
    def version(self) -> int:
        """The version of the form in which it is shared."""
        return 1 + len(self.upgrades)

    def is_second(self, version: int) -> bool:
        """Say whether a version has the second form of all datasets, or the first one."""
        return SECOND in self.upgrades[: version - 1]

    @cached_property
    def fields(self) -> dict[str, Field]:
        """The columns of an extract, by name."""
        return {field.name: field for field in self.columns}

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """The groups of fields of which an extract must have one each."""
        groups: dict[str, tuple[str, ...]] = {}
        for field in self.fields.values():
            if field.needs:
                groups[field.needs] = (*groups.get(field.needs, ()), field.name)
        return groups

    def missing(self, columns: set[str]) -> list[str]:
        """Name the groups of which an extract must have a field, and none is given."""
        return [need for need, names in self.needs.items() if not columns & set(names)]

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of authority that hold it, or once did."""
        return frozenset(holder.kind for holder in self.holders)

    @property
    def is_numbers(self) -> bool:
        """Whether it is numbers for areas, and no records."""
        return "number" in self.fields

    @property
    def marks_domestic(self) -> bool:
        """Whether its rows say which of them are recorded domestic incidents."""
        return "domestic" in self.fields

    @property
    def shared_less_precisely(self) -> str:
        """What the Regulations name and is never shared as precisely, in words; empty if nothing.

        A caution of this tool, of datasets of which all rows are protected: docs/adr/0035.
        """
        if MONTH not in self.axes or self.id.startswith("local-"):
            return ""
        timed = self.time != "none"
        details = "the date and time" if timed else "the date"
        confirmed = "" if self.paragraph.verified else " (wording to be confirmed)"
        finest = "the month, weekday or weekend, and a band of six hours" if timed else "the month"
        return (
            f"The Regulations name {details} of each record{confirmed}. The most precise that is "
            f"shared is {finest}, because a day or an hour beside the place could tell which "
            "record of another authority is of the same incident."
        )

    def holders_in(self, nation: str, quarter: Quarter) -> list[Holder]:
        """Return who holds it in a nation in a quarter."""
        return [holder for holder in self.holders if holder.holds(nation, quarter)]

    def belongs(self, scheme: str, klass: str) -> bool:
        """Say whether a category of this class belongs to this dataset."""
        classes = self.schemes.get(scheme)
        return classes is not None and (not classes or klass in classes)

    def __hash__(self) -> int:
        return hash(self.id)


def fields(*groups: tuple[Field, ...] | Field) -> tuple[Field, ...]:
    """Join groups of fields; a field of a name that stands already takes its place.

    >>> one = Field("recorded", "The day.", Reads.DATE)
    >>> other = Field("recorded", "The month.", Reads.DATE)
    >>> [field.description for field in fields((one,), other)]
    ['The month.']
    """
    joined: dict[str, Field] = {}
    for group in groups:
        for field in (group,) if isinstance(group, Field) else group:
            joined[field.name] = field
    return tuple(joined.values())
