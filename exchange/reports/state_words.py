"""How a dataset of a partner stands, in words: the same on a terminal, a page and a sheet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from exchange.log.log import Log
from exchange.log.proved_times import ProvedTime, Witnessed
from exchange.log.reader import entry_name
from exchange.text import number_ranges, with_noun
from partners.register.obligations import AgreedDeadline, Standing, State
from schemas.quarters import Covered

_NONE: Final[Mapping[str, str]] = {}
# What the states are called where they are counted, and the columns of these counts in JSON.
STATE_NAMES: Final = {state: str(state) for state in State} | {
    State.EXPECTED: "not received",
    State.RECEIVED: "received after the deadline, duty unconfirmed",
}
STATE_COLUMNS: Final = {state.name.lower(): name for state, name in STATE_NAMES.items()}


def words(
    standing: Standing, dates: Callable[[Covered], str] = str, names: Mapping[str, str] = _NONE
) -> str:
    """Say a state in words.

    Args:
        dates: Writes the days that are missing.
        names: What to call partners instead of by their identifiers.
    """
    days = with_noun(abs(standing.days), "day")
    missing = ", ".join(map(dates, standing.missing))
    partial = f"partial, missing {missing}" if standing.entries and missing else ""
    still = f"{partial}; " if partial else ""
    nil = ", nil return" if standing.nil else ""
    parts = f" ({' and '.join(standing.parts)})" if standing.parts else ""
    by_state = {
        State.ON_TIME: f"on time{nil}{_say_replaced(standing)}",
        State.LATE: f"late by {days}{nil}",
        State.RECEIVED: f"received {days} after the deadline{nil} (legal duty unconfirmed)",
        State.DUE: f"{still}due in {days}",
        State.OVERDUE: f"{still}overdue by {days}",
        State.EXPECTED: f"{partial or 'not received'} (expected, legal duty unconfirmed)",
        State.NOT_HELD: "not held",
    }
    purged = "" if standing.state is State.NOT_HELD else _say_purged(standing, names)
    by = f", submitted by {_join_names(standing.by, names)}" if standing.by else ""
    agreed = _say_agreed(standing, dates)
    return by_state[standing.state] + parts + by + agreed + purged + _say_suspended(standing)


def _say_agreed(standing: Standing, dates: Callable[[Covered], str]) -> str:
    """Say how the protocol's own deadlines were met."""
    if not standing.agreed:
        return ""
    words_of = [f"{dates(deadline.covered)} {_in_days(deadline)}" for deadline in standing.agreed]
    return f"; by the protocol: {', '.join(words_of)}"


def _in_days(deadline: AgreedDeadline) -> str:
    days = with_noun(deadline.days, "day")
    return {
        State.ON_TIME: "on time",
        State.LATE: f"late by {days}",
        State.DUE: f"due in {days}",
    }.get(deadline.state, f"overdue by {days}")


def _say_replaced(standing: Standing) -> str:
    replaced = standing.replaced
    if replaced is None:
        return ""
    days = with_noun(replaced.days, "day")
    return f", replaced {days} late, {_ends(replaced.before)} → {_ends(replaced.after)} records"


def _join_names(partners: Sequence[str], names: Mapping[str, str]) -> str:
    return " and ".join(names.get(partner, partner) for partner in partners)


def _say_purged(standing: Standing, names: Mapping[str, str]) -> str:
    """Say that something sent in error was deleted, and who confirmed deleting their copy."""
    if not standing.purged:
        return ""
    entries = number_ranges(standing.purged)
    who = f", confirmed by {_join_names(standing.destroyed, names)}" if standing.destroyed else ""
    return f"; a submission sent in error was deleted (reference {entries}){who}"


def _say_suspended(standing: Standing) -> str:
    """Say which of the submissions two coordinators have suspended, and why."""
    return "".join(
        f"; log {submission.position} is suspended: {submission.suspended_for}"
        for submission in standing.suspended
    )


def _ends(ends: tuple[int, int]) -> str:
    low, high = ends
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def evidence(
    log: Log, standing: Standing, witnesses: Witnessed, names: Mapping[str, str] = _NONE
) -> str:
    """Say who confirms the time: other partners, the shared folder, or only the sender."""
    if standing.completed is None:
        return ""
    quarter = standing.quarter
    in_time = not quarter.is_late(standing.completed)
    proved = [_proved_time(log, position, witnesses) for position in standing.first]
    if not in_time and any(
        interval.after and quarter.is_late(interval.after) for interval in proved
    ):
        return "confirmed by other partners"
    if in_time and proved and all(p.before and not quarter.is_late(p.before) for p in proved):
        by = dict.fromkeys(who for interval in proved for who in interval.by)
        return "confirmed by " + ", ".join(names.get(who, who) for who in by)
    clocks = [log.store.written_at(entry_name(position)) for position in standing.first]
    if in_time and clocks and all(c is not None and not quarter.is_late(c) for c in clocks):
        return "time from sender and folder"
    return "time stated by the sender"


def _proved_time(log: Log, position: int, witnesses: Witnessed) -> ProvedTime:
    signer = log.register.applied[position].signer.partition("/")[0]
    return witnesses.proved_time(position, signer, log.register.settings.witnesses)


def standing_json(standing: Standing, log: Log, witnesses: Witnessed) -> dict[str, Any]:
    """Return how a dataset stands, with the entries that prove it."""
    s = standing
    return {
        "partner": s.partner,
        "dataset": s.dataset,
        "quarter": str(s.quarter),
        "due_by": s.quarter.due.isoformat(),
        "state": s.state,
        "days": s.days,
        "certain": s.certain,
        "nil": s.nil,
        "parts": list(s.parts),
        "by": list(s.by),
        "evidence": evidence(log, s, witnesses),
        "missing": [str(c) for c in s.missing],
        "entries": list(s.entries),
        "first": list(s.first),
        "replaced": asdict(s.replaced) if s.replaced else None,
        "agreed": [
            {
                "covered": str(deadline.covered),
                "due": deadline.due.isoformat(),
                "state": deadline.state,
                "days": deadline.days,
            }
            for deadline in s.agreed
        ],
        "deleted": list(s.purged),
        "deletion_confirmed_by": list(s.destroyed),
        "suspended": [
            {
                "entry": submission.position,
                "reasons": list(dict.fromkeys(submission.requests.values())),
            }
            for submission in s.suspended
        ],
        "completed": s.completed.isoformat() if s.completed else None,
    }
