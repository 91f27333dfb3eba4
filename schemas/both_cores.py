"""Work on several columns at once.

polars and numpy let other threads run while they work, and much of their work on one column takes
one thread only. So two columns together take hardly longer than one.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_THREADS: Final = 2
_WORTH: Final = 50_000  # rows, below which starting threads costs more than it spares


def on_both_cores(
    work: Callable[[Item], Result], items: Iterable[Item], *, rows: int
) -> list[Result]:
    """Do some work for each item, and return what it gives in their order.

    Args:
        rows: How many rows an item has; of few the items are worked on one after the other.
    """
    if rows < _WORTH:
        return [work(item) for item in items]
    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(work, items))


def one_ahead(items: Iterator[Item]) -> Iterator[Item]:
    """Yield items, each of which is made while the one before it is used."""
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(next, items, None)
        while (item := following.result()) is not None:
            following = pool.submit(next, items, None)
            yield item
