"""Whether this computer's clock can be right, by what the log says of the time.

A clock is behind if two authorities, perhaps one's own, have signed entries that are later. One
alone proves nothing, as its own clock may be ahead. How far a clock is ahead nobody else can prove:
one that is a year past the newest entry is doubted. An officer who knows that the clock is right
says so with `exchange log cosign`; that counts for a day. Leaves to others: reading the time.
"""

import contextlib
from datetime import datetime, timedelta
from typing import Final

from exchange.errors import LogBroken, Notice, Usage
from exchange.files import replace
from exchange.profile.settings import Settings
from exchange.text import clock_in_words, utc_in_words
from partners.entries.card import Card
from partners.register.register import Register

_AGREEING: Final = 2  # authorities, to prove that a time has passed
_TOLERANCE: Final = timedelta(days=1)  # deadlines are days, and a time zone may be set wrongly
_QUIET: Final = timedelta(days=366)  # partners share every quarter
_CONFIRMED: Final = timedelta(days=1)
_SET: Final = "set the clock of this computer, and run the same command again"
_CONFIRM: Final = "if the clock is right, say so at a terminal: exchange log cosign"


def judge_clock(settings: Settings, register: Register, now: datetime) -> tuple[Notice, ...]:
    """Refuse to judge anything by a clock that is behind; say that it may be ahead.

    Raises:
        LogBroken: it is behind, and the officer has not confirmed it.
    """
    if _is_confirmed(settings, now):
        return ()
    times = _newest_times(register)
    later = sorted(((t, who) for who, t in times.items() if t > now + _TOLERANCE), reverse=True)
    if len(later) >= _AGREEING:
        names = " and ".join(register.partners[who].name for _, who in later[:_AGREEING])
        passed = utc_in_words(later[_AGREEING - 1][0])
        raise LogBroken(
            "clock-behind",
            f"{clock_in_words(now)}, but {names} have dated what they signed {passed} or later",
            f"nothing was done; {_SET}",
            _CONFIRM,
        )
    newest = max(times.values(), default=now)
    if now <= newest + _QUIET:
        return ()
    return (
        Notice(
            "clock-doubtful",
            f"{clock_in_words(now)}, but the newest entry in the log is from "
            f"{utc_in_words(newest)}",
            ("if the clock is wrong, so is what this says about deadlines: set it, and try again",),
        ),
    )


def refuse_wrong_clock(settings: Settings, register: Register, now: datetime) -> None:
    """Refuse to date anything by a clock that is behind, or a year past everything in the log.

    Raises:
        LogBroken: it is, and the officer has not confirmed it.
    """
    for doubt in judge_clock(settings, register, now):
        raise LogBroken("clock-ahead", doubt.message, f"nothing was done; {_SET}", _CONFIRM)


def refuse_card_ahead(card: Card, now: datetime) -> None:
    """Refuse to add a card from the future: the clock of its maker is wrong, or one's own.

    Raises:
        Usage: it is.
    """
    if card.made > now + _TOLERANCE:
        raise Usage(
            "card-dated-ahead",
            f"{clock_in_words(now)}, but {card.who}'s card was made on {utc_in_words(card.made)} "
            "by the clock of its officer's computer",
            f"nobody was added; if yours is wrong, {_SET}",
            "if the other is wrong, its officer sets it, and makes the card again: exchange key "
            f"card --contact {card.contact}",
        )


def confirm_clock(settings: Settings, now: datetime) -> None:
    """Keep for a day that the officer says that the clock is right."""
    replace(settings.profile / "clock", now.isoformat().encode())


def _is_confirmed(settings: Settings, now: datetime) -> bool:
    with contextlib.suppress(OSError, ValueError, TypeError):  # a time without its zone is none
        confirmed = datetime.fromisoformat((settings.profile / "clock").read_text("ascii"))
        return confirmed <= now <= confirmed + _CONFIRMED
    return False


def _newest_times(register: Register) -> dict[str, datetime]:
    """Return the last time that each authority's clock has certainly shown, by its own word."""
    times = [(card.partner, card.made) for card in register.cards.values()]
    times += [(who.partition("/")[0], time) for who, time in register.latest_times.items()]
    newest: dict[str, datetime] = {}
    for partner, time in times:
        newest[partner] = max(newest.get(partner, time), time)
    return newest
