"""What an authority says instead of sending a file: a nil return, or that it does not hold it."""

from datetime import datetime
from typing import Final

from exchange.errors import NothingToDo
from exchange.profile.settings import Settings
from exchange.submission.incomplete_quarter import refuse_last_month, refuse_not_over
from exchange.typed_words import check_dataset
from partners.entries.returns import Nil, NotHeld
from partners.register.register import Register
from partners.register.state import ReturnKey
from schemas.datasets.registry import dataset_title
from schemas.quarters import Covered, Quarter, days_in_words

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
        NothingToDo: the same nil return is in effect.
        Usage: the dates are not over, there is no such dataset, or rows of it are held.
    """
    refuse_not_over(
        covered,
        now,
        "nothing was logged; wait until the last day is over, or name earlier dates with --dates",
    )
    check_dataset(dataset, register.adopted)
    key = ReturnKey(settings.partner, dataset, part)
    refuse_last_month(register, key, covered, "nothing was logged")
    for returned in register.find_overlapping(key, covered):
        if isinstance(returned.statement, Nil) and returned.statement.covered == covered:
            raise NothingToDo(
                "nil-already-logged",
                f"a nil return of {dataset_title(dataset)} for {days_in_words(covered)} is logged "
                f"already: log {returned.position}",
                "nothing more was logged, and no action is needed",
            )
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
        NothingToDo: the same is in effect.
        Usage: there is no such dataset.
    """
    check_dataset(dataset, register.adopted)
    again = reason == HELD_AGAIN
    claim = register.not_held(settings.partner, dataset, first)
    if claim and not again and (claim.statement.first, claim.statement.last) == (first, last):
        raise NothingToDo(
            "not-held-already-logged",
            f"the log already says that you do not hold {dataset_title(dataset)} from {first}: log "
            f"{claim.position}",
            "nothing more was logged, and no action is needed",
        )
    return NotHeld(settings.partner, settings.officer, dataset, first, last, again, reason)
