"""The checklist of what partnerships are required to do, in the forms that boards know.

Each requirement is answered by the log where the log proves it, and by the strategy group's own
word (`exchange report answer`) where it can't. What is in force on the day stands first; what is
not, or only the guide of 2007 asks, after it. The forms are those of the five papers that it comes
from.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from exchange.log.verify import StoreAudit
from exchange.reports.compliance.answered import Answered, answered, law_of, unknown
from exchange.reports.report import Report, ReportTable, ReportWarning
from exchange.reports.source import REFERENCES, Source, audit_reference
from partners.entries.body import plain
from partners.entries.kinds import STATES
from partners.law.requirements import (
    CHAPTERS,
    GUIDE,
    HALLMARKS,
    PAPERS,
    Requirement,
    requirements,
)
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
    row: Callable[[Answered], tuple[str, ...]]


def _is_required(one: Requirement) -> bool:
    return one.kind == "required"


def _is_of_the_plan(one: Requirement) -> bool:
    return bool(one.in_paper("4"))


def _asked(one: Answered) -> tuple[str, str]:
    """Return the requirement, and the question about it if it is one."""
    asked = one.requirement
    if asked.kind != "question":
        return asked.text, ""
    return (requirements()[asked.under].text if asked.under else ""), asked.text


def _tick(one: Answered, state: str) -> str:
    return "✓" if one.state == state else ""


def _to_do(one: Answered) -> str:
    """Return what is to be done; any state but yes and no is said here too."""
    part = "" if one.state in ("", "met", "not-met") else STATES[one.state]
    when = f" ({one.when})" if one.when and one.action else one.when
    return "; ".join(told for told in (part, one.action + when) if told)


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
        lambda one: (one.requirement.text, one.action, one.position),
    ),
    "milestones": Form(
        "3",
        "issue, action, when, milestone",
        ("issue", "action", "when", "milestone"),
        lambda _: True,
        lambda one: (one.requirement.text, one.action, one.when, one.milestone or one.position),
    ),
    "checklist": Form(
        "5",
        "yes, no, action required",
        ("statutory_requirement", "implementation_checklist", "yes", "no", "action_required"),
        lambda _: True,
        lambda one: (*_asked(one), _tick(one, "met"), _tick(one, "not-met"), _to_do(one)),
    ),
    "plan": Form(
        "4",
        "requirement, summary, page of the plan",
        ("requirement", "summary", "page"),
        _is_of_the_plan,
        lambda one: (one.requirement.text, one.position, one.pages),
    ),
}


def checklist(account: StoreAudit, now: datetime, form: Form) -> Report:
    """Return the checklist in a form."""
    of = Source(account, (), now)
    register, tree = of.log.register, of.log.tree
    everything = [one for one in answered(of) if form.holds(one.requirement)]
    law = [one for one in everything if one.law is not None]
    rest = [one for one in everything if one.law is None]
    says = (
        f"Law in {register.nation.title()} on {long_date(of.today)}. The source column shows where "
        "we have not confirmed the wording."
    )
    tables = [_table("in-force", "Law in force", says, form, law), *_good_practice(form, rest)]
    return Report(
        f"Statutory requirements: {register.name}",
        (
            f"Position at {long_date(of.today)}",
            f"Layout: {PAPERS[form.paper]}",
        ),
        _unknown(of),
        tuple(_open(law)),
        tuple(tables),
        {
            "partnership": register.name,
            "origin": register.origin,
            "log": {"size": tree.size, "root": tree.root.hex()},
            "requirements": [_as_data(one) for one in everything],
        },
        footnote=f"{audit_reference(of.log)}. {REFERENCES}",
    )


def in_force(of: Source) -> tuple[ReportTable, ReportTable]:
    """Return what is law on the day and where it stands, and what nobody has answered."""
    form = FORMS["position"]
    law = [one for one in law_of(of) if form.holds(one.requirement)]
    says = (
        "What the Regulations require of the partnership. Answers come from the records where they "
        "prove them, and otherwise from the strategy group."
    )
    answered = [one for one in law if one.state or one.proof]
    rows = [(one.requirement.id, one.requirement.text) for one in law if one not in answered]
    open_ = ReportTable(
        "unanswered", "Requirements with no answer", "The strategy group answers these.",
        ("requirement_id", "statutory_requirement"), rows,
    )  # fmt: skip
    return _table("requirements", "Statutory requirements", says, form, answered), open_


def _table(name: str, title: str, says: str, form: Form, found: Sequence[Answered]) -> ReportTable:
    rows = [
        (one.requirement.id, *form.row(one), one.source, ", ".join(map(str, one.entries)))
        for one in found
    ]
    return ReportTable(
        name, title, says, ("requirement_id", *form.columns, "source", "reference"), rows
    )


def _good_practice(form: Form, rest: Sequence[Answered]) -> Iterator[ReportTable]:
    """Yield what is not law on the day, a table for each chapter of the guide."""
    for chapter, title in CHAPTERS.items():
        found = [one for one in rest if one.requirement.chapter == chapter]
        if found:
            by_hallmark = sorted(found, key=lambda one: _order(one.requirement))
            yield _table(chapter, f"{GUIDE}. {title}", _marks(found), form, by_hallmark)


def _order(one: Requirement) -> int:
    return [*HALLMARKS, ""].index(one.hallmark) if one.kind == "question" else -1


def _marks(found: Sequence[Answered]) -> str:
    """Say which questions each hallmark has."""
    told = []
    for hallmark, title in HALLMARKS.items():
        ids = [o.requirement.id for o in found if o.requirement.hallmark == hallmark]
        if ids:
            told.append(f"{title}: {', '.join(ids)}")
    return "; ".join(told) + "." if told else "Good practice, not law."


def _open(law: Sequence[Answered]) -> Iterator[str]:
    """Draft the decisions needed: requirements that are not met, or not answered."""
    for one in law:
        if one.state and not one.is_met:
            when = f" ({one.when})" if one.when else ""
            action = f"Agreed action: {one.action}{when}" if one.action else "No action agreed"
            position = one.position.rstrip(".")
            yield f"Requirement {one.requirement.id}: {one.requirement.text}. {position}. {action}."
    unanswered = [one.requirement.id for one in law if not one.state]
    if unanswered:
        yield f"Not answered: requirements {', '.join(unanswered)}."


def _unknown(of: Source) -> tuple[ReportWarning, ...]:
    names = unknown(list(of.log.register.answers))
    says = f"answers to requirements {', '.join(names)} need a newer exchange and are not shown"
    return (ReportWarning("requirements-unknown", says),) * bool(names)


def _as_data(one: Answered) -> dict[str, Any]:
    r = one.requirement
    return {
        "id": r.id,
        "kind": r.kind,
        "text": r.text,
        "chapter": CHAPTERS[r.chapter],
        "hallmark": HALLMARKS.get(r.hallmark),
        "under": r.under or None,
        "two_tier": r.two_tier,
        "papers": list(r.papers),
        "laws": [
            {
                "nation": law.nation,
                "first": law.first.isoformat(),
                "last": _day(law.last),
                "instrument": law.instrument,
                "confirmed": law.confirmed,
            }
            for law in r.laws
        ],
        "in_force": one.law is not None,
        "state": one.state or None,
        "out_of_date": bool(one.stale),
        "action_overdue": bool(one.overdue),
        "review": _day(one.review),
        "proved": one.proof.says if one.proof else None,
        "proved_state": one.proof.state or None if one.proof else None,
        "strategy_group": plain(one.said) if one.said else None,
        "entries": list(one.entries),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
