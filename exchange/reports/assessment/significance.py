"""The significance of a change from one year to the next.

Counts of records vary by chance. For two counts a and b, the logarithm of their ratio has a
standard error of about the square root of 1/a + 1/b (counts of independent events, Poisson); the
interval of 95 % is 1.96 of those to either side. Records that come in series, such as one
offender's thefts, vary more than that, so what is called significant here is so at most.
"""

import math
from dataclasses import dataclass
from typing import Final

FEWEST: Final = 20  # records in either year, below which a change has no significance
_SURE: Final = 1.96  # standard errors: 95 %


@dataclass(frozen=True, slots=True)
class Change:
    """A change between two counts as they are published."""

    before: int
    now: int

    @property
    def is_told(self) -> bool:
        """Whether there are enough records to say anything."""
        return min(self.before, self.now) >= FEWEST

    @property
    def interval(self) -> tuple[float, float]:
        """The ratio of now to before can be from this to that."""
        middle = math.log(self.now / self.before)
        error = math.sqrt(1 / self.now + 1 / self.before)
        return math.exp(middle - _SURE * error), math.exp(middle + _SURE * error)

    @property
    def rises(self) -> bool:
        """Whether it is a statistically significant increase."""
        return self.is_told and self.interval[0] > 1

    @property
    def falls(self) -> bool:
        """Whether it is a statistically significant decrease."""
        return self.is_told and self.interval[1] < 1

    @property
    def percent(self) -> str:
        """The change in percent, with its interval."""
        if not self.is_told:
            return ""
        low, high = (f"{(bound - 1) * 100:+.0f}" for bound in self.interval)
        return f"{(self.now / self.before - 1) * 100:+.0f}% ({low} to {high})"

    @property
    def says(self) -> str:
        """Its direction, if it is significant."""
        if not self.is_told:
            return "numbers too small to compare"
        if self.rises:
            return "increase (statistically significant)"
        return "decrease (statistically significant)" if self.falls else "no clear change"
