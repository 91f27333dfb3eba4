"""The first page of a report for a board: one sheet of A4 that answers what a board asks first.

Is the duty met, who is late, since when, what must we decide, can I trust it. Data only: pages and
text are made from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from schemas.quarters import long_date

DECISIONS_MOST: Final = 7  # that a meeting can take


@dataclass(frozen=True, slots=True)
class Mark:
    """A state in a cell: a symbol and a word, and the kind by which it is coloured.

    Attributes:
        kind: "good", "late", "bad", "open", "unsure" or "none".
    """

    kind: str
    symbol: str
    word: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """States of partners and datasets, or how many datasets of each partner have which state.

    Attributes:
        caption: Of what it is.
        corner: What its first column holds.
        rows: The name of each row, and its cells; none where nothing is due.
        more: What is left out, in a sentence; empty if nothing is.
    """

    caption: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Mark | None, ...]], ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class QuarterBar:
    """One quarter as a bar: how many datasets have each kind of state.

    Attributes:
        parts: The kinds with their counts, in the order of the bar.
        words: The same in words.
    """

    label: str
    parts: tuple[tuple[str, int], ...]
    words: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that a meeting needs, who then does it, and by when."""

    what: str
    who: str
    by: date

    def __str__(self) -> str:
        return f"{self.what} {self.who}, by {long_date(self.by)}."


@dataclass(frozen=True, slots=True)
class FrontPage:
    """The first page.

    Attributes:
        verdict: Whether the duty is met, in a sentence; `state`, the same as a mark.
        who: Who is late and since when, and what is expected besides, a sentence each.
        decisions: The first of those that are needed; `more`, how many others there are.
        lines: Protocol, liaison officers and records: a name and a line each.
    """

    verdict: str
    state: Mark
    who: tuple[str, ...]
    matrix: Matrix
    bars: tuple[QuarterBar, ...]
    decisions: tuple[Decision, ...]
    more: int
    lines: tuple[tuple[str, str], ...]

    @property
    def met(self) -> bool | None:
        """Whether the duty is met, be it late; none while that is open."""
        return {"good": True, "late": True, "bad": False}.get(self.state.kind)

    @property
    def legend(self) -> tuple[Mark, ...]:
        """The marks that stand in the matrix, once each, without their days."""
        marks = {m.kind: m for _, cells in self.matrix.rows for m in cells if m is not None}
        return tuple(marks.values())

    def to_text(self) -> list[str]:
        """Return it as lines of plain text."""
        decisions = [f"- {decision}" for decision in self.decisions] or ["- none"]
        more = [f"- and {self.more} more, listed below"] if self.more else []
        return [
            self.verdict,
            *self.who,
            "",
            "DECISIONS FOR THIS MEETING",
            "",
            *decisions,
            *more,
            "",
            *(f"{name}: {line}" for name, line in self.lines),
        ]

    def to_json(self) -> dict[str, Any]:
        """Return it as data."""
        return {
            "verdict": self.verdict,
            "met": self.met,
            "state": self.state.word,
            "who": list(self.who),
            "decisions": [
                {"what": decision.what, "who": decision.who, "by": decision.by.isoformat()}
                for decision in self.decisions
            ],
            "more_decisions": self.more,
            "lines": dict(self.lines),
        }


def first_of(decisions: Sequence[Decision]) -> tuple[tuple[Decision, ...], int]:
    """Return the decisions that fit on the page, and how many do not."""
    return tuple(decisions[:DECISIONS_MOST]), max(len(decisions) - DECISIONS_MOST, 0)
