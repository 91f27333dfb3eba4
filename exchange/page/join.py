"""Joining: the coordinator's file, the shared folder, then the officer's key and card."""

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from exchange.errors import Refusal
from exchange.keys.identity import fingerprint, read_card_file
from exchange.keys.passphrases import check_new_passphrase, usual
from exchange.page.room import Room
from exchange.page.templates import refused, render, sentence
from exchange.page.uploads import form_of
from exchange.profile.joining import (
    CardDetails,
    check_card,
    founding_in,
    join_partnership,
    make_key,
)
from exchange.profile.settings import Settings
from partners.entries.card import KINDS
from schemas.extract.text_files import decode_text

JOIN: Final = "Join a partnership"
KEY: Final = "Make your key"
CARD: Final = "Send your card to your coordinator"
_FOUNDING_MOST: Final = 64 * 1024  # bytes of a founding file
_OFFICE: Final = "liaison"


async def ask_founding(request: Request) -> Response:
    """Ask for the founding file and the shared folder."""
    return _join(request)


def _join(request: Request, fault: str = "", field: str = "", store: str = "") -> Response:
    room: Room = request.app.state.room
    status = 400 if fault else 200
    return render(room, "join", JOIN, status=status, fault=fault, field=field, store=store)


async def take_founding(request: Request) -> Response:
    """Join: write the settings after the shared folder and its log were read."""
    room: Room = request.app.state.room
    try:
        files, form = await form_of(request, _FOUNDING_MOST)
    except Refusal as refusal:
        return _join(request, sentence(refusal.says), "founding")
    store = form.get("store", "").strip()
    if not files:
        return _join(request, "Choose the file that your coordinator sent you", "founding", store)
    if not store:
        return _join(request, "Enter the shared folder of the partnership", "store")
    try:
        joining = founding_in(decode_text(files[0].content), "this file")
        await asyncio.to_thread(join_partnership, room.folder, store=store, joining=joining)
    except ValueError:
        return _join(request, "This file is not a .founding file", "founding", store)
    except Refusal as refusal:
        field = "founding" if refusal.id.startswith("founding") else "store"
        return _join(request, sentence(refusal.says), field, store)
    return RedirectResponse(f"{room.path}/join/key", 303)


async def ask_key(request: Request) -> Response:
    """Ask what the card says, and for a passphrase."""
    room: Room = request.app.state.room
    if _settings(room).key:
        return RedirectResponse(f"{room.path}/join/card", 303)
    return _key(request, {})


def _settings(room: Room) -> Settings:
    return Settings.find(room.folder, room.partnership)


def _key(
    request: Request, form: dict[str, str], fault: str = "", field: str = "partner"
) -> Response:
    room: Room = request.app.state.room
    status = 400 if fault else 200
    shown = {name: form.get(name, "") for name in ("partner", "name", "kind", "contact")}
    return render(
        room, "key", KEY, status=status, fault=fault, field=field, form=shown, kinds=KINDS
    )


async def take_key(request: Request) -> Response:
    """Make the key and the card."""
    room: Room = request.app.state.room
    settings = _settings(room)
    if settings.key:  # the form was sent twice
        return RedirectResponse(f"{room.path}/join/card", 303)
    form = {name: str(value).strip() for name, value in (await request.form()).items()}
    for name, fault in _MISSING.items():
        if not form.get(name):
            return _key(request, form, fault, name)
    words = usual(form["passphrase"])
    if words != usual(form.get("again", "")):
        return _key(request, form, "The two passphrases differ", "again")
    # Until a partnership is created, only its two coordinators make keys.
    roles = (_OFFICE,) if settings.founding else ("coordinator", _OFFICE)
    details = CardDetails(
        form["partner"], form["name"], (form["kind"],), _OFFICE, roles, form["contact"]
    )
    now = room.clock()
    field = "partner"
    try:
        await asyncio.to_thread(check_card, settings, details, now)
        field = "passphrase"
        check_new_passphrase(words)
        await asyncio.to_thread(
            make_key, settings, details, words, now=now, work_factor=room.work_factor
        )
    except Refusal as refusal:
        return _key(request, form, sentence(refusal.says), field)
    return RedirectResponse(f"{room.path}/join/card", 303)


_MISSING: Final = {
    "partner": "Enter a short ID of your authority",
    "name": "Enter the name of your authority",
    "kind": "Choose what kind of authority it is",
    "contact": "Enter a work e-mail address or telephone number",
    "passphrase": "Enter a new passphrase",
}


async def show_card(request: Request) -> Response:
    """Show what to do with the card: send it, and read its fingerprint by phone."""
    room: Room = request.app.state.room
    settings = _settings(room)
    path = settings.folder / f"{settings.partner}-{settings.officer}.card"
    try:
        card, _ = await asyncio.to_thread(read_card_file, path)
    except Refusal as refusal:
        return refused(room, refusal, "Your card cannot be shown")
    return render(
        room, "card", CARD, card=card, path=path, digits=fingerprint(card), key=settings.key_file
    )
