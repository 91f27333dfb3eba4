"""The questions that are asked before a partnership is set up, and what was answered so far."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from exchange.errors import Refusal, Usage
from exchange.profile.new_partnership import (
    check_first_quarter,
    check_name,
    lsoa_codes,
    make_plan,
    nation_of,
    outward_codes,
    read_area,
)
from exchange.typed_words import typed_quarter
from schemas.authorities.local_authorities import lsoa_count
from schemas.quarters import Quarter

QUESTIONS: Final = ("name", "areas", "outward", "lsoas", "first-quarter", "store")
TITLES: Final = {
    "name": "What is the partnership called?",
    "areas": "Which areas does it cover?",
    "outward": "Which outward codes are inside it?",
    "lsoas": "Do you need to list LSOA codes?",
    "first-quarter": "Which is the first quarter to share?",
    "store": "Where is the shared folder?",
}
STORE: Final = "Shared folder of the partnership"
STORE_HINT: Final = (
    "Such as \\\\server\\share\\westshire, a folder that starts with a drive letter, "
    "s3://bucket/westshire, or sftp://server/westshire."
)
ACCESS: Final = "File with the access credentials (optional)"
ACCESS_HINT: Final = (
    "Only for a bucket or an SFTP server: the file that your IT department made for you, such as "
    "store-access.toml if it is in your folder. exchange reads it there, and shows nothing of it."
)
_LINES: Final = 4  # of a field that takes several


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a question.

    Attributes:
        rows: Lines of it; 1 where it takes one.
    """

    id: str
    label: str
    hint: str
    value: str
    rows: int = 1


class FieldRefused(Exception):
    """What was typed into one of the fields of a question is refused."""

    def __init__(self, name: str, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.field = name
        self.refusal = refusal


@dataclass(slots=True)
class Interview:
    """What was answered so far; nothing of it is written before all of it was seen."""

    name: str = ""
    areas: dict[str, str] = field(default_factory=dict)
    outward: dict[str, list[str]] = field(default_factory=dict)
    lsoas: dict[str, list[str]] = field(default_factory=dict)
    first_quarter: Quarter | None = None
    store: str = ""
    access: str = ""
    answered: set[str] = field(default_factory=set)

    @property
    def next_question(self) -> str:
        """The first question without an answer; empty if all have one."""
        return next((question for question in QUESTIONS if question not in self.answered), "")

    def plan(self) -> dict[str, Any]:
        """Return what the partnership will be created with.

        Raises:
            Usage: a question has no answer, or as for `make_plan`.
        """
        if self.next_question or self.first_quarter is None:
            raise Usage("page-questions-open", "a question about the partnership has no answer yet")
        return make_plan(self.name, self.areas, self.outward, self.lsoas, self.first_quarter)

    def digest(self) -> str:
        """Return what tells these answers from others, for the form that confirms them.

        Raises:
            Usage: as for `plan`.
        """
        answers = json.dumps([self.plan(), self.store, self.access])
        return hashlib.sha256(answers.encode()).hexdigest()

    def fields(self, question: str, in_progress: Quarter) -> list[Field]:
        """Return the fields of a question, with what was answered before."""
        match question:
            case "name":
                return [Field("name", "", _HINTS[question], self.name)]
            case "areas":
                areas = "\n".join(f"{code}={name}" for code, name in self.areas.items())
                return [Field("areas", "", _HINTS[question], areas, _LINES)]
            case "outward":
                return [
                    Field(f"{question}-{code}", name, _HINTS[question], " ".join(codes), 2)
                    for code, name in self.areas.items()
                    for codes in [self.outward[code]]
                ]
            case "lsoas":
                return [
                    Field(f"{question}-{code}", name, _area_of_code(code), "\n".join(codes), _LINES)
                    for code, name in self.areas.items()
                    for codes in [self.lsoas[code]]
                ]
            case "first-quarter":
                quarter = self.first_quarter or in_progress
                return [Field("first-quarter", "", _HINTS[question], str(quarter))]
            case _:
                return [
                    Field("store", STORE, _HINTS["store"], self.store),
                    Field("access", ACCESS, _HINTS["access"], self.access),
                ]

    def answer(self, question: str, form: dict[str, str], in_progress: Quarter) -> None:
        """Take the answer to a question.

        Args:
            in_progress: The quarter that is in progress.

        Raises:
            Usage: it cannot be one; what was answered before stays.
            FieldRefused: the same, where the question has a field for each area.
        """
        match question:
            case "name":
                self._answer_name(form.get("name", ""))
            case "areas":
                self._answer_areas(form.get("areas", ""))
            case "outward":
                self.outward = self._lists(question, form, lambda text, _: outward_codes(text))
            case "lsoas":
                self.lsoas = self._lists(question, form, _lsoas)
            case "first-quarter":
                first = typed_quarter(form.get("first-quarter", ""))
                check_first_quarter(first, in_progress)
                self.first_quarter = first
            case _:
                self._answer_store(form.get("store", ""))
                self.access = form.get("access", "")
        self.answered.add(question)

    def _answer_name(self, text: str) -> None:
        if not text:
            raise Usage("page-questions-open", "the partnership needs a name", "enter its name")
        check_name(text)
        self.name = text

    def _lists(
        self, question: str, form: dict[str, str], read: Callable[[str, str], list[str]]
    ) -> dict[str, list[str]]:
        """Return the list that was typed for each area.

        Raises:
            FieldRefused: one of them is none, or was not asked for: the areas changed meanwhile.
        """
        lists = {}
        for code, name in self.areas.items():
            key = f"{question}-{code}"
            try:
                if key not in form:
                    raise Usage(
                        "page-questions-open",
                        f"the question about {name} has no answer yet",
                        "answer it now",
                    )
                lists[code] = read(form[key], name)
            except Refusal as refusal:
                raise FieldRefused(key, refusal) from None
        return lists

    def _answer_areas(self, text: str) -> None:
        lines = [line for line in text.splitlines() if line.strip()]
        areas = dict(_area(line, n if len(lines) > 1 else 0) for n, line in enumerate(lines, 1))
        if not areas:
            raise Usage(
                "area-missing",
                "a partnership needs at least one area",
                "write the name or the GSS code of one",
            )
        nation_of(areas)
        if set(areas) - set(self.areas):  # its lists were not asked for yet
            self.answered -= {"outward", "lsoas"}
        self.areas = areas
        self.outward = {code: self.outward.get(code, []) for code in areas}
        self.lsoas = {code: self.lsoas.get(code, []) for code in areas}

    def _answer_store(self, text: str) -> None:
        if not text:
            raise Usage(
                "page-questions-open",
                "the partnership needs a shared folder",
                "enter the folder that all partners can reach",
            )
        self.store = text


_HINTS: Final = {
    "name": "Such as Westshire Community Safety Partnership. All partners see it.",
    "areas": "Write each on a line of its own: the name of the district or unitary authority, such "
    "as Test Valley, or its GSS code, such as E07000093.",
    "outward": "Separated by spaces or commas, such as SP10, SP11",
    "first-quarter": "Such as 2026Q4. It is the quarter in progress if you do not change it.",
    "store": f"{STORE_HINT} All partners must be able to read and write it.",
    "access": ACCESS_HINT,
}


def _area(line: str, number: int) -> tuple[str, str]:
    """Return the code and the name of an area; a refusal names the line, where there are more."""
    try:
        return read_area(line)
    except Usage as refusal:
        prefix = f"line {number}: " if number else ""
        raise Usage(refusal.id, f"{prefix}{refusal.message}", *refusal.hints) from None


def _lsoas(text: str, name: str) -> list[str]:
    return lsoa_codes(text, f"the list of {name}") if text else []


def _area_of_code(code: str) -> str:
    count = lsoa_count(code)
    if not count:
        return "exchange does not know which LSOAs are inside this area."
    return f"exchange knows the {count:,} LSOAs of 2011 that are inside this area."
