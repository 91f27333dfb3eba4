"""Who sits on the county's strategy group: put together from what its districts have recorded.

Keeps true: who sits there is one row, however many districts have recorded it, and so is a meeting.
"""

from collections.abc import Mapping, Sequence

from exchange.reports.registers.group import (
    day_in_words,
    fold_seat,
    meetings,
    members,
    seat_of,
    term_in_words,
)
from exchange.reports.registers.tables import CHAIR, NOT_RECORDED, Recorded
from exchange.reports.report import ReportTable
from exchange.reports.report_tables import fill_table
from exchange.reports.source import Source
from exchange.text import list_some, with_noun

_Seats = Mapping[tuple[str, str], Mapping[str, Recorded]]


def county_members(sources: Mapping[str, Source]) -> ReportTable:
    """Return who sits on the county group, each once, with the districts that recorded it."""
    rows = []
    for (authority, post), recorded in _seats(sources).items():
        roles, since, until = (_values(recorded, name) for name in ("role", "since", "until"))
        source = next(iter(sources.values()))
        last = max((day for row in recorded.values() if (day := row.day("until"))), default=None)
        begun = min((day for row in recorded.values() if (day := row.day("since"))), default=None)
        differ = len(roles) > 1 or len(since) > 1 or len(until) > 1
        rows.append(
            (
                authority, post, ", ".join(roles), day_in_words(begun),
                term_in_words(last, source.today),
                ", ".join(recorded) + (" (they differ)" if differ else ""),
            )
        )  # fmt: skip
    return fill_table("county/county-members", rows, nothing=NOT_RECORDED)


def county_meetings(sources: Mapping[str, Source]) -> ReportTable:
    """Return the meetings of the county group, and which of its authorities were there."""
    sitting = dict.fromkeys(authority for authority, _ in _seats(sources))
    rows = []
    for day, place, present, is_over in _meetings(sources):
        absent = [name for name in sitting if name not in present]
        count = f"{len(sitting) - len(absent)} of {len(sitting)}" if is_over else "to come"
        rows.append((day, place, count, ", ".join(absent) if is_over else ""))
    return fill_table("county/county-meetings", rows, nothing=NOT_RECORDED)


def county_group_line(sources: Mapping[str, Source]) -> str:
    """Return who chairs the county group, how many sit on it, and who came last, in a line."""
    seats = _seats(sources)
    if not seats:
        return "No members are recorded."
    chairs = [key for key, recorded in seats.items() if CHAIR in _values(recorded, "role")]
    chair = " and ".join(f"{post}, {authority}" for authority, post in chairs) or "nobody"
    sitting = {authority for authority, _ in seats}
    text = f"Chair: {chair}; {with_noun(len(sitting), 'authority', 'authorities')}"
    over = [meeting for meeting in _meetings(sources) if meeting[3]]
    if not over:
        return f"{text}; no past meeting is recorded."
    day, _, present, _ = over[0]
    return f"{text}; last met on {day}, {len(sitting & present)} of {len(sitting)} there."


def county_group_decisions(sources: Mapping[str, Source]) -> list[str]:
    """Return what is missing of the county group, once districts have recorded who sits on it."""
    seats = _seats(sources)
    if not seats:
        return []
    decisions = []
    if not any(CHAIR in _values(recorded, "role") for recorded in seats.values()):
        decisions.append("Appoint a chair of the county strategy group.")
    without = []
    sitting = {fold_seat(seat) for seat in seats}
    for source in sources.values():
        chairs = [seat_of(source, member) for member in members(source) if member["role"] == CHAIR]
        if chairs and not any(fold_seat(chair) in sitting for chair in chairs):
            without.append(source.log.register.name)
    if without:
        names = list_some(without)
        decisions.append(f"Make the chair a member of the county strategy group: {names}.")
    return decisions


def _seats(sources: Mapping[str, Source]) -> _Seats:
    """Return what each district has recorded of each seat, by authority and post."""
    seats: dict[tuple[str, str], dict[str, Recorded]] = {}
    spelt: dict[tuple[str, str], tuple[str, str]] = {}
    for name, source in sources.items():
        for member in members(source, county=True):
            seat = seat_of(source, member)
            key = spelt.setdefault(fold_seat(seat), seat)
            seats.setdefault(key, {})[name] = member
    return seats


def _values(recorded: Mapping[str, Recorded], column: str) -> Sequence[str]:
    """Return the values that districts have recorded, each once; who recorded none is silent."""
    return list(dict.fromkeys(row[column] for row in recorded.values() if row[column]))


def _meetings(sources: Mapping[str, Source]) -> list[tuple[str, str, set[str], bool]]:
    """Return the day and place of each meeting, who was there, and whether it is over."""
    by_day: dict[str, tuple[str, str, set[str], bool]] = {}
    for source in sources.values():
        for meeting in meetings(source, county=True):
            day = meeting.day("on")
            _, place, present, _ = by_day.get(meeting["on"], ("", "", set[str](), False))
            names = {source.partner_names.get(p, p) for p in meeting.several("present")}
            is_over = day is not None and day <= source.today
            known = (day_in_words(day), place or meeting["place"], present | names, is_over)
            by_day[meeting["on"]] = known
    return [by_day[key] for key in sorted(by_day, reverse=True)]
