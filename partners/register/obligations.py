"""Who has to send what for a quarter, and whether it came on time.

Keeps true: where it is not proved that today's holder has the duty, nothing is ever called overdue
or late. Leaves to others: the clock, the evidence for a time, and the words.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import TypeGuard

from partners.register.register import Register
from partners.register.replaced_returns import Replaced, find_replaced
from partners.register.state import NilReturn, Partner, Return, Submission
from schemas.quarters import Covered, Quarter, london_day, uncovered_dates

# Gives the time that others prove an entry (position, partner) to be later than.
Proof = Callable[[int, str], datetime | None]


class State(StrEnum):
    """The state of a partner's dataset for a quarter."""

    ON_TIME = "on time"
    LATE = "late"
    DUE = "due"
    OVERDUE = "overdue"
    RECEIVED = "received"  # after the deadline; the duty is to be confirmed
    EXPECTED = "not shared"  # the duty is to be confirmed
    NOT_HELD = "not held"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be sent."""
        return self in (State.DUE, State.OVERDUE, State.EXPECTED)

    @property
    def is_received(self) -> bool:
        """Whether all of it was sent."""
        return self in (State.ON_TIME, State.LATE, State.RECEIVED)


@dataclass(frozen=True, slots=True)
class AgreedDeadline:
    """A deadline of the protocol's own, inside that of the Regulations.

    Attributes:
        covered: The month or quarter that is due.
        due: The last day on which it is on time.
        state: On time, late, due or overdue.
        days: As in `Standing`.
    """

    covered: Covered
    due: date
    state: State
    days: int


@dataclass(frozen=True, slots=True)
class Standing:
    """One partner, one dataset, one quarter.

    Attributes:
        certain: Whether it is proved that today's holder has the duty.
        days: By how many days it is late or overdue, or in how many it is due.
        missing: The runs of days that no return covers.
        entries: The positions of the returns in effect, or of the claim that it is not held.
        completed: When all days were first covered. If the first return was a placeholder, when
            the return that replaced it came in (`replaced_returns.py`).
        nil: Whether all returns in effect are nil returns.
        parts: The parts in which the partner returns it, where there are several.
        by: The partners that submit it for this one; empty where it does so itself.
        first: The positions of the returns that first covered the quarter.
        replaced: How the first returns were replaced, if that was after the deadline.
        purged: The positions of the entries that deleted submissions sent in error.
        destroyed: The partners that confirmed deleting their copies of these.
        suspended: The submissions in effect that two coordinators have suspended.
        agreed: The protocol's own deadlines that lie in the quarter.
    """

    partner: str
    dataset: str
    quarter: Quarter
    certain: bool
    state: State
    days: int
    missing: tuple[Covered, ...] = ()
    entries: tuple[int, ...] = ()
    completed: datetime | None = None
    nil: bool = False
    parts: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    first: tuple[int, ...] = ()
    replaced: Replaced | None = None
    purged: tuple[int, ...] = ()
    destroyed: tuple[str, ...] = ()
    suspended: tuple[Submission, ...] = ()
    agreed: tuple[AgreedDeadline, ...] = ()

    @property
    def next_due(self) -> date:
        """The next day on which part of it is due, by the protocol or by the Regulations."""
        unmet = [deadline.due for deadline in self.agreed if deadline.state.is_open]
        return min([*unmet, self.quarter.due])


def standings(
    register: Register,
    quarter: Quarter,
    now: datetime,
    not_before: Proof = lambda *_: None,
) -> list[Standing]:
    """Return the standing of each dataset that each partner holds, for a quarter.

    Before the partnership's first quarter nothing is due, so only datasets with returns are listed.

    Args:
        not_before: The time that others prove an entry (position, partner) to be later than,
            whatever its signer's clock says.
    """
    first = register.first_due_quarter
    is_due = first is None or quarter >= first
    results: list[Standing] = []
    for partner in register.partners.values():
        for dataset, certain in _due_datasets(register, partner, quarter).items():
            standing = _find_standing(
                register,
                partner.id,
                dataset,
                quarter,
                now,
                certain=certain,
                not_before=not_before,
            )
            if is_due or (standing.entries and standing.state is not State.NOT_HELD):
                results.append(standing)
    return results


def _due_datasets(register: Register, partner: Partner, quarter: Quarter) -> dict[str, bool]:
    """Return the datasets that a partner holds in a quarter, and whether its duty is proved.

    They are the datasets that the partnership has adopted, and the protocol's local datasets.
    """
    due: dict[str, bool] = {}
    kinds_then = partner.kinds_in(quarter)
    if not register.is_authority_in(partner.id, quarter):
        return due
    for name, adopted in register.adopted.items():
        if holders := [h for h in adopted.holders_in(quarter) if h.kind in kinds_then]:
            due[name] = any(h.certain for h in holders)
    for name, kinds in register.local_datasets(quarter).items():
        if set(kinds) & set(kinds_then):
            due.setdefault(name, False)
    return due


def _find_standing(
    register: Register,
    partner: str,
    dataset: str,
    quarter: Quarter,
    now: datetime,
    *,
    certain: bool,
    not_before: Proof,
) -> Standing:
    senders = register.submitters_of(partner, dataset)
    shared = _shared_around(register, senders, dataset, quarter)
    ever = [r for r in shared if r.withdrawn_by is None or _has_expired(r)]
    parts = _parts(ever, quarter)
    ever = [r for r in ever if r.statement.quarter == quarter]
    current = [r for r in ever if r.counts]
    claim = register.not_held(partner, dataset, quarter)
    standing = partial(Standing, partner, dataset, quarter, certain)
    if claim is not None and not current:
        return standing(State.NOT_HELD, 0, entries=(claim.position,))
    of_part = [[r for r in ever if r.statement.part == part] for part in parts]
    missing = [covered for returns in of_part for covered in _not_covered(quarter, returns)]
    coverage = _Coverage() if missing else _cover(quarter, of_part, not_before)
    state, days = _on_time_or_late(quarter, coverage.completed, now, certain=certain)
    errors = [r for r in shared if _was_sent_in_error(r) and r.statement.quarter == quarter]
    deadlines = register.deadlines(dataset, quarter)
    return standing(
        state,
        days,
        missing=tuple(dict.fromkeys(missing)),
        entries=tuple(r.position for r in current),
        completed=coverage.completed,
        nil=bool(current) and all(isinstance(r, NilReturn) for r in current),
        parts=parts if len(parts) > 1 else (),
        by=tuple(who for who in senders if who != partner),
        first=coverage.first,
        replaced=coverage.replaced,
        purged=tuple(r.purged_by for r in errors if r.purged_by is not None),
        destroyed=tuple(dict.fromkeys(who for r in errors for who in r.destroyed)),
        suspended=tuple(r for r in current if isinstance(r, Submission) and r.is_suspended),
        agreed=tuple(
            _meet_deadline(days, due, of_part, now, not_before) for days, due in deadlines
        ),
    )


def _shared_around(
    register: Register, senders: Iterable[str], dataset: str, quarter: Quarter
) -> list[Return]:
    """Return what was shared with all partners, in the order of the log: the first counts."""
    around = [r for who in senders for r in register.returns_around(who, dataset, quarter)]
    shared = [r for r in around if not r.statement.personal]
    return sorted(shared, key=lambda returned: returned.position)


def _not_covered(dates: Quarter | Covered, returns: Sequence[Return]) -> list[Covered]:
    """Return the runs of days for which no return is in effect."""
    return uncovered_dates(dates, [s.statement.covered for s in returns if s.superseded_by is None])


def _meet_deadline(
    covered: Covered,
    due: date,
    of_part: Sequence[Sequence[Return]],
    now: datetime,
    not_before: Proof,
) -> AgreedDeadline:
    """Return how a deadline of the protocol's own was met."""
    inside = [[s for s in returns if covered.overlaps(s.statement.covered)] for returns in of_part]
    is_met = not any(_not_covered(covered, route) for route in inside)
    when = (
        _latest([s for route in inside for s in _first_covering(covered, route)], not_before)
        if is_met
        else now
    )
    days = (london_day(when) - due).days
    late, early = (State.LATE, State.ON_TIME) if is_met else (State.OVERDUE, State.DUE)
    return AgreedDeadline(covered, due, late if days > 0 else early, abs(days))


def _has_expired(returned: Return) -> bool:
    """Say whether a submission was deleted only because its retention period had ended."""
    return isinstance(returned, Submission) and returned.purged_for == "retention"


def _was_sent_in_error(returned: Return) -> TypeGuard[Submission]:
    return isinstance(returned, Submission) and returned.purged_for == "sent-in-error"


def _parts(ever: Sequence[Return], quarter: Quarter) -> tuple[str, ...]:
    """Return the parts in which a dataset is returned, in this quarter and in the one before.

    A dataset that is returned as a whole has one part without a name. Once a quarter is returned in
    parts, that the one before was returned as a whole no longer matters.
    """
    now, before = (
        {s.statement.part for s in ever if s.counts and s.statement.quarter == q}
        for q in (quarter, quarter.previous)
    )
    parts = (now | before) - {""}
    return ("",) if now == {""} or not parts else tuple(sorted(parts))


@dataclass(frozen=True, slots=True)
class _Coverage:
    """How a quarter was first covered: when, by which entries, and what replaced these."""

    completed: datetime | None = None
    first: tuple[int, ...] = ()
    replaced: Replaced | None = None


def _cover(quarter: Quarter, of_part: Sequence[Sequence[Return]], not_before: Proof) -> _Coverage:
    """Return how a quarter was covered of which all parts were returned."""
    covering = [_first_covering(quarter, returns) for returns in of_part]
    first = [returned for returns in covering for returned in returns]
    current = [returned for returns in of_part for returned in returns if returned.counts]
    later = [returned for returned in current if returned not in first]
    replaced = find_replaced(quarter, first, current, _latest(later or first, not_before))
    if replaced is not None and replaced.is_of_placeholder:
        first, replaced = current, None
    positions = tuple(returned.position for returned in first)
    return _Coverage(_latest(first, not_before), positions, replaced)


def _first_covering(quarter: Quarter | Covered, ever: Sequence[Return]) -> list[Return]:
    """Return the returns up to the first with which all days were covered.

    Later ones are corrections, which make nothing late.
    """
    covering: list[Return] = []
    for returned in ever:
        covering.append(returned)
        if not uncovered_dates(quarter, [s.statement.covered for s in covering]):
            break
    return covering


def _latest(returns: Sequence[Return], not_before: Proof) -> datetime:
    """Return when the last of some returns came in, by its own time or as others prove it."""
    return max(max(r.time, not_before(r.position, r.statement.partner) or r.time) for r in returns)


def _on_time_or_late(
    quarter: Quarter, completed: datetime | None, now: datetime, *, certain: bool
) -> tuple[State, int]:
    """Return the state of a dataset at the Regulations' deadline, and how many days from it."""
    if completed is not None:
        if quarter.is_late(completed):
            late = State.LATE if certain else State.RECEIVED
            return late, quarter.days_late(completed)
        return State.ON_TIME, 0
    if not quarter.is_late(now):
        return State.DUE, -quarter.days_late(now)
    return (State.OVERDUE if certain else State.EXPECTED), quarter.days_late(now)
