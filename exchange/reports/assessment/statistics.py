"""Whether numbers of records differ from those before by more than chance.

Numbers of crimes and calls vary more than by chance alone, because some come in series, so that
each is judged by its own kind. Of a kind of comparison (themes, categories, places) the variation
that chance does not explain is estimated in common, as that of a negative binomial distribution:
the variance of a quarter's number is `mean + dispersion * mean**2`. It is what is
left between the quarters of two years once the change of the year is taken out of each row.

Two numbers are then compared by the exact conditional test of two rates (Przyborowski and Wilenski,
1940; the interval is that of Clopper and Pearson, 1934), each divided by how much more than chance
its kind varies (quasi-likelihood, McCullagh and Nelder, 1989). The rounding of published numbers
counts as variation too. Of all comparisons of a report at once, the false discovery rate is held
(Benjamini and Hochberg, 1995; weighted as by Genovese, Roeder and Wasserman, 2006): where nothing
has changed, one report in twenty at most says that something has.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Final

import numpy as np

RATE: Final = 0.05  # of false discoveries
SURE: Final = 0.01  # of findings that are called certain
FEWEST: Final = 10  # records in one of the two years, to be compared at all
# Variance of a published number of a quarter by its rounding, and at most so much for each record.
_ROUNDED: Final = {"theme": 20.0, "category": 12.0, "place": 20.0}
_ROUNDED_EACH: Final = 4.0
_LEAST: Final = 1e-300  # chance
_RISES_ONLY: Final = ("category", "place")  # a fall of these is not looked for
_USUAL: Final = 0.01  # dispersion where few quarters show it: quarters vary by a tenth
_WEIGHT: Final = 10  # degrees of freedom that this is worth
_TELLING: Final = 10.0  # records in a quarter, for a row to show how much its kind varies
_OUTLIERS: Final = 20  # one row in so many may be a change of its own, and is left out


@dataclass(frozen=True, slots=True)
class Comparison:
    """Numbers of the quarters of a year, or of one quarter, beside those of before.

    Attributes:
        kind: What varies alike: "theme", "category", "place".
        key: What it is of.
        years: How many earlier years `before` is the sum of.
        rest: The same, before and now, of all else that it is to be held against; none where a
            change is one in itself.
        doubtful: How many records now may be of it, or before may have been, so that less is
            proved: rows of its class that were generalised.
    """

    kind: str
    key: tuple[str, ...]
    before: tuple[int, ...]
    now: tuple[int, ...]
    years: int = 1
    rest: tuple[int, int] | None = None
    doubtful: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What can be said of a comparison.

    Attributes:
        ratio: Of now to what was to be expected from before.
        low, high: Between which it lies, with 95 % confidence.
        chance: The false discovery rate at which it is a change; None where it was not tested,
            because there are too few records or the library is missing.
    """

    comparison: Comparison
    ratio: float
    low: float = 0.0
    high: float = math.inf
    chance: float | None = None

    @property
    def before(self) -> int:
        """The number before, for one year."""
        return round(sum(self.comparison.before) / self.comparison.years)

    @property
    def now(self) -> int:
        """The number now."""
        return sum(self.comparison.now)

    @property
    def percent(self) -> str:
        """The change in percent, with its interval; empty where there was nothing before."""
        if not self.before or math.isinf(self.ratio):
            return ""
        change = f"{signed_percent(self.ratio)}%"
        if self.chance is None:
            return change
        return f"{change} ({signed_percent(self.low)} to {signed_percent(self.high)})"

    @property
    def in_words(self) -> str:
        """Its direction, if it is significant."""
        if self.chance is None:
            return "numbers too small to compare" if can_test() else "not tested"
        if self.rises:
            return "increase (statistically significant)"
        return "decrease (statistically significant)" if self.falls else "no clear change"

    @property
    def rises(self) -> bool:
        """Whether it is an increase that is statistically significant."""
        return self.chance is not None and self.chance <= RATE and self.ratio > 1

    @property
    def falls(self) -> bool:
        """Whether it is a decrease that is statistically significant."""
        return self.chance is not None and self.chance <= RATE and self.ratio < 1


def signed_percent(ratio: float) -> str:
    """Return the change that a ratio is, in whole percent.

    >>> signed_percent(1.25), signed_percent(0.75), signed_percent(0.998)
    ('+25', '-25', '0')
    """
    text = f"{(ratio - 1) * 100:+.0f}"
    return "0" if text in ("+0", "-0") else text


def can_test() -> bool:
    """Say whether the library is there: the extra `reports`, which officers do not need."""
    return bool(find_spec("scipy"))


def judge(comparisons: Sequence[Comparison]) -> list[Verdict]:
    """Return what can be said of each of some comparisons, all of which one report makes."""
    large = (
        [comparison for comparison in comparisons if _is_large(comparison)] if can_test() else []
    )
    kinds = {comparison.kind for comparison in large}
    varies = {
        kind: dispersion([comparison for comparison in large if comparison.kind == kind])
        for kind in kinds
    }
    judged = [_judge(comparison, *varies[comparison.kind]) for comparison in large]
    # Each kind has the same share of false discoveries, however many comparisons it makes.
    sizes = Counter(comparison.kind for comparison in large)
    shares = [len(sizes) * sizes[comparison.kind] / len(large) for comparison in large]
    adjusted = _discovery_rates([min(p * n, 1.0) for (_, p), n in zip(judged, shares, strict=True)])
    verdicts = [replace(v, chance=q) for (v, _), q in zip(judged, adjusted, strict=True)]
    by_id = {id(comparison): verdict for comparison, verdict in zip(large, verdicts, strict=True)}
    return [
        by_id.get(id(comparison)) or Verdict(comparison, _ratio(comparison))
        for comparison in comparisons
    ]


def _is_large(comparison: Comparison) -> bool:
    return max(sum(comparison.before) / comparison.years, sum(comparison.now)) >= FEWEST


def _discovery_rates(chances: Sequence[float]) -> list[float]:
    """Return the false discovery rate at which each is a discovery (Benjamini and Hochberg)."""
    order = np.argsort(chances)[::-1]  # the largest first
    ranks = len(chances) / np.arange(len(chances), 0, -1)
    rates = np.empty(len(chances))
    rates[order] = np.minimum.accumulate(np.asarray(chances)[order] * ranks)
    return [float(rate) for rate in np.minimum(rates, 1)]


def _odds(comparison: Comparison) -> float:
    """Return how many records now are expected for each before, if nothing has changed."""
    if comparison.rest is None:
        return 1 / comparison.years
    return (comparison.rest[1] + 0.5) / (comparison.rest[0] + 0.5)


def _ratio(comparison: Comparison) -> float:
    before = sum(comparison.before)
    return sum(comparison.now) / before / _odds(comparison) if before else math.inf


def dispersion(comparisons: Sequence[Comparison]) -> tuple[float, float]:
    """Return how much more than chance the quarters of a kind vary, and how sure that is.

    Returns:
        The dispersion, and its degrees of freedom.
    """
    rows = []
    for comparison in comparisons:
        quarters = len(comparison.now)
        before, now = np.array(comparison.before, float), np.array(comparison.now, float)
        mean = (before.sum() + now.sum()) / (2 * quarters)
        if comparison.years > 1 or quarters < 2 or mean < _TELLING:
            continue
        pooled = before + now
        shares = before.sum() / pooled.sum(), now.sum() / pooled.sum()
        expected = np.concatenate([pooled * share for share in shares])
        off = (np.concatenate([before, now]) - expected) ** 2
        chi = float(np.divide(off, expected, out=np.zeros_like(off), where=expected > 0).sum())
        rows.append((chi, quarters - 1, mean, _rounding(comparison.kind, mean)))
    rows.sort(key=lambda row: row[0] / row[1])
    typical = rows[: len(rows) - len(rows) // _OUTLIERS]
    freedom = sum(df for _, df, _, _ in typical)
    trimmed = _trimmed_mean(len(typical) / len(rows), freedom / len(typical)) if typical else 1.0
    beyond = sum(chi / trimmed - df * (1 + rounding) for chi, df, _, rounding in typical)
    beyond /= max(sum(df * mean for _, df, mean, _ in typical), 1.0)
    known = max(beyond, 0.0) * freedom + _USUAL * _WEIGHT
    return known / (freedom + _WEIGHT), freedom + _WEIGHT


def _trimmed_mean(share: float, freedom: float) -> float:
    """Return the mean of the smallest values of chi squared, in parts of that of all."""
    from scipy.special import chdtr, chdtri

    return float(chdtr(freedom + 2, chdtri(freedom, 1 - share)) / share) if share < 1 else 1.0


def _rounding(kind: str, mean: float) -> float:
    """Return how much more a published number varies by its rounding, in parts of its mean."""
    return min(_ROUNDED[kind] / max(mean, 1.0), _ROUNDED_EACH)


def _judge(comparison: Comparison, dispersion: float, freedom: float) -> tuple[Verdict, float]:
    """Return a verdict, and how likely chance alone would give one like it."""
    from scipy.special import betainc, betaincinv

    before, now = sum(comparison.before), sum(comparison.now)
    quarters = len(comparison.now)
    mean = (before + now) / ((1 + comparison.years) * quarters)
    beyond = 1 + dispersion * mean + _rounding(comparison.kind, mean)
    odds = _odds(comparison)
    share = odds / (1 + odds)
    a, b = before / beyond, now / beyond
    more_a, more_b = (
        (n + d) / beyond for n, d in zip((before, now), comparison.doubtful, strict=True)
    )
    rise = betainc(b, more_a + 1, share) if b else 1.0
    fall = betainc(a, more_b + 1, 1 - share) if a else 1.0
    low = betaincinv(b, more_a + 1, 0.025) if b else 0.0
    high = betaincinv(more_b + 1, a, 0.975) if a else 1.0
    verdict = Verdict(comparison, _ratio(comparison), _odds_of(low) / odds, _odds_of(high) / odds)
    if comparison.kind in _RISES_ONLY:
        return verdict, _widen(rise, freedom)
    return verdict, min(1.0, 2 * _widen(min(rise, fall), freedom))


def _odds_of(share: float) -> float:
    return float(share / (1 - share)) if share < 1 else math.inf


def _widen(chance: float, freedom: float) -> float:
    """Return a chance, the greater the less sure it is how much numbers vary (Student's t)."""
    from scipy.special import ndtri, stdtr

    return float(stdtr(freedom, ndtri(max(chance, _LEAST))))
