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


def walk(
    rows: Hashes,
    axes: tuple[Axis, ...],
    smallest: int,
    fits: Callable[[Node], npt.NDArray[np.bool_]] | None = None,
    covers: Hashes | None = None,
) -> npt.NDArray[np.int32]:
    """Return at which node, by its place among `nodes(axes)`, each row leaves; else NOWHERE.

    Args:
        smallest: How many rows must be alike.
        fits: Says which rows may leave at a node; all, if not given.
        covers: The cover of each row, which leaves at the same node; it must be alike with as many,
            whether these are cover or not.
    """
    found = np.full(len(rows.fixed), NOWHERE, dtype=np.int32)
    left = np.arange(len(rows.fixed))
    for number, node in enumerate(nodes(axes)):
        if len(left) < smallest:
            break
        here = left if fits is None else left[fits(node)[left]]
        taken = _enough(here, node, smallest, rows, covers)
        if len(taken):
            found[taken] = number
            left = left[found[left] == NOWHERE]
    return found


def _enough(here: Places, node: Node, smallest: int, rows: Hashes, covers: Hashes | None) -> Places:
    """Return those of some rows that are among enough that are alike at a node."""
    while len(here):
        key = rows.at(node, here)
        enough = _sizes(key) >= smallest
        if covers is None:
            return here[enough]
        both = _sizes(np.concatenate([key, covers.at(node, here)]))
        enough &= both[len(here) :] >= smallest
        if enough.all():
            break
        here = here[enough]  # without the others, some may be too few
    return here


def _sizes(key: Numbers) -> npt.NDArray[np.uint32]:
    """Return how many have the same hash as each."""
    return pl.Series("key", key).to_frame().select(pl.len().over("key")).to_series().to_numpy()
