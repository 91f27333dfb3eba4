"""A return that was replaced after the deadline: what it held, and what holds now.

A return covers its dates by the deadline or it does not; a correction makes nothing late. But a few
placeholder rows are not the dataset: where what replaced them holds many times as much, the return
was late. The log holds counts in bands only, so this is decided by their ends.

Keeps true: what is called on time held the dataset, as far as the bands of its counts tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from partners.entries.returns import Submit
from partners.register.state import Return
from schemas.quarters import Quarter

_TIMES: Final = 5  # as many records as before, at the least, make a placeholder of what was before


@dataclass(frozen=True, slots=True)
class Replaced:
    """What replaced the return with which the dates were first covered.

    Attributes:
        days: How many days after the deadline it was replaced.
        before: The least and the greatest number of records of the return; `after`, of what
            replaced it.
        positions: The entries of the return, which are not in effect any more.
    """

    days: int
    before: tuple[int, int]
    after: tuple[int, int]
    positions: tuple[int, ...]

    @property
    def is_of_placeholder(self) -> bool:
        """Whether the return held next to nothing of what it stood for."""
        return self.after[0] >= _TIMES * max(self.before[1], 1)


def find_replaced(
    quarter: Quarter, first: Sequence[Return], current: Sequence[Return], when: datetime
) -> Replaced | None:
    """Return how the first returns of some dates were replaced, if that was after the deadline.

    Args:
        first: The returns that first covered the dates; `current`, those in effect.
        when: When the last of what replaced them was logged.
    """
    if not quarter.is_late(when) or all(returned in current for returned in first):
        return None
    replaced_positions = tuple(returned.position for returned in first if returned not in current)
    return Replaced(quarter.days_late(when), _range(first), _range(current), replaced_positions)


def _range(returns: Sequence[Return]) -> tuple[int, int]:
    """Return between which numbers the records of some returns are; a nil return has none."""
    sent = [returned.statement for returned in returns if isinstance(returned.statement, Submit)]
    ends = [ends_of(str(statement.counts["accepted"])) for statement in sent]
    return sum(low for low, _ in ends), sum(high for _, high in ends)


def ends_of(band: str) -> tuple[int, int]:
    """Return the ends of a band of counts.

    >>> ends_of("0"), ends_of("1-4"), ends_of("1000-4999")
    ((0, 0), (1, 4), (1000, 4999))
    """
    low, _, high = band.partition("-")
    return int(low), int(high or low)
