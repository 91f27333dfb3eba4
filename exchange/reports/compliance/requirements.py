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
    unknown_requirements,
)
from exchange.reports.report import Report, ReportTable, ReportWarning
from exchange.reports.report_tables import fill_table
from exchange.reports.source import REFERENCES, Source, audit_reference
from exchange.text import number_ranges
from partners.entries.body import plain
from partners.law.requirements import (
    CHAPTERS,
    HALLMARKS,
    PAPERS,
)
from schemas.quarters import long_date


def checklist(audit: StoreAudit, now: datetime, form: Form) -> Report:
    """Return the checklist in a form."""
    source = Source(audit, (), now)
    answers = [answer for answer in requirement_answers(source) if form.holds(answer.requirement)]
    decisions = list(_open([answer for answer in answers if answer.law is not None]))
    *tables, notes = tables_of(form, answers, source)
    return Report(
        f"Statutory requirements: {source.log.register.name}",
        about=(
            f"Position at {long_date(source.today)}",
            f"Layout: {PAPERS[form.paper]}",
        ),
        warnings=_warn_unknown(source),
        todo=None,
        parts=(
            *tables,
            fill_table("requirements/decisions", [(text,) for text in decisions]),
            notes,
        ),
        data={
            "to_decide": decisions,
            **source.as_data,
            "requirements": [_as_data(answer) for answer in answers],
        },
        footnote=f"{audit_reference(source.log)}. {REFERENCES}",
        main=next(table.id for table in tables if _is_law(table.id)),
    )


def _is_law(table: str) -> bool:
    """Say whether a table has the form's columns and law in it."""
    return table in ("checklist", "in-force") or table.endswith("-law")


def in_force(source: Source) -> tuple[ReportTable, ReportTable]:
    """Return what is law on the day and where it stands, and what nobody has answered."""
    form = FORMS["position"]
    law = [
        requirement
        for requirement in legal_requirements(source)
        if form.holds(requirement.requirement)
    ]
    introduction = (
        "What the Regulations require of the partnership. Answers come from the records where they "
        "prove them, and otherwise from the strategy group. The law that each is based on is in "
        "the workbook of this report."
    )
    with_answer = [answer for answer in law if answer.state or answer.proof]
    rows = [
        (answer.requirement.id, answer.requirement.text)
        for answer in law
        if answer not in with_answer
    ]
    main = table(
        ("requirements", "Statutory requirements", introduction), form, with_answer, source
    )
    with_source = [
        (
            answer.requirement.id, answer.requirement.text, answer.position, answer.source,
            number_ranges(answer.entries),
        )
        for answer in with_answer
    ]  # fmt: skip
    columns = (*main.columns, "source", "reference")
    return replace(main, columns=columns, rows=with_source, implied=(3,)), fill_table(
        "compliance/unanswered", rows
    )


def _open(law: Sequence[RequirementAnswer]) -> Iterator[str]:
    """Draft the decisions needed: requirements that are not met, or not answered."""
    for answered in law:
        if answered.state and not answered.is_met:
            when = f" ({answered.when})" if answered.when else ""
            action = (
                f"Agreed action: {answered.action}{when}" if answered.action else "No action agreed"
            )
            position = answered.position.rstrip(".")
            requirement = answered.requirement
            yield f"Requirement {requirement.id}: {requirement.text}. {position}. {action}."
    unanswered = [answer.requirement.id for answer in law if not answer.state]
    if unanswered:
        many = "s" if len(unanswered) > 1 else ""
        yield f"Not answered: requirement{many} {', '.join(unanswered)}."


def _warn_unknown(source: Source) -> tuple[ReportWarning, ...]:
    names = unknown_requirements(list(source.log.register.answers))
    message = f"answers to requirements {', '.join(names)} need a newer exchange and are not shown"
    return (ReportWarning("requirements-unknown", message),) * bool(names)


def _as_data(answer: RequirementAnswer) -> dict[str, Any]:
    r = answer.requirement
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
        "in_force": answer.law is not None,
        "state": answer.state or None,
        "out_of_date": bool(answer.stale),
        "action_overdue": bool(answer.overdue),
        "review": _day(answer.review),
        "proved": answer.proof.sentence if answer.proof else None,
        "proved_state": answer.proof.state or None if answer.proof else None,
        "strategy_group": plain(answer.answer) if answer.answer else None,
        "entries": list(answer.entries),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
