"""The lattice of nodes that protected rows walk: as many as are alike at a node leave there.

A node takes one level of each axis (`schemas/datasets/axes.py`). The nodes are tried cheapest
first. At each, all rows that are among at least the smallest number allowed leave; the rest are
tried at the next.
There is no search and nothing random: the same rows leave in the same way. This is the order of OLA
(El Emam et al. 2009) and Flash (Kohlmayer et al. 2012) with the local recoding of ARX.

Keeps true: a row that no node takes is not released.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from schemas.datasets.axes import Axis, Node, nodes

NOWHERE: Final = -1  # of rows that no node takes
Numbers = npt.NDArray[np.uint64]
Fits = Callable[[Node], npt.NDArray[np.bool_]]  # which rows may leave at a node
_ODD: Final = 0x9E3779B97F4A7C15  # spreads sums of hashes over 64 bits


def choose_nodes(
    fixed: Numbers,
    levels: list[list[Numbers]],
    axes: tuple[Axis, ...],
    smallest: int,
    fits: Fits | None = None,
) -> npt.NDArray[np.int32]:
    """Return at which node, by its place among `nodes(axes)`, each row leaves; else NOWHERE.

    Args:
        fixed: A hash of what is released of each row at every node.
        levels: By axis and level, a hash of what is released at that level.
        smallest: How many rows must be alike.
        fits: Says which rows may leave at a node; all, if not given.
    """
    chosen = np.full(len(fixed), NOWHERE, dtype=np.int32)
    waiting = np.arange(len(fixed))
    for number, node in enumerate(nodes(axes)):
        if len(waiting) < smallest:
            break
        fitting = waiting if fits is None else waiting[fits(node)[waiting]]
        key = fixed[fitting]
        for axis, level in zip(levels, node, strict=True):
            key = key * np.uint64(_ODD) + axis[level][fitting]
        sizes = pl.Series("key", key).to_frame().select(pl.len().over("key")).to_series()
        leaving = fitting[(sizes >= smallest).to_numpy()]
        if len(leaving):
            chosen[leaving] = number
            waiting = waiting[chosen[waiting] == NOWHERE]
    return chosen
