"""Adding officers: their cards shown with the fingerprints to compare by phone, then enrolled."""

import asyncio
import base64
import binascii
from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from exchange.errors import NothingToDo, Refusal, Usage
from exchange.keys.cards import card_in, fingerprint
from exchange.page.forms import WRONG, fields_of
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
from exchange.profile.open_logs import passphrase_or_kept, unlock_with
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
    settings, sent = settings_of(room, form), form.get("form", "")
    cards = _decode_cards(form.get("cards", ""))
    check_cards(settings, cards)
    fault, field = _missing_field(settings, form)
    if fault:
        return _check(room, settings, cards, fault, field)
    if not room.first_use(sent):
        return RedirectResponse(f"{room.path}/", 303)
    is_founding = bool(settings.plan)
    try:
        done, stopped = await asyncio.to_thread(
            _add, room, settings, cards, form.get("passphrase", "")
        )
    except Refusal as refusal:
        room.not_used(sent)
        if refusal.id == "passphrase-wrong":
            return _check(room, settings, cards, WRONG, "passphrase")
        return refusal_page(room, refusal, NOT_DONE, back=f"/cards?partnership={settings.slug}")
    file = founding_file(settings) if is_founding else None
    return render(room, "cards-added", done=done, stopped=stopped, founding=file)


def _missing_field(settings: Settings, form: dict[str, str]) -> tuple[str, str]:
    """Return what the form lacks, and the field; both empty if it lacks nothing."""
    if form.get("checked") != "yes":
        return "Confirm that you compared each fingerprint by phone", "checked"
    if not settings.keyring and not form.get("passphrase"):
        return "Enter your passphrase", "passphrase"
    return "", ""


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
    room: Room, settings: Settings, cards: list[GivenCard], passphrase: str
) -> tuple[list[tuple[str, int]], str]:
    """Found or enrol; what was logged before a refusal is shown with it.

    Returns:
        The officers with the log number, and why it stopped, if it did.
    """
    key = unlock_with(passphrase_or_kept(settings, passphrase))(settings)
    logged: list[tuple[str, int]] = []
    try:
        for added in add_cards(settings, key, cards, room.clock()):
            names = " and ".join(f"{card.name}, {card.who}" for card in added.cards)
            logged.append((names, added.position))
    except Refusal as refusal:
        if not logged:
            raise
        return logged, refusal.says
    if not logged:
        raise NothingToDo("key-already-enrolled", "all of these officers were already added")
    return logged, ""
