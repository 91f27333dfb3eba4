"""What an authority says instead of sending a file: a nil return, or that it does not hold it."""

from datetime import datetime
from typing import Final

from exchange.errors import Usage
from exchange.ids import check_dataset
from exchange.profile.settings import Settings
from exchange.submission.held import refuse_last_month
from partners.entries.kinds import Nil, NotHeld
from partners.register.register import Register
from partners.register.state import ReturnKey
from schemas.quarters import Covered, Quarter, days_in_words, london_day

HELD_AGAIN: Final = "held-again"


def nil_return(
    settings: Settings,
    register: Register,
    dataset: str,
    covered: Covered,
    *,
    now: datetime,
    reason: str,
    part: str = "",
) -> Nil:
    """Return what is logged where there were no records.

    Raises:
        Usage: the dates are not over, there is no such dataset, or rows of it are held.
    """
    if covered.last > london_day(now):
        raise Usage(
            "dates-not-over",
            f"{days_in_words(covered)} is not over yet",
            "nothing was logged; wait until the last day is over, or name earlier dates "
            "with --dates",
        )
    check_dataset(dataset, register.adopted)
    key = ReturnKey(settings.partner, dataset, part)
    refuse_last_month(register, key, covered, "nothing was logged")
    return Nil(settings.partner, settings.officer, dataset, part, covered, reason)


def not_held(
    settings: Settings,
    register: Register,
    dataset: str,
    first: Quarter,
    *,
    reason: str,
    last: Quarter | None = None,
) -> NotHeld:
    """Return what is logged where the authority does not hold a dataset, or holds it again.

    The duty is to share what is held, and asks nobody to collect anything.

    Raises:
        Usage: there is no such dataset.
    """
    check_dataset(dataset, register.adopted)
    again = reason == HELD_AGAIN
    return NotHeld(settings.partner, settings.officer, dataset, first, last, again, reason)
