"""Adding officers: their cards shown with the fingerprints to compare by phone, then enrolled."""

import asyncio
import base64
import binascii
from collections.abc import Mapping
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from exchange.errors import NothingToDo, Refusal, Usage
from exchange.keys.cards import card_in, fingerprint
from exchange.page.forms import fields_of, with_passphrase
from exchange.page.partnerships import settings_of
from exchange.page.room import Room
from exchange.page.templates import fault_at_field, refusal_page, render
from exchange.page.uploads import form_of
from exchange.profile.enrolment import (
    GivenCard,
    add_cards,
    cards_to_add,
    check_cards,
    founding_file,
    plan_with_outward,
)
from exchange.profile.open_logs import Unlock
from exchange.profile.settings import Settings

_MOST: Final = 512 * 1024  # bytes of some cards together
NOT_DONE: Final = "Nobody was added"


async def choose(room: Room, request: Request) -> Response:
    """Ask for the cards."""
    return _choose(room, request.query_params)


def _choose(room: Room, values: Mapping[str, str], fault: str = "") -> Response:
    settings = settings_of(room, values)
    return render(
        room,
        "cards",
        slug=settings.slug,
        is_founding=bool(settings.plan),
        fault=fault,
    )


async def take(room: Room, request: Request) -> Response:
    """Show whose cards they are, with their fingerprints."""
    form: Mapping[str, str] = request.query_params  # all that is known of files that are too large
    try:
        files, form = await form_of(request, _MOST)
        settings = settings_of(room, form)
        # A file's name can name a person, so the page tells files by their order.
        cards = [card_in(file.content, f"file {n}") for n, file in enumerate(files, 1)]
        if not cards:
            return _choose(room, form, "Choose the cards that the officers sent you")
        cards = cards_to_add(settings, cards)
    except Refusal as refusal:
        return _choose(room, form, fault_at_field(refusal))
    return await asyncio.to_thread(_check, room, settings, cards)


def _check(
    room: Room, settings: Settings, cards: list[GivenCard], fault: str = "", field: str = ""
) -> Response:
    plan = plan_with_outward(settings) if settings.plan else {"areas": []}
    return render(
        room,
        "cards-check",
        slug=settings.slug,
        is_founding=bool(settings.plan),
        keyring=settings.keyring,
        cards=[(card, fingerprint(card)) for card, _ in cards],
        without=[area["name"] for area in plan["areas"] if not area["outward"]],
        encoded=" ".join(base64.b64encode(data).decode() for _, data in cards),
        fault=fault,
        field=field,
    )


async def add(room: Room, request: Request) -> Response:
    """Found the partnership or enrol the officers, once."""
    form = await fields_of(request)
    settings = settings_of(room, form)
    cards = _decode_cards(form.get("cards", ""))
    check_cards(settings, cards)
    ask = partial(_check, room, settings, cards)
    if form.get("checked") != "yes":
        return ask("Confirm that you compared each fingerprint by phone", "checked")
    is_founding = bool(settings.plan)

    async def enrol(unlock: Unlock) -> Response:
        with room.once(form.get("form", "")) as is_first:
            if not is_first:
                return RedirectResponse(f"{room.path}/", 303)
            done, stopped = await asyncio.to_thread(_add, room, settings, cards, unlock)
        file = founding_file(settings) if is_founding else None
        return render(room, "cards-added", done=done, stopped=stopped, founding=file)

    try:
        return await with_passphrase(form, ask, enrol, settings)
    except Refusal as refusal:
        return refusal_page(room, refusal, NOT_DONE, back=f"/cards?partnership={settings.slug}")


def _decode_cards(text: str) -> list[GivenCard]:
    """Return the cards that the page before has shown.

    Raises:
        Usage: there are none.
    """
    try:
        data = [base64.b64decode(line, validate=True) for line in text.split()]
    except (binascii.Error, ValueError):
        data = []
    if not data:
        raise Usage("file-not-chosen", "no file was chosen")
    return [card_in(card, "this file") for card in data]


def _add(
    room: Room, settings: Settings, cards: list[GivenCard], unlock: Unlock
) -> tuple[list[tuple[str, int]], str]:
    """Found or enrol; what was logged before a refusal is shown with it.

    Returns:
        The officers with the log number, and why it stopped, if it did.
    """
    key = unlock(settings)
    logged: list[tuple[str, int]] = []
    try:
        for added in add_cards(settings, key, cards, room.clock()):
            names = " and ".join(f"{card.name}, {card.who}" for card in added.cards)
            logged.append((names, added.position))
    except Refusal as refusal:
        if not logged:
            raise
        return logged, refusal.message
    if not logged:
        raise NothingToDo("key-already-enrolled", "all of these officers were already added")
    return logged, ""
