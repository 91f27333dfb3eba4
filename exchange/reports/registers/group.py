"""Who sits on the strategy group and who came to its meetings: tables, proofs and decisions of it.

Keeps true: where nothing is recorded, nothing is said to be missing; the strategy group has not
used the register.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

from exchange.reports.compliance.proofs import Proof
from exchange.reports.registers.tables import (
    CHAIR,
    COUNCILLOR,
    COUNTY_GROUP,
    INVITATIONS,
    MEETINGS,
    MEMBERS,
    NOT_RECORDED,
    PUBLIC,
    YES,
    Recorded,
    rows_of,
)
from exchange.reports.report import ReportTable
from exchange.reports.source import Source
from exchange.text import list_some, with_noun
from schemas.quarters import long_date

_YEAR: Final = timedelta(days=366)


def members(of: Source, *, county: bool = False) -> list[Recorded]:
    """Return who is a member on the day of the report, of the strategy group or of the county's."""
    return [
        one
        for one in rows_of(of.log.register, MEMBERS)
        if ((left := one.day("left")) is None or left > of.today)
        and (one["group"] == COUNTY_GROUP) == county
    ]


def meetings(of: Source, *, county: bool = False) -> list[Recorded]:
    """Return the meetings of the strategy group, or of the county's, the newest first."""
    recorded = [
        one for one in rows_of(of.log.register, MEETINGS) if (one["kind"] == COUNTY_GROUP) == county
    ]
    return sorted(recorded, key=lambda one: one["on"], reverse=True)


def public_meetings(of: Source) -> list[Recorded]:
    """Return the public meetings of the year up to the day of the report, the newest last."""
    return [
        one
        for one in reversed(meetings(of))
        if one["kind"] == PUBLIC
        and (on := one.day("on")) is not None
        and of.today - _YEAR < on <= of.today
    ]


def group_tables(of: Source) -> list[ReportTable]:
    """Return who sits where, as far as it is recorded."""
    return [_members(of), _meetings(of), _invitations(of)]


def _members(of: Source) -> ReportTable:
    sitting = members(of)
    rows = [
        (
            one["authority"], one["post"], one["role"], one["senior"],
            day_in_words(one.day("since")), term_in_words(one.day("until"), of.today),
            f"{one.position}",
        )
        for one in sitting
    ]  # fmt: skip
    if sitting:
        rows += [(one, "nobody recorded", "", "", "", "", "") for one in _without_seat(of)]
    columns = ("authority", "post", "role", "senior", "member_since", "term_ends", "reference")
    says = "The members of the strategy group, as its coordinators have recorded them."
    return ReportTable(
        "members", "Strategy group", says, columns, rows, nothing=NOT_RECORDED, identifiers=(0,)
    )


def _meetings(of: Source) -> ReportTable:
    rows = []
    for one in meetings(of):
        there = one.several("present")
        absent = [of.partner_names[who] for who in of.responsible if who not in there]
        held = (day := one.day("on")) is not None and day <= of.today
        count = f"{len(of.responsible) - len(absent)} of {len(of.responsible)}"
        rows.append(
            (
                day_in_words(day), one["kind"], one["place"], count if held else "to come",
                ", ".join(absent) if held else "", one["minutes"], f"{one.position}",
            )
        )  # fmt: skip
    columns = ("date", "kind", "place", "present", "not_present", "published", "reference")
    says = "Meetings, and how many of the responsible authorities were there."
    title = "Meetings of the strategy group"
    return ReportTable("group-meetings", title, says, columns, rows, nothing=NOT_RECORDED)


def _invitations(of: Source) -> ReportTable:
    rows = [
        (
            one["body"], one["post"], day_in_words(one.day("invited")),
            one["answer"] or "no answer yet", day_in_words(one.day("answered")), f"{one.position}",
        )
        for one in rows_of(of.log.register, INVITATIONS)
    ]  # fmt: skip
    columns = ("body", "post", "invited_on", "answer", "answered_on", "reference")
    says = "Bodies that are not partners of this exchange, and were invited to sign the protocol."
    return ReportTable("invitations", "Invitations to sign the protocol", says, columns, rows)


def _without_seat(of: Source) -> list[str]:
    seated = {one["authority"] for one in members(of)}
    return [one for one in of.responsible if one not in seated]


def _represented(of: Source) -> Proof | None:
    return _each(of, {one["authority"] for one in members(of)}, "represented")


def _senior(of: Source) -> Proof | None:
    senior = {one["authority"] for one in members(of) if one["senior"] == YES}
    return _each(of, senior, "represented by a senior person")


def _each(of: Source, have: set[str], what: str) -> Proof | None:
    """Say how many of the responsible authorities are represented in some way."""
    sitting = members(of)
    if not sitting:
        return None
    missing = [of.partner_names[one] for one in of.responsible if one not in have]
    whole = with_noun(len(of.responsible), "responsible authority", "responsible authorities")
    says = f"{len(of.responsible) - len(missing)} of {whole} that have joined are {what}"
    says += f"; not: {list_some(missing)}" if missing else ""
    return Proof("in-part" if missing else "met", says, _entries(sitting))


def _councillor(of: Source) -> Proof | None:
    there = [one for one in members(of) if one["role"] == COUNCILLOR]
    if not there:
        return None
    return Proof("met", f"Member: {there[0]['post']}", _entries(there))


def _chair(of: Source) -> Proof | None:
    chairs = [one for one in members(of) if one["role"] == CHAIR]
    if not chairs:
        return None
    chair = chairs[0]
    names, until = of.partner_names, chair.day("until")
    says = f"Chair: {chair['post']}, {names.get(chair['authority'], chair['authority'])}"
    if until is None:
        return Proof("in-part", f"{says}; no end of the term is recorded", _entries(chairs))
    if until < of.today:
        return Proof("not-met", f"{says}; the term ended on {long_date(until)}", _entries(chairs))
    return Proof("met", f"{says}, until {long_date(until)}", _entries(chairs))


def _public(of: Source) -> Proof | None:
    if not meetings(of):
        return None
    held = public_meetings(of)
    if not held:
        return Proof("not-met", "No public meeting is recorded for the last year", ())
    days = ", ".join(day_in_words(one.day("on")) for one in held)
    return Proof("met", f"Public meetings of the last year: {days}", _entries(held))


def _attended(of: Source) -> Proof | None:
    held = public_meetings(of)
    if not held:
        return None
    there = {who for one in held for who in one.several("senior")}
    missing = [of.partner_names[one] for one in of.responsible if one not in there]
    says = "Senior people of every responsible authority came to a public meeting of the last year"
    if missing:
        says = (
            f"No senior person came to a public meeting of the last year for {list_some(missing)}"
        )
    return Proof("in-part" if missing else "met", says, _entries(held))


GROUP_PROOFS: Final[dict[str, Callable[[Source], Proof | None]]] = {
    "represented": _represented,
    "senior": _senior,
    "councillor": _councillor,
    "chair": _chair,
    "public": _public,
    "attended": _attended,
}


def group_decisions(of: Source) -> Iterator[tuple[str, str]]:
    """Yield what the meeting has to decide about itself, and who does it."""
    if missing := _without_seat(of) if members(of) else []:
        names = list_some([of.partner_names[one] for one in missing])
        yield f"Have a member of the strategy group named by {names}.", "Their chief officers"
    chair = _chair(of)
    if members(of) and chair is None:
        yield "Appoint a chair of the strategy group.", "Strategy group"
    elif chair is not None and chair.state == "not-met":
        yield f"Appoint a chair. {chair.says}.", "Strategy group"
    if (public := _public(of)) is not None and public.state == "not-met":
        yield "Fix the day of a public meeting: none is recorded for the last year.", "Chair"


def term_in_words(until: date | None, today: date) -> str:
    """Write the last day of a term, and that it is over."""
    return day_in_words(until) + (" (ended)" if until is not None and until < today else "")


def day_in_words(day: date | None) -> str:
    """Write a day as people do; nothing for none."""
    return long_date(day) if day else ""


def _entries(rows: list[Recorded]) -> tuple[int, ...]:
    return tuple(sorted({one.position for one in rows}))
