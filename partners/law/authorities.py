"""What the Act makes of an authority on a day: responsible, relevant, or bound to co-operate.

Responsible authorities (section 5(1)) must sign the protocol and designate a liaison officer; they
are relevant authorities (section 115(2)) too. A list with sources, in `authorities.csv`; where its
wording or its dates are not verified, it says so.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from schemas.tables import read_table

STANDINGS: Final = {
    "responsible": "responsible authority",
    "relevant": "relevant authority",
    "cooperating": "co-operating body",
}


@dataclass(frozen=True, slots=True)
class Authority:
    """A kind of authority, and its standing for some time in a nation.

    Attributes:
        standing: Of STANDINGS.
        title: What the authorities of that kind are called then.
        nation: "england" or "wales"; empty for both.
        first: Its first day; none if from the beginning of the Act. `last`, its last.
        confirmed: "yes", or what of it is to be confirmed.
    """

    kind: str
    standing: str
    title: str
    nation: str
    first: date | None
    last: date | None
    confirmed: str
    source: str

    def applies(self, nation: str, day: date) -> bool:
        """Say whether it has this standing in a nation on a day."""
        return (
            self.nation in ("", nation)
            and (self.first is None or self.first <= day)
            and (self.last is None or day <= self.last)
        )


@cache
def authorities() -> tuple[Authority, ...]:
    """Return the list, in the order of its standings."""
    rows = [
        Authority(
            row["kind"],
            standing=row["standing"],
            title=row["title"],
            nation=row["nation"],
            first=_day(row["first"]),
            last=_day(row["last"]),
            confirmed=row["confirmed"],
            source=row["source"],
        )
        for row in read_table(__package__, "authorities.csv")
    ]
    order = list(STANDINGS)
    return tuple(sorted(rows, key=lambda authority: order.index(authority.standing)))


def standing_of(kinds: Collection[str], nation: str, day: date) -> Authority | None:
    """Return what an authority of some kinds is on a day; the highest, and none if nothing."""
    return next((a for a in authorities() if a.kind in kinds and a.applies(nation, day)), None)


@cache
def successions() -> frozenset[tuple[str, str]]:
    """Return which kind of authority may take the place of which other one: (old, new)."""
    return frozenset((row["old"], row["new"]) for row in read_table(__package__, "successions.csv"))


def may_succeed(old: Collection[str], new: Collection[str]) -> bool:
    """Say whether an authority of some kinds may take the place of one of others.

    One of the same kind may, and one that the law puts there; and anybody, in the place of what is
    no authority of the Act.
    """
    return all(
        kind in new or kind == "other" or any((kind, other) in successions() for other in new)
        for kind in old
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
