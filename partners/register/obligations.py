"""Who has to send what for a quarter, and how each stands.

Keeps true: one state, "on time", with the evidence for it beside it; where the duty of today's
holder is not proved, nothing is ever called overdue. Leaves to others: the clock, and the words.
"""

from collections.abc import Callable, Sequence
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
    """How a dataset of a partner stands for a quarter."""

    ON_TIME = "on time"
    LATE = "late"
    DUE = "due"
    OVERDUE = "overdue"
    RECEIVED = "received"  # after the deadline; the duty is to be confirmed
    EXPECTED = "not shared"  # the duty is to be confirmed
    NOT_HELD = "not held"


@dataclass(frozen=True, slots=True)
class AgreedDeadline:
    """A deadline of the protocol's own, inside that of the Regulations.

    Attributes:
        covered: The month or quarter that is due; `due`, by when.
        state: On time, late, due or overdue; `days` as in `Standing`.
    """

    covered: Covered
    due: date
    state: State
    days: int


@dataclass(frozen=True, slots=True)
class Standing:
    """One partner, one dataset, one quarter.

    Attributes:
        certain: The duty of today's holder is proved.
        days: Late by so many days, or due in so many, or overdue by so many.
        missing: The runs of days that nothing covers.
        entries: The positions of the returns in effect, or of the word that it is not held.
        first: The positions of the returns that first covered the quarter.
        completed: When the last day was first covered; by what replaced it, if that was a
            placeholder (`replaced_returns.py`).
        purged: The entries by which what was sent in error was destroyed; `destroyed`, the partners
            that say that their copy is.
        suspended: What of the returns in effect two coordinators have suspended.
        agreed: The deadlines of the protocol's own that lie in the quarter's time.
        replaced: What replaced the first returns after the deadline, and of how many records.
        nil: All that is in effect says that there is nothing.
        parts: The parts in which the partner returns it, where there are several.
        by: Who submits it for the partner, by the protocol; empty where it does so itself.
    """

    partner: str
    dataset: str
    quarter: Quarter
    certain: bool
    state: State
    days: int
    missing: tuple[Covered, ...]
    entries: tuple[int, ...]
    completed: datetime | None
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
        """The day by which something of it is due next: by the protocol, or by the Regulations."""
        unmet = [
            deadline.due for deadline in self.agreed if deadline.state in (State.DUE, State.OVERDUE)
        ]
        return min([*unmet, self.quarter.due])


def standings(
    register: Register,
    quarter: Quarter,
    now: datetime,
    not_before: Proof = lambda *_: None,
) -> list[Standing]:
    """Return how each dataset that each partner holds stands for a quarter.

    Before the partnership's first quarter nothing is due, and only what was returned stands.

    Args:
        not_before: The time that others prove an entry (position, partner) to be later than,
            whatever its signer's clock says.
    """
    first = register.owes_from
    is_owed = first is None or quarter >= first
    results: list[Standing] = []
    for partner in register.partners.values():
        for dataset, certain in _owed_datasets(register, partner, quarter).items():
            standing = _find_standing(
                register,
                partner.id,
                dataset,
                quarter,
                now,
                certain=certain,
                not_before=not_before,
            )
            if is_owed or (standing.entries and standing.state is not State.NOT_HELD):
                results.append(standing)
    return results


def _owed_datasets(register: Register, partner: Partner, quarter: Quarter) -> dict[str, bool]:
    """Return the datasets that a partner holds in a quarter, and whether its duty is proved.

    Those that the partnership has adopted, and those that the protocol in force has beside them.
    """
    owed: dict[str, bool] = {}
    kinds_then = partner.kinds_in(quarter)
    if not register.stands(partner.id, quarter):
        return owed
    for name, adopted in register.adopted.items():
        if holders := [h for h in adopted.holders_in(quarter) if h.kind in kinds_then]:
            owed[name] = any(h.certain for h in holders)
    for name, kinds in register.local_datasets(quarter).items():
        if set(kinds) & set(kinds_then):
            owed.setdefault(name, False)
    return owed


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
    standing = partial(Standing, partner, dataset, quarter, certain)
    senders = register.submitted_by(partner, dataset)
    around = [s for p in senders for s in register.returns_around(p, dataset, quarter)]
    around.sort(key=lambda returned: returned.position)  # whichever of them was first counts
    sent = [s for s in around if not s.statement.personal]
    ever = [s for s in sent if s.withdrawn_by is None or _was_kept(s)]
    parts = _parts(ever, quarter)
    ever = [s for s in ever if s.statement.quarter == quarter]
    current = [s for s in ever if s.counts]
    claim = register.not_held(partner, dataset, quarter)
    if claim is not None and not current:
        return standing(State.NOT_HELD, 0, (), (claim.position,), None)
    errors = [s for s in sent if _is_error(s) and s.statement.quarter == quarter]
    of_part = [[s for s in ever if s.statement.part == part] for part in parts]
    missing = [covered for returns in of_part for covered in _not_covered(quarter, returns)]
    completed, first, after = (None, (), None) if missing else _cover(quarter, of_part, not_before)
    state, days = _on_time_or_late(quarter, completed, now, certain=certain)
    deadlines = register.deadlines(dataset, quarter)
    return standing(
        state,
        days,
        tuple(dict.fromkeys(missing)),
        tuple(s.position for s in current),
        completed,
        bool(current) and all(isinstance(s, NilReturn) for s in current),
        parts if len(parts) > 1 else (),
        tuple(who for who in senders if who != partner),
        first,
        after,
        tuple(s.purged_by for s in errors if s.purged_by is not None),
        tuple(dict.fromkeys(who for s in errors for who in s.destroyed)),
        tuple(s for s in current if isinstance(s, Submission) and s.is_suspended),
        tuple(_meet_deadline(covered, due, of_part, now, not_before) for covered, due in deadlines),
    )


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


def _was_kept(returned: Return) -> bool:
    """Say whether something was shared, and destroyed only because its time was over."""
    return isinstance(returned, Submission) and returned.purged_for == "retention"


def _is_error(returned: Return) -> TypeGuard[Submission]:
    return isinstance(returned, Submission) and returned.purged_for == "sent-in-error"


def _parts(ever: Sequence[Return], quarter: Quarter) -> tuple[str, ...]:
    """Return the parts in which a dataset is returned: those of this quarter and of the last.

    Once a quarter is returned in parts, what was returned as a whole before names none.
    """
    now, before = (
        {s.statement.part for s in ever if s.counts and s.statement.quarter == q}
        for q in (quarter, quarter.previous)
    )
    parts = (now | before) - {""}
    return ("",) if now == {""} or not parts else tuple(sorted(parts))


def _cover(
    quarter: Quarter, of_part: Sequence[Sequence[Return]], not_before: Proof
) -> tuple[datetime, tuple[int, ...], Replaced | None]:
    """Return when the quarter was covered, by which entries, and how these were replaced."""
    covering = [_first_covering(quarter, returns) for returns in of_part]
    first = tuple(returned for returns in covering for returned in returns)
    current = [returned for returns in of_part for returned in returns if returned.counts]
    later = [returned for returned in current if returned not in first]
    replacement = find_replaced(quarter, first, current, _latest(later or first, not_before))
    if replacement is not None and replacement.is_of_placeholder:
        first, replacement = tuple(current), None
    return _latest(first, not_before), tuple(returned.position for returned in first), replacement


def _first_covering(quarter: Quarter | Covered, ever: Sequence[Return]) -> list[Return]:
    """Return the returns that first covered the last day: a later correction makes nothing late."""
    covering: list[Return] = []
    for returned in ever:
        covering.append(returned)
        if not uncovered_dates(quarter, [s.statement.covered for s in covering]):
            break
    return covering


def _latest(returns: Sequence[Return], not_before: Proof) -> datetime:
    return max(max(s.time, not_before(s.position, s.statement.partner) or s.time) for s in returns)


def _on_time_or_late(
    quarter: Quarter, completed: datetime | None, now: datetime, *, certain: bool
) -> tuple[State, int]:
    """Say how a return stands at its deadline, and how many days from it."""
    if completed is not None:
        if quarter.is_late(completed):
            late = State.LATE if certain else State.RECEIVED
            return late, quarter.days_late(completed)
        return State.ON_TIME, 0
    if not quarter.is_late(now):
        return State.DUE, -quarter.days_late(now)
    return (State.OVERDUE if certain else State.EXPECTED), quarter.days_late(now)
