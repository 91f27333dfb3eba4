"""Work on several columns at once gives what work on one after the other gives."""

import threading
from collections.abc import Iterator

import pytest

from schemas.both_cores import on_both_cores, one_ahead

MANY = 1_000_000  # rows, so that threads are worth starting


@pytest.mark.parametrize("rows", [1, MANY])
def test_what_is_made_comes_in_the_order_of_the_items(rows):
    first_may_end = threading.Event()

    def work(number: int) -> int:
        if number == 1:
            first_may_end.set()
        if number == 0 and rows == MANY:
            assert first_may_end.wait(10)  # the second is worked on beside it, and ends first
        return number * number

    assert list(on_both_cores(work, range(9), rows=rows)) == [n * n for n in range(9)]


def test_no_more_is_made_than_both_cores_work_on():
    begun: list[int] = []

    def items() -> Iterator[int]:
        for number in range(9):
            begun.append(number)
            yield number

    for number in on_both_cores(abs, items(), rows=MANY):
        assert len(begun) <= number + 3
    assert begun == list(range(9))


@pytest.mark.parametrize("rows", [1, MANY])
def test_what_goes_wrong_in_one_is_raised(rows):
    def work(number: int) -> int:
        if number == 5:
            raise ValueError(number)
        return number

    with pytest.raises(ValueError, match="5"):
        list(on_both_cores(work, range(9), rows=rows))


def test_each_item_is_made_while_the_one_before_is_used():
    made = threading.Event()

    def items() -> Iterator[str]:
        yield "first"
        made.set()
        yield "second"

    ahead = one_ahead(items())
    assert next(ahead) == "first"
    assert made.wait(10)
    assert list(ahead) == ["second"]
