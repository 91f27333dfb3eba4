"""Small counts of a cube rounded: what no attacker may prove, and how near the numbers stay."""

from collections.abc import Callable
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from depersonalise import cube_rounding
from depersonalise.cube_rounding import BASE, Edition, _neighbours, rounded_cube
from tests.lib.fuzz import examples
from tests.lib.second_rounding import rounded_again

KEY, OTHER = b"k" * 32, b"o" * 32
DIMENSIONS = {"theme": 8, "outward": 20, "month": 3, "hour": 24}


def cube(records: int, seed: int = 1) -> tuple[pl.DataFrame, np.ndarray]:
    """Return the cells of some records, and how many each has."""
    draw = np.random.default_rng(seed)
    rows = pl.DataFrame(
        {name: (draw.random(records) ** 2 * size).astype(int) for name, size in DIMENSIONS.items()}
    ).cast(pl.String)
    cells = rows.group_by(pl.all()).len("records").sort(pl.all())
    return cells.drop("records"), cells["records"].cast(pl.Int64).to_numpy()


def line(many: int) -> pl.DataFrame:
    return pl.DataFrame({"cell": [f"c{n}" for n in range(many)]})


def one(cells: pl.DataFrame, counts: np.ndarray, key: bytes = KEY, base: int = BASE) -> np.ndarray:
    return rounded_cube(cells, [Edition(counts, key)], base)


def two(cells: pl.DataFrame, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    return rounded_cube(cells, [Edition(before, KEY), Edition(after, OTHER)])


def added(counts: np.ndarray, many: int, seed: int = 2) -> np.ndarray:
    draw = np.random.default_rng(seed)
    after = counts.copy()
    np.add.at(after, draw.integers(0, len(counts), many), 1)
    return after


@pytest.mark.parametrize("base", [5, 10])
def test_small_counts_become_nothing_or_the_base_and_others_stay(base):
    cells, counts = cube(3000)
    numbers = one(cells, counts, base=base)
    small = counts < base
    assert set(numbers[small]) == {0, base}
    assert (numbers[~small] == counts[~small]).all()


@pytest.mark.parametrize("records", [1, 2, 3, 7, 100, 3000])
def test_the_total_is_within_half_a_base_of_the_truth(records):
    cells, counts = cube(records)
    assert abs(int(one(cells, counts).sum()) - records) <= BASE // 2


def test_the_sums_of_each_value_and_pair_of_values_stay_near_the_truth():
    """By chance alone, sums of a thousand records would differ by about sixty."""
    cells, counts = cube(8000)
    frame = cells.with_columns(true=counts, shown=one(cells, counts))
    for size, most in ((1, 25), (2, 45)):
        for by in combinations(DIMENSIONS, size):
            sums = frame.group_by(by).agg(pl.col("true", "shown").sum())
            assert (sums["true"] - sums["shown"]).abs().max() <= most


def test_the_same_records_in_another_order_give_the_same_numbers():
    cells, counts = cube(500)
    numbers = one(cells, counts)
    order = np.random.default_rng(3).permutation(len(counts))
    assert (one(cells[order], counts[order]) == numbers[order]).all()


def test_another_key_gives_other_numbers():
    cells, counts = cube(500)
    assert (one(cells, counts, KEY) != one(cells, counts, OTHER)).any()


counts_of = st.lists(st.integers(0, 12), min_size=1, max_size=40)


@given(counts_of)
def test_what_is_published_would_be_published_as_it_is(told):
    """So it is a possible truth, in which no slice has a small number: nothing can be proved."""
    cells, counts = line(len(told)), np.array(told)
    numbers = one(cells, counts)
    assert (one(cells, numbers) == numbers).all()


@given(counts_of, st.lists(st.lists(st.integers(-7, 7), min_size=40, max_size=40), max_size=4))
def test_published_editions_would_be_published_as_they_are(told, changes):
    cells, counts = line(len(told)), np.array(told)
    editions, published = [Edition(counts, KEY)], [one(cells, counts)]
    for change in changes:
        counts = (counts + change[: len(counts)]).clip(min=0)
        editions.append(Edition(counts, OTHER))
        published.append(rounded_cube(cells, editions))
        possible = [
            Edition(numbers, edition.key)
            for numbers, edition in zip(published, editions, strict=True)
        ]
        assert (rounded_cube(cells, possible) == published[-1]).all()
        moved = abs(published[-1] - published[-2])
        assert ((moved == 0) | (moved >= BASE)).all()
        assert ((published[-1] == 0) | (published[-1] >= BASE)).all()
        assert (abs(published[-1] - counts)[moved > 0] < BASE).all()


@given(counts_of, st.integers(1, BASE - 1), st.booleans())
def test_fewer_changed_records_than_the_base_show_nowhere(told, many, more):
    cells, counts = line(len(told)), np.array(told)
    changed = added(counts, many)
    before, after = (counts, changed) if more else (changed, counts)
    assert (two(cells, before, after) == one(cells, before)).all()


def test_what_showed_nowhere_is_counted_with_what_is_added_later():
    cells, counts = line(40), np.zeros(40, dtype=np.int64)
    editions = [Edition(counts, KEY)]
    for _ in range(5):
        counts = added(counts, 1, seed=len(editions))
        editions.append(Edition(counts, KEY))
    sums = [int(rounded_cube(cells, editions[: n + 1]).sum()) for n in range(6)]
    assert sums == [0, 0, 0, 0, 0, 5]


@pytest.mark.parametrize("many", [5, 50, 1000])
def test_added_and_removed_records_show_in_the_total(many):
    cells, counts = cube(3000)
    more = added(counts, many)
    gain = int((two(cells, counts, more) - one(cells, counts)).sum())
    loss = int((one(cells, more) - two(cells, more, counts)).sum())
    assert many - 10 <= gain <= many + 10
    assert many - 10 <= loss <= many + 10


def test_each_move_of_small_changes_is_made_up_of_a_base_of_records():
    """Whoever knows how many were added still can't tell how many of them are in one cell."""
    cells, counts = cube(3000)
    for many in range(5, 60, 7):
        more = added(counts, many, seed=many)
        moves = two(cells, counts, more) - one(cells, counts)
        assert int(moves.clip(min=0).sum()) <= many


def test_an_edition_is_the_same_whatever_comes_later():
    cells, counts = cube(800)
    numbers = one(cells, counts)
    later = pl.concat(
        [cells.with_columns(reason=pl.lit(None, dtype=pl.String)),
         cells.with_columns(reason=pl.lit("new"))]
    )  # fmt: skip
    first = np.concatenate([counts, counts * 0])
    assert (one(later, first)[: len(counts)] == numbers).all()


@pytest.mark.parametrize("published", [0, *range(5, 40)])
def test_a_cell_moves_by_the_base_or_more_or_not_at_all(published):
    allowed = [published, 0, *(n for n in range(5, 200) if abs(n - published) >= BASE)]
    counts = np.arange(80)
    below, above = _neighbours(np.full(80, published), counts, BASE)

    def nearest(of: Callable, fits: Callable) -> list[int]:
        return [of(n for n in allowed if fits(n, count)) for count in counts]

    assert below.tolist() == nearest(max, lambda n, count: n <= count)
    assert above.tolist() == nearest(min, lambda n, count: n >= count)


def test_a_cube_without_cells_or_with_one_is_rounded_too():
    assert one(line(0), np.zeros(0, dtype=np.int64)).tolist() == []
    assert one(line(1), np.array([2])).tolist() == [0]
    assert one(line(1), np.array([3])).tolist() == [5]
    assert one(line(1), np.array([7])).tolist() == [7]


def test_no_cell_moves_to_a_number_that_is_a_base_or_more_from_its_records():
    cells, counts = line(5), np.full(5, 9)
    assert two(cells, counts, counts - 1).tolist() == [9] * 5
    assert two(cells, counts + 5, counts + 4).sum() == 5 * 14 - 5


def test_without_an_edition_or_a_cell_nothing_is_published():
    assert rounded_cube(line(3), []).tolist() == [0, 0, 0]
    assert rounded_cube(line(3), []).dtype == np.int64
    assert rounded_cube(pl.DataFrame(), [Edition(np.zeros(0, dtype=np.int64), KEY)]).tolist() == []


def editions_of(cells: int, seed: int) -> list[Edition]:
    """Return editions to which some records are added, and from which some are taken."""
    draw = np.random.default_rng(seed)
    most = (8, 3)[seed % 2]  # changes of a base and more, or small ones alone
    counts, editions = draw.integers(0, 14, cells) * draw.integers(0, 2, cells), []
    for number in range(8):
        editions.append(Edition(counts, bytes([number]) * 32))
        change = draw.integers(-most, most + 1, cells) * draw.integers(0, 2, cells)
        counts = (counts + change).clip(min=0)
    return editions


@pytest.mark.parametrize("base", [5, 4])
@pytest.mark.parametrize("paired", [None, [], ["month", "place"], ["place", "theme", "month"]])
@pytest.mark.parametrize("dimensions", ["theme", "place month", "month theme place", "same theme"])
@given(seed=st.integers(0, 10**6))
@examples(1)
def test_another_reading_of_the_method_publishes_the_same(dimensions, paired, base, seed):
    """Analysts who have another release publish the same numbers (docs/spec/tables.md)."""
    labels = {
        "theme": [None, "None", *"abcdefgh"], "place": [*"wxyz", None], "month": ["1", "2"],
        "same": [None],
    }  # fmt: skip
    cells = pl.DataFrame({"": [0]})
    for name in dimensions.split():
        column = pl.DataFrame({name: pl.Series(labels[name], dtype=pl.String)})
        cells = cells.join(column, how="cross")
    cells = cells.drop("")
    for each in (2 * seed, 2 * seed + 1):
        editions = editions_of(cells.height, each)
        for many in (1, 8):
            numbers = rounded_cube(cells, editions[:many], base, paired)
            assert numbers.tolist() == rounded_again(cells, editions[:many], base, paired)


@pytest.mark.parametrize("most", [7, 8, 9, 10, 19, 20])
def test_pairs_of_more_values_than_memory_has_room_for_are_not_balanced(monkeypatch, most):
    monkeypatch.setattr(cube_rounding, "_MOST", most)
    cells = pl.DataFrame({"a": [*"pqrs"]}).join(pl.DataFrame({"b": ["1", "2"]}), how="cross")
    cells = cells.join(pl.DataFrame({"c": [*"vwxyz"]}), how="cross")
    for seed in range(4):
        small = np.random.default_rng(seed).integers(1, BASE, cells.height)
        one_of = [Edition(small, KEY)]
        assert rounded_cube(cells, one_of).tolist() == rounded_again(cells, one_of, most=most)
