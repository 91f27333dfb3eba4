"""Forms: what they say, and what of it is logged, once however often the form is sent."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from exchange.errors import Refusal
from exchange.log.log import Log
from exchange.page.room import Room
from exchange.page.templates import refusal_page
from exchange.profile.open_logs import LoggedEntry, log_entries
from exchange.profile.settings import Settings
from partners.entries.kinds import KnownBody

WRONG: Final = "The passphrase is not the one of your key"


async def fields_of(request: Request) -> dict[str, str]:
    """Return what a form says, or else what the address says, by name."""
    fields = await request.form() if request.method == "POST" else request.query_params
    return {name: str(value) for name, value in fields.items()}


async def log_once(
    room: Room,
    settings: Settings,
    form: dict[str, str],
    *,
    make: Callable[[Log], Sequence[KnownBody]],
    ask: Callable[[str, str], Response],
    then: Callable[[LoggedEntry], None] = lambda _: None,
) -> Response:
    """Log what a form says, the first time that it is sent.

    Args:
        make: Returns what is logged.
        ask: Shows the form again with what is wrong, and the field that it is about.
        then: Does what follows from it.
    """
    passphrase, sent = form.get("passphrase", ""), form.get("form", "")
    if not settings.keyring and not passphrase:
        return ask("Enter your passphrase", "passphrase")
    if not room.first_use(sent):
        return RedirectResponse(f"{room.path}/", 303)

    try:
        logged = await asyncio.to_thread(
            log_entries, settings, make, passphrase=passphrase, now=room.clock()
        )
    except Refusal as refusal:
        room.not_used(sent)
        if refusal.id == "passphrase-wrong":
            return ask(WRONG, "passphrase")
        return refusal_page(room, refusal, "Nothing was logged")
    room.logged.add(logged.position)
    try:
        await asyncio.to_thread(then, logged)
    except Refusal as refusal:
        return refusal_page(room, refusal, f"Logged as {logged.position}, but not finished")
    return RedirectResponse(f"{room.path}/logged/{logged.position}", 303)
