"""Joining: the coordinator's file, the shared folder, then the officer's key and card."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from exchange.errors import Refusal
from exchange.keys.cards import fingerprint, read_card_file
from exchange.keys.passphrases import check_new_passphrase, has_keyring, normalise
from exchange.log.trust import Founding
from exchange.page.create import access_file
from exchange.page.forms import fields_of, with_passphrase
from exchange.page.interview import ACCESS, ACCESS_HINT, STORE, STORE_HINT
from exchange.page.partnerships import settings_of
from exchange.page.room import Room
from exchange.page.templates import fault_at_field, refusal_page, render
from exchange.page.uploads import form_of
from exchange.profile.founding_file import founding_in
from exchange.profile.new_member import (
    CardDetails,
    area_codes,
    card_file_of,
    check_card,
    first_roles,
    join_partnership,
    kinds_of,
    make_key,
    partnership_with_key,
    reuse_key,
)
from exchange.profile.open_logs import Unlock
from exchange.profile.own_folder import folder_notices
from exchange.profile.own_keys import keep_passphrase
from exchange.profile.settings import Settings
from partners.entries import fields
from schemas.extract.text_files import decode_text

_FOUNDING_MOST: Final = 64 * 1024  # bytes of a founding file
_NO_ID: Final = "Enter the ID that the first coordinator sent you"
_NO_STORE: Final = "Enter the shared folder of the partnership"
_STORE: Final = {
    "store_label": STORE,
    "store_hint": STORE_HINT,
    "access_label": ACCESS,
    "access_hint": ACCESS_HINT,
}
# What an officer does, by the office on the card; each office has the role of the same name.
_OFFICES: Final = {
    "liaison": "Send the data of my authority, and combine what partners shared",
    "analyst": "Only combine what partners shared, as an analyst",
}


async def ask_founding(room: Room, _: Request) -> Response:
    """Ask for the founding file and the shared folder."""
    return _join(room)


def _join(
    room: Room, fault: str = "", field: str = "", form: Mapping[str, str] | None = None
) -> Response:
    typed = form or {}
    return render(
        room,
        "join",
        fault=fault,
        field=field,
        store=typed.get("store", ""),
        access=typed.get("access", ""),
        **_STORE,
    )


async def take_founding(room: Room, request: Request) -> Response:
    """Join: write the settings after the shared folder and its log were read."""
    try:
        files, form = await form_of(request, _FOUNDING_MOST)
    except Refusal as refusal:
        return _join(room, fault_at_field(refusal), "founding")
    form = {name: value.strip() for name, value in form.items()}
    if not files:
        return _join(room, "Choose the file that your coordinator sent you", "founding", form)
    if not form.get("store"):
        return _join(room, _NO_STORE, "store", form)
    try:
        joining = founding_in(decode_text(files[0].content), "this file")
        await asyncio.to_thread(_join_store, room, form, joining)
    except ValueError:
        return _join(room, "This file is not a .founding file", "founding", form)
    except Refusal as refusal:
        field = "founding" if refusal.id.startswith("founding") else store_field(refusal)
        return _join(room, fault_at_field(refusal), field, form)
    return _to_key(room, joining.origin)


def _join_store(room: Room, form: Mapping[str, str], joining: Founding) -> None:
    join_partnership(
        room.folder,
        store=form["store"],
        joining=joining,
        access=access_file(room, form.get("access", "")),
    )


def store_field(refusal: Refusal) -> str:
    """Return the field that a refusal of a store is about."""
    return "access" if refusal.id.startswith("access-") else "store"


def _to_key(room: Room, origin: str) -> Response:
    slug = Settings.find(room.folder, origin).slug
    return RedirectResponse(f"{room.path}/join/key?partnership={slug}", 303)


async def ask_id(room: Room, _: Request) -> Response:
    """Ask the second coordinator for the ID of a partnership that is being set up."""
    return _by_id(room, {})


def _by_id(room: Room, form: dict[str, str], fault: str = "", field: str = "origin") -> Response:
    return render(room, "join-id", form=form, fault=fault, field=field, **_STORE)


async def take_id(room: Room, request: Request) -> Response:
    """Join a partnership that is being set up: write the settings after its folder was tried."""
    form = {name: value.strip() for name, value in (await fields_of(request)).items()}
    for name, fault in (("origin", _NO_ID), ("store", _NO_STORE)):
        if not form.get(name):
            return _by_id(room, form, fault, name)
    joining = Founding(form["origin"], "")
    try:
        await asyncio.to_thread(_join_store, room, form, joining)
    except Refusal as refusal:
        field = "origin" if refusal.id == "origin-not-understood" else store_field(refusal)
        return _by_id(room, form, fault_at_field(refusal), field)
    return _to_key(room, joining.origin)


async def ask_key(room: Room, request: Request) -> Response:
    """Ask what the card says, and for a passphrase."""
    settings = settings_of(room, request.query_params)
    if settings.key:
        return _to_card(room, settings)
    if other := partnership_with_key(settings):
        return _reuse(room, settings, other)
    return _key(room, settings, {})


def _to_card(room: Room, settings: Settings) -> Response:
    return RedirectResponse(f"{room.path}/join/card?partnership={settings.slug}", 303)


def _reuse(
    room: Room, settings: Settings, other: Settings, fault: str = "", field: str = ""
) -> Response:
    return render(
        room,
        "reuse",
        slug=settings.slug,
        key=other.key,
        keyring=other.keyring,
        other=other.slug,
        fault=fault,
        field=field,
    )


async def _take_reuse(
    room: Room, settings: Settings, other: Settings, form: dict[str, str]
) -> Response:
    """Make a card of the key that the officer has in another partnership."""

    async def reuse(unlock: Unlock) -> Response:
        unlocked = await asyncio.to_thread(unlock, other)
        before, _ = read_card_file(card_file_of(other))
        roles = {"roles": [*first_roles(settings, *before.roles)]}
        await asyncio.to_thread(reuse_key, settings, other, unlocked, room.clock(), roles)
        return _to_card(room, settings)

    return await with_passphrase(form, partial(_reuse, room, settings, other), reuse, other)


def _key(
    room: Room,
    settings: Settings,
    form: dict[str, str],
    fault: str = "",
    field: str = "partner",
) -> Response:
    names = ("partner", "name", "kind", "office", "contact", "keyring")
    return render(
        room,
        "key",
        fault=fault,
        field=field,
        slug=settings.slug,
        form={name: form.get(name, "") for name in names},
        kinds=kinds_of(area_codes(settings)),
        offices=_OFFICES if settings.founding else {},
        has_keyring=has_keyring(),
        notices=folder_notices(room.folder),
    )


async def take_key(room: Room, request: Request) -> Response:
    """Make the key and the card."""
    form = {name: value.strip() for name, value in (await fields_of(request)).items()}
    settings = settings_of(room, form)
    if settings.key:  # the form was sent twice
        return _to_card(room, settings)
    if other := partnership_with_key(settings):
        return await _take_reuse(room, settings, other, form)
    if not settings.founding:  # only the two coordinators make keys before there is a partnership
        form["office"] = "liaison"
    fault, field = _missing_field(form)
    if fault:
        return _key(room, settings, form, fault, field)
    words, office = normalise(form["passphrase"]), form["office"]
    roles = first_roles(settings, office)
    details = CardDetails(
        form["partner"], form["name"], (form["kind"],), office, roles, form["contact"]
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
        return _key(room, settings, form, fault_at_field(refusal), field)
    if form.get("keyring") == "yes":
        try:
            await asyncio.to_thread(keep_passphrase, settings, words)
        except Refusal as refusal:
            back = f"/join/card?partnership={settings.slug}"
            return refusal_page(room, refusal, "Your passphrase was not kept", back=back)
    return _to_card(room, settings)


def _missing_field(form: dict[str, str]) -> tuple[str, str]:
    """Return what the form lacks, and the field; both empty if it lacks nothing."""
    for name, fault in _MISSING.items():
        if not form.get(name) or (name == "office" and form[name] not in _OFFICES):
            return fault, name
    if normalise(form["passphrase"]) != normalise(form.get("again", "")):
        return "The two passphrases differ", "again"
    for name, (fits, fault) in _FITS.items():
        try:
            fits(form[name])
        except ValueError:
            return fault, name
    return "", ""


_FITS: Final[Mapping[str, tuple[fields.Shape, str]]] = {
    "partner": (
        fields.slug,
        "Write the short ID as lower-case words joined by hyphens, such as westshire-police",
    ),
    "name": (fields.text, f"Write the name on one line of up to {fields.TEXT_MAX} characters"),
    "contact": (
        fields.text,
        f"Write the contact on one line of up to {fields.TEXT_MAX} characters",
    ),
}


_MISSING: Final = {
    "partner": "Enter a short ID of your authority",
    "name": "Enter the name of your authority",
    "kind": "Choose what kind of authority it is",
    "office": "Choose what you will do",
    "contact": "Enter a work e-mail address or telephone number",
    "passphrase": "Enter a new passphrase",
}


async def show_card(room: Room, request: Request) -> Response:
    """Show what to do with the card: send it, and read its fingerprint by phone."""
    settings = settings_of(room, request.query_params)
    path = card_file_of(settings)
    try:
        card, _ = await asyncio.to_thread(read_card_file, path)
    except Refusal as refusal:
        return refusal_page(room, refusal, "Your card cannot be shown")
    if settings.plan:
        return render(room, "own-key", key=settings.key_file)
    return render(
        room, "card", card=card, path=path, digits=fingerprint(card), key=settings.key_file
    )
