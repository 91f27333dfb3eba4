"""Which datasets a partnership shares: adopted when it is founded, or by a coordinator later.

Who may return a dataset, and who has to send it from which quarter on, follows from the log and
from nothing else: never from what the release of whoever reads it knows of datasets. What a
founding adopts is the list `founding_datasets.csv`, which is part of the format
(docs/spec/log.md §5.18) and never changes; a new dataset, or new law about an old one,
needs an entry of its own.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from partners.entries.protocol import Adopt, Holding
from schemas.quarters import Quarter
from schemas.tables import read_table


@dataclass(slots=True)
class Adopted:
    """A dataset of a partnership, and what was adopted of it, one after the other.

    Attributes:
        least: From which quarter on, or from the first, which version of its form is the least that
            counts; older adoptions said nothing of it.
    """

    history: list[Adopt]
    least: list[tuple[Quarter | None, int]] = field(default_factory=list)

    @property
    def title(self) -> str:
        """What it is called."""
        return self.history[-1].title

    @property
    def schema(self) -> int:
        """The newest version of its form that may be written."""
        return max(adoption.schema for adoption in self.history)

    def add(self, adopted: Adopt, *, binding: bool) -> None:
        """Add an adoption; from the first quarter of a binding one no earlier version counts."""
        self.history.append(adopted)
        if binding:
            self.least.append((adopted.first, adopted.schema))

    def least_in(self, quarter: Quarter) -> int:
        """Return the least version of its form that counts in a quarter."""
        begun = [least for first, least in self.least if first is None or first <= quarter]
        return max(begun, default=1)

    @property
    def minutes(self) -> bool:
        """Whether the protocol may let its times be shared to the minute."""
        return any(adoption.minutes for adoption in self.history)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of authority that hold it, or once did."""
        return frozenset(holding.kind for adoption in self.history for holding in adoption.holders)

    def holders_in(self, quarter: Quarter) -> list[Holding]:
        """Return who has to send it for a quarter: as adopted last of what began by then."""
        begun = [
            adoption
            for adoption in self.history
            if adoption.first is None or adoption.first <= quarter
        ]
        return [holding for holding in begun[-1].holders if holding.holds(quarter)] if begun else []


def adopted_at_founding(nation: str, version: int = 1) -> dict[str, Adopted]:
    """Return what a partnership of a nation adopts when it is founded, by dataset.

    Args:
        version: Of their forms: 1, or 2 since `entries.SECOND_FORM`.
    """
    return {
        name: Adopted([replace(adoption, schema=version)], [(None, version)])
        for name, adoption in _at_founding(nation).items()
    }


@cache
def _at_founding(nation: str) -> dict[str, Adopt]:
    adoptions: dict[str, Adopt] = {}
    for row in read_table(__package__, "founding_datasets.csv"):
        before = adoptions.get(row["dataset"])
        holders = before.holders if before else ()
        if row["nation"] in ("", nation):
            days = [date.fromisoformat(row[n]) if row[n] else None for n in ("first", "last")]
            holders = (*holders, Holding(row["kind"], row["certain"] == "yes", *days))
        adoptions[row["dataset"]] = Adopt(
            row["dataset"], row["title"], 1, holders, row["minutes"] == "yes", None
        )
    return adoptions
