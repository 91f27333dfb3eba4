"""The log of a partnership: opened, and added to."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final

from exchange.errors import LogBroken, NotEntitled
from exchange.keys.identity import UnlockedKey
from exchange.log.after_end import stop_at_gap
from exchange.log.cache import EntryCache
from exchange.log.entry_signature import cards_in, sign_entry, time_of
from exchange.log.reader import ENTRY, entry_name
from exchange.log.snapshot import SnapshotFile
from exchange.log.sync import SyncedLog
from exchange.log.trust import Founding, VerifiedTreeFile
from exchange.stores.store import AlreadyThere, Store
from partners.entries.card import Card
from partners.entries.entry import Body, Entry, kind_of, written_format
from partners.register.rules import rejection_reason

_TRIES: Final = 1000  # to be the next to write; others may be quicker each time


class Log(SyncedLog):
    """A log that entries can be added to."""

    __slots__ = ()

    @classmethod
    def open(
        cls,
        store: Store,
        founding: Founding,
        memory: VerifiedTreeFile,
        tick: Callable[[int], None] = lambda _: None,
        cache: EntryCache | None = None,
        *,
        snapshot: SnapshotFile | None = None,
        whole: bool = False,
    ) -> "Log":
        """Read and verify a log.

        Args:
            cache: The officer's own copy. What was verified before is taken from it, and the store
                is asked for the last of it and for what follows.
            snapshot: What was decided of it before, so that it need not be replayed.
            whole: Ask the store for all of it, whatever was verified before.

        Raises:
            Unreachable: the store does not answer; `open_cached` gives what was verified before.
            LogBroken: it is another partnership's, lost entries that were seen before, was
                rewritten, or needs a newer version.
        """
        log = cls(store, founding, memory, cache, snapshot)
        log.read_all(tick, whole=whole)
        if not log.tree.size:
            raise LogBroken(
                "store-without-log",
                f"the store {store} holds no log",
                "check that exchange.toml names the right store",
            )
        return log

    @classmethod
    def open_cached(
        cls,
        store: Store,
        founding: Founding,
        memory: VerifiedTreeFile,
        cache: EntryCache,
        snapshot: SnapshotFile | None = None,
    ) -> "Log | None":
        """Return the log as it was last verified here, the store unasked; None if unknown."""
        log = cls(store, founding, memory, cache, snapshot)
        return log if log.recall() else None

    def add(self, note: bytes, entry: Entry, signer: Card, officer: UnlockedKey) -> int:
        """Write an entry at the next free position, and return that.

        Raises:
            NotEntitled: it would have no effect there; nothing was written.
            LogBroken: the store can't be written, or others have signed another log.
        """
        cards = cards_in(entry)
        for _ in range(_TRIES):
            self.catch_up()
            agrees = self.replay.agrees(entry.seen)
            rejection = rejection_reason(self.register, entry, signer, cards, seen=agrees)
            if rejection:
                raise NotEntitled(rejection.id, f"nothing was logged: {rejection}")
            if not self.ignore_checkpoints:
                stop_at_gap(self)
            position = self.tree.size
            try:
                self.store.publish(entry_name(position), note, entry.id)
            except AlreadyThere:
                continue  # another was quicker: read theirs, and take the next number
            self.take_written(note)
            self.checkpoints.sign(self.tree, officer, entry.id)
            self._compare_written(position)
            return position
        raise LogBroken(
            "log-position-taken",
            f"the next place in the log, {entry_name(self.tree.size)}, is taken, and the file "
            "there cannot be read yet",
        )

    def _compare_written(self, position: int) -> None:
        """Hold the tree against what others signed, after an entry was written.

        The entry is there whether or not this computer can remember it now: if it can't, the next
        command does.
        """
        try:
            self.compare()
        except OSError:
            return
        except LogBroken as fault:
            raise LogBroken(
                fault.id,
                fault.message,
                f"your log {position} was written before this was noticed",
                "write nothing more; keep a copy of the folder as it is, and tell your coordinator",
            ) from None

    def write(self, body: Body, card: Card, officer: UnlockedKey, now: datetime) -> int:
        """Sign an entry of some kind and add it, as `add` does."""
        entry_id, time = secrets.token_hex(16), time_of(now)
        entry = Entry(
            written_format(body),
            self.founding.origin,
            entry_id,
            kind_of(body),
            time,
            self.verified_tree,
            body,
        )
        return self.add(sign_entry(entry, card, officer), entry, card, officer)

    def write_founding(self, note: bytes, officer: UnlockedKey) -> None:
        """Write the first entry.

        Raises:
            LogBroken: the store holds a log already, or the entry would have no effect.
        """
        exists = any(ENTRY.fullmatch(name) for name in self.store.names("log"))
        try:
            if not exists:
                self.store.publish(entry_name(0), note)
        except AlreadyThere:
            exists = True
        if exists:
            raise LogBroken("store-holds-a-log", f"the store {self.store} already holds a log")
        self.take_written(note)
        self.checkpoints.sign(self.tree, officer)
        self._compare_written(0)
