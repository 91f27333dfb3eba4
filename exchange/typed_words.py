"""What people type: ids of datasets and partners, quarters and dates. Wrong ones are refused."""

from collections.abc import Collection

from exchange.errors import Usage
from exchange.text import nearest
from partners.register.register import Register
from schemas.datasets.registry import DATASETS
from schemas.quarters import Covered, NotAQuarter, Quarter


def check_dataset(typed: str, adopted: Collection[str] = ()) -> None:
    """Refuse a name that is no dataset's, and name the one that is meant.

    Args:
        adopted: What the partnership shares, where it is enough that the log knows the dataset.

    Raises:
        Usage: it is none.
    """
    if typed not in DATASETS and typed not in adopted:
        hint = nearest(typed, {id_: dataset.title for id_, dataset in DATASETS.items()})
        raise Usage(
            "dataset-unknown",
            f'no dataset called "{typed}"',
            hint or "see all datasets: exchange explain",
        )


def check_partner(typed: str, register: Register) -> None:
    """Refuse a name that is no partner's, and name the one that is meant.

    Raises:
        Usage: it is none.
    """
    if typed not in register.partners:
        hint = nearest(typed, {id_: partner.name for id_, partner in register.partners.items()})
        raise Usage(
            "partner-unknown",
            f'no partner called "{typed}" in {register.name}',
            hint or "choose from: " + ", ".join(register.partners),
        )


def typed_quarter(text: str, option: str = "") -> Quarter:
    """Return the quarter that was typed, in any written form of it.

    Args:
        option: Behind which it was typed, if behind one.

    Raises:
        Usage: it is not a quarter.
    """
    try:
        return Quarter.parse(text)
    except NotAQuarter as fault:
        message = f"{option}: {fault}" if option else str(fault)
        raise Usage("quarter-not-understood", message) from None


def typed_dates(text: str) -> Covered:
    """Return the dates covered that were typed behind --dates.

    Raises:
        Usage: they are not a quarter, a month or days of one quarter.
    """
    try:
        return Covered.parse(text)
    except NotAQuarter as fault:
        raise Usage(
            "dates-not-understood",
            f"--dates: {fault}",
            "for example --dates 2026Q3 or --dates 2026-07",
        ) from None
