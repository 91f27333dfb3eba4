"""Tables for publication, attacked by solving for what is hidden."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from depersonalise.tables import HIDDEN, Counts, Published, publish, publish_line, rounded, written
from tests.lib.fuzz import examples

SMALLEST = 5


def table(cells: list[list[int]]) -> Counts:
    return Counts(
        tuple(f"r{n}" for n in range(len(cells))),
        tuple(f"c{n}" for n in range(len(cells[0]))),
        tuple(map(tuple, cells)),
    )


def numbers(counts: Counts) -> list[int]:
    """Return cells, totals of rows, totals of columns and the total, one after the other."""
    cells = np.array(counts.cells)
    return [*cells.flatten(), *cells.sum(1), *cells.sum(0), cells.sum()]


def told(shown: Published) -> list[int | None]:
    cells = [cell for row in shown.cells for cell in row]
    return [*cells, *shown.row_totals, *shown.column_totals, shown.total]


def attack(counts: Counts, shown: Published, *, exact: bool) -> dict[int, tuple[float, float]]:
    """Solve for each small number that is hidden: the least and the most that it can be.

    Args:
        exact: The attacker knows what is shown to the last record, and not only rounded.
    """
    wide, high = len(counts.columns), len(counts.rows)
    values, seen = numbers(counts), told(shown)
    equations = []
    for y in range(high):
        row = np.zeros(len(values))
        row[y * wide : (y + 1) * wide] = 1
        row[high * wide + y] = -1
        equations.append(row)
    for x in range(wide):
        row = np.zeros(len(values))
        row[x : high * wide : wide] = 1
        row[high * wide + high + x] = -1
        equations.append(row)
    for start, many in ((high * wide, high), (high * wide + high, wide)):
        row = np.zeros(len(values))
        row[start : start + many] = 1
        row[-1] = -1
        equations.append(row)
    bounds = []
    for value, number in zip(values, seen, strict=True):
        if number is None:
            bounds.append((1, None))  # a zero would have been told
        elif exact or not value:
            bounds.append((value, value))
        else:
            bounds.append((max(number - 2, SMALLEST), number + 2))
    found = {}
    for n, number in enumerate(seen):
        if number is None and values[n] < SMALLEST:
            ends = []
            for sign in (1, -1):
                aim = np.zeros(len(values))
                aim[n] = sign
                done = linprog(aim, A_eq=np.array(equations), b_eq=np.zeros(len(equations)),
                               bounds=bounds)  # fmt: skip
                assert done.status in (0, 3), done.message
                ends.append(sign * done.fun if done.status == 0 else float("inf"))
            found[n] = (ends[0], ends[1])
    return found


def hold(counts: Counts) -> Published:
    """Publish a table, and hold it to what is promised."""
    shown = publish(counts, SMALLEST)
    for value, number in zip(numbers(counts), told(shown), strict=True):
        assert number is None or number == rounded(value)
        assert number is not None or value
        assert not 0 < value < SMALLEST or number is None
    for least, most in attack(counts, shown, exact=True).values():
        assert most >= SMALLEST - 1e-6, "it can be told that it is small"
        assert most > least + 1 - 1e-6
    return shown


CELLS = st.one_of(st.integers(0, 6), st.integers(0, 60))
SIZES = st.tuples(st.integers(2, 5), st.integers(2, 5))


@examples(150)
@given(st.data())
def test_solving_for_what_is_hidden_recovers_nothing(data):
    high, wide = data.draw(SIZES)
    row = st.lists(CELLS, min_size=wide, max_size=wide)
    cells = data.draw(st.lists(row, min_size=high, max_size=high))
    counts = table(cells)
    shown = publish(counts, SMALLEST)
    for least, most in attack(counts, shown, exact=False).values():
        assert most > least + 0.5
    small = sum(0 < value < SMALLEST for value in numbers(counts))
    whole = sum(map(sum, cells))
    # Where little but small numbers is there, nothing can be hidden behind: rounding has to do.
    if whole >= SMALLEST * (small + 2):
        hold(counts)


@pytest.mark.parametrize(
    "cells",
    [
        [[10, 3, 20], [40, 50, 60], [7, 0, 9]],
        [[100, 2], [200, 300]],
        [[1, 1, 50], [60, 70, 80], [90, 9, 8]],
        [[3, 0, 0], [0, 40, 30], [20, 10, 60]],
        [[2, 1], [1, 400]],
        [[500, 600, 4], [700, 800, 0], [10, 20, 30]],
        [[4, 4, 4, 4], [4, 4, 4, 4], [9, 9, 9, 9]],
    ],
)
def test_what_would_follow_from_the_totals_is_hidden_too(cells):
    hold(table(cells))


def test_a_table_of_a_district_and_a_year():
    draw = np.random.default_rng(1)
    cells = draw.negative_binomial(0.6, 0.03, (25, 12)).tolist()
    shown = hold(table(cells))
    hidden = sum(cell is None for row in shown.cells for cell in row)
    small = sum(0 < cell < SMALLEST for row in cells for cell in row)
    assert 0 < small <= hidden <= small * 1.5
    assert shown.total is not None


def test_with_nothing_small_nothing_is_hidden_and_all_is_rounded():
    shown = publish(table([[12, 13], [0, 7]]), SMALLEST)
    assert told(shown) == [10, 15, 0, 5, 25, 5, 10, 20, 30]


def test_the_same_totals_are_hidden_in_every_table_that_has_them():
    one = publish(table([[1, 2], [30, 40], [50, 6], [70, 80]]), SMALLEST)
    other = publish(table([[3, 0, 0], [10, 20, 40], [5, 11, 40], [50, 50, 50]]), SMALLEST)
    assert one.row_totals == other.row_totals == (None, 70, None, 150)


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([3, 100, 50], ((None, 100, None), 155)),
        ([12, 8], ((10, 10), 20)),
        ([0, 0], ((0, 0), 0)),
        ([3], ((None,), None)),
        ([], ((), 0)),
        ([1, 1, 1, 1, 1], ((None,) * 5, None)),
        ([4, 0, 200], ((None, 0, None), 205)),
    ],
)
def test_counts_in_a_line(values, shown):
    assert publish_line(values, SMALLEST) == shown


@given(st.lists(CELLS, max_size=8))
def test_a_small_number_in_a_line_is_never_alone(values):
    shown, total = publish_line(values, SMALLEST)
    hidden = [v for v, s in zip(values, shown, strict=True) if s is None]
    assert all(s is None for v, s in zip(values, shown, strict=True) if 0 < v < SMALLEST)
    if hidden and total is not None:
        # All of them together, less one for each of the others, is what one of them can be.
        assert sum(hidden) - len(hidden) + 1 > 1
        assert len(hidden) > 1


def test_an_empty_table():
    shown = publish(Counts((), ("a",), ()), SMALLEST)
    assert (shown.cells, shown.column_totals, shown.total) == ((), (0,), 0)


def test_numbers_are_written_with_the_marker_of_official_statistics():
    assert (written(None), written(1230), HIDDEN) == ("[c]", "1,230", "[c]")
