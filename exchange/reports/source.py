"""What a report is made from: the audit of a whole store, some quarters, and a day."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from exchange.log.log import Log
from exchange.log.merkle import root_text
from exchange.log.proved_times import Witnessed
from exchange.log.verify import StoreAudit
from exchange.pull.manifest import Manifest
from partners.register.obligations import Standing, standings
from schemas.quarters import Quarter, london_day


@dataclass(frozen=True, slots=True)
class PulledFolder:
    """The folder of a pull, and the source of reports about the log that it was pulled from.

    Attributes:
        name: Of the partnership, where a report is of several; else empty.
    """

    name: str
    source: "Source"
    folder: Path
    manifest: Manifest

    @property
    def successors(self) -> dict[str, str]:
        """The partner that has replaced each partner that has ended."""
        register = self.source.log.register
        return {
            self.partner(old): self.partner(register.successor_of(old))
            for old in register.successions
        }

    def partner(self, partner: str) -> str:
        """Name a partner, apart from one of the same name in another partnership."""
        return f"{self.name}/{partner}" if self.name else partner


REFERENCES: Final = (
    "The numbers under “reference” are log numbers: anyone with access to the shared folder can "
    "check them."
)


def audit_reference(log: Log) -> str:
    """Return what tells this state of the log from any other, for a footnote."""
    return f"Audit reference: {reference_text(log)}"


def reference_text(log: Log) -> str:
    """Return the log's length and root as one reference."""
    return f"{log.tree.size}/{root_text(log.tree.root)}"


def proved_standings(
    log: Log, witnessed: Witnessed, quarter: Quarter, now: datetime
) -> list[Standing]:
    """Return the standing of each dataset of each partner, late if any clock proves it."""

    def not_before(position: int, partner: str) -> datetime | None:
        return witnessed.proved_time(position, partner).after

    return standings(log.register, quarter, now, not_before)


@dataclass(frozen=True, slots=True)
class Source:
    """What a report is made from; its quarters oldest first."""

    audit: StoreAudit
    quarters: tuple[Quarter, ...]
    now: datetime

    @property
    def log(self) -> Log:
        """The log as it was verified."""
        return self.audit.log

    @property
    def today(self) -> date:
        """The day of the report, in London."""
        return london_day(self.now)

    @property
    def partner_names(self) -> dict[str, str]:
        """What each partner is called."""
        return {partner.id: partner.name for partner in self.log.register.partners.values()}

    def standings(self, quarter: Quarter) -> list[Standing]:
        """Return the standing of each dataset of each partner."""
        return proved_standings(self.log, self.audit.witnessed, quarter, self.now)

    def is_responsible(self, partner: str) -> bool:
        """Say whether a partner is a responsible authority (section 5(1)) today."""
        return self.log.register.is_responsible(partner, self.today)

    @property
    def responsible(self) -> list[str]:
        """The partners that are responsible authorities today."""
        return [partner for partner in self.log.register.partners if self.is_responsible(partner)]

    def responsible_except(self, partners: Container[str]) -> list[str]:
        """Name the responsible authorities that are not among some partners."""
        return [self.partner_names[who] for who in self.responsible if who not in partners]

    @property
    def as_data(self) -> dict[str, Any]:
        """Which partnership it is, and which state of its log, for JSON."""
        return {
            "partnership": self.log.register.name,
            "origin": self.log.register.origin,
            "log": {"size": self.log.tree.size, "root": self.log.tree.root.hex()},
        }
