"""A small chart beside a finding: its quarters, each as it was before and as it is now."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from exchange.reports.assessment.statistics import Comparison
from exchange.reports.report import Chart
from exchange.text import format_count
from schemas.quarters import Quarter, quarter_in_words

_HEIGHT: Final = 40  # pixels, as all of these
_BAR: Final = 10
_GAP: Final = 8  # between quarters


def pairs(comparison: Comparison, quarters: Sequence[Quarter]) -> Chart:
    """Return a pair of bars for each quarter: before, outlined, and now, filled.

    Where there are several earlier years, before is their mean.
    """
    numbers = [
        (n / comparison.years, now)
        for n, now in zip(comparison.before, comparison.now, strict=True)
    ]
    names = map(quarter_in_words, quarters)
    parts = [
        f"{name}: {format_count(round(before))} before, {format_count(now)} now"
        for name, (before, now) in zip(names, numbers, strict=True)
    ]
    return Chart(partial(_draw, numbers), "; ".join(parts))


def _draw(numbers: Sequence[tuple[float, int]]) -> str:
    most = max(max(pair) for pair in numbers) or 1
    width = len(numbers) * (2 * _BAR + _GAP)
    bars = []
    for n, (before, now) in enumerate(numbers):
        x = n * (2 * _BAR + _GAP) + 1
        bars.append(_bar(x, before / most, 'fill="none" stroke="var(--ink)"'))
        bars.append(_bar(x + _BAR, now / most, 'fill="var(--series-1)" stroke="var(--ink)"'))
    line = f'<path d="M0 {_HEIGHT}H{width}" stroke="var(--line)"/>'
    size = f'width="{width}" height="{_HEIGHT + 2}" viewBox="0 0 {width} {_HEIGHT + 2}"'
    return f'<svg aria-hidden="true" {size}>{"".join(bars)}{line}</svg>'


def _bar(x: int, share: float, colours: str) -> str:
    height = round(share * (_HEIGHT - 2), 1)
    place = f'x="{x}" y="{_HEIGHT - height:.1f}" width="{_BAR}" height="{height}"'
    return f"<rect {place} {colours}/>"
