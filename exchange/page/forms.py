"""Forms: what they say, and what of it is logged, once however often the form is sent."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from exchange.errors import KeyRefused, Refusal
from exchange.log.log import Log
from exchange.page.room import Room
from exchange.page.templates import refusal_page
from exchange.profile.open_logs import (
    LoggedEntry,
    Unlock,
    log_entries,
    passphrase_or_kept,
    unlock_with,
)
from exchange.profile.settings import Settings
from partners.entries.kinds import KnownBody


async def fields_of(request: Request) -> dict[str, str]:
    """Return what a form says, or else what the address says, by name."""
    fields = await request.form() if request.method == "POST" else request.query_params
    return {name: str(value) for name, value in fields.items()}


async def with_passphrase(
    form: Mapping[str, str],
    ask: Callable[[str, str], Response],
    act: Callable[[Unlock], Awaitable[Response]],
    kept: Settings | None = None,
) -> Response:
    """Do what needs the officer's key; where its passphrase is missing or another's, ask again.

    Args:
        ask: Shows the form again with what is wrong, and the field that it is about.
        act: Does it, and returns what is shown next.
        kept: The partnership whose passphrase is not typed where the keyring has it.
    """
    typed = form.get("passphrase", "")
    if not typed and not (kept and kept.keyring):
        return ask("Enter your passphrase", "passphrase")
    try:
        words = await asyncio.to_thread(passphrase_or_kept, kept, typed) if kept else typed
        return await act(unlock_with(words))
    except KeyRefused as refusal:
        if refusal.id != "passphrase-wrong":
            raise
    return ask("The passphrase is not the one of your key", "passphrase")


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

    async def log(unlock: Unlock) -> Response:
        with room.once(form.get("form", "")) as is_first:
            if not is_first:
                return RedirectResponse(f"{room.path}/", 303)
            logged = await asyncio.to_thread(log_entries, settings, make, unlock, now=room.clock())
        room.logged.add(logged.position)
        try:
            await asyncio.to_thread(then, logged)
        except Refusal as refusal:
            return refusal_page(room, refusal, f"Logged as {logged.position}, but not finished")
        return RedirectResponse(f"{room.path}/logged/{logged.position}", 303)

    return await with_passphrase(form, ask, log, settings)
