"""How the protected rows of a dataset may be shared: a list of things that can be coarser.

An axis is one thing that is released of a row, in levels from fine to coarse, with what each level
costs a strategic assessment; the finest costs nothing. A node takes one level of each axis. A row
leaves at the cheapest node at which enough rows are alike (`depersonalise/release/lattice.py`).

The costs are a judgement and no law: docs/adr/0035.
"""

from dataclasses import dataclass
from itertools import product
from typing import Final

from schemas.codes.vocabularies import VIOLENCE_OR_SEXUAL


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that is released, from fine to coarse.

    Attributes:
        name: What it is.
        levels: How finely it may be stated, finest first.
        costs: What each level costs.
    """

    name: str
    levels: tuple[str, ...]
    costs: tuple[int, ...]


Node = tuple[int, ...]  # the level of each axis

OUTWARD, DISTRICT, NOT_STATED = "outward code", "district", "not stated"
PLACE: Final = Axis("place", (OUTWARD, DISTRICT), (0, 16))
SCHOOL: Final = Axis(
    "place", ("school", "phase and outward code", OUTWARD, DISTRICT), (0, 4, 6, 16)
)
MONTH: Final = Axis("month", ("month", "quarter"), (0, 3))
BAND: Final = Axis("time", ("band of six hours", NOT_STATED), (0, 6))
WEEK: Final = Axis("week", ("weekday or weekend", NOT_STATED), (0, 4))
CATEGORY: Final = Axis("category", ("code", "class"), (0, 1))
OFFENCE: Final = Axis("category", ("code", "class", VIOLENCE_OR_SEXUAL), (0, 1, 5))
REASON: Final = Axis("category", ("reasons", "group of the first reason"), (0, 3))
AGE: Final = Axis("age", ("years", "key stage", NOT_STATED), (0, 1, 8))
GENDER: Final = Axis("gender", ("gender", NOT_STATED), (0, 1))
# Of the protected rows of datasets of incidents, which have other rows besides.
INCIDENT: Final = (PLACE, MONTH, WEEK, BAND, CATEGORY)
CRIME: Final = (PLACE, MONTH, WEEK, BAND, OFFENCE)
_BEFORE: Final = {OFFENCE: CATEGORY}  # what the first form of a dataset has no word for


def first_form(axes: tuple[Axis, ...]) -> tuple[Axis, ...]:
    """Return axes as far as the first form of every dataset has columns and words for them."""
    return tuple(_BEFORE.get(axis, axis) for axis in axes if axis != WEEK)


def nodes(axes: tuple[Axis, ...]) -> list[Node]:
    """Return all nodes, the cheapest first; of equal cost, by their levels.

    >>> nodes((PLACE, MONTH))
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    all_nodes = product(*(range(len(axis.levels)) for axis in axes))

    def cost(node: Node) -> int:
        return sum(axis.costs[level] for axis, level in zip(axes, node, strict=True))

    return sorted(all_nodes, key=lambda node: (cost(node), node))
