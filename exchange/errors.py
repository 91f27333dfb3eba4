"""Refusals, a closed catalogue: each kind has an exit status of its own. And warnings.

A refusal says what happened and what was not done; its hints say what to do next; its lines are
the details, a row each. None of them can hold a value from an extract. A scheduler sees only the
number, so each kind has its own. Each refusal has a permanent id, which is looked up in
`messages.csv`: its wording may change, its id may not. A notice is a warning, which is returned to
the caller, who shows it.
"""

from typing import ClassVar, Final, NamedTuple


class Refusal(Exception):
    """Something was asked for that is not going to happen, and whose doing that is."""

    status: ClassVar[int] = 1
    kind: ClassVar[str] = "fault"

    def __init__(self, id_: str, says: str, *hints: str, lines: tuple[str, ...] = ()) -> None:
        super().__init__(says)
        self.id = id_
        self.says = says
        self.hints = hints
        self.lines = lines


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
        says: One sentence, without a full stop.
        hints: What can be done next.
        lines: Details, one to a line.
    """

    id: str
    says: str
    hints: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
