"""Which numbers of a published table are hidden, number by number.

Each table has been held against an attacker who solves for what is hidden (test_tables.py), and is
here because it shows something that others do not: hidden numbers that protect one another, one
that gives way twice, totals that have to be hidden, a zero that is shown.
"""

import pytest

from depersonalise.tables import Counts, publish, publish_line

SMALLEST = 5


def table(cells: list[list[int]]) -> Counts:
    rows, columns = range(len(cells)), range(len(cells[0]))
    names = tuple(f"row {n}" for n in rows), tuple(f"column {n}" for n in columns)
    return Counts(*names, tuple(map(tuple, cells)))


def drawn(text: str) -> list[list[str]]:
    return [line.split() for line in text.strip().splitlines()]


def shown(counts: Counts) -> list[list[str]]:
    """Return a published table with its totals on the right and below, `?` where hidden."""
    done = publish(counts, SMALLEST)
    assert (done.rows, done.columns) == (counts.rows, counts.columns)
    lines = [[*row, total] for row, total in zip(done.cells, done.row_totals, strict=True)]
    lines.append([*done.column_totals, done.total])
    return [["?" if cell is None else str(cell) for cell in line] for line in lines]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (
            "4",
            """
            ? ?
            ? ?
            """,
        ),
        (
            """
            0 0
            2 2
            2 1
            """,
            """
            0 0 0
            ? ? ?
            ? ? ?
            ? ? ?
            """,
        ),
        (
            """
            1 7
            4 3
            3 2
            """,
            """
            ? ? 10
            ? ? ?
            ? ? ?
            ? ? 20
            """,
        ),
        (
            """
            1 70 1 70
            1 70 70 70
            """,
            """
            ? ? ? 70 140
            ? ? ? 70 210
            ? 140 ? 140 355
            """,
        ),
        (
            """
            9 6 6
            2 5 1
            4 8 5
            """,
            """
            10 ? ? 20
            ? ? ? 10
            ? 10 ? 15
            15 20 10 45
            """,
        ),
        (
            """
            3 0 5 2
            6 4 5 3
            30 2 5 1
            """,
            """
            ? 0 ? ? 10
            ? ? ? ? 20
            30 ? ? ? 40
            40 ? 15 ? 65
            """,
        ),
        (
            """
            0 0 0 1
            1 2 2 1
            2 20 2 20
            2 20 10 1
            """,
            """
            0 0 0 ? ?
            ? ? ? ? ?
            ? ? ? ? ?
            ? 20 ? ? 35
            ? 40 ? 25 85
            """,
        ),
    ],
)
def test_what_is_hidden_of_a_table(cells, expected):
    counts = table([[int(cell) for cell in line] for line in drawn(cells)])
    assert shown(counts) == drawn(expected)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("5", "5 | 5"),
        ("1 5", "? ? | 5"),
        ("4 6 100", "? ? 100 | 110"),
        ("4 3 100", "? ? 100 | 105"),  # the two protect each other
        ("4 1 100", "? ? ? | 105"),  # which these do not
        ("2 2 2 2 100", "? ? ? ? 100 | 110"),  # each takes one from each of the others
        ("2 2 2 100", "? ? ? ? | 105"),
        ("4 60 60", "? ? 60 | 125"),  # of two alike the first
        ("4 0 60", "? 0 ? | 65"),
    ],
)
def test_what_is_hidden_of_a_line(values, expected):
    cells, total = publish_line([int(value) for value in values.split()], SMALLEST)
    told = ["?" if cell is None else str(cell) for cell in cells]
    assert " ".join([*told, "|", "?" if total is None else str(total)]) == expected


def test_a_table_whose_rows_differ_in_length_is_none():
    with pytest.raises(ValueError, match="argument 2"):
        publish(Counts(("a", "b"), ("c",), ((9,), (9, 9))), SMALLEST)
