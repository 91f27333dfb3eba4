"""Small counts of a cube rounded, so that no table made from it shows or proves a small number.

A cube holds the number of records in each cell: each combination of the values of its dimensions.
A count from one to less than the base (five) becomes zero or the base; all others stay as they
are. Every table and every slice is a sum of the rounded cells, so slices add up, and nothing is
hidden. The method is small count rounding: Langsrud and Heldal, "An algorithm for small count
rounding of tabular data", Privacy in Statistical Databases (2018).

Which cells become the base follows from running sums. The cells are taken in an order that a key
decides, a block at a time. As many of a block become the base as keep the running sum of all counts
within half a base of the truth. They are those where the sums for each value of each dimension,
and for each pair of values, have fallen behind most.

Keeps true: nothing small can be proved. The rounded cube, taken as true, would be rounded to
itself. So it is a possible truth for whoever does not hold the records, and in it no slice has a
small number. The same holds of several editions together. After the first, a cell keeps its number
or moves by the base or more. Cells with small changes move only where such changes add up to the
base, so that fewer added records than that show nowhere.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

BASE: Final = 5
_BLOCK: Final = 8  # cells decided at a time
_MOST: Final = 1 << 24  # values of a pair of dimensions: larger pairs are not balanced

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, repr=False)
class Edition:
    """A cube as one edition sees it.

    Attributes:
        counts: How many records each cell has.
        key: Decides the order of the cells; 32 secret bytes.
    """

    counts: Numbers
    key: bytes


def rounded_cube(
    cells: pl.DataFrame,
    editions: Sequence[Edition],
    base: int = BASE,
    paired: Sequence[str] | None = None,
) -> Numbers:
    """Return the numbers that the last of some editions publishes for each cell.

    What an edition publishes depends on it and on the editions before it alone; cells that have no
    records in any of these are nothing to it.

    Args:
        cells: The cells, one row for each: its dimensions, as text.
        editions: In order, the first first; each with a count for each cell.
        paired: The dimensions whose pairs are balanced; all if not given. Each by itself is.
    """
    published = truth = np.zeros(cells.height, dtype=np.int64)
    for number, edition in enumerate(editions):
        cube = _Cube(cells, edition.key, paired)
        if number:
            after = _next_numbers(cube, published, truth, edition.counts, base)
        else:
            after = _first_numbers(cube, edition.counts, base)
        if number == 0 or not np.array_equal(after, published):
            published, truth = after, edition.counts
    return published


class _Cube:
    """Cells in the order that a key decides, and the sums that each counts towards."""

    def __init__(self, cells: pl.DataFrame, key: bytes, paired: Sequence[str] | None) -> None:
        self.names = cells.columns
        self.paired = set(self.names if paired is None else paired)
        columns = [_ranks(cells[name], key, name) for name in self.names]
        self.ranks = np.stack(columns, axis=1) if columns else np.zeros((cells.height, 0), np.int64)

    def walk(self, amounts: Numbers, steps: Numbers, base: int, start: int) -> NDArray[np.bool_]:
        """Return which cells move, so that what moves keeps up with some amounts.

        Args:
            amounts: What has been added to each cell (or been taken from it); zero for none.
            steps: By how much its number would move; zero where it can't.
            start: What the running sum is ahead by: as many move as it holds the base.
        """
        moves = np.zeros(len(amounts), dtype=bool)
        chosen = np.flatnonzero(amounts)
        ranks = self.ranks[chosen]
        ranks = ranks[:, [len(set(column)) > 1 for column in ranks.T.tolist()]]
        order = chosen[np.lexsort(ranks.T[::-1])] if ranks.shape[1] else chosen
        sums = _Sums(self.ranks[order], self._margins(self.ranks[order]))
        behind = start
        for first in range(0, len(order), _BLOCK):
            block = order[first : first + _BLOCK]
            behind += int(amounts[block].sum())
            lag = sums.behind(first, amounts[block])
            able = np.flatnonzero(steps[block])
            best = able[np.argsort(-lag[able], kind="stable")][: max(behind // base, 0)]
            moves[block[best]] = True
            moved = np.where(moves[block], steps[block], 0)
            behind -= int(moved.sum())
            sums.add(first, amounts[block] - moved)
        return moves

    def _margins(self, ranks: Numbers) -> list[tuple[int, ...]]:
        """Return the dimensions, and the pairs, that distinguish some cells."""
        sizes = [len(np.unique(column)) for column in ranks.T]
        sides = [n for n, size in enumerate(sizes) if size > 1]
        pairs = combinations([n for n in sides if self.names[n] in self.paired], 2)
        return [*((n,) for n in sides), *(p for p in pairs if sizes[p[0]] * sizes[p[1]] <= _MOST)]


class _Sums:
    """By how much the sums for each value, and each pair of values, are behind the truth."""

    def __init__(self, ranks: Numbers, margins: Sequence[tuple[int, ...]]) -> None:
        self.ranks = (
            np.stack([_dense_ranks(column) for column in ranks.T], axis=1) if margins else ranks
        )
        self.one = np.array([m[0] for m in margins], dtype=np.int64)
        self.other = np.array([m[-1] for m in margins], dtype=np.int64)
        sizes = self.ranks.max(axis=0, initial=0) + 1
        single = self.one == self.other
        self.wide = np.where(single, 0, sizes[self.other])
        lengths = np.where(single, sizes[self.one], sizes[self.one] * self.wide)
        self.start = np.cumsum(lengths) - lengths
        self.lags = np.zeros(int(lengths.sum()), dtype=np.int64)

    def _places(self, first: int, many: int) -> Numbers:
        ranks = self.ranks[first : first + many]
        places: Numbers = self.start + ranks[:, self.one] * self.wide + ranks[:, self.other]
        return places

    def behind(self, first: int, amounts: Numbers) -> Numbers:
        """Return how far the sums of the next cells would be behind, added up for each."""
        lag: Numbers = self.lags[self._places(first, len(amounts))].sum(axis=1)
        return lag + max(len(self.one), 1) * amounts

    def add(self, first: int, amounts: Numbers) -> None:
        """Take what was decided of cells into their sums."""
        places = self._places(first, len(amounts))
        np.add.at(self.lags, places.ravel(), np.repeat(amounts, len(self.one)))


def _ranks(labels: pl.Series, key: bytes, name: str) -> Numbers:
    """Return the place of each cell's label, in an order of labels that a key decides."""
    unique = labels.unique().to_list()

    def place(label: str | None) -> bytes:
        text = f"{name}\x1f" if label is None else f"{name}\x1f\x1f{label}"
        return hmac.digest(key, text.encode(), "sha256")

    ranks = {label: rank for rank, label in enumerate(sorted(unique, key=place))}
    known = pl.Series(list(ranks), dtype=pl.String)
    numbers = pl.Series(list(ranks.values()), dtype=pl.Int64)
    return labels.replace_strict(known, numbers, return_dtype=pl.Int64).to_numpy()


def _dense_ranks(column: Numbers) -> Numbers:
    return np.unique(column, return_inverse=True)[1].astype(np.int64).ravel()


def _first_numbers(cube: _Cube, counts: Numbers, base: int) -> Numbers:
    small = (counts > 0) & (counts < base)
    steps = np.where(small, base, 0)
    up = cube.walk(np.where(small, counts, 0), steps, base, base // 2)
    return np.where(small, np.where(up, base, 0), counts)


def _next_numbers(
    cube: _Cube, published: Numbers, truth: Numbers, counts: Numbers, base: int
) -> Numbers:
    """Return the numbers of an edition after the first."""
    change = counts - truth
    below, above = _neighbours(published, counts, base)
    nearest = np.where(counts - below <= above - counts, below, above)
    after = np.where(abs(change) >= base, nearest, published)
    for sign, neighbour in ((1, above), (-1, below)):
        small = (sign * change > 0) & (abs(change) < base)
        is_near = abs(neighbour - counts) < base
        steps = np.where(small & is_near, sign * (neighbour - published), 0).clip(min=0)
        moves = cube.walk(np.where(small, abs(change), 0), steps, base, 0)
        after = np.where(moves, neighbour, after)
    return after


def _neighbours(published: Numbers, counts: Numbers, base: int) -> tuple[Numbers, Numbers]:
    """Return the numbers just below and above the counts that cells may move to, or keep.

    They may keep theirs, or move by the base or more; and none is small.
    """
    lower, upper = published - base, published + base
    down = np.minimum(counts, lower)
    below = np.where(counts >= upper, counts, np.where(counts >= published, published, 0))
    below = np.where((counts < published) & (down >= base), down, below)
    up = np.maximum(counts, base)
    above = np.where(counts > published, np.maximum(counts, upper), published)
    above = np.where((counts < published) & (up <= lower), up, above)
    return below, np.where(counts == 0, 0, above)
