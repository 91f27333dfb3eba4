"""What five machines in one process need not do five times: pure functions, and threads."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

import pytest

from exchange.keys import signed_note
from exchange.log import checkpoints, reader, replay, witness


class InTurn:
    """A pool that does one thing after another, so that a year follows from its seed."""

    def __init__(self, _workers: int) -> None:
        """Have no workers."""

    def __enter__(self) -> "InTurn":
        return self

    def __exit__(self, *_: object) -> None:
        """Have nothing to wait for."""

    @staticmethod
    def map(work: Callable[[Any], Any], values: Iterable[Any]) -> Iterator[Any]:
        return iter([work(value) for value in values])


def share_pure_work(patch: pytest.MonkeyPatch) -> None:
    """Have files parsed and signatures verified once for all machines, and without threads.

    Both depend on bytes alone, and what they return is immutable. What fails is tried again.
    """
    for module in (checkpoints, reader, witness):
        patch.setattr(module, "ThreadPoolExecutor", InTurn)
    patch.setattr(reader, "_SLOW", -1)  # how a store is read must not depend on the time it takes
    patch.setattr(signed_note, "verifies", lru_cache(20_000)(signed_note.verifies))
    patch.setattr(signed_note, "parse", lru_cache(20_000)(signed_note.parse))
    patch.setattr(replay, "parse", lru_cache(20_000)(replay.parse))
