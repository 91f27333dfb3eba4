"""Quarters and dates covered, as they are typed."""

from exchange.errors import Usage
from schemas.quarters import Covered, NotAQuarter, Quarter


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
        says = f"{option}: {fault}" if option else str(fault)
        raise Usage("quarter-not-understood", says) from None


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
