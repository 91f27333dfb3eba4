"""Tables on their way: one thread combines them, and says how far it is."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from exchange.errors import Refusal
from exchange.page.faults import fault_in_words
from exchange.page.progress import Progress
from exchange.pull.pull_tables import PullResult


@dataclass(slots=True)
class PullInProgress:
    """One pull, and what has become of it so far.

    Attributes:
        slug: The partnership whose tables are combined.
        result: The tables, if it ended well; otherwise `refusal`, or `fault` where a mistake of
            exchange's own ended it.
    """

    slug: str
    work: Callable[[Callable[[int, int], None]], PullResult] = field(repr=False)
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    progress: Progress = field(default_factory=lambda: Progress("Reading the log"))
    result: PullResult | None = None
    refusal: Refusal | None = None
    fault: str = ""
    _ended: threading.Event = field(default_factory=threading.Event, repr=False)

    def start(self) -> None:
        """Begin, in a thread of its own."""
        threading.Thread(target=self._run).start()

    @property
    def is_busy(self) -> bool:
        """Whether it is not at its end."""
        return not self._ended.is_set()

    def wait(self, seconds: float) -> None:
        """Wait for its end."""
        self._ended.wait(seconds)

    def _tick(self, done: int, total: int) -> None:
        self.progress = Progress(f"Combining submissions: {done:,} of {total:,}", done, total)

    def _run(self) -> None:
        """Do it; nothing of an exception is kept but where it came from: it can hold a record."""
        try:
            self.result = self.work(self._tick)
        except Refusal as refusal:
            refusal.__traceback__ = refusal.__context__ = refusal.__cause__ = None
            self.refusal = refusal
        except BaseException as error:  # noqa: BLE001 - a panic in a library is not an Exception
            self.fault = fault_in_words(error)
        self._ended.set()
