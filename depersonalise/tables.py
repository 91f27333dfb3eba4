"""Tables of counts for publication: small numbers are not told, and can't be had from the others.

A count of fewer than the smallest group is hidden (primary suppression), and so are as few others
as it takes (complementary suppression) that nobody who takes the shown numbers for exact can tell
from sums and differences that it is small. What is shown is rounded to the nearest five besides:
the same count is the same number in every table, and two tables that overlap are not exact enough
to be subtracted. Zeros are told.

A table with its totals is a circulation in a network: a cell flows from its row to its column, a
row's total from the totals to the row, a column's total from the column to the totals. A hidden
number can be greater than it is if hidden ones lead back from its head to its tail. Complementary
suppression hides what is smallest on the way: Kelly, Golden and Assad, "Cell suppression", Networks
22 (1992).
"""

import heapq
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

HIDDEN: Final = "[c]"  # as in the statistics of the government
ROUNDED: Final = 5
_TOTAL: Final = 1 << 40  # what it costs to hide a total: more than any cells

Node = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records there are by two things: a tuple for each row."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Published:
    """The same, as it may be published: rounded, and None where it is hidden."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class _Edge:
    """A number of the table, from a node to a node."""

    tail: Node
    head: Node
    value: int
    cost: int


def rounded(count: int) -> int:
    """Return a count to the nearest five."""
    return ROUNDED * round(count / ROUNDED)


def written(count: int | None) -> str:
    """Write a number of a published table."""
    return HIDDEN if count is None else f"{count:,}"


def publish_line(values: Sequence[int], smallest: int) -> tuple[tuple[int | None, ...], int | None]:
    """Return counts that add up, and their total, as they may be published.

    Args:
        smallest: Counts from one to fewer than this are hidden.
    """
    hidden = _hidden_of_line(values, smallest)
    total = sum(values)
    shown = [None if n in hidden else rounded(value) for n, value in enumerate(values)]
    return tuple(shown), None if -1 in hidden else rounded(total)


def publish(counts: Counts, smallest: int) -> Published:
    """Return a table, with its totals, as it may be published.

    Which totals are hidden depends on the totals of that kind alone, so it is the same in every
    table that has them; unless a table can't be protected otherwise.

    Args:
        smallest: Counts from one to fewer than this are hidden.
    """
    of_rows = [sum(row) for row in counts.cells]
    of_columns = [sum(column) for column in zip(*counts.cells, strict=True)]
    of_columns = of_columns or [0 for _ in counts.columns]
    edges = dict(_edges(counts, of_rows, of_columns))
    hidden = {_place("row", n) for n in _hidden_of_line(of_rows, smallest)}
    hidden |= {_place("column", n) for n in _hidden_of_line(of_columns, smallest)}
    hidden = _Network(edges).protected(hidden & edges.keys(), smallest)

    def shown(place: Node, value: int) -> int | None:
        return None if place in hidden else rounded(value)

    wide = len(counts.columns)
    return Published(
        counts.rows,
        counts.columns,
        tuple(
            tuple(shown(("cell", y * wide + x), value) for x, value in enumerate(row))
            for y, row in enumerate(counts.cells)
        ),
        tuple(shown(("row", y), value) for y, value in enumerate(of_rows)),
        tuple(shown(("column", x), value) for x, value in enumerate(of_columns)),
        shown(("total", 0), sum(of_rows)),
    )


def _place(kind: str, number: int) -> Node:
    """Name a total by its number; that of a line, -1, is the table's."""
    return ("total", 0) if number < 0 else (kind, number)


def _edges(
    counts: Counts, of_rows: Sequence[int], of_columns: Sequence[int]
) -> Iterator[tuple[Node, _Edge]]:
    """Yield the numbers of a table as edges, by where they stand; a zero is no edge."""
    rows, columns, wide = ("rows", 0), ("columns", 0), len(counts.columns)
    for y, row in enumerate(counts.cells):
        for x, value in enumerate(row):
            if value:
                yield ("cell", y * wide + x), _Edge(("row", y), ("column", x), value, value)
    for y, value in enumerate(of_rows):
        if value:
            yield ("row", y), _Edge(rows, ("row", y), value, _TOTAL + value)
    for x, value in enumerate(of_columns):
        if value:
            yield ("column", x), _Edge(("column", x), columns, value, _TOTAL + value)
    if total := sum(of_rows):
        yield ("total", 0), _Edge(columns, rows, total, _TOTAL * _TOTAL)


def _hidden_of_line(values: Sequence[int], smallest: int) -> set[int]:
    """Return which of some numbers that add up are hidden; -1 is their total."""
    one, other = ("one", 0), ("other", 0)
    edges = {
        ("value", n): _Edge(one, other, value, value) for n, value in enumerate(values) if value
    }
    if total := sum(values):
        edges["value", -1] = _Edge(other, one, total, _TOTAL)
    return {number for _, number in _Network(edges).protected(set(), smallest)}


class _Network:
    """The numbers of a table that are not zero, each an edge from a node to a node."""

    def __init__(self, edges: dict[Node, _Edge]) -> None:
        self.edges = edges
        self.around: dict[Node, list[tuple[Node, bool]]] = defaultdict(list)
        for place, edge in edges.items():
            self.around[edge.tail].append((place, True))
            self.around[edge.head].append((place, False))

    def protected(self, hidden: set[Node], smallest: int) -> set[Node]:
        """Return what is hidden: what is small or was hidden before, and what protects it."""
        edges = self.edges
        small = [place for place, edge in edges.items() if edge.value < smallest]
        hidden = hidden | set(small)
        for place in sorted(small, key=lambda place: (edges[place].cost, place)):
            least = smallest - edges[place].value
            more = {place}
            while more:
                flow, given = self._freedom(hidden, place, least)
                more = self._way(hidden, given, place, least - flow) if flow < least else set()
                hidden |= more
        return hidden

    def _freedom(self, hidden: set[Node], place: Node, most: int) -> tuple[int, Counter[Node]]:
        """Return by how much a hidden number could be greater than it is, up to a most.

        Each hidden number is known to be one at least, since zeros are told.

        Returns:
            And by how much each of the others would be smaller then.
        """
        given: Counter[Node] = Counter()
        flow = 0
        while flow < most:
            way = self._reach(hidden, given, place)
            if way is None:
                break
            by = min([most - flow, *(self._room(o, given) for o, ahead in way if not ahead)])
            for other, ahead in way:
                given[other] += -by if ahead else by
            flow += by
        return flow, given

    def _room(self, place: Node, given: Counter[Node]) -> int:
        """Return by how much a number can be smaller still."""
        return self.edges[place].value - 1 - given[place]

    def _reach(
        self, hidden: set[Node], given: Counter[Node], place: Node
    ) -> list[tuple[Node, bool]] | None:
        """Return the shortest way from a number's head to its tail over hidden ones that give way.

        Each can be greater without end, and smaller down to one.
        """
        start, end = self.edges[place].head, self.edges[place].tail
        came: dict[Node, tuple[Node, Node, bool] | None] = {start: None}
        waiting = deque([start])
        while waiting and end not in came:
            node = waiting.popleft()
            for other, ahead in self.around[node]:
                if other not in hidden or other == place:
                    continue
                to = self._other_end(other, ahead)
                if to not in came and (ahead or self._room(other, given)):
                    came[to] = (node, other, ahead)
                    waiting.append(to)
        if end not in came:
            return None
        way = []
        while (step := came[end]) is not None:
            end, other, ahead = step
            way.append((other, ahead))
        return way

    def _way(self, hidden: set[Node], given: Counter[Node], place: Node, least: int) -> set[Node]:
        """Return the cheapest numbers to hide, so that one could be greater by a least.

        Where none gives way by so much, by one; nothing if all that could help is hidden.

        Args:
            given: By how much the hidden ones gave way already, which is all that they can.
        """
        for need in dict.fromkeys((least, 1)):
            if more := self._cheapest(hidden, given, place, need) - hidden:
                return more
        return set()

    def _cheapest(
        self, hidden: set[Node], given: Counter[Node], place: Node, need: int
    ) -> set[Node]:
        """Find the cheapest way (Dijkstra's) over numbers that can give way by what is needed."""
        start, end = self.edges[place].head, self.edges[place].tail
        came: dict[Node, tuple[Node, Node]] = {}
        costs = {start: 0}
        waiting: list[tuple[int, Node]] = [(0, start)]
        while waiting:
            cost, node = heapq.heappop(waiting)
            if node == end:
                return _back(came, start, end)
            for other, ahead in self.around[node]:
                if other == place or not (ahead or self._room(other, given) >= need):
                    continue
                to = self._other_end(other, ahead)
                further = cost + (1 if other in hidden else 2 + self.edges[other].cost)
                if further < costs.get(to, further + 1):
                    costs[to] = further
                    came[to] = (node, other)
                    heapq.heappush(waiting, (further, to))
        return set()

    def _other_end(self, place: Node, ahead: bool) -> Node:  # noqa: FBT001 - as in `around`
        return self.edges[place].head if ahead else self.edges[place].tail


def _back(came: dict[Node, tuple[Node, Node]], start: Node, end: Node) -> set[Node]:
    """Return the numbers on the way that was found."""
    found = set()
    while end != start:
        end, place = came[end]
        found.add(place)
    return found
