"""Rows leave in an order that says nothing of their source."""

import itertools
import secrets
from datetime import date, time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from depersonalise.release.order import shuffled_and_sorted
from schemas.wire.order import is_sorted
from tests.lib.fuzz import examples
from tests.lib.typed import depersonalised

WORDS = pl.Enum(["b", "", "a", "é", "Z"])  # not in the order of their bytes
SCHEMA = {
    "record_id": pl.String, "day": pl.Date, "clock": pl.Time, "number": pl.Int8,
    "word": WORDS, "text": pl.String, "_aside": pl.Int64,
}  # fmt: skip
NOTHING = st.none()
ROWS = st.lists(
    st.tuples(
        st.just("x"),
        NOTHING | st.dates(date(1969, 1, 1), date(2026, 12, 31)),
        NOTHING | st.sampled_from([time(0), time(6), time(6, 0, 1), time(23, 59)]),
        NOTHING | st.sampled_from([-128, -3, 0, 3, 127]),
        NOTHING | st.sampled_from(["b", "", "a", "é", "Z"]),
        NOTHING | st.sampled_from(["WZ1", "WZ10", "wz1", "", "Ω", "é"]),
        st.integers(0, 9),
    ),
    max_size=30,
)


def slowly(row: tuple) -> list:
    """Return what a row is sorted by: whether there is something, and what, text as its bytes."""
    _, *told, _ = row
    return [(v is not None, v.encode() if isinstance(v, str) else v) for v in told]


@given(ROWS)
@examples(60)
def test_rows_are_sorted_by_values_with_nothing_first_and_text_by_bytes(rows):
    table = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    done = table[shuffled_and_sorted(table, secrets.token_bytes)]
    keys = [slowly(row) for row in done.rows()]
    for one, other in itertools.pairwise(keys):
        assert not _is_after(one, other)
    assert sorted(done.rows(), key=repr) == sorted(rows, key=repr)


@given(st.lists(st.tuples(ROWS, st.booleans()), min_size=1, max_size=4))
@examples(60)
def test_tables_under_one_another_are_in_order_where_each_is(several):
    tables = [pl.DataFrame(rows, schema=SCHEMA, orient="row") for rows, _ in several]
    tables = [
        table[shuffled_and_sorted(table, secrets.token_bytes)] if arranged else table
        for table, (_, arranged) in zip(tables, several, strict=True)
    ]
    heights = [table.height for table in tables]
    each = [[slowly(row) for row in table.rows()] for table in tables]
    expected = not any(_is_after(*two) for keys in each for two in itertools.pairwise(keys))
    assert is_sorted(pl.concat(tables), heights) == expected
    assert all(is_sorted(table, [table.height]) for table in tables) == expected


def _is_after(one: list, other: list) -> bool:
    """Compare key by key: what is nothing stands first, and is compared with nothing."""
    for (held, mine), (also, theirs) in zip(one, other, strict=True):
        if held != also:
            return held
        if held and mine != theirs:
            return mine > theirs
    return False


def test_the_words_of_a_list_sort_by_their_bytes_and_not_as_the_list_has_them():
    table = pl.DataFrame({"word": pl.Series(["b", "a", "Z", "é"], dtype=WORDS)})
    assert table[shuffled_and_sorted(table, secrets.token_bytes)]["word"].to_list() == [
        "Z", "a", "b", "é",
    ]  # fmt: skip


def agreement(random) -> float:
    """Return how far equal rows still stand in the order of the source: 1 all, 0 not at all."""
    table = pl.DataFrame({"same": ["x"] * 400})
    places = shuffled_and_sorted(table, random)
    return abs(pl.select(pl.corr(places, pl.int_range(400, eager=True))).item())


def test_equal_rows_stand_in_random_order():
    assert agreement(secrets.token_bytes) < 0.25
    rising = b"".join(n.to_bytes(8, "little") for n in range(400))
    assert agreement(lambda _: rising) == pytest.approx(1)  # a stable sort would fail the test


def test_the_same_extract_leaves_in_another_order_of_equal_rows_each_time():
    text = "Date|Postcode|ICD-10\n" + "04/08/2026|WZ1 1AA|F10\n" * 40
    lines = [depersonalised("health-admissions", text).origin["line"].to_list() for _ in range(2)]
    assert lines[0] != lines[1]
    assert sorted(lines[0]) == sorted(lines[1])
