"""What partners returned: submissions and nil returns that took effect, and which are in effect.

Those of a quarter are a world of their own: what replaces, withdraws, destroys or suspends one is
an entry about that quarter. So where an earlier command has replayed the log, each quarter is read
when it is asked about (`Earlier`).
"""

from collections.abc import Collection, Iterable, Set
from dataclasses import dataclass, field
from typing import Protocol

from partners.register.state import Return, ReturnKey
from schemas.quarters import Quarter


class Earlier(Protocol):
    """What an earlier command has replayed, and this one has not read."""

    unread: set[Quarter]

    def read(self, quarter: Quarter) -> None:
        """Let the entries about the returns of a quarter take effect once more, in their order.

        The quarter counts as read from then on; not where an entry cannot be had.
        """

    def quarters_of(self, entry_id: str) -> Collection[Quarter]:
        """Return the quarters of the returns whose entries have an id."""

    def has(self, key: str, entry_id: str) -> bool:
        """Say whether there is an entry of an id that a key has signed."""

    def is_settled(self, quarter: Quarter, keys: Set[str]) -> bool:
        """Say whether all that is in effect of a quarter is open to some keys, and nothing of it is
        held or asked to be suspended.
        """


@dataclass(slots=True)
class Returns:
    """The returns of a register, by quarter, by id, and those in effect."""

    earlier: Earlier | None = None
    _is_reading: bool = False
    _every: list[Return] = field(default_factory=list)
    _are_in_order: bool = True
    _of: dict[Quarter, list[Return]] = field(default_factory=dict)
    _about: dict[tuple[str, str, Quarter], list[Return]] = field(default_factory=dict)
    _by_id: dict[str, list[Return]] = field(default_factory=dict)
    _in_effect: dict[tuple[ReturnKey, Quarter], list[Return]] = field(default_factory=dict)

    def every(self) -> list[Return]:
        """Return all of them, in the order of the log."""
        for quarter in list(self.earlier.unread if self.earlier else ()):
            self._read(quarter)
        if not self._are_in_order:
            self._every.sort(key=lambda returned: returned.position)
            self._are_in_order = True
        return self._every

    def of(self, quarter: Quarter) -> list[Return]:
        """Return those of a quarter, in the order of the log."""
        self._read(quarter)
        return self._of.setdefault(quarter, [])

    def about(self, partner: str, dataset: str, quarter: Quarter) -> list[Return]:
        """Return those of a partner, a dataset and a quarter, in the order of the log."""
        self._read(quarter)
        return self._about.get((partner, dataset, quarter), [])

    def in_effect(self, key: ReturnKey, quarter: Quarter) -> list[Return]:
        """Return those of a quarter that are in effect and that a return of a key could replace."""
        self._read(quarter)
        return self._in_effect.setdefault((key, quarter), [])

    def named(self, entry_id: str) -> list[Return]:
        """Return those whose entries have an id, in the order of the log.

        While a quarter is read, no other is: the first that an entry about it names is of it.
        """
        if self.earlier is not None and not self._is_reading:
            for quarter in self.earlier.quarters_of(entry_id):
                self._read(quarter)
        return sorted(self._by_id.get(entry_id, []), key=lambda returned: returned.position)

    def read_quarters(self) -> Iterable[tuple[Quarter, list[Return]]]:
        """Return the quarters that were read, with their returns."""
        return self._of.items()

    def unsettled(self, keys: Set[str]) -> list[Return]:
        """Return those of the quarters of which there may be something to say.

        Args:
            keys: Of all who are enrolled.
        """
        for quarter in list(self.earlier.unread if self.earlier else ()):
            if self.earlier and not self.earlier.is_settled(quarter, keys):
                self._read(quarter)
        read = (returned for returns in self._of.values() for returned in returns)
        return sorted(read, key=lambda returned: returned.position)

    def add(self, new: Return) -> None:
        """Add one that is in effect."""
        statement = new.statement
        self.in_effect(new.key, statement.quarter).append(new)
        self._of.setdefault(statement.quarter, []).append(new)
        about = (statement.partner, statement.dataset, statement.quarter)
        self._about.setdefault(about, []).append(new)
        self._by_id.setdefault(new.id, []).append(new)
        self._are_in_order &= not self._every or self._every[-1].position < new.position
        self._every.append(new)

    def _read(self, quarter: Quarter) -> None:
        if self.earlier is not None and quarter in self.earlier.unread:
            self._is_reading = True
            try:
                self.earlier.read(quarter)
            finally:
                self._is_reading = False
