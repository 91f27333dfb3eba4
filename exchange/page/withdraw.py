"""Withdrawing what was sent: the reason says whether its file is to be deleted too."""

import asyncio
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from exchange.errors import Usage
from exchange.log.log import Log
from exchange.page.forms import fields_of, log_once
from exchange.page.partnerships import settings_of
from exchange.page.room import Room
from exchange.page.templates import render
from exchange.profile.open_logs import LoggedEntry, open_log
from exchange.profile.settings import Settings
from exchange.reports.names import names_of
from exchange.submission.withdraw import (
    DELETING,
    WITHDRAWING,
    delete_files,
    submissions_at,
    who_may_have_pulled,
    withdrawals,
)
from partners.entries.returns import Purge, Withdraw
from partners.register.register import Register
from partners.register.state import Return, Submission
from schemas.quarters import days_in_words

_DIGITS: Final = 9  # of a log number


@dataclass(frozen=True, slots=True)
class _Sent:
    """What is to be withdrawn, for the page to show."""

    number: int
    dataset: str
    dates: str
    has_file: bool
    partners: list[str]


def _read_address(room: Room, values: dict[str, str]) -> tuple[Settings, int]:
    """Return the partnership and the log number that an address or a form names."""
    settings = settings_of(room, values)
    entry = values.get("entry", "")
    if not entry.isdecimal() or len(entry) > _DIGITS:
        raise _not_yours()
    return settings, int(entry)


def _not_yours() -> Usage:
    return Usage(
        "page-entry-not-yours", "the address does not name a submission of yours that counts"
    )


def _find_return(settings: Settings, entry: int) -> _Sent:
    """Return what is to be withdrawn.

    Raises:
        Usage: it is no submission or nil return of the officer's authority that counts.
    """
    register = open_log(settings).log.register
    own = [
        returned for returned in register.returns if returned.position == entry and returned.counts
    ]
    if not own or own[0].statement.partner != settings.partner:
        raise _not_yours()
    return _view_of(own[0], register)


def _view_of(returned: Return, register: Register) -> _Sent:
    dataset, is_file = returned.statement.dataset, isinstance(returned, Submission)
    return _Sent(
        returned.position,
        names_of(register).get(dataset, dataset),
        days_in_words(returned.statement.covered),
        is_file,
        who_may_have_pulled([returned], register) if isinstance(returned, Submission) else [],
    )


async def withdraw(room: Room, request: Request) -> Response:
    """Ask why, and log that it no longer counts."""
    is_form = request.method == "POST"
    form = await fields_of(request)
    settings, entry = _read_address(room, form)
    if is_form and room.was_used(form.get("form", "")):
        return RedirectResponse(f"{room.path}/", 303)
    sent = await asyncio.to_thread(_find_return, settings, entry)

    def ask(fault: str = "", field: str = "") -> Response:
        return render(
            room,
            "withdraw",
            slug=settings.slug,
            keyring=settings.keyring,
            sent=sent,
            withdrawing=WITHDRAWING,
            deleting=DELETING if sent.has_file else {},
            fault=fault,
            field=field,
        )

    if not is_form:
        return ask()
    reason = form.get("reason", "")
    if reason not in WITHDRAWING and not (sent.has_file and reason in DELETING):
        return ask("Choose a reason", "reason")
    deletes = reason in DELETING

    def make(log: Log) -> list[Withdraw] | list[Purge]:
        return withdrawals(settings, log, entry, reason=reason, delete=deletes)

    def then(logged: LoggedEntry) -> None:
        if deletes:
            delete_files(logged.log, submissions_at(logged.log, entry))

    return await log_once(room, settings, form, make=make, ask=ask, then=then)
