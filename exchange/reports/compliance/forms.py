"""The forms in which boards have had the statutory requirements: those of five papers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from exchange.reports.compliance.requirement_answers import RequirementAnswer, capital
from exchange.reports.report import ReportTable
from exchange.reports.source import Source
from partners.entries.kinds import STATES
from partners.law.requirements import CHAPTERS, HALLMARKS, Requirement
from schemas.quarters import long_date


@dataclass(frozen=True, slots=True)
class Form:
    """One of the forms in which boards have had the checklist.

    Attributes:
        paper: Whose form it is (`partners.law.requirements.PAPERS`).
        columns: The ids of its own; before them the number, after them source and log.
        holds: Which requirements it has.
    """

    paper: str
    says: str
    columns: tuple[str, ...]
    holds: Callable[[Requirement], bool]
    row: Callable[[RequirementAnswer], tuple[str, ...]]


def _is_required(one: Requirement) -> bool:
    return one.kind == "required"


def _is_of_the_plan(one: Requirement) -> bool:
    return bool(one.in_paper("4"))


def _box(one: RequirementAnswer, *states: str) -> str:
    """Return a box that can be ticked on paper, ticked where the answer is one of some states."""
    return "☑" if one.state in states else "☐"


def _yes(one: RequirementAnswer) -> str:
    return _box(one, "met") + (" in part" if one.state == "in-part" else "")


def _to_do(one: RequirementAnswer) -> str:
    """Return what is to be done; any state but yes, no and in part is said here too."""
    is_other = one.state not in ("", "met", "not-met", "in-part")
    when = f" ({one.when})" if one.when and one.action else one.when
    parts = (STATES[one.state] if is_other else "", one.action + when)
    return "; ".join(part for part in parts if part)


def _development(one: RequirementAnswer) -> str:
    """Return what has come of it; what it waits on stands first, as in the paper's colours."""
    waits = one.state.startswith("waits-") or one.state == "to-consider"
    return f"{capital(STATES[one.state])}: {one.position}" if waits else one.position


def _when(one: RequirementAnswer) -> str:
    return "; ".join(part for part in (one.position if one.state else "", one.when) if part)


FORMS: Final[dict[str, Form]] = {
    "position": Form(
        "1",
        "requirement, current position",
        ("statutory_requirement", "current_position"),
        _is_required,
        lambda one: (one.requirement.text, one.position),
    ),
    "developments": Form(
        "2",
        "issue, action, developments",
        ("issue", "action", "developments"),
        lambda _: True,
        lambda one: (one.requirement.text, one.action, _development(one)),
    ),
    "milestones": Form(
        "3",
        "issue, action, when, milestone",
        ("issue", "action", "when", "milestone"),
        lambda _: True,
        lambda one: (one.requirement.text, one.action, _when(one), one.milestone),
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
        lambda one: ("", one.requirement.text, "", _yes(one), _box(one, "not-met"), _to_do(one)),
    ),
    "plan": Form(
        "4",
        "requirement, summary, page of the plan",
        ("requirement", "summary", "page"),
        _is_of_the_plan,
        lambda one: (one.requirement.text, one.position, one.pages),
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
_NO_LAW: Final = "There are no statutory requirements on this."


def tables_of(form: Form, everything: Sequence[RequirementAnswer], of: Source) -> list[ReportTable]:
    """Return the tables of a form: the paper's own, then the notes."""
    if form is FORMS["checklist"]:
        return [_checklist(everything), _notes(everything)]
    law = [one for one in everything if one.law is not None]
    says = f"Law in {of.log.register.nation.title()} on {long_date(of.today)}."
    tables = [table(("in-force", "Law in force", says), form, law, of)]
    for chapter, title in CHAPTERS.items():
        rest = [o for o in everything if o.law is None and o.requirement.chapter == chapter]
        for hallmark, name in {"": "", **HALLMARKS}.items():
            alike = [one for one in rest if _hallmark(one) == hallmark]
            if alike:
                heading = f"{title}: {name.lower()}" if name else title
                part = f"{chapter}-{hallmark}" if hallmark else chapter
                says = "Good practice, not law."
                tables.append(table((part, heading, says), form, alike, of))
    if form is FORMS["developments"]:
        tables.append(_key())
    if form is FORMS["milestones"]:
        tables = [_front_sheet(everything, of), *tables, _meetings(everything)]
    if form is FORMS["plan"]:
        tables.append(_closing_note())
    return [*tables, _notes(everything)]


def table(
    heading: tuple[str, str, str], form: Form, answers: Sequence[RequirementAnswer], of: Source
) -> ReportTable:
    """Return requirements in the columns of a form.

    Args:
        heading: The table's id, its title and a sentence before it.
    """
    rows = [(one.requirement.id, *form.row(one)) for one in answers]
    labels = {"current_position": f"current position at {long_date(of.today)}"}
    columns = ("requirement_id", *form.columns)
    return ReportTable(*heading, columns, rows, labels=labels)


def _hallmark(one: RequirementAnswer) -> str:
    return one.requirement.hallmark if one.requirement.kind == "question" else ""


def _checklist(everything: Sequence[RequirementAnswer]) -> ReportTable:
    """Return one row for each requirement, with its questions beside it, in the paper's groups."""
    asked: dict[str, list[RequirementAnswer]] = {}
    for one in everything:
        if one.requirement.kind == "question":
            asked.setdefault(one.requirement.under, []).append(one)
    rows = []
    known = {one.requirement.id for one in everything}
    for group, title in GROUPS.items():
        members = [o for o in everything if _group(o) == group and o.requirement.kind != "question"]
        for one in members:
            questions = asked.get(one.requirement.id, [])
            cells = FORMS["checklist"].row(one)
            rows.append((one.requirement.id, title, cells[1], _questions(questions), *cells[3:]))
        alone = [q for under, every in asked.items() if under not in known for q in every]
        questions = [q for q in alone if _group(q) == group]
        if questions:
            law = "" if members else _NO_LAW
            ids = ", ".join(q.requirement.id for q in questions)
            rows.append((ids, title, law, _questions(questions), "", "", ""))
    says = "Boxes can be ticked on paper. A question that was answered shows its answer."
    columns = ("requirement_id", *FORMS["checklist"].columns)
    return ReportTable("checklist", "Implementation checklist", says, columns, rows)


def _group(one: RequirementAnswer) -> str:
    """Return the group of the fifth paper, or the chapter of what that paper does not have."""
    where = one.requirement.in_paper("5")
    chapter = where[0].partition("/")[0] if where else one.requirement.chapter
    return "county" if one.requirement.id.startswith("county-") and not where else chapter


def _questions(every: Sequence[RequirementAnswer]) -> str:
    answers = [f"{q.requirement.text} {_answer(q)}".rstrip() for q in every]
    return "\n".join(answers)


def _answer(one: RequirementAnswer) -> str:
    words = STATES | {"met": "yes", "not-met": "no"}
    return f"({words[one.state]})" if one.state else ""


def _key() -> ReportTable:
    rows = [
        ("Terms of reference", STATES["waits-terms"]),
        ("Health body (Primary Care Trust in the paper)", STATES["waits-health"]),
        ("County", STATES["waits-county"]),
        ("External bodies", STATES["waits-external"]),
        ("For consideration by the partnership", STATES["to-consider"]),
        ("Delivery plan", STATES["waits-plan"]),
    ]
    says = "What the developments wait on; the paper shows it by colour."
    return ReportTable("key", "Key", says, ("key", "words"), rows)


def _front_sheet(everything: Sequence[RequirementAnswer], of: Source) -> ReportTable:
    law = [one for one in everything if one.law is not None]
    met = sum(one.is_met for one in law)
    open_ = [one for one in law if one.action and not one.is_met]
    actions = "\n".join(f"{one.requirement.id}: {one.action}" for one in open_) or "None."
    rows = [
        ("Partnership", of.log.register.name),
        ("Date", long_date(of.today)),
        ("Title of paper", "Statutory requirements: position and milestones"),
        ("Prepared by", ""),
        ("Present at meeting", "☐ yes  ☐ no"),
        ("Leading partners", ", ".join(of.partner_names[one] for one in of.responsible)),
        ("Summary", f"{met} of {len(law)} requirements that are law are met."),
        ("Recommendations", "That the board endorses the actions and milestones below."),
        ("Financial and staffing implications", ""),
        ("Equality and diversity", ""),
        ("Purpose of paper", "☐ decision  ☐ discussion and comment  ☐ information"),
        ("Key implications", actions),
    ]
    says = "For the meeting. Empty lines are filled in by hand."
    return ReportTable("front-sheet", "Front sheet", says, ("item", "entry"), rows)


def _closing_note() -> ReportTable:
    rows = [
        ("Comments", "Members are asked to read the plan and to send comments by the day below."),
        ("By", ""),
        ("To", ""),
        ("Signed (post) and date", ""),
    ]
    says = "For the meeting. Empty lines are filled in by hand."
    return ReportTable("closing-note", "Closing note", says, ("item", "entry"), rows)


def _meetings(everything: Sequence[RequirementAnswer]) -> ReportTable:
    coming = [one for one in everything if one.answer and one.answer.meeting]
    rows = [
        (long_date(answer.meeting), one.requirement.id, answer.milestone)
        for one in sorted(coming, key=lambda one: (one.answer.meeting, one.requirement.id))  # type: ignore[union-attr]
        for answer in (one.answer,)
        if answer is not None and answer.meeting is not None
    ]
    says = "What comes to which meeting."
    columns = ("meeting", "requirement_id", "milestone")
    return ReportTable("meetings", "Meetings", says, columns, rows)


def _notes(everything: Sequence[RequirementAnswer]) -> ReportTable:
    rows = [
        (one.requirement.id, one.state_words, one.source, ", ".join(map(str, one.entries)))
        for one in everything
    ]
    says = "Where each requirement comes from, and whether we have confirmed its wording."
    columns = ("requirement_id", "state", "source", "reference")
    return ReportTable("notes", "Notes", says, columns, rows)
