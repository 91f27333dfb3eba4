"""What an officer accepts of a log that lost entries, or has two branches: the log in the store."""

import re
from pathlib import Path
from typing import Final, NamedTuple

from exchange.errors import Usage
from exchange.log.forks import Fork, branch_of, files_of, find_fork, remembered_entries
from exchange.log.log import Log
from exchange.log.trust import VerifiedTree
from exchange.profile.settings import Settings
from partners.entries.forks import Settle

_LEAST: Final = 8  # digits of a root that must be given


class Acceptance(NamedTuple):
    """The log in the store, and what is logged to accept it.

    Attributes:
        fork: What it differs from; None where another coordinator has named that already.
        body: None for who is no coordinator, and accepts it with `accept_on_this_computer`.
    """

    log: Log
    fork: Fork | None
    body: Settle | None


def acceptance(
    settings: Settings, folder: Path, *, root: str | None = None, other: Path | None = None
) -> Acceptance:
    """Return how the log in the store can be accepted.

    Args:
        folder: Where what is read of it is kept for the time being.
        root: Its first digits, as the coordinators compared it; None to see what would be accepted.
        other: A copy of the store with the other branch; None for what was read here before.

    Raises:
        NothingToDo, Usage: as for `find_fork`; or the root is not that of the newest entry.
    """
    log = branch_of(settings.open_store(), settings.pinned(), folder)
    size = _size(log, root) if root is not None else log.tree.size
    if root is not None and not log.register.is_coordinator(settings.who):
        return Acceptance(log, None, None)
    fork, body = None, _other_acceptance(log, settings.who, size)
    if body is None:
        memory = settings.memory()
        files = files_of(other) if other else remembered_entries(settings.cache, memory)
        fork = find_fork(log, files, VerifiedTree() if other else memory.read())
        body = fork.settle
    if size < log.tree.size and body not in log.register.settlements:
        raise Usage(
            "root-not-the-newest",
            f"the log in the store now has {log.tree.size:,} entries, and that root covers "
            f"only its first {size:,}",
        )
    return Acceptance(log, fork, body)


def _size(log: Log, root: str) -> int:
    """Return of how many entries of a log a root is, by its first digits.

    Raises:
        Usage: of none.
    """
    digits = root.replace(" ", "").lower()
    if re.fullmatch(f"[0-9a-f]{{{_LEAST},64}}", digits):
        for size in range(log.tree.size, 0, -1):
            if log.tree.root_at(size).hex().startswith(digits):
                return size
    raise Usage("root-not-of-this-log", "the log in the store does not have that root")


def _other_acceptance(log: Log, who: str, size: int) -> Settle | None:
    """Return what another coordinator has accepted after a size, and waits for a second one."""
    waiting = [
        body
        for body, by in log.register.settlements.items()
        if body not in log.register.settled and who not in by
    ]
    at = {entry.body: n for n, entry in enumerate(log.entries) if entry and entry.body in waiting}
    return next((body for body in waiting if at[body] >= size), None)
