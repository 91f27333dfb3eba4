"""The lattice of nodes that protected rows walk: as many as are alike at a node leave there.

A node takes one level of each axis (`schemas/axes.py`). The nodes are tried cheapest first. At
each, all rows that are among at least the smallest number allowed leave; the rest are tried at the
next.
There is no search and nothing random: the same rows leave in the same way. This is the order of OLA
(El Emam et al. 2009) and Flash (Kohlmayer et al. 2012) with the local recoding of ARX.

Keeps true: a row that no node takes is not released.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from schemas.axes import Axis, Node, nodes

NOWHERE: Final = -1  # of rows that no node takes
Numbers = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Sizes = npt.NDArray[np.uint32]
_ODD: Final = 0x9E3779B97F4A7C15  # spreads sums of hashes over 64 bits


@dataclass(frozen=True, slots=True)
class Hashes:
    """What is released of some rows, as hashes.

    Attributes:
        fixed: Of what is released of each row at every node.
        levels: By axis and level, of what is released at that level.
    """

    fixed: Numbers
    levels: list[list[Numbers]]

    def at(self, node: Node, rows: Places) -> Numbers:
        """Return a hash of all that is released of some rows at a node."""
        key = self.fixed[rows]
        for axis, level in zip(self.levels, node, strict=True):
            key = key * np.uint64(_ODD) + axis[level][rows]
        return key


def walk(rows: Hashes, axes: tuple[Axis, ...], smallest: int) -> npt.NDArray[np.int32]:
    """Return at which node, by its place among `nodes(axes)`, each row leaves; else NOWHERE."""
    found = np.full(len(rows.fixed), NOWHERE, dtype=np.int32)
    left = np.arange(len(rows.fixed))
    for number, node in enumerate(nodes(axes)):
        if len(left) < smallest:
            break
        taken = left[_sizes(rows.at(node, left)) >= smallest]
        if len(taken):
            found[taken] = number
            left = left[found[left] == NOWHERE]
    return found


@dataclass(frozen=True, slots=True)
class Found:
    """Which sensitive rows have which cover, one beside the other, and at which node each leaves.

    Attributes:
        rows: The places of sensitive rows; `covers`, those of their cover.
        at: The number of the node of each; NOWHERE if it is not released. `covers_at`, of covers.
    """

    rows: Places
    covers: Places
    at: npt.NDArray[np.int32]
    covers_at: npt.NDArray[np.int32]


class Settled:
    """What is released already of sensitive rows, and of all that are generalised, as hashes."""

    def __init__(self) -> None:
        self._rows = self._all = np.zeros(0, dtype=np.uint64)

    def add(self, rows: Numbers, covers: Numbers) -> None:
        """Add what is released of some pairs."""
        self._rows = np.concatenate([self._rows, rows])
        self._all = np.concatenate([self._all, rows, covers])

    def sizes_of_rows(self, rows: Numbers) -> Sizes:
        """Return how many sensitive rows are like each, these among them."""
        return _sizes(np.concatenate([self._rows, rows]))[len(self._rows) :]

    def sizes_of_all(self, rows: Numbers) -> Sizes:
        """Return how many rows are like each, these among them."""
        return _sizes(np.concatenate([self._all, rows]))[len(self._all) :]


Pairs = tuple[Places, Places]  # of sensitive rows and their cover


def walk_with_cover(
    hashes: Hashes,
    sensitive: Places,
    axes: tuple[Axis, ...],
    smallest: int,
    paired: Callable[[Node, Places, Places], Pairs],
) -> Found:
    """Let sensitive rows leave in pairs with their cover, which is taken where they leave.

    A pair leaves at the same node, save that the category of the cover may be coarser: it has to be
    alike with enough rows too, and what it was has nothing to do with the other. Rows that no node
    takes have cover as well, which is not released either.

    Args:
        hashes: Of all rows.
        sensitive: The places of those that need cover.
        paired: Pairs some of them, by what they must have in common at a node, with others, but not
            with some that are taken; as far as there are any.
    """
    every = nodes(axes)
    number_of = {node: number for number, node in enumerate(every)}
    settled = Settled()
    left, taken = sensitive, np.zeros(0, dtype=np.int64)
    parts = []
    # The second time, rows for which there were too few may join those that have left by then.
    for number, node in [*enumerate(every)] * 2:
        some = left[settled.sizes_of_rows(hashes.at(node, left)) >= smallest]
        rows, covers = paired(node, some, taken) if len(some) else (some, some)
        ways = _coarser_in(node, axes)
        rows, covers = _enough((rows, covers), ways, smallest, hashes, settled)
        if not len(rows):
            continue
        way = _finest(covers, ways, smallest, hashes)
        at = np.array([number_of[one] for one in ways])[way]
        parts.append(Found(rows, covers, np.full(len(rows), number), at))
        keys = [hashes.at(one, covers[way == n]) for n, one in enumerate(ways)]
        settled.add(hashes.at(node, rows), np.concatenate(keys))
        left, taken = left[~np.isin(left, rows)], np.concatenate([taken, covers])
    rows, covers = paired(every[-1], left, taken)
    nowhere = np.full(len(rows), NOWHERE)
    parts.append(Found(rows, covers, nowhere, nowhere))
    return Found(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Found.__slots__)
    )


def _coarser_in(node: Node, axes: tuple[Axis, ...]) -> list[Node]:
    """Return a node, and those that are coarser in the category alone, in order."""
    for n, axis in enumerate(axes):
        if axis.name == "category":
            levels = range(node[n], len(axis.levels))
            return [(*node[:n], level, *node[n + 1 :]) for level in levels]
    return [node]


def _enough(
    pairs: Pairs, ways: list[Node], smallest: int, hashes: Hashes, settled: Settled
) -> Pairs:
    """Return those pairs of which each row is among enough that are alike.

    Sensitive rows are counted among themselves; their cover among all, at the coarsest of its ways.

    Args:
        settled: What is released already.
    """
    rows, covers = pairs
    while len(rows):
        key = hashes.at(ways[0], rows)
        of_covers = settled.sizes_of_all(np.concatenate([key, hashes.at(ways[-1], covers)]))
        enough = settled.sizes_of_rows(key) >= smallest
        enough &= of_covers[len(rows) :] >= smallest
        if enough.all():
            break
        rows, covers = rows[enough], covers[enough]  # without the others, some may be too few
    return rows, covers


def _finest(
    covers: Places, ways: list[Node], smallest: int, hashes: Hashes
) -> npt.NDArray[np.int64]:
    """Return the finest way in which each cover leaves among enough that leave in that way.

    A group is left whole where those of it that can't be finer would be too few.
    """
    way = np.full(len(covers), len(ways) - 1)
    for number in range(len(ways) - 2, -1, -1):
        group, part = (hashes.at(ways[n], covers) for n in (number + 1, number))
        finer = pl.DataFrame({"way": way, "group": group, "part": part})
        finer = finer.with_columns(can=pl.len().over("way", "part") >= smallest)
        rest = (~pl.col("can")).sum().over("way", "group")
        whole = (rest == 0) | (rest >= smallest)
        may = finer.select(pl.col("can") & (pl.col("way") == number + 1) & whole)
        way = np.where(may.to_series().to_numpy(), number, way)
    return way


def _sizes(key: Numbers) -> Sizes:
    """Return how many have the same hash as each."""
    return pl.Series("key", key).to_frame().select(pl.len().over("key")).to_series().to_numpy()
