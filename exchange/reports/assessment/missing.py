"""The data missing from a set of figures: datasets not received, or not downloaded."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from exchange.pull.editions import payloads_counted
from exchange.reports.assessment.year_file import months
from exchange.reports.names import INCOMPLETE
from exchange.reports.report import ReportTable
from exchange.reports.report_tables import fill_table
from exchange.reports.source import PulledFolder
from exchange.text import with_noun
from partners.register.obligations import Standing, State
from schemas.datasets.registry import DATASETS
from schemas.quarters import Quarter

Key = tuple[str, str, Quarter]  # partner, dataset, quarter


@dataclass(frozen=True, slots=True)
class Gap:
    """A partner's dataset of a quarter that is missing, or not whole, and why."""

    partner: str
    dataset: str
    quarter: Quarter
    why: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """The data missing from some quarters.

    Attributes:
        found: What is missing and past its deadline.
        whole: What is there and covers its quarter, nil returns among it; of an authority that
            ended, under the name of its successor.
        pending: The quarters of which something is missing, and not due yet.
    """

    gaps: tuple[Gap, ...]
    whole: frozenset[Key]
    pending: tuple[Quarter, ...] = ()

    @property
    def is_partial(self) -> bool:
        """Whether its figures are without something, due or not."""
        return bool(self.gaps or self.pending)

    @property
    def summary(self) -> str:
        """Say that figures are without something, and where it is named; empty if nothing is."""
        if not self.gaps:
            return ""
        number = len({(gap.partner, gap.dataset) for gap in self.gaps})
        missing = with_noun(number, "dataset is", "datasets are")
        return f"Incomplete: {missing} missing for some quarters (see Missing data)."

    def table(self) -> ReportTable:
        """Return what is missing, what is missing alike together."""
        by_partner: dict[tuple[str, str, str], list[str]] = {}
        for gap in self.gaps:
            by_partner.setdefault((gap.dataset, gap.why, gap.partner), []).append(str(gap.quarter))
        by_dataset: dict[tuple[str, str, str], list[str]] = {}
        for (dataset, why, partner), quarters in by_partner.items():
            by_dataset.setdefault((dataset, ", ".join(quarters), why), []).append(partner)
        rows = [(*key, ", ".join(partners)) for key, partners in sorted(by_dataset.items())]
        return fill_table("assessment/gaps", rows)

    def marks(self, kind: str) -> Callable[[str], str]:
        """Return what marks a label of a kind (agency, partner, dataset, quarter, month)."""
        labels = {_label(gap, kind) for gap in self.gaps}
        quarters = [*(gap.quarter for gap in self.gaps), *self.pending]
        if kind == "quarter":
            labels = set(map(str, quarters))
        if kind == "month":
            labels = set(months(quarters))
        return lambda label: label + INCOMPLETE if label in labels else label


def _label(gap: Gap, kind: str) -> str:
    labels = {
        "agency": DATASETS[gap.dataset].agency if gap.dataset in DATASETS else "",
        "partner": gap.partner,
        "dataset": gap.dataset,
        "quarter": str(gap.quarter),
    }
    return labels.get(kind, "")


def gaps_of(pulls: Sequence[PulledFolder], quarters: Sequence[Quarter]) -> Gaps:
    """Return what some pulls are without, of some quarters."""
    gaps: list[Gap] = []
    whole: set[Key] = set()
    pending: set[Quarter] = set()
    for pulled in pulls:
        statements = [(s.position, s.statement) for s in pulled.source.log.register.submissions]
        payloads = {n: s.payload_sha256 for n, s in statements if not s.personal}
        for quarter in quarters:
            counted = payloads_counted(pulled.manifest, pulled.source.log.register, quarter)
            for s in pulled.source.standings(quarter):
                if s.state is State.DUE:
                    pending.add(quarter)
                elif why := _reason(pulled, s, payloads, counted):
                    gaps.append(Gap(pulled.partner(s.partner), s.dataset, quarter, why))
                elif s.state is not State.NOT_HELD:
                    # The records are the submitter's, where another submits for the partner.
                    submitters = map(pulled.partner, (s.partner, *s.by))
                    whole |= {(who, s.dataset, quarter) for who in submitters}
    successors = {old: new for pulled in pulls for old, new in pulled.successors.items()}
    # Of two that became one, both have to be whole.
    missing = {(successors.get(g.partner, g.partner), g.dataset, g.quarter) for g in gaps}
    present = {(successors.get(who, who), dataset, quarter) for who, dataset, quarter in whole}
    return Gaps(tuple(gaps), frozenset(present - missing), tuple(sorted(pending)))


def _reason(
    pulled: PulledFolder, s: Standing, payloads: Mapping[int, str], counted: Collection[str]
) -> str:
    """Say why a dataset is missing, or not whole; empty if it is, or if it is not held.

    Args:
        payloads: What each submission holds that tables count, by its log number.
        counted: What the figures of its quarter count.
    """
    if s.state is State.NOT_HELD:
        return ""
    if not s.state.is_received:
        return "received in part" if s.entries else "not received"
    missing = {n for n in s.entries if n in payloads and payloads[n] not in counted}
    if missing - pulled.manifest.items.keys():
        return "received, but not downloaded here"
    return "received after the newest edition of its quarter" if missing else ""
