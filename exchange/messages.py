"""What each refusal and warning means and what to do about it, by its permanent id.

The ids are printed at the end of the line, in square brackets, so that somebody can read one out
over the telephone, search for it, or ask for it: `exchange explain ID`. The catalogue is closed:
`messages.csv`. A test compares it with what is raised and printed.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from exchange.errors import REFUSALS, NotEntitled, Refusal

WARNING: Final = "warning"
NO_EFFECT: Final = "no-effect"  # why an entry has none; a command that would log it refuses
STOPPED: Final = "stopped"
STATUSES: Final = {
    WARNING: 0,
    Refusal.kind: Refusal.status,
    **{one.kind: one.status for one in REFUSALS},
    NO_EFFECT: NotEntitled.status,
    STOPPED: 130,  # as shells count an interrupt
}


@dataclass(frozen=True, slots=True)
class Message:
    """One refusal or warning.

    Attributes:
        id: As it is printed; it never changes.
        kind: "warning", "no-effect", or the kind of refusal, which has an exit status of its own.
        when: When it is printed, a sentence.
        remedy: What to do about it, a sentence.
    """

    id: str
    kind: str
    when: str
    remedy: str

    @property
    def is_warning(self) -> bool:
        """Whether the command goes on all the same."""
        return self.kind == WARNING

    @property
    def status(self) -> int:
        """The exit status of the command; 0 after a warning alone."""
        return STATUSES[self.kind]


@cache
def messages() -> dict[str, Message]:
    """Return all of them by id, in the order of the alphabet within each kind."""
    with (files("exchange") / "messages.csv").open(encoding="utf-8") as file:
        rows = [Message(**row) for row in csv.DictReader(file)]
    order = list(STATUSES)
    rows.sort(key=lambda one: (order.index(one.kind), one.id))
    return {one.id: one for one in rows}
