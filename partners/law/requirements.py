"""What partnerships are required to do, and what the guide of 2007 asks of them besides.

The requirements of five papers that real partnerships put to their boards, in our own words, and
what the amending Regulations made of them. Lists with sources: `requirements.csv`, and `laws.csv`
for the instruments that they rest on, each with its nation and dates; where the wording is not
verified, it says so. Leaves to others: how far they are met
(`exchange/reports/compliance/requirements.py`).
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from schemas.tables import read_table

PAPERS: Final = {
    "1": "Safer Stockton Partnership: statutory requirements, position at 18 October 2007",
    "2": "A district's partnership: issue, action, developments (undated, about January 2008)",
    "3": "Test Valley Community Safety Partnership: Meeting the new Partnership Standards, "
    "16 January 2008",
    "4": "Safer Stockton Partnership: Community Safety Plan 2008-2011, 17 January 2008",
    "5": "National Support Framework: Hallmarks of Effective Partnerships, implementation "
    "checklist for two-tier areas",
}
CHAPTERS: Final = {
    "lead": "Lead and guide",
    "governing": "Governing how the partnership works",
    "visibility": "Visibility and accountability",
    "assess": "Assess: the information that is needed",
    "priorities": "Assess: settling priorities",
    "two-tier": "Working together in two-tier areas",
    "plan": "Plan for action",
    "summary": "Publish a summary",
    "deliver": "Deliver",
    "problems": "Solve problems",
    "evaluate": "Evaluate",
}
HALLMARKS: Final = {
    "leadership": "Empowered and effective leadership",
    "accountability": "Visible and constructive accountability",
    "intelligence": "Intelligence-led business processes",
    "delivery": "Effective and responsive delivery structures",
    "communities": "Engaged communities",
    "skills": "Appropriate skills and knowledge",
}
GUIDE: Final = "2007 guide: good practice"


@dataclass(frozen=True, slots=True)
class Law:
    """An instrument that requires something in a nation for some time.

    Attributes:
        confirmed: "yes", or what of it is to be confirmed.
    """

    nation: str
    first: date
    last: date | None
    confirmed: str
    instrument: str

    def applies(self, nation: str, day: date) -> bool:
        """Say whether it is in force in a nation on a day."""
        return nation == self.nation and self.first <= day and (not self.last or day <= self.last)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement, question or piece of good practice.

    Attributes:
        id: As it is typed; those of the first paper have the numbers that they have there.
        kind: "required", or of the guide: "question", "practice".
        chapter: Of CHAPTERS; `hallmark`, of HALLMARKS, or none where no paper names one.
        under: The requirement that a question is asked about, if any.
        two_tier: It is for areas with a county and districts.
        proof: How the log answers it; empty where only the strategy group can.
        repeats: "year" for what is asked every year; empty for what is asked once.
        papers: Where it stands: paper/item, or paper/chapter/item.
    """

    id: str
    kind: str
    chapter: str
    hallmark: str
    under: str
    law: str
    two_tier: bool
    proof: str
    repeats: str
    papers: tuple[str, ...]
    text: str

    @property
    def laws(self) -> tuple[Law, ...]:
        """What it is based on, in any nation and at any time; nothing for what the guide asks."""
        return laws().get(self.law, ())

    def in_force(self, nation: str, day: date) -> Law | None:
        """Return what makes it law in a nation on a day; nothing, if it is good practice."""
        return next((law for law in self.laws if law.applies(nation, day)), None)

    def in_paper(self, paper: str) -> list[str]:
        """Return where it stands in a paper."""
        return [where.partition("/")[2] for where in self.papers if where.startswith(paper + "/")]


@cache
def laws() -> dict[str, tuple[Law, ...]]:
    """Return the instruments, by what `requirements.csv` calls them."""
    by_name: dict[str, tuple[Law, ...]] = {}
    for row in read_table(__package__, "laws.csv"):
        last = date.fromisoformat(row["last"]) if row["last"] else None
        first = date.fromisoformat(row["first"])
        law = Law(row["nation"], first, last, row["confirmed"], row["instrument"])
        by_name[row["law"]] = (*by_name.get(row["law"], ()), law)
    return by_name


@cache
def requirements() -> dict[str, Requirement]:
    """Return all of them by id, in the order of the guide."""
    order = list(CHAPTERS)
    rows = sorted(
        read_table(__package__, "requirements.csv"), key=lambda row: order.index(row["chapter"])
    )
    return {
        row["id"]: Requirement(
            row["id"],
            kind=row["kind"],
            chapter=row["chapter"],
            hallmark=row["hallmark"],
            under=row["under"],
            law=row["law"],
            two_tier=row["tiers"] == "two",
            proof=row["proof"],
            repeats=row["repeats"],
            papers=tuple(row["papers"].split()),
            text=row["text"],
        )
        for row in rows
    }


@cache
def standard_actions() -> dict[str, tuple[str, str]]:
    """Return the usual action for each requirement, and a note that explains it, by its id."""
    return {
        row["requirement"]: (row["action"], row["note"])
        for row in read_table(__package__, "standard_actions.csv")
    }


def draft_of(requirement: Requirement) -> tuple[str, str]:
    """Return the usual action for a requirement, or for the one that a question is asked under."""
    return (
        standard_actions().get(requirement.id)
        or standard_actions().get(requirement.under)
        or ("", "")
    )
