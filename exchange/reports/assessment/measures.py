"""Measures that the field reads beside numbers: rates with their intervals, and concentration.

The interval of a rate is that of its number of records by Byar's approximation of the exact Poisson
interval (Breslow and Day, Statistical Methods in Cancer Research II, 1987, p. 69), as English
public health publishes rates. It takes records to be independent and the population to be exact.
The Gini coefficient is that of the numbers as they stand (Gini, 1912).
"""

import math
from collections.abc import Sequence
from typing import Final

_Z: Final = 1.959964  # of the normal distribution: nineteen in twenty lie within it


def rate_interval(records: int, people: int) -> tuple[float, float]:
    """Return the 95% interval of how many records there are for each thousand people.

    >>> "{:.2f} to {:.2f}".format(*rate_interval(60, 12_000))
    '3.82 to 6.44'
    """
    more = records + 1
    low = records * (1 - 1 / (9 * records) - _Z / (3 * math.sqrt(records))) ** 3 if records else 0
    high = more * (1 - 1 / (9 * more) + _Z / (3 * math.sqrt(more))) ** 3
    return 1000 * max(low, 0) / people, 1000 * high / people


def gini(sizes: Sequence[int]) -> float:
    """Return how unequal numbers are: 0 where all are alike, nearly 1 where one has everything.

    >>> gini([5, 5, 5, 5]), gini([97, 1, 1, 1])
    (0.0, 0.72)
    """
    ranked = sorted(sizes)
    weighted = sum((2 * rank - len(ranked) - 1) * size for rank, size in enumerate(ranked, start=1))
    return weighted / (len(ranked) * sum(ranked))
