"""One form, one entry in the log: however often the form is sent."""

import asyncio
from collections.abc import Callable
from typing import Final

from starlette.responses import RedirectResponse, Response

from exchange.errors import Refusal
from exchange.page.room import Room
from exchange.page.templates import refused
from exchange.profile.settings import Settings

WRONG: Final = "The passphrase is not the one of your key"


async def log_once(
    room: Room,
    settings: Settings,
    form: dict[str, str],
    *,
    log: Callable[[str], int],
    ask: Callable[[str, str], Response],
) -> Response:
    """Log what a form says, the first time that it is sent.

    Args:
        log: Logs it with a passphrase, and returns its log number.
        ask: Shows the form again with what is wrong, and the field that it is about.
    """
    passphrase, sent = form.get("passphrase", ""), form.get("form", "")
    if not settings.keyring and not passphrase:
        return ask("Enter your passphrase", "passphrase")
    if not room.first_use(sent):
        return RedirectResponse(f"{room.path}/", 303)
    try:
        position = await asyncio.to_thread(log, passphrase)
    except Refusal as refusal:
        room.not_used(sent)
        if refusal.id != "passphrase-wrong":
            return refused(room, refusal, "Nothing was logged")
    else:
        room.logged.add(position)
        return RedirectResponse(f"{room.path}/logged/{position}", 303)
    return ask(WRONG, "passphrase")
