"""Fetching entries from a store: one is asked for first, and more and more while there are some.

A share or a service far away takes its time for each, so several are fetched beside each other, and
the next while the others are judged. Threads of Python wait for one another, which costs more than
to read a file of a disk: what a store gives at once is read by one of them.
"""

import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import perf_counter
from typing import Final

from exchange.garbage import nothing_collected
from exchange.log.replay import ENTRY_MAX
from exchange.stores.store import Store, UnusableFile

ENTRY: Final = re.compile(r"[0-9]{8}")
_AHEAD: Final = 256  # entries that are asked for at once, at most
_THREADS: Final = 8
_SLOW: Final = 0.0002  # seconds for an entry, which is as long as it takes to judge one
_SPARE: Final = 0.005  # seconds that another program may have taken meanwhile


def padded_number(number: int) -> str:
    """Return what names in a store begin with: an entry's with its position, others with a size."""
    return f"{number:08d}"


def entry_name(position: int) -> str:
    """Return the name of an entry in a store."""
    return f"log/{padded_number(position)}"


def entry_at(store: Store, position: int) -> bytes | None:
    """Return the file at a position, or None where there is none.

    Of one that is too large, the beginning that is one byte too long; of what is no regular file,
    nothing. Neither is an entry.
    """
    try:
        return store.read(entry_name(position), ENTRY_MAX)
    except UnusableFile as fault:
        return fault.start


def fetch_entries(store: Store, start: int) -> Iterator[list[bytes]]:
    """Give the files of the entries from a position on, run after run, up to the first missing."""
    fetch = partial(entry_at, store)
    ahead, has_more, is_slow = 1, True, False
    with ThreadPoolExecutor(_THREADS) as pool, nothing_collected():
        fetching: Iterator[bytes | None] = map(fetch, range(start, start + ahead))
        while has_more:
            began = perf_counter()
            files = _up_to_missing(fetching)
            is_slow = is_slow or perf_counter() - began > _SPARE + _SLOW * len(files)
            start, has_more = start + len(files), len(files) == ahead
            ahead = min(2 * ahead, _AHEAD)
            if has_more:  # a slow store is asked for these while the others are judged
                apply = pool.map if is_slow else map
                fetching = apply(fetch, range(start, start + ahead))
            if files:
                yield files


def _up_to_missing(fetched: Iterable[bytes | None]) -> list[bytes]:
    """Return what was fetched up to the first entry that is missing."""
    files: list[bytes] = []
    for data in fetched:
        if data is None:
            break
        files.append(data)
    return files
