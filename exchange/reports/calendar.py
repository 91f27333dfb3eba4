"""The deadlines, as a calendar that any calendar program reads (RFC 5545).

Keeps true: the same log on the same day gives the same events under the same names, so that a
newer file takes the place of an older one.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from exchange.reports.names import names_of
from partners.register.obligations import standings
from partners.register.register import Register
from schemas.quarters import Quarter, days_in_words, quarter_in_words

if TYPE_CHECKING:
    from icalendar import Event

_AHEAD: Final = 4  # quarters
_BEFORE: Final = (14, 3)  # days before, on which a calendar reminds


def calendar(register: Register, partner: str, now: datetime) -> bytes:
    """Return the deadlines of the next quarters, and the review of the protocol, as iCalendar.

    Args:
        partner: Whose datasets are named; empty for those of all.
    """
    from icalendar import Calendar  # noqa: PLC0415 - only a calendar needs it

    ical = Calendar()
    ical.add("prodid", "-//csp-exchange//deadlines//EN")
    ical.add("version", "2.0")
    suffix = f"@{register.origin.replace('/', '.')}"
    quarter = Quarter.before(now)
    for _ in range(_AHEAD):
        due = [
            s
            for s in standings(register, quarter, now)
            if partner in ("", s.partner) and s.state.is_open
        ]
        if due:
            names = names_of(register)
            lines = [
                dataset if partner else f"{names[s.partner]}: {dataset}"
                for s in due
                for dataset in [names.get(s.dataset, s.dataset)]
            ]
            title = f"{register.name}: {quarter_in_words(quarter)} is due"
            ical.add_component(_event(f"{quarter}{suffix}", quarter.due, title, lines, now))
        for agreed, lines in _agreed_days(register, partner, quarter, now).items():
            title = f"{register.name}: due by the protocol"
            ical.add_component(_event(f"{quarter}-{agreed}{suffix}", agreed, title, lines, now))
        quarter = quarter.next
    if day := register.settings.review:
        title = f"{register.name}: review of the protocol"
        ical.add_component(_event(f"review{suffix}", day, title, [register.settings.title], now))
    return bytes(ical.to_ical())


def _agreed_days(
    register: Register, partner: str, quarter: Quarter, now: datetime
) -> dict[date, list[str]]:
    """Return what is due by the protocol before the Regulations ask for it, by day."""
    names, by_day = names_of(register), dict[date, list[str]]()
    for s in standings(register, quarter, now):
        for deadline in s.agreed if partner in ("", s.partner) else ():
            if deadline.state.is_open:
                who = "" if partner else f"{names[s.partner]}: "
                line = f"{who}{names.get(s.dataset, s.dataset)}, {days_in_words(deadline.covered)}"
                by_day.setdefault(deadline.due, []).append(line)
    return dict(sorted(by_day.items()))


def _event(uid: str, day: date, title: str, lines: list[str], now: datetime) -> "Event":
    from icalendar import Alarm, Event  # noqa: PLC0415 - only a calendar needs it

    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now)
    event.add("dtstart", day)
    if day < date.max:  # an event of one day needs no end
        event.add("dtend", day + timedelta(1))
    event.add("summary", title)
    event.add("description", "\n".join(lines))
    for days in _BEFORE:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title)
        alarm.add("trigger", timedelta(days=-days))
        event.add_component(alarm)
    return event
