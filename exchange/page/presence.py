"""Whether somebody is still there: pages that are open, and when the last was asked for."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

IDLE: Final = 30 * 60.0  # seconds
_CLOSED: Final = 10.0  # seconds after the last page was closed, in which another may be loaded
_KEPT: Final = 1000  # pages that are remembered


@dataclass(slots=True)
class Presence:
    """Which pages are open in the browser.

    Attributes:
        clock: Counts seconds.
        why: Why the page is to stop, if somebody said so.
    """

    clock: Callable[[], float] = time.monotonic
    why: str = ""
    _open: set[str] = field(default_factory=set)
    _seen: float = -1.0
    _emptied: float | None = None

    def note_request(self) -> None:
        """Note that something was asked for."""
        self._seen = self.clock()
        self._emptied = None

    def open_page(self, page: str) -> None:
        """Note that a page is open."""
        if len(self._open) < _KEPT:
            self._open.add(page)
        self.note_request()

    def close_page(self, page: str) -> None:
        """Note that a page was closed."""
        self._open.discard(page)
        if not self._open:
            self._emptied = self.clock()

    def end(self, why: str) -> None:
        """Have the page stop."""
        self.why = why

    def reason_to_stop(self) -> str:
        """Return why the page is to stop now; empty if it is not."""
        now = self.clock()
        if self._seen < 0:
            self._seen = now
        if self.why:
            return self.why
        if self._emptied is not None and now - self._emptied >= _CLOSED:
            return "closed"
        return "idle" if now - self._seen >= IDLE else ""
