"""What is still due besides a file: datasets that were sent last quarter, and a newer quarter."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from exchange.errors import Notice
from exchange.profile.open_logs import Membership
from exchange.submission.prepare import Prepared
from schemas.datasets.registry import dataset_title
from schemas.findings.finding import Finding, worst_first
from schemas.findings.rules import RULES
from schemas.quarters import Quarter, long_date


def not_sent_yet(prepared: Sequence[Prepared], members: Sequence[Membership]) -> Iterator[Notice]:
    """Say what was sent for the quarter before and neither now nor before now for this one."""
    for quarter in {extract.covered.quarter for extract in prepared}:
        missing = {name for member in members for name in missing_since_last(member, quarter)}
        names = sorted(missing - {extract.dataset.id for extract in prepared})
        if names:
            yield Notice(
                "not-sent-yet",
                f"you sent these for {quarter.previous} and not for {quarter} yet: "
                f"{', '.join(map(dataset_title, names))}",
                (
                    "send them too: exchange submit FILE",
                    f"if there are no records: exchange nil {names[0]} --dates {quarter}",
                ),
            )


def with_query_of_old_quarter(
    extract: Prepared, members: Sequence[Membership], newest: Quarter
) -> Prepared:
    """Ask whether the export of an earlier year was meant, where this year's is still due.

    A return that is late by less than a year says itself that it is late.
    """
    quarter, dataset = extract.covered.quarter, extract.dataset.id
    is_old = quarter <= Quarter(newest.year - 1, newest.number)
    if not is_old or all(_is_returned(m, dataset, quarter) for m in members):
        return extract
    if all(_is_returned(m, dataset, newest) for m in members):
        return extract
    detail = f"{quarter}; {newest} is due by {long_date(newest.due)}"
    query = Finding(RULES["quarter-of-earlier-year"], detail=detail)
    return replace(extract, findings=worst_first([*extract.findings, query]))


def newer_quarter_due(
    prepared: Sequence[Prepared], members: Sequence[Membership], newest: Quarter
) -> Iterator[Notice]:
    """Say what the file is not of: the quarter that is due next, of which nothing was returned."""
    for extract in prepared:
        quarter, dataset = extract.covered.quarter, extract.dataset.id
        is_asked = any(f.rule.id == "quarter-of-earlier-year" for f in extract.findings)
        if quarter == newest or is_asked:
            continue
        if any(not _is_returned(m, dataset, newest) for m in members):
            yield Notice(
                "newer-quarter-due",
                f"this file is for {quarter}; {extract.dataset.title} for {newest} is due by "
                f"{long_date(newest.due)} and has not been sent yet",
                (f"if you meant {newest}, export its records, and check the name of the file",),
            )


def _is_returned(member: Membership, dataset: str, quarter: Quarter) -> bool:
    register, partner = member.log.register, member.settings.partner
    returns = register.returns_of(partner, dataset)
    return register.not_held(partner, dataset, quarter) is not None or any(
        returned.counts and returned.statement.quarter == quarter for returned in returns
    )


def missing_since_last(member: Membership, quarter: Quarter) -> set[str]:
    """Return the datasets that the partner sent for the quarter before and not for this one."""
    register, partner = member.log.register, member.settings.partner
    sent = [
        returned
        for returned in register.returns
        if returned.counts and returned.statement.partner == partner
    ]
    before = {
        returned.statement.dataset
        for returned in sent
        if returned.statement.quarter == quarter.previous
    }
    now = {returned.statement.dataset for returned in sent if returned.statement.quarter == quarter}
    return {name for name in before - now if not register.not_held(partner, name, quarter)}
