"""Work on several columns at once.

polars and numpy let other threads run while they work, and much of their work on one column takes
one thread only. So two columns together take hardly longer than one.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_THREADS: Final = 2
_WORTH: Final = 50_000  # rows, below which starting threads costs more than it spares


def on_both_cores(
    work: Callable[[Item], Result], items: Iterable[Item], *, rows: int
) -> Iterator[Result]:
    """Do some work for each item, and yield what it gives in their order.

    No more is made at a time than both cores work on, to spare memory.

    Args:
        rows: How many rows an item has; of few the items are worked on one after the other.
    """
    if rows < _WORTH:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(_THREADS) as pool:
        under_way: deque[Future[Result]] = deque()
        for item in items:
            under_way.append(pool.submit(work, item))
            if len(under_way) > _THREADS:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


def one_ahead(items: Iterator[Item]) -> Iterator[Item]:
    """Yield items, each of which is made while the one before it is used."""
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(next, items, None)
        while (item := following.result()) is not None:
            following = pool.submit(next, items, None)
            yield item
