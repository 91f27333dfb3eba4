"""The checklist of what partnerships are required to do, in the forms that boards know.

Each requirement is answered by the log where the log proves it, and by the strategy group's own
word (`exchange report answer`) where it can't. What is in force on the day stands first; what is
not, or only the guide of 2007 asks, after it. The forms are those of the five papers that it comes
from.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from exchange.log.verify import StoreAudit
from exchange.reports.compliance.forms import FORMS, Form, table, tables_of
from exchange.reports.compliance.requirement_answers import (
    RequirementAnswer,
    legal_requirements,
    requirement_answers,
    unknown,
)
from exchange.reports.report import Report, ReportTable, ReportWarning
from exchange.reports.source import REFERENCES, Source, audit_reference
from partners.entries.body import plain
from partners.law.requirements import (
    CHAPTERS,
    HALLMARKS,
    PAPERS,
)
from schemas.quarters import long_date


def checklist(account: StoreAudit, now: datetime, form: Form) -> Report:
    """Return the checklist in a form."""
    of = Source(account, (), now)
    register, tree = of.log.register, of.log.tree
    everything = [one for one in requirement_answers(of) if form.holds(one.requirement)]
    decisions = list(_open([one for one in everything if one.law is not None]))
    *tables, notes = tables_of(form, everything, of)
    return Report(
        f"Statutory requirements: {register.name}",
        (
            f"Position at {long_date(of.today)}",
            f"Layout: {PAPERS[form.paper]}",
        ),
        _unknown(of),
        None,
        (*tables, _decisions(decisions), notes),
        {
            "to_decide": decisions,
            "partnership": register.name,
            "origin": register.origin,
            "log": {"size": tree.size, "root": tree.root.hex()},
            "requirements": [_as_data(one) for one in everything],
        },
        footnote=f"{audit_reference(of.log)}. {REFERENCES}",
        main="checklist" if form is FORMS["checklist"] else "in-force",
    )


def in_force(of: Source) -> tuple[ReportTable, ReportTable]:
    """Return what is law on the day and where it stands, and what nobody has answered."""
    form = FORMS["position"]
    law = [one for one in legal_requirements(of) if form.holds(one.requirement)]
    says = (
        "What the Regulations require of the partnership. Answers come from the records where they "
        "prove them, and otherwise from the strategy group."
    )
    with_answer = [one for one in law if one.state or one.proof]
    rows = [(one.requirement.id, one.requirement.text) for one in law if one not in with_answer]
    open_ = ReportTable(
        "unanswered", "Requirements with no answer", "The strategy group answers these.",
        ("requirement_id", "statutory_requirement"), rows,
    )  # fmt: skip
    main = table(("requirements", "Statutory requirements", says), form, with_answer, of)
    with_source = [
        (*row, one.source, ", ".join(map(str, one.entries)))
        for row, one in zip(main.rows, with_answer, strict=True)
    ]
    return replace(main, columns=(*main.columns, "source", "reference"), rows=with_source), open_


def _decisions(decisions: Sequence[str]) -> ReportTable:
    """Return the decisions needed, which stand behind the tables of the paper."""
    says = "Drafted from what is not met, or not answered."
    rows = [(one,) for one in decisions]
    return ReportTable("decisions", "Decisions needed", says, ("decision",), rows)


def _open(law: Sequence[RequirementAnswer]) -> Iterator[str]:
    """Draft the decisions needed: requirements that are not met, or not answered."""
    for one in law:
        if one.state and not one.is_met:
            when = f" ({one.when})" if one.when else ""
            action = f"Agreed action: {one.action}{when}" if one.action else "No action agreed"
            position = one.position.rstrip(".")
            yield f"Requirement {one.requirement.id}: {one.requirement.text}. {position}. {action}."
    unanswered = [one.requirement.id for one in law if not one.state]
    if unanswered:
        many = "s" if len(unanswered) > 1 else ""
        yield f"Not answered: requirement{many} {', '.join(unanswered)}."


def _unknown(of: Source) -> tuple[ReportWarning, ...]:
    names = unknown(list(of.log.register.answers))
    says = f"answers to requirements {', '.join(names)} need a newer exchange and are not shown"
    return (ReportWarning("requirements-unknown", says),) * bool(names)


def _as_data(one: RequirementAnswer) -> dict[str, Any]:
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
        "strategy_group": plain(one.answer) if one.answer else None,
        "entries": list(one.entries),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
