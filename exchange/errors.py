"""Refusals, a closed catalogue: each kind has an exit status of its own. And warnings.

A refusal says what happened and what was not done; its hints say what to do next; its lines are
the details, a row each. None of them can hold a value from an extract. A scheduler sees only the
number, so each kind has its own. A notice is a warning, which is returned to the caller, who shows
it.

Each has a permanent id: its wording may change, its id may not. The ids are printed at the end of
the line, in square brackets, so that somebody can read one out by phone, search for it,
or ask for it: `exchange explain ID`. The catalogue is closed: `messages.csv`. A test compares it
with what is raised and printed. What to do about a refusal is said there; where it is raised, only
if it depends on the case.
"""

from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Final, NamedTuple

from schemas.tables import read_table


class Refusal(Exception):
    """Something was asked for that is not going to happen, and whose doing that is."""

    status: ClassVar[int] = 1
    kind: ClassVar[str] = "fault"

    def __init__(self, id_: str, message: str, *hints: str, lines: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.id = id_
        self.message = message
        self.lines = lines
        self._hints = hints

    @property
    def hints(self) -> tuple[str, ...]:
        """What to do: as it was said where this was raised, else as the catalogue says."""
        return self._hints or (remedy(self.id),)


class Usage(Refusal):
    """What was typed does not say enough, or asks for what cannot be."""

    status = 2
    kind = "usage"


class ExtractUnreadable(Refusal):
    """The extract, or its mapping, can't be read."""

    status = 10
    kind = "extract-unreadable"


class RulesBroken(Refusal):
    """The extract breaks rules that stop a submission."""

    status = 11
    kind = "rules-broken"


class NotEntitled(Refusal):
    """An unknown partner, or a role or dataset that is not theirs."""

    status = 12
    kind = "not-entitled"


class KeyRefused(Refusal):
    """A key or passphrase that is wrong, missing or not to be used."""

    status = 13
    kind = "key-refused"


class BundleBroken(Refusal):
    """A bundle that is not what its sender signed."""

    status = 14
    kind = "bundle-broken"


class LogBroken(Refusal):
    """A log or store that can't be trusted, reached or written."""

    status = 15
    kind = "log-broken"


class NothingToDo(Refusal):
    """Everything asked for is done already, or there is nothing to do it with."""

    status = 16
    kind = "nothing-to-do"


class NotProved(Refusal):
    """What is shown is as its sender signed it, and nobody else vouches for it."""

    status = 17
    kind = "not-proved"


REFUSALS: Final = (
    Usage,
    ExtractUnreadable,
    RulesBroken,
    NotEntitled,
    KeyRefused,
    BundleBroken,
    LogBroken,
    NothingToDo,
    NotProved,
)


class Notice(NamedTuple):
    """A warning: nothing was refused, and the reader should know this.

    Attributes:
        id: Its permanent id, which `exchange explain` explains.
        message: One sentence, without a full stop.
        hints: What can be done next.
        lines: Details, one to a line.
    """

    id: str
    message: str
    hints: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


WARNING: Final = "warning"
NO_EFFECT: Final = "no-effect"  # why an entry has none; a command that would log it refuses
STOPPED: Final = "stopped"
STATUSES: Final = {
    WARNING: 0,
    Refusal.kind: Refusal.status,
    **{refusal.kind: refusal.status for refusal in REFUSALS},
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
    rows = [Message(**row) for row in read_table("exchange", "messages.csv")]
    order = list(STATUSES)
    rows.sort(key=lambda message: (order.index(message.kind), message.id))
    return {row.id: row for row in rows}


def remedy(id_: str) -> str:
    """Return what the catalogue says to do, as a hint: in lower case, with no full stop."""
    text = messages()[id_].remedy.removesuffix(".")
    return text[:1].lower() + text[1:]
