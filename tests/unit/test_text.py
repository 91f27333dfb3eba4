"""Columns that fit a terminal: nothing is lost, and no word is broken."""

from hypothesis import example, given
from hypothesis import strategies as st

from exchange.text import in_columns

WORDS = st.text("abcdef-", min_size=1, max_size=9)
CELLS = st.lists(WORDS, max_size=6).map(" ".join)
ROWS = st.integers(1, 4).flatmap(
    lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), max_size=5)
)


@example([["", ""]], 1)
@given(ROWS, st.integers(0, 60))
def test_every_word_of_every_cell_is_there(rows, width):
    lines = in_columns(rows, width)
    expected = {word for row in rows for cell in row for word in cell.split()}
    if all(len(word) <= width - 2 * len(rows[0]) for word in expected):
        assert {word for line in lines for word in line.split()} == expected
        assert all(len(line) <= width for line in lines)
    together = "".join(word for line in lines for word in line.split())
    assert set("".join(expected)) == set(together)


@given(ROWS)
def test_a_pipe_has_one_line_for_each_row(rows):
    assert len(in_columns(rows)) == len(rows)


def test_it_is_no_wider_than_the_terminal_where_words_allow_it():
    rows = [("westshire-council", "council-asb", "not shared; expected under the protocol")]
    for width in (52, 60, 80):
        assert max(map(len, in_columns(rows, width))) <= width
