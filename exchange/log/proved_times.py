"""The time of an entry, as the witnesses of other authorities prove it.

Leaves to others: whether a cosignature is a witness's (`witness.py`).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import accumulate
from typing import Final

from partners.entries.card import Card

_AGREEING: Final = 2  # authorities, to prove that an entry was not there yet
SLACK: Final = timedelta(hours=1)  # by which a clock that is set right may go back


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A witness saw the log at a size, at a time by its own clock."""

    card: Card
    size: int
    time: datetime


@dataclass(frozen=True, slots=True)
class ProvedTime:
    """When an entry came into the log, as others prove it.

    Attributes:
        after: The last time at which two other authorities had seen the log without it.
        before: The first by which enough others saw it; `by`, who.
    """

    after: datetime | None
    before: datetime | None
    by: tuple[str, ...]


class _View:
    """What one authority has seen, and when."""

    def __init__(self, cosignatures: list[Cosignature]) -> None:
        self.times = sorted(cosignature.time for cosignature in cosignatures)
        by_size = sorted(cosignatures, key=lambda cosignature: cosignature.size)
        self._sizes = [cosignature.size for cosignature in by_size]
        self._first = list(
            accumulate((cosignature.time for cosignature in reversed(by_size)), min)
        )[::-1]

    def first_with(self, position: int) -> datetime | None:
        """Return when it first saw an entry."""
        index = bisect_right(self._sizes, position)
        return self._first[index] if index < len(self._first) else None

    def last_before(self, when: datetime | None) -> datetime | None:
        """Return the last time before another, or the last of all."""
        index = len(self.times) if when is None else bisect_left(self.times, when)
        return self.times[index - 1] if index else None


@dataclass(frozen=True)
class Witnessed:
    """What witnesses have seen of a log.

    Attributes:
        cosignatures: Those that count, in order of time.
        broken: Names of files that are no enrolled witness's, as they say that they are.
        gone: Names of files that were there before.
        backwards: The witness keys that saw more of the log before they saw less of it, with their
            owners; their cosignatures prove no time.
    """

    cosignatures: list[Cosignature]
    broken: list[str]
    gone: list[str]
    backwards: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _views(self) -> dict[str, _View]:
        by_partner: dict[str, list[Cosignature]] = {}
        for cosignature in self.cosignatures:
            by_partner.setdefault(cosignature.card.partner, []).append(cosignature)
        return {partner: _View(cosignatures) for partner, cosignatures in by_partner.items()}

    def proved_time(self, position: int, partner: str, enough: int = 1) -> ProvedTime:
        """Return when an entry came into the log, as others than its own authority prove it.

        That it was not there yet takes two authorities to prove, so that no single one can make
        another late; and what was seen without it after it was first seen was seen in an old copy.

        Args:
            enough: How many authorities prove that it was there; the protocol may ask for two.
        """
        others = {who: view for who, view in self._views.items() if who != partner}
        saw = [(when, who) for who, v in others.items() if (when := v.first_with(position))]
        first = sorted(saw)[:enough]
        earliest = min(saw)[0] if saw else None
        last = [when for view in others.values() if (when := view.last_before(earliest))]
        proved = len(first) == enough
        return ProvedTime(
            sorted(last)[-_AGREEING] if len(last) >= _AGREEING else None,
            first[-1][0] if proved else None,
            tuple(who for _, who in first) if proved else (),
        )


def backwards_in(cosignatures: list[Cosignature]) -> dict[str, str]:
    """Return the witness keys whose cosignatures go back to an earlier time, and their owners."""
    newest: dict[str, datetime] = {}
    backwards: dict[str, str] = {}
    for cosignature in sorted(
        cosignatures, key=lambda cosignature: (cosignature.size, cosignature.time)
    ):
        key = cosignature.card.witness
        newest[key] = max(newest.get(key, cosignature.time), cosignature.time)
        if cosignature.time < newest[key] - SLACK:
            backwards[key] = cosignature.card.who
    return backwards
