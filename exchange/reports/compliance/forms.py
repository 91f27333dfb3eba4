"""The forms in which boards have had the statutory requirements: those of five papers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from exchange.reports.compliance.requirement_answers import RequirementAnswer
from exchange.reports.report import ReportTable
from exchange.reports.report_tables import fill_table
from exchange.reports.source import Source
from exchange.text import capitalised, number_ranges
from partners.entries.answers import STATES
from partners.law.requirements import (
    CHAPTERS,
    HALLMARKS,
    Requirement,
    requirements,
    standard_actions,
)
from schemas.quarters import long_date


@dataclass(frozen=True, slots=True)
class Form:
    """One of the forms in which boards have had the checklist.

    Attributes:
        paper: Whose form it is (`partners.law.requirements.PAPERS`).
        columns: The ids of its own; before them the number, after them source and log.
        holds: Which requirements it has.
        by_chapter: The law of a chapter stands directly before the chapter's questions.
    """

    paper: str
    description: str
    columns: tuple[str, ...]
    holds: Callable[[Requirement], bool]
    row: Callable[[RequirementAnswer], tuple[str, ...]]
    by_chapter: bool = False


def _with_explanation(answer: RequirementAnswer) -> str:
    """Return a requirement with the sentence that explains it, where the papers have theirs."""
    _, note = standard_actions().get(answer.requirement.id, ("", ""))
    return f"{answer.requirement.text}\n{note}".rstrip()


def _box(answer: RequirementAnswer, *states: str) -> str:
    """Return a box that can be ticked on paper, ticked where the answer is one of some states."""
    return "☑" if answer.state in states else "☐"


def _yes(answer: RequirementAnswer) -> str:
    return _box(answer, "met") + (" in part" if answer.state == "in-part" else "")


def _to_do(answer: RequirementAnswer) -> str:
    """Return what is to be done; any state but yes, no and in part is said here too."""
    is_other = answer.state not in ("", "met", "not-met", "in-part")
    when = f" ({answer.when})" if answer.when and answer.action else answer.when
    parts = (capitalised(STATES[answer.state]) if is_other else "", answer.action + when)
    return ". ".join(part for part in parts if part)


def _development(answer: RequirementAnswer) -> str:
    """Return what has come of it; what it waits on stands first, as in the paper's colours."""
    waits = answer.state.startswith("waits-") or answer.state == "to-consider"
    return f"{capitalised(STATES[answer.state])}: {answer.position}" if waits else answer.position


def _when(answer: RequirementAnswer) -> str:
    return "; ".join(
        part for part in (answer.position if answer.state else "", answer.when) if part
    )


FORMS: Final[dict[str, Form]] = {
    "position": Form(
        "1",
        "requirement, current position",
        ("statutory_requirement", "current_position"),
        lambda requirement: requirement.kind == "required",
        lambda answer: (_with_explanation(answer), answer.position),
    ),
    "developments": Form(
        "2",
        "issue, action, developments",
        ("issue", "action", "developments"),
        lambda _: True,
        lambda answer: (answer.requirement.text, answer.action, _development(answer)),
        by_chapter=True,
    ),
    "milestones": Form(
        "3",
        "issue, action, when, milestone",
        ("issue", "action", "when", "milestone"),
        lambda _: True,
        lambda answer: (answer.requirement.text, answer.action, _when(answer), answer.milestone),
        by_chapter=True,
    ),
    "checklist": Form(
        "5",
        "yes, no, action required",
        (
            "group",
            "statutory_requirement",
            "implementation_checklist",
            "yes",
            "no",
            "action_required",
        ),
        lambda _: True,
        lambda answer: (
            "",
            answer.requirement.text,
            "",
            _yes(answer),
            _box(answer, "not-met"),
            _to_do(answer),
        ),
    ),
    "plan": Form(
        "4",
        "requirement, summary, page of the plan",
        ("requirement", "summary", "page"),
        lambda requirement: bool(requirement.in_paper("4")),
        lambda answer: (_with_explanation(answer), answer.position, answer.pages),
    ),
}

# What the left column of the fifth paper calls its groups.
GROUPS: Final = {
    "lead": "The right people around the table",
    "county": "County strategy group (two-tier areas only)",
    "governing": "Governing partnership processes",
    "visibility": "Visibility and accountability",
    "assess": "Getting the information you need",
    "priorities": "Determine priorities",
    "two-tier": "Partnership working in two-tier areas",
    "plan": "Prepare the plan",
    "summary": "Publish summary",
    "deliver": "Implementation",
    "problems": "Solving problems",
    "evaluate": "Evaluating impact",
}
_NOT_LAW: Final = "Good practice, not law."
_NO_LAW: Final = "There are no statutory requirements on this."


def tables_of(
    form: Form, answers: Sequence[RequirementAnswer], source: Source
) -> list[ReportTable]:
    """Return the tables of a form: the paper's own, then the notes."""
    if form is FORMS["checklist"]:
        return [_checklist(answers), _notes(answers)]
    law = [answer for answer in answers if answer.law is not None]
    introduction = f"Law in {source.log.register.nation.title()} on {long_date(source.today)}."
    tables = []
    tiers = any(answer.requirement.two_tier for answer in answers)
    if not form.by_chapter:
        tables.append(table(("in-force", "Law in force", introduction), form, law, source))
    for chapter, title in CHAPTERS.items():
        its_law = [answer for answer in law if _chapter(answer, tiers=tiers) == chapter]
        if form.by_chapter and its_law:
            heading = f"{title}: law in force"
            tables.append(table((f"{chapter}-law", heading, introduction), form, its_law, source))
        rest = [o for o in answers if o.law is None and _chapter(o, tiers=tiers) == chapter]
        for hallmark, name in {"": "", **HALLMARKS}.items():
            members = [answer for answer in rest if _hallmark(answer) == hallmark]
            if members:
                heading = f"{title}: {name.lower()}" if name else title
                part = f"{chapter}-{hallmark}" if hallmark else chapter
                tables.append(table((part, heading, _NOT_LAW), form, members, source))
    if form is FORMS["developments"]:
        tables.append(_key())
    if form is FORMS["milestones"]:
        tables = [_front_sheet(answers, source), *tables, _meetings(answers)]
    if form is FORMS["plan"]:
        tables.append(_closing_note())
    return [*tables, _notes(answers)]


def table(
    heading: tuple[str, str, str], form: Form, answers: Sequence[RequirementAnswer], source: Source
) -> ReportTable:
    """Return requirements in the columns of a form.

    Args:
        heading: The table's id, its title and a sentence before it.
    """
    rows = [(answer.requirement.id, *form.row(answer)) for answer in answers]
    labels = {"current_position": f"current position at {long_date(source.today)}"}
    columns = ("requirement_id", *form.columns)
    return ReportTable(*heading, columns, rows, labels=labels)


def _chapter(answer: RequirementAnswer, *, tiers: bool) -> str:
    """Return its chapter; in an area of one tier, no question stands in the chapter on two."""
    requirement = answer.requirement
    is_moved = requirement.chapter == "two-tier" and not tiers
    return requirements()[requirement.under].chapter if is_moved else requirement.chapter


def _hallmark(answer: RequirementAnswer) -> str:
    return answer.requirement.hallmark if answer.requirement.kind == "question" else ""


def _checklist(answers: Sequence[RequirementAnswer]) -> ReportTable:
    """Return one row for each requirement, with its questions beside it, in the paper's groups."""
    below: dict[str, list[RequirementAnswer]] = {}
    for answered in answers:
        if answered.requirement.kind == "question":
            below.setdefault(answered.requirement.under, []).append(answered)
    rows = []
    known = {answer.requirement.id for answer in answers}
    for group, title in GROUPS.items():
        members = [o for o in answers if _group(o) == group and o.requirement.kind != "question"]
        for member in members:
            questions = below.get(member.requirement.id, [])
            cells = FORMS["checklist"].row(member)
            rows.append((member.requirement.id, title, cells[1], _questions(questions), *cells[3:]))
        alone = [q for under, items in below.items() if under not in known for q in items]
        questions = [q for q in alone if _group(q) == group]
        if questions:
            law = "" if members else _NO_LAW
            ids = ", ".join(q.requirement.id for q in questions)
            rows.append((ids, title, law, _questions(questions), "", "", ""))
    columns = ("requirement_id", *FORMS["checklist"].columns)
    return fill_table("requirements/checklist", rows, columns=columns)


def _group(answer: RequirementAnswer) -> str:
    """Return the group of the fifth paper, or the chapter of what that paper does not have."""
    where = answer.requirement.in_paper("5")
    chapter = where[0].partition("/")[0] if where else answer.requirement.chapter
    return "county" if answer.requirement.id.startswith("county-") and not where else chapter


def _questions(questions: Sequence[RequirementAnswer]) -> str:
    answers = [f"{q.requirement.text} {_answer(q)}".rstrip() for q in questions]
    return "\n".join(answers)


def _answer(answer: RequirementAnswer) -> str:
    words = STATES | {"met": "yes", "not-met": "no"}
    return f"({words[answer.state]})" if answer.state else ""


def _key() -> ReportTable:
    rows = [
        ("Terms of reference", STATES["waits-terms"]),
        ("Health body (Primary Care Trust in the paper)", STATES["waits-health"]),
        ("County", STATES["waits-county"]),
        ("External bodies", STATES["waits-external"]),
        ("For consideration by the partnership", STATES["to-consider"]),
        ("Delivery plan", STATES["waits-plan"]),
    ]
    return fill_table("requirements/key", rows, labels={"words": "is written as"})


def _front_sheet(answers: Sequence[RequirementAnswer], source: Source) -> ReportTable:
    law = [answer for answer in answers if answer.law is not None]
    met = sum(answer.is_met for answer in law)
    open_ = [answer for answer in law if answer.action and not answer.is_met]
    actions = [f"{answer.requirement.id}: {answer.action}" for answer in open_]
    unanswered = sum(not answer.state for answer in law)
    actions += [f"Requirements that are law and not answered: {unanswered}."] * bool(unanswered)
    rows = [
        ("Partnership", source.log.register.name),
        ("Date", long_date(source.today)),
        ("Title of paper", "Statutory requirements: position and milestones"),
        ("Prepared by", ""),
        ("Present at meeting", "☐ yes  ☐ no"),
        (
            "Leading partners",
            ", ".join(source.partner_names[partner] for partner in source.responsible),
        ),
        ("Summary", f"{met} of {len(law)} requirements that are law are met."),
        ("Recommendations", "That the board endorses the actions and milestones below."),
        ("Financial and staffing implications", ""),
        ("Equality and diversity", ""),
        ("Purpose of paper", "☐ decision  ☐ discussion and comment  ☐ information"),
        ("Key implications", "\n".join(actions) or "None."),
    ]
    return fill_table("requirements/front-sheet", rows)


def _closing_note() -> ReportTable:
    rows = [
        ("Comments", "Members are asked to read the plan and to send comments by the day below."),
        ("By", ""),
        ("To", ""),
        ("Signed (post) and date", ""),
    ]
    return fill_table("requirements/closing-note", rows)


def _meetings(answers: Sequence[RequirementAnswer]) -> ReportTable:
    coming = [
        (answer.meeting, answered.requirement.id, answer.milestone)
        for answered in answers
        if (answer := answered.answer) and answer.meeting
    ]
    rows = [
        (long_date(day), requirement, milestone)
        for day, requirement, milestone in sorted(coming, key=lambda row: row[0])
    ]
    return fill_table("requirements/meetings", rows)


def _notes(answers: Sequence[RequirementAnswer]) -> ReportTable:
    rows = [
        (
            answer.requirement.id,
            answer.state_words,
            answer.source,
            number_ranges(answer.entries),
        )
        for answer in answers
    ]
    return fill_table("requirements/notes", rows)
