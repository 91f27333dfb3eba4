"""Who sits on the strategy group and who came to its meetings: tables, proofs and decisions of it.

Keeps true: where nothing is recorded, nothing is said to be missing; the strategy group has not
used the register.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Final

from exchange.reports.compliance.proofs import Proof
from exchange.reports.registers.tables import (
    CHAIR,
    COUNCILLOR,
    COUNTY_GROUP,
    NOT_RECORDED,
    PUBLIC,
    YES,
    Recorded,
    rows_of,
)
from exchange.reports.report import ReportTable
from exchange.reports.report_tables import fill_table
from exchange.reports.source import Source
from exchange.text import list_some, with_noun
from schemas.quarters import long_date

_YEAR: Final = timedelta(days=366)
# Who is represented on the county group, of the kinds that authorities have.
_OF_THE_COUNTY: Final = {
    "police": "the police",
    "policing-body": "the policing body",
    "fire": "the fire service",
    "health": "the health bodies",
}


def members(source: Source, *, county: bool = False) -> list[Recorded]:
    """Return who is a member on the day of the report, of the strategy group or of the county's."""
    return [
        row
        for row in rows_of(source.log.register, "members")
        if ((end := row.day("left")) is None or end > source.today)
        and (row["group"] == COUNTY_GROUP) == county
    ]


def meetings(source: Source, *, county: bool = False) -> list[Recorded]:
    """Return the meetings of the strategy group, or of the county's, the newest first."""
    recorded = [
        row
        for row in rows_of(source.log.register, "meetings")
        if (row["kind"] == COUNTY_GROUP) == county
    ]
    return sorted(recorded, key=lambda recorded: recorded["on"], reverse=True)


def public_meetings(source: Source) -> list[Recorded]:
    """Return the public meetings of the year up to the day of the report, the newest last."""
    return [
        meeting
        for meeting in reversed(meetings(source))
        if meeting["kind"] == PUBLIC
        and (day := meeting.day("on")) is not None
        and source.today - _YEAR < day <= source.today
    ]


def group_tables(source: Source) -> list[ReportTable]:
    """Return who sits where, as far as it is recorded."""
    return [_members(source), _meetings(source), _invitations(source)]


def _members(source: Source) -> ReportTable:
    sitting = members(source)
    rows = [
        (
            recorded["authority"], recorded["post"], recorded["role"], recorded["senior"],
            day_in_words(recorded.day("since")), term_in_words(recorded.day("until"), source.today),
            f"{recorded.position}",
        )
        for recorded in sitting
    ]  # fmt: skip
    if sitting:
        rows += [
            (partner, "nobody recorded", "", "", "", "", "") for partner in _without_seat(source)
        ]
    return fill_table("compliance/members", rows, nothing=NOT_RECORDED)


def _meetings(source: Source) -> ReportTable:
    rows = []
    for meeting in meetings(source):
        present = meeting.several("present")
        absent = source.responsible_except(present)
        past = (day := meeting.day("on")) is not None and day <= source.today
        count = f"{len(source.responsible) - len(absent)} of {len(source.responsible)}"
        rows.append(
            (
                day_in_words(day), meeting["kind"], meeting["place"], count if past else "to come",
                ", ".join(absent) if past else "", meeting["minutes"], f"{meeting.position}",
            )
        )  # fmt: skip
    return fill_table("compliance/group-meetings", rows, nothing=NOT_RECORDED)


def _invitations(source: Source) -> ReportTable:
    rows = [
        (
            row["body"], row["post"], day_in_words(row.day("invited")),
            row["answer"] or "no answer yet", day_in_words(row.day("answered")), f"{row.position}",
        )
        for row in rows_of(source.log.register, "invitations")
    ]  # fmt: skip
    return fill_table("compliance/invitations", rows)


def _without_seat(source: Source) -> list[str]:
    seated = {member["authority"] for member in members(source)}
    return [partner for partner in source.responsible if partner not in seated]


def _representation(source: Source) -> Proof | None:
    return _count_seats(source, {member["authority"] for member in members(source)}, "represented")


def _senior(source: Source) -> Proof | None:
    senior = {member["authority"] for member in members(source) if member["senior"] == YES}
    return _count_seats(source, senior, "represented by a senior person")


def _count_seats(source: Source, have: set[str], role: str) -> Proof | None:
    """Say how many of the responsible authorities are represented in some way."""
    sitting = members(source)
    if not sitting:
        return None
    missing = source.responsible_except(have)
    whole = with_noun(len(source.responsible), "responsible authority", "responsible authorities")
    sentence = f"{len(source.responsible) - len(missing)} of {whole} that have joined are {role}"
    sentence += f"; not: {list_some(missing)}" if missing else ""
    return Proof("in-part" if missing else "met", sentence, _entries(sitting))


def _councillor(source: Source, *, county: bool = False) -> Proof | None:
    seats = [member for member in members(source, county=county) if member["role"] == COUNCILLOR]
    if not seats:
        return None
    return Proof("met", f"Member: {seats[0]['post']}", _entries(seats))


def _chair(source: Source, *, county: bool = False) -> Proof | None:
    chairs = [member for member in members(source, county=county) if member["role"] == CHAIR]
    if not chairs:
        return None
    chair = chairs[0]
    names, until = source.partner_names, chair.day("until")
    sentence = f"Chair: {chair['post']}, {names.get(chair['authority'], chair['authority'])}"
    if until is None:
        return Proof("in-part", f"{sentence}; no end of the term is recorded", _entries(chairs))
    if until < source.today:
        return Proof(
            "not-met", f"{sentence}; the term ended on {long_date(until)}", _entries(chairs)
        )
    return Proof("met", f"{sentence}, until {long_date(until)}", _entries(chairs))


def _county_chairs(source: Source) -> Proof | None:
    """Say whether this group's chair is a member of the county's: of others, their logs know."""
    seats = members(source, county=True)
    chairs = [member for member in members(source) if member["role"] == CHAIR]
    if not seats or not chairs:
        return None
    sitting = {fold_seat(seat_of(source, member)) for member in seats}
    out = [member for member in chairs if fold_seat(seat_of(source, member)) not in sitting]
    if out:
        sentence = (
            f"Not recorded as a member of the county group: {out[0]['post']}, who chairs this one"
        )
        return Proof("not-met", sentence, _entries(chairs))
    sentence = f"Member of the county group: {chairs[0]['post']}, who chairs this one"
    return Proof("", sentence, _entries(seats))


def _county_authorities(source: Source) -> Proof | None:
    """Say which of the authorities that the county group must have are recorded as its members.

    One that is no partner here cannot be recorded: the strategy group answers for it.
    """
    seats = members(source, county=True)
    if not seats:
        return None
    partners = source.log.register.partners
    seated = {
        kind
        for member in seats
        if (partner := partners.get(member["authority"]))
        for kind in partner.kinds
    }
    can_be = {kind for partner in partners.values() for kind in partner.kinds}
    missing = [kind for kind in _OF_THE_COUNTY if kind not in seated]
    sentence = "Members of the county group: "
    sentence += (
        list_some([name for kind, name in _OF_THE_COUNTY.items() if kind in seated]) or "none"
    )
    if not missing:
        return Proof("met", sentence, _entries(seats))
    sentence += f"; not recorded: {list_some([_OF_THE_COUNTY[kind] for kind in missing])}"
    return Proof("in-part" if can_be.issuperset(missing) else "", sentence, _entries(seats))


def _county_meetings(source: Source) -> Proof | None:
    over = [
        meeting
        for meeting in meetings(source, county=True)
        if (day := meeting.day("on")) and day <= source.today
    ]
    if not over:
        return None
    sentence = f"The county group last met on {day_in_words(over[0].day('on'))}"
    return Proof("", sentence, _entries(over[:1]))


def seat_of(source: Source, member: Recorded) -> tuple[str, str]:
    """Return the authority and the post of a member."""
    return source.partner_names.get(member["authority"], member["authority"]), member["post"]


def fold_seat(seat: tuple[str, str]) -> tuple[str, str]:
    """Return a seat by which it is one, however its authority and post are spelt."""
    return seat[0].casefold(), seat[1].casefold()


def _public_meetings(source: Source) -> Proof | None:
    if not meetings(source):
        return None
    recent = public_meetings(source)
    if not recent:
        return Proof("not-met", "No public meeting is recorded for the last year", ())
    days = ", ".join(day_in_words(recorded.day("on")) for recorded in recent)
    return Proof("met", f"Public meetings of the last year: {days}", _entries(recent))


def _senior_at_meetings(source: Source) -> Proof | None:
    recent = public_meetings(source)
    if not recent:
        return None
    present = {who for recorded in recent for who in recorded.several("senior")}
    missing = source.responsible_except(present)
    sentence = (
        "Senior people of every responsible authority came to a public meeting of the last year"
    )
    if missing:
        sentence = (
            f"No senior person came to a public meeting of the last year for {list_some(missing)}"
        )
    return Proof("in-part" if missing else "met", sentence, _entries(recent))


GROUP_PROOFS: Final[dict[str, Callable[[Source], Proof | None]]] = {
    "represented": _representation,
    "senior": _senior,
    "councillor": _councillor,
    "chair": _chair,
    "public": _public_meetings,
    "attended": _senior_at_meetings,
    "county-chairs": _county_chairs,
    "county-councillor": partial(_councillor, county=True),
    "county-authorities": _county_authorities,
    "county-chair": partial(_chair, county=True),
    "county-meetings": _county_meetings,
}


def group_decisions(source: Source) -> Iterator[tuple[str, str]]:
    """Yield the decisions that the meeting needs about itself, and who does it."""
    if missing := _without_seat(source) if members(source) else []:
        names = list_some([source.partner_names[partner] for partner in missing])
        yield f"Have a member of the strategy group named by {names}.", "Their chief officers"
    chair = _chair(source)
    if members(source) and chair is None:
        yield "Appoint a chair of the strategy group.", "Strategy group"
    elif chair is not None and chair.state == "not-met":
        yield f"Appoint a chair. {chair.sentence}.", "Strategy group"
    if (public := _public_meetings(source)) is not None and public.state == "not-met":
        yield "Fix the day of a public meeting: none is recorded for the last year.", "Chair"


def term_in_words(until: date | None, today: date) -> str:
    """Write the last day of a term, and that it is over."""
    return day_in_words(until) + (" (ended)" if until is not None and until < today else "")


def day_in_words(day: date | None) -> str:
    """Write a day as people do; nothing for none."""
    return long_date(day) if day else ""


def _entries(rows: list[Recorded]) -> tuple[int, ...]:
    return tuple(sorted({row.position for row in rows}))
