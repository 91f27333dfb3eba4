"""Small count rounding a second time: slowly, cell by cell, from what the method says.

See `depersonalise/cube_rounding.py`, which this shares no code with.
"""

import hmac
from collections import Counter
from itertools import combinations

import polars as pl

from depersonalise.cube_rounding import Edition

BLOCK = 8


def rounded_again(
    cells: pl.DataFrame,
    editions: list[Edition],
    base: int = 5,
    paired: list[str] | None = None,
    most: int = 1 << 24,
) -> list[int]:
    """Return the numbers that the last of some editions publishes for each cell."""
    rows = cells.rows()
    published: list[int] = []
    truth: list[int] = []
    for edition in editions:
        counts = edition.counts.tolist()
        walk = _Walk(cells.columns, rows, edition.key, base=base, paired=paired, most=most)
        if not published:
            small = {n: count for n, count in enumerate(counts) if 0 < count < base}
            up = walk.moved(small, dict.fromkeys(small, base), base // 2)
            published = [
                count if n not in small else base * (n in up) for n, count in enumerate(counts)
            ]
            truth = counts
            continue
        after = _next(walk, published, truth, counts, base)
        if after != published:
            published, truth = after, counts
    return published


def _next(
    walk: "_Walk", published: list[int], truth: list[int], counts: list[int], base: int
) -> list[int]:
    after = list(published)
    small: dict[int, dict[int, int]] = {1: {}, -1: {}}
    for n, (shown, count) in enumerate(zip(published, counts, strict=True)):
        change = count - truth[n]
        below, above = neighbours(shown, count, base)
        if abs(change) >= base:
            after[n] = below if count - below <= above - count else above
        elif change:
            small[1 if change > 0 else -1][n] = abs(change)
    for sign, amounts in small.items():
        steps, to = {}, {}
        for n in amounts:
            to[n] = neighbours(published[n], counts[n], base)[sign > 0]
            near = abs(to[n] - counts[n]) < base
            steps[n] = max(sign * (to[n] - published[n]), 0) if near else 0
        for n in walk.moved(amounts, steps, 0):
            after[n] = to[n]
    return after


def neighbours(shown: int, count: int, base: int) -> tuple[int, int]:
    """Return the numbers below and above a count that a cell may move to, or keep."""
    top = max(shown, count) + 2 * base
    allowed = {0, shown, *(n for n in range(base, top) if abs(n - shown) >= base)}
    return max(n for n in allowed if n <= count), min(n for n in allowed if n >= count)


class _Walk:
    def __init__(
        self,
        names: list[str],
        rows: list[tuple[str | None, ...]],
        key: bytes,
        *,
        base: int,
        paired: list[str] | None,
        most: int,
    ) -> None:
        self.names, self.rows, self.key, self.base, self.most = names, rows, key, base, most
        self.paired = names if paired is None else paired

    def _place(self, row: tuple[str | None, ...]) -> list[bytes]:
        return [
            hmac.new(
                self.key,
                f"{name}\x1f".encode() + (b"" if label is None else f"\x1f{label}".encode()),
                "sha256",
            ).digest()
            for name, label in zip(self.names, row, strict=True)
        ]

    def moved(self, amounts: dict[int, int], steps: dict[int, int], behind: int) -> set[int]:
        """Return which cells move, so that what moves keeps up with the amounts."""
        order = sorted(amounts, key=lambda n: self._place(self.rows[n]))
        values = [{self.rows[n][d] for n in amounts} for d in range(len(self.names))]
        several = [d for d, there in enumerate(values) if len(there) > 1]
        margins: list[tuple[int, ...]] = [(d,) for d in several]
        for one, other in combinations([d for d in several if self.names[d] in self.paired], 2):
            if len(values[one]) * len(values[other]) <= self.most:
                margins.append((one, other))
        lags: Counter[tuple[object, ...]] = Counter()
        moves: set[int] = set()
        for first in range(0, len(order), BLOCK):
            block = order[first : first + BLOCK]
            sums = {n: [(m, *(self.rows[n][d] for d in m)) for m in margins] for n in block}
            behind += sum(amounts[n] for n in block)
            lag = {
                n: sum(lags[one] for one in sums[n]) + max(len(margins), 1) * amounts[n]
                for n in block
            }
            able = sorted((n for n in block if steps[n]), key=lambda n: -lag[n])
            best = able[: max(behind // self.base, 0)]
            moves.update(best)
            for n in block:
                moved = steps[n] if n in best else 0
                behind -= moved
                for one in sums[n]:
                    lags[one] += amounts[n] - moved
        return moves
