"""Where the tiles of a map lie: all of one size, about as the places lie to each other."""

import math
from collections.abc import Mapping

_ROOM = 1.3  # cells to a side, of those that the places would fill


def tile_cells(points: Mapping[str, tuple[float, float]]) -> dict[str, tuple[int, int]]:
    """Return the column and the row of each place, from the west and from the north.

    Places are ordered from west to east and from north to south, so that one far away does not push
    the others together. Each takes the free cell that is nearest to where it would be.

    >>> tile_cells({"west": (-2, 51), "east": (-1, 51), "north": (-1.5, 52)})
    {'north': (1, 0), 'east': (2, 1), 'west': (0, 2)}
    """
    side = math.ceil(math.sqrt(len(points)) * _ROOM)
    columns = _steps({name: x for name, (x, _) in points.items()}, side)
    rows = _steps({name: -y for name, (_, y) in points.items()}, side)
    free = [(x, y) for y in range(side) for x in range(side)]
    cells: dict[str, tuple[int, int]] = {}
    for name in sorted(points, key=lambda place: (rows[place], columns[place], place)):
        target = (columns[name], rows[name])
        cells[name] = min(free, key=lambda cell: (math.dist(cell, target), cell))
        free.remove(cells[name])
    return cells


def _steps(along: Mapping[str, float], side: int) -> dict[str, float]:
    """Return each place's rank, spread over the cells of a side."""
    ordered = sorted(along, key=lambda place: (along[place], place))
    last = max(len(ordered) - 1, 1)
    return {name: rank * (side - 1) / last for rank, name in enumerate(ordered)}
