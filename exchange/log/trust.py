"""What a client trusts of a log: the founding it was given, and the tree that it has verified."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from exchange.errors import LogBroken
from exchange.files import refuse_newer, replace
from exchange.log.merkle import Tree


@dataclass(frozen=True, slots=True)
class Founding:
    """The root of trust, pinned in exchange.toml: a partnership's origin and its first entry."""

    origin: str
    entry: str  # SHA-256 of the file, hexadecimal

    @classmethod
    def of(cls, origin: str, first_entry: bytes) -> "Founding":
        """Return the founding whose first entry this is."""
        return cls(origin, hashlib.sha256(first_entry).hexdigest())

    def __str__(self) -> str:
        return f"csp-exchange:{self.origin}:{self.entry}"


@dataclass(frozen=True, slots=True)
class VerifiedTree:
    """A tree that was verified.

    Attributes:
        unread: The positions whose entries can't be read. `unsigned`: those that nobody enrolled
            has signed.
    """

    size: int = 0
    root: str = ""
    unread: frozenset[int] = frozenset()
    unsigned: frozenset[int] = frozenset()


class VerifiedTreeFile:
    """The largest tree that this client has verified, kept between runs."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> VerifiedTree:
        """Return it; of size 0 if nothing is remembered.

        Raises:
            LogBroken: the file is damaged.
        """
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
            refuse_newer(content, self._path)
            positions = (frozenset(map(int, content.get(n, []))) for n in ("unread", "unsigned"))
            return VerifiedTree(int(content["size"]), str(content["root"]), *positions)
        except FileNotFoundError:
            return VerifiedTree()
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass
        raise LogBroken(
            "log-memory-damaged",
            f"the file that records what you have read of the log, {self._path}, is damaged, "
            "so changes to the log could go unnoticed",
        )

    def time(self) -> datetime:
        """Return when it was last kept."""
        return datetime.fromtimestamp(self._path.stat().st_mtime, UTC)

    def keep(
        self, tree: Tree, unread: list[int], unsigned: list[int], *, given_up: bool = False
    ) -> None:
        """Remember a tree, unless a larger one is remembered.

        Args:
            given_up: What is remembered is given up; this is remembered in its place.
        """
        if given_up or tree.size > self.read().size:
            positions = {"unread": unread, "unsigned": unsigned}
            content = {"size": tree.size, "root": tree.root.hex(), **positions}
            replace(self._path, json.dumps(content).encode())
