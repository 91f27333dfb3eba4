"""Checkpoints in a store (C2SP tlog-checkpoint.md): what partners have signed of the log, by size.

Whoever adds an entry signs one of the tree that it leads to, with key name = origin.
"""

import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

from exchange.errors import LogBroken
from exchange.keys import signed_note
from exchange.keys.identity import UnlockedKey
from exchange.log.merkle import Checkpoint, CheckpointBroken, Tree
from exchange.stores.store import AlreadyThere, Store, UnusableFile

_MOST: Final = 16 * 1024  # bytes
_AT_ONCE: Final = 8  # that are read and verified beside each other
CHECKPOINT: Final = re.compile(r"[0-9]{8}\.checkpoint")


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """The checkpoints of a partnership's log.

    Attributes:
        given_up: Whether a size and root are of a branch that was given up.
    """

    store: Store
    origin: str
    given_up: Callable[[int, bytes], bool] = lambda *_: False

    def find(self, size: int, keys: Iterable[str]) -> Checkpoint | None:
        """Return the checkpoint of a size, if there is one that one of the keys has signed."""
        try:
            note = signed_note.parse(self._file(size) or b"")
            checkpoint = Checkpoint.parse(note.text)
        except (signed_note.NoteBroken, CheckpointBroken):
            return None
        if checkpoint.origin != self.origin or checkpoint.size != size:
            return None
        verdicts = {note.verdict(self.origin, bytes.fromhex(key)) for key in keys}
        return checkpoint if True in verdicts and False not in verdicts else None

    def sizes(self) -> list[int]:
        """Return the sizes of which there is a file, whether it counts or not."""
        return [int(n[:8]) for n in self.store.names("witness") if CHECKPOINT.fullmatch(n)]

    def newest(self, sizes: Iterable[int], keys: Iterable[str]) -> Checkpoint | None:
        """Return the first of some sizes, newest first, that counts and was not given up."""
        signed = (self.find(size, keys) for size in sizes)
        return next(
            (
                checkpoint
                for checkpoint in signed
                if checkpoint and not self.given_up(checkpoint.size, checkpoint.root)
            ),
            None,
        )

    def newest_that_agrees(self, least: int, tree: Tree, keys: Iterable[str]) -> bytes | None:
        """Return the file of the newest that counts and agrees, of a size of at least so many."""
        files = (self.of(size, tree, keys) for size in range(tree.size, least - 1, -1))
        return next((file for file in files if file is not None), None)

    def of(self, size: int, tree: Tree, keys: Iterable[str]) -> bytes | None:
        """Return the file of the one of a size, if it counts and agrees."""
        checkpoint = self.find(size, keys)
        if checkpoint is None or checkpoint.root != tree.root_at(size):
            return None
        return self._file(size)

    def _file(self, size: int) -> bytes | None:
        try:
            return self.store.read(checkpoint_name(size), _MOST)
        except UnusableFile:
            return None

    def sign(self, tree: Tree, officer: UnlockedKey, tag: str = "") -> None:
        """Sign the tree as it is, unless somebody has."""
        text = Checkpoint(self.origin, tree.size, tree.root).to_bytes()
        try:
            self.store.publish(
                checkpoint_name(tree.size),
                signed_note.sign(text, self.origin, officer.signing),
                tag,
            )
        except AlreadyThere:
            return

    def check(self, tree: Tree, checkpoint: Checkpoint | None) -> None:
        """Hold a checkpoint against the tree.

        Raises:
            LogBroken: it disagrees, or speaks of entries that are not there.
        """
        if checkpoint is None or self.given_up(checkpoint.size, checkpoint.root):
            return
        if checkpoint.size > tree.size:
            raise LogBroken(
                "log-cut-short",
                f"the log has lost entries: a partner signed that it had {checkpoint.size:,} "
                f"entries, and it has {tree.size:,}",
                "tell your coordinator; a partner who still has the entries restores them "
                "with: exchange status",
            )
        if checkpoint.root != tree.root_at(checkpoint.size):
            raise LogBroken(
                "log-rewritten",
                "the log was changed or has split: a partner signed other "
                f"contents for its first {checkpoint.size:,} entries",
            )

    def check_all(self, tree: Tree, keys: Iterable[str]) -> tuple[int, list[str]]:
        """Hold every checkpoint against the tree.

        Returns:
            How many there are that count, and the names of those that don't.

        Raises:
            LogBroken: as `check`.
        """
        count, without = 0, []
        sizes = self.sizes()
        find = partial(self.find, keys=tuple(keys))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for size, checkpoint in zip(sizes, pool.map(find, sizes), strict=True):
                self.check(tree, checkpoint)
                count += checkpoint is not None
                if checkpoint is None:
                    without.append(checkpoint_name(size))
        return count, without


def checkpoint_name(size: int) -> str:
    """Return the name of the checkpoint of a size in a store."""
    return f"witness/{size:08d}.checkpoint"
