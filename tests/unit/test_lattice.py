"""At which node rows leave, given what is released of each row at each level."""

import numpy as np
import pytest

from depersonalise.release.lattice import NOWHERE, choose_nodes
from schemas.datasets.axes import Axis

PLACE = Axis("place", ("street", "town"), (0, 5))
MONTH = Axis("month", ("month", "year"), (0, 1))
AXES = (PLACE, MONTH)  # nodes: 0 street and month, 1 street and year, 2 town and month, 3 both


def hashes(letters: str) -> np.ndarray:
    return np.array([ord(letter) for letter in letters], dtype=np.uint64)


def left(streets: str, months: str, smallest: int, *, fixed: str = "", fits=None) -> list[int]:
    towns, year = "t" * len(streets), "y" * len(streets)
    levels = [[hashes(streets), hashes(towns)], [hashes(months), hashes(year)]]
    return choose_nodes(hashes(fixed or towns), levels, AXES, smallest, fits).tolist()


@pytest.mark.parametrize(
    ("streets", "months", "smallest", "nodes"),
    [
        ("aaa", "mmm", 3, [0, 0, 0]),
        ("aaa", "mno", 3, [1, 1, 1]),
        ("abc", "mmm", 3, [2, 2, 2]),
        ("abc", "mno", 3, [3, 3, 3]),
        ("aaa", "mmm", 4, [NOWHERE] * 3),
        ("aab", "mmm", 2, [0, 0, NOWHERE]),  # who is left alone is not released
        ("aabb", "mmno", 2, [0, 0, 1, 1]),
        ("aaabc", "mmnmm", 2, [0, 0, NOWHERE, 2, 2]),  # who has left is not counted again
        ("abbcc", "mmmmm", 2, [NOWHERE, 0, 0, 0, 0]),
        ("ab", "ba", 2, [3, 3]),  # the same words on other axes are not alike
        ("", "", 2, []),
    ],
)
def test_rows_leave_at_the_cheapest_node_at_which_enough_are_alike(
    streets, months, smallest, nodes
):
    assert left(streets, months, smallest) == nodes


def test_rows_that_differ_in_what_is_released_at_every_node_are_never_alike():
    assert left("aaaa", "mmmm", 2, fixed="xxyz") == [0, 0, NOWHERE, NOWHERE]


def test_only_rows_that_fit_a_node_leave_there_and_are_counted_there():
    def fits(node: tuple[int, ...]) -> np.ndarray:
        return np.array([True, True, node != (0, 0), node != (0, 0)])

    assert left("aaaa", "mmmm", 3, fits=fits) == [1, 1, 1, 1]
    assert left("aaaa", "mmmm", 2, fits=fits) == [0, 0, 1, 1]


def test_levels_of_fewer_axes_than_there_are_nodes_of_are_refused():
    with pytest.raises(ValueError, match="zip"):
        choose_nodes(hashes("xx"), [[hashes("aa"), hashes("tt")]], AXES, 2)


def test_places_among_nodes_are_small_numbers():
    assert choose_nodes(hashes("xx"), [[hashes("aa")]], (MONTH,), 2).dtype == np.int32
