"""What a set of figures is without: datasets that were not shared, or not pulled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from exchange import terminal
from exchange.manifest import Manifest
from exchange.reports.source import Source
from exchange.reports.tables import Table
from partners.standing import State
from schemas.quarters import Quarter

TITLE: Final = "What is missing"

Key = tuple[str, str, Quarter]  # partner, dataset, quarter


@dataclass(frozen=True, slots=True)
class Gap:
    """A partner's dataset of a quarter that is not there, or not whole, and why."""

    partner: str
    dataset: str
    quarter: Quarter
    why: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is missing of some quarters.

    Attributes:
        whole: What is there and covers its quarter, nil returns among it.
    """

    found: tuple[Gap, ...]
    whole: frozenset[Key]

    @property
    def says(self) -> str:
        """Say that figures are without something, and where it is named; empty if nothing is."""
        if not self.found:
            return ""
        missing = terminal.counted(len(self.rows), "dataset")
        return f"Incomplete: {missing} missing for some quarters (see: {TITLE})."

    @property
    def rows(self) -> list[tuple[str, str, str, str]]:
        """What is missing, a row for each partner, dataset and reason."""
        by: dict[tuple[str, str, str], list[str]] = {}
        for gap in self.found:
            by.setdefault((gap.partner, gap.dataset, gap.why), []).append(str(gap.quarter))
        return [(p, d, ", ".join(q), why) for (p, d, why), q in by.items()]

    def table(self) -> Table:
        """Return what is missing as a table."""
        says = "What partners hold, and what is not in these figures, or not all of it."
        headings = ("partner", "dataset", "quarters", "why")
        return Table("gaps", TITLE, says, headings, self.rows, (), "Nothing.")

    def marks(self, of: str) -> Callable[[str], str]:
        """Return what marks a label of a kind (agency, partner, dataset, quarter, month)."""
        labels = {_label(gap, of) for gap in self.found}
        if of == "month":
            labels = {month for gap in self.found for month in _months(gap.quarter)}
        return lambda label: f"{label} (incomplete)" if label in labels else label


def _label(gap: Gap, of: str) -> str:
    told = {
        "agency": gap.dataset.partition("-")[0],
        "partner": gap.partner,
        "dataset": gap.dataset,
        "quarter": str(gap.quarter),
    }
    return told.get(of, "")


def _months(quarter: Quarter) -> list[str]:
    return [f"{quarter.year}-{quarter.first.month + n:02}" for n in range(3)]


def gaps_of(of: Source, manifest: Manifest, quarters: Sequence[Quarter]) -> Gaps:
    """Return what a pull is without, of some quarters."""
    found: list[Gap] = []
    whole: set[Key] = set()
    for quarter in quarters:
        for s in of.standings(quarter):
            missing = [e for e in s.entries if not s.nil and e not in manifest.items]
            if s.state in (State.ON_TIME, State.LATE):
                if missing and _holds_records(of, missing):
                    found.append(Gap(s.partner, s.dataset, quarter, "shared, and not pulled here"))
                else:
                    whole.add((s.partner, s.dataset, quarter))
            elif s.state is not State.NOT_HELD:
                why = "shared in part" if s.entries else "not shared"
                found.append(Gap(s.partner, s.dataset, quarter, why))
    return Gaps(tuple(found), frozenset(whole))


def _holds_records(of: Source, entries: Sequence[int]) -> bool:
    return any(one.position in entries for one in of.log.register.submissions)
