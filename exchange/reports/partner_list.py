"""The partners on a day: what each is in law, who its officers are, and who replaced it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from partners.entries.members import Succeed
from partners.law.authorities import STANDINGS, Authority, standing_of
from partners.register.register import Register
from partners.register.state import Partner
from schemas.quarters import long_date


@dataclass(frozen=True, slots=True)
class ListedPartner:
    """A partner, as it is listed.

    Attributes:
        on: The day.
        authority: What the Act makes of it then; none if nothing.
        title_today: What authorities of its kind are called today, where they are any.
        offices: Of its officers who have a key.
        succession: Which partner replaced it, and when; none if it was not replaced.
    """

    partner: Partner
    on: date
    authority: Authority | None
    title_today: str
    offices: tuple[str, ...]
    succession: Succeed | None

    @property
    def legal_status(self) -> str:
        """What it is in law; on an earlier day, what the body was that it came after."""
        if self.authority is None:
            return "none known"
        title = self.authority.title
        after = "" if self.title_today in ("", title) else ", which it came after"
        return f"{STANDINGS[self.authority.standing]}: {title}{after}"

    @property
    def replaced_by(self) -> str:
        """Which partner replaced it, and on which day; empty if it was not replaced."""
        ended = self.succession
        return f"{ended.new} on {long_date(ended.on)}" if ended else ""

    def to_json(self) -> dict[str, Any]:
        """Return it as programs read it."""
        law, ended = self.authority, self.succession
        return {
            "partner": self.partner.id,
            "name": self.partner.name,
            "kinds": list(self.partner.kinds),
            "on": self.on.isoformat(),
            "standing": law.standing if law else None,
            "title": law.title if law else None,
            "confirmed": law.confirmed if law else None,
            "source": law.source if law else None,
            "offices": list(self.offices),
            "succeeded_by": ended.new if ended else None,
            "succeeded_on": ended.on.isoformat() if ended else None,
        }


def list_partners(register: Register, day: date, today: date) -> list[ListedPartner]:
    """Return every partner that was enrolled, as it is in law on a day."""
    return [_listed(register, partner, day, today) for partner in register.partners.values()]


def _listed(register: Register, partner: Partner, day: date, today: date) -> ListedPartner:
    now = standing_of(partner.kinds, register.nation, today)
    return ListedPartner(
        partner,
        day,
        standing_of(partner.kinds, register.nation, day),
        now.title if now else "",
        tuple(card.officer for card in register.cards.values() if card.partner == partner.id),
        register.successions.get(partner.id),
    )
