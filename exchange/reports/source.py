"""What a report is made from: the whole verified account of a store, some quarters, and a day."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from exchange.log.log import Log
from exchange.log.verify import StoreAudit
from exchange.pull.manifest import Manifest
from partners.law.authorities import standing_of
from partners.register.obligations import Standing, standings
from schemas.quarters import LONDON, Quarter


@dataclass(frozen=True, slots=True)
class PulledFolder:
    """The folder of a pull beside the account of the log that it was pulled from.

    Attributes:
        name: Of the partnership, where a report is of several; else empty.
    """

    name: str
    of: "Source"
    folder: Path
    manifest: Manifest

    @property
    def heirs(self) -> dict[str, str]:
        """Who stands in the place of each partner that has ended."""
        register = self.of.log.register
        return {self.partner(old): self.partner(register.heir(old)) for old in register.successions}

    def partner(self, partner: str) -> str:
        """Name a partner, apart from one of the same name in another partnership."""
        return f"{self.name}/{partner}" if self.name else partner


@dataclass(frozen=True, slots=True)
class Source:
    """What a report is made from; its quarters oldest first."""

    account: StoreAudit
    quarters: tuple[Quarter, ...]
    now: datetime

    @property
    def log(self) -> Log:
        """The log as it was verified."""
        return self.account.log

    @property
    def today(self) -> date:
        """The day of the report, in London."""
        return self.now.astimezone(LONDON).date()

    def standings(self, quarter: Quarter) -> list[Standing]:
        """Return how each dataset of each partner stands, late by whoever's clock proves it."""

        def not_before(position: int, partner: str) -> datetime | None:
            return self.account.witnessed.interval(position, partner).after

        return standings(self.log.register, quarter, self.now, not_before)

    def is_responsible(self, partner: str) -> bool:
        """Say whether a partner is a responsible authority (section 5(1)) today."""
        register = self.log.register
        found = standing_of(register.partners[partner].kinds, register.nation, self.today)
        return found is not None and found.standing == "responsible"

    @property
    def responsible(self) -> list[str]:
        """The partners that are responsible authorities today."""
        return [one for one in self.log.register.partners if self.is_responsible(one)]
