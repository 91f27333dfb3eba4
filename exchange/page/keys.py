"""One's own keys: a new one made, the new one taken into use, the old one revoked."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from exchange.errors import Refusal, Usage
from exchange.keys.cards import fingerprint
from exchange.keys.passphrases import check_new_passphrase, has_keyring, normalise
from exchange.page.forms import fields_of, log_once, with_passphrase
from exchange.page.partnerships import settings_of
from exchange.page.room import Room
from exchange.page.templates import fault_at_field, render
from exchange.profile.new_member import MadeKey
from exchange.profile.open_logs import Unlock, open_log
from exchange.profile.own_keys import (
    OtherKey,
    card_by_fingerprint,
    keep_passphrase,
    other_keys,
    renew_key,
    use_key,
)
from exchange.profile.settings import Settings
from partners.entries.card import Card
from partners.entries.members import Revoke
from partners.entries.reasons import REASONS
from schemas.quarters import long_date

_WHY: Final = REASONS["revoke"]


@dataclass(frozen=True, slots=True)
class _Context:
    """A request about keys: what it names, and the partnership that it is about."""

    room: Room
    is_form: bool
    form: dict[str, str]
    settings: Settings

    def page(self, template: str, fault: str = "", field: str = "", **values: object) -> Response:
        """Return a page about keys."""
        return render(
            self.room,
            template,
            slug=self.settings.slug,
            own_key=self.settings.key,
            fault=fault,
            field=field,
            **values,
        )

    def home(self) -> Response:
        """Go back to the list of keys."""
        return RedirectResponse(f"{self.room.path}/keys?partnership={self.settings.slug}", 303)


async def _context_of(room: Room, request: Request) -> _Context:
    form = await fields_of(request)
    return _Context(room, request.method == "POST", form, settings_of(room, form))


@dataclass(frozen=True, slots=True)
class _KeyRow:
    """A key of the authority that is accepted."""

    who: str
    digits: str
    renewal: str
    is_own: bool


async def show(room: Room, request: Request) -> Response:
    """Show the keys of the authority, and what can be done with each."""
    context = await _context_of(room, request)
    accepted, others = await asyncio.to_thread(_keys, context.settings)
    return context.page(
        "keys",
        accepted=accepted,
        others=[(key, fingerprint(key.card)) for key in others],
        in_use=context.settings.key,
        keyring=context.settings.keyring,
        has_keyring=has_keyring(),
    )


def _keys(settings: Settings) -> tuple[list[_KeyRow], list[OtherKey]]:
    register = open_log(settings).log.register
    cards = [card for card in register.cards.values() if card.partner == settings.partner]
    rows = [
        _KeyRow(card.who, fingerprint(card), long_date(card.renewal), card.who == settings.who)
        for card in cards
    ]
    return rows, other_keys(settings, register)


async def renew(room: Room, request: Request) -> Response:
    """Make another key and card, under a passphrase of its own."""
    context = await _context_of(room, request)
    if not context.is_form:
        return context.page("renew")
    typed = context.form.get("passphrase", "")
    words, sent = normalise(typed), context.form.get("form", "")
    if context.room.was_used(sent):
        return context.home()
    if words != normalise(context.form.get("again", "")):
        return context.page("renew", "The two passphrases differ", "again")
    try:
        check_new_passphrase(words)
    except Refusal as refusal:
        return context.page("renew", fault_at_field(refusal), "passphrase")
    with context.room.once(sent) as is_first:
        if not is_first:
            return context.home()
        made_key = await asyncio.to_thread(_renew, context, words)
    return render(
        context.room,
        "card",
        card=made_key.card,
        path=made_key.card_file,
        digits=fingerprint(made_key.card),
        key=made_key.card_file.with_suffix(".key"),
        renews=True,
    )


def _renew(context: _Context, words: str) -> MadeKey:
    settings, room = context.settings, context.room
    log = open_log(settings).log
    return renew_key(settings, log, words, now=room.clock(), work_factor=room.work_factor)


async def use(room: Room, request: Request) -> Response:
    """Take a new key into use, once it is enrolled."""
    context = await _context_of(room, request)
    key = await asyncio.to_thread(_other_key, context)

    async def switch(unlock: Unlock) -> Response:
        await asyncio.to_thread(use_key, context.settings, key.file, unlock)
        return context.home()

    ask = partial(context.page, "use", key=key)
    return await with_passphrase(context.form, ask, switch) if context.is_form else ask()


def _other_key(context: _Context) -> OtherKey:
    name = context.form.get("key", "")
    register = open_log(context.settings).log.register
    keys = [key for key in other_keys(context.settings, register) if key.file.name == name]
    if not keys:
        raise Usage(
            "page-key-unknown", "the address does not name a key of yours that you can switch to"
        )
    return keys[0]


async def keep(room: Room, request: Request) -> Response:
    """Keep the passphrase of the key in use in the computer's keyring, if it is the right one."""
    context = await _context_of(room, request)

    async def check_and_keep(unlock: Unlock) -> Response:
        await asyncio.to_thread(unlock, context.settings)
        await asyncio.to_thread(keep_passphrase, context.settings, context.form["passphrase"])
        return context.home()

    ask = partial(context.page, "keep", in_use=context.settings.key)
    return await with_passphrase(context.form, ask, check_and_keep) if context.is_form else ask()


async def revoke(room: Room, request: Request) -> Response:
    """Ask why, and log that a key of the authority counts no more."""
    context = await _context_of(room, request)
    if context.is_form and context.room.was_used(context.form.get("form", "")):
        return context.home()
    card = await asyncio.to_thread(_own_authority, context)

    def ask(fault: str = "", field: str = "") -> Response:
        return context.page(
            "revoke",
            fault,
            field,
            who=card.who,
            digits=fingerprint(card),
            is_own=card.who == context.settings.who,
            reasons=_WHY,
            keyring=context.settings.keyring,
        )

    if not context.is_form:
        return ask()
    reason = context.form.get("reason", "")
    if reason not in _WHY:
        return ask("Choose a reason", "reason")
    revoked = [Revoke(card.signer, reason)]
    return await log_once(
        context.room, context.settings, context.form, make=lambda _: revoked, ask=ask
    )


def _own_authority(context: _Context) -> Card:
    """Return the card that is named, of the officer's own authority.

    Raises:
        Usage: it names no card, or another authority's.
    """
    register = open_log(context.settings).log.register
    card = card_by_fingerprint(register, context.form.get("fingerprint", ""))
    if card.partner != context.settings.partner:
        raise Usage("page-key-unknown", "the address does not name a key of your authority")
    return card
