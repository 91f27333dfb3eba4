"""Who owes what for a quarter, and how each stands.

Keeps true: one state, "on time", with the evidence for it beside it; where the duty of today's
holder is not proved, nothing is ever called overdue. Leaves to others: the clock, and the words.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from partners.register import Register, Submission
from schemas.datasets import DATASETS
from schemas.quarters import Covered, Quarter, uncovered


class State(StrEnum):
    """How a dataset of a partner stands for a quarter."""

    ON_TIME = "on time"
    LATE = "late"
    DUE = "due"
    OVERDUE = "overdue"
    EXPECTED = "not shared"  # the duty is to be confirmed


@dataclass(frozen=True, slots=True)
class Standing:
    """One partner, one dataset, one quarter.

    Attributes:
        certain: The duty of today's holder is proved.
        days: Late by so many days, or due in so many, or overdue by so many.
        missing: The runs of days that nothing covers.
        entries: The positions of the submissions in effect.
        completed: When the last day was first covered.
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


def standings(register: Register, quarter: Quarter, now: datetime) -> list[Standing]:
    """Return how each dataset that each partner holds stands for a quarter.

    Before the partnership's first quarter nothing is owed.
    """
    found: list[Standing] = []
    if register.first_quarter is not None and quarter < register.first_quarter:
        return found
    for partner in register.partners.values():
        for dataset in DATASETS.values():
            holders = dataset.holders_in(register.nation, quarter)
            held = [h for h in holders if h.kind in partner.kinds]
            if held:
                certain = any(h.certain for h in held)
                found.append(
                    _standing(register, partner.id, dataset.id, quarter, now, certain=certain)
                )
    return found


def _standing(
    register: Register,
    partner: str,
    dataset: str,
    quarter: Quarter,
    now: datetime,
    *,
    certain: bool,
) -> Standing:
    ever = [
        s
        for s in register.submissions
        if s.statement.partner == partner
        and s.statement.dataset == dataset
        and s.statement.quarter == quarter
        and not s.statement.personal
    ]
    current = [s for s in ever if s.superseded_by is None]
    missing = tuple(uncovered(quarter, [s.statement.covered for s in ever]))
    completed = None if missing else _completed(quarter, ever)
    state, days = _state(quarter, completed, now, certain=certain)
    entries = tuple(s.position for s in current)
    return Standing(partner, dataset, quarter, certain, state, days, missing, entries, completed)


def _completed(quarter: Quarter, ever: list[Submission]) -> datetime:
    """Return when the last day was first covered: a later correction makes nothing late."""
    done: list[Submission] = []
    for submission in ever:
        done.append(submission)
        if not uncovered(quarter, [s.statement.covered for s in done]):
            break
    return max(s.time for s in done)


def _state(
    quarter: Quarter, completed: datetime | None, now: datetime, *, certain: bool
) -> tuple[State, int]:
    if completed is not None:
        if quarter.is_late(completed):
            return State.LATE, quarter.days_late(completed)
        return State.ON_TIME, 0
    if not quarter.is_late(now):
        return State.DUE, -quarter.days_late(now)
    return (State.OVERDUE if certain else State.EXPECTED), quarter.days_late(now)
