"""The questions that are asked before a partnership is set up, and what was answered so far."""

import contextlib
from dataclasses import dataclass, field
from typing import Any, Final

from exchange.errors import Usage
from exchange.profile.planning import (
    check_name,
    lsoa_codes,
    make_plan,
    nation_of,
    outward_codes,
    read_area,
)
from schemas.authorities.local_authorities import lsoa_count
from schemas.quarters import NotAQuarter, Quarter

QUESTIONS: Final = ("name", "areas", "outward", "lsoas", "first-quarter", "store")
TITLES: Final = {
    "name": "What is the partnership called?",
    "areas": "Which areas does it cover?",
    "outward": "Which outward codes are inside it?",
    "lsoas": "Do you need to list LSOA codes?",
    "first-quarter": "Which is the first quarter to share?",
    "store": "Where is the shared folder?",
}
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


@dataclass(slots=True)
class Interview:
    """What was answered so far; nothing of it is written before all of it was seen."""

    name: str = ""
    areas: dict[str, str] = field(default_factory=dict)
    outward: dict[str, list[str]] = field(default_factory=dict)
    lsoas: dict[str, list[str]] = field(default_factory=dict)
    first_quarter: Quarter | None = None
    store: str = ""
    answered: set[str] = field(default_factory=set)

    @property
    def next_question(self) -> str:
        """The first question without an answer; empty if all have one."""
        return next((one for one in QUESTIONS if one not in self.answered), "")

    def plan(self) -> dict[str, Any]:
        """Return what the partnership will be created with.

        Raises:
            Usage: a question has no answer, or as for `make_plan`.
        """
        if self.next_question or self.first_quarter is None:
            raise Usage("page-questions-open", "a question about the partnership has no answer yet")
        return make_plan(self.name, self.areas, self.outward, self.lsoas, self.first_quarter)

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
                    Field(f"outward-{n}", name, _HINTS[question], " ".join(self.outward[code]), 2)
                    for n, (code, name) in enumerate(self.areas.items())
                ]
            case "lsoas":
                return [
                    Field(f"lsoas-{n}", name, _known(code), "\n".join(self.lsoas[code]), _LINES)
                    for n, (code, name) in enumerate(self.areas.items())
                ]
            case "first-quarter":
                quarter = self.first_quarter or in_progress
                return [Field("first-quarter", "", _HINTS[question], str(quarter))]
            case _:
                return [Field("store", "", _HINTS["store"], self.store)]

    def answer(self, question: str, form: dict[str, str]) -> None:
        """Take the answer to a question.

        Raises:
            Usage: it cannot be one; what was answered before stays.
        """
        match question:
            case "name":
                check_name(form.get("name", ""))
                self.name = form["name"]
            case "areas":
                self._answer_areas(form.get("areas", ""))
            case "outward":
                self.outward = {
                    code: outward_codes(form.get(f"outward-{n}", ""))
                    for n, code in enumerate(self.areas)
                }
            case "lsoas":
                self.lsoas = {
                    code: lsoa_codes(text, f"the list of {name}") if text else []
                    for n, (code, name) in enumerate(self.areas.items())
                    for text in [form.get(f"lsoas-{n}", "")]
                }
            case "first-quarter":
                self.first_quarter = _quarter_in(form.get("first-quarter", ""))
            case _:
                self._answer_store(form.get("store", ""))
        self.answered.add(question)

    def _answer_areas(self, text: str) -> None:
        areas = dict(read_area(line) for line in text.splitlines() if line.strip())
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
    "store": "Such as \\\\server\\share\\westshire, or a folder that starts with a drive letter. "
    "All partners must be able to read and write it.",
}


def _quarter_in(text: str) -> Quarter:
    quarter: Quarter | None = None
    with contextlib.suppress(NotAQuarter):
        quarter = Quarter.parse(text)
    if quarter is None:
        raise Usage(
            "quarter-not-understood", "that is not a quarter", "enter a quarter such as 2026Q4"
        )
    return quarter


def _known(code: str) -> str:
    count = lsoa_count(code)
    if not count:
        return "exchange does not know which LSOAs are inside this area."
    return f"exchange knows the {count:,} LSOAs of 2011 that are inside this area."
