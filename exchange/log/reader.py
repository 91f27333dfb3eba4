"""Fetching entries from a store: one is asked for first, and more and more while there are some.

Beside each other, because a share or a service far away takes its time for each; and parsed and
verified in the same threads, as far as their signers are known by then. While a run is judged, the
next one is fetched.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from exchange.garbage import nothing_collected
from exchange.log.replay import ENTRY_MAX, FetchedEntry
from exchange.stores.store import Store, Unfit

ENTRY: Final = re.compile(r"[0-9]{8}")
_AHEAD: Final = 256  # entries that are asked for at once, at most
_THREADS: Final = 8

Read = Callable[[list[bytes]], list[FetchedEntry]]


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
    except Unfit as fault:
        return fault.start


def fetch_entries(store: Store, start: int, read: Read) -> Iterator[list[FetchedEntry]]:
    """Give the entries from a position on, run after run, up to the first that is missing.

    Args:
        read: Parses files and finds whose enrolled key signed each.
    """
    ahead, has_more = 1, True
    with ThreadPoolExecutor(_THREADS) as pool, nothing_collected():
        fetching = _begin_fetch(pool, store, range(start, start + ahead), read)
        while has_more and (entries := _join_runs(fetching)):
            start, has_more = start + len(entries), len(entries) == ahead
            ahead = min(2 * ahead, _AHEAD)
            if has_more:  # these are fetched while the others are judged
                fetching = _begin_fetch(pool, store, range(start, start + ahead), read)
            yield entries


def _begin_fetch(
    pool: ThreadPoolExecutor, store: Store, positions: range, read: Read
) -> Iterable[tuple[range, list[FetchedEntry]]]:
    """Begin to fetch entries, in runs beside each other; a single one is fetched at once."""
    size = max(1, len(positions) // _THREADS)
    runs = [positions[n : n + size] for n in range(0, len(positions), size)]
    apply = map if len(positions) == 1 else pool.map
    return zip(runs, apply(lambda run: _run(store, run, read), runs), strict=True)


def _run(store: Store, positions: range, read: Read) -> list[FetchedEntry]:
    """Read entries up to the first that is missing, and find their signers."""
    files: list[bytes] = []
    for position in positions:
        data = entry_at(store, position)
        if data is None:
            break
        files.append(data)
    return read(files)


def _join_runs(runs: Iterable[tuple[range, list[FetchedEntry]]]) -> list[FetchedEntry]:
    """Return what was fetched up to the first entry that is missing."""
    entries: list[FetchedEntry] = []
    for positions, run in runs:
        entries += run
        if len(run) < len(positions):
            break
    return entries
