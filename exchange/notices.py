"""What went on all the same and should be known: returned to the caller, who shows it."""

from typing import NamedTuple


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
