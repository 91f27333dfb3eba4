"""The keys of the officer's own authority: renewed, taken into use, and found to be revoked."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from exchange.errors import NotEntitled, Usage
from exchange.files import replace
from exchange.keys.cards import card_of, fingerprint, read_card_file, sign_card, write_card
from exchange.keys.identity import when_made, write_identity
from exchange.keys.passphrases import keep_in_keyring
from exchange.log.recipients import revoked_key
from exchange.log.sync import SyncedLog
from exchange.log.witness import replace_spoilt_key, witness_key
from exchange.profile.clock import refuse_wrong_clock
from exchange.profile.new_member import MadeKey, card_file_of, partnership_with_key, reuse_key
from exchange.profile.open_logs import Unlock, open_log
from exchange.profile.settings import Settings
from partners.entries.card import Card
from partners.register.register import Register

_DIGITS: Final = 8  # of a fingerprint that must be given


class OtherKey(NamedTuple):
    """A key of one's own that is not in use."""

    file: Path
    card_file: Path
    card: Card
    is_enrolled: bool


def own_card(settings: Settings, register: Register) -> Card:
    """Return the latest enrolled card of the officer.

    Raises:
        NotEntitled: there is none, or none that was not revoked.
    """
    cards = [card for card in register.cards.values() if card.who == settings.who]
    revoked = [
        revocation
        for revocation in register.revoked.values()
        if revocation.card.who == settings.who
    ]
    if revoked and not cards:
        raise revoked_key(register, revoked[-1])
    if not cards:
        raise NotEntitled("officer-not-enrolled", f"{settings.who} is not enrolled")
    return cards[-1]


def make_card(
    settings: Settings, corrected: Mapping[str, Any], unlock: Unlock, *, now: datetime
) -> MadeKey:
    """Write the card of the key in use again, or one for it from a key of another partnership.

    Args:
        corrected: What it says otherwise.

    Raises:
        Usage: it is enrolled already and stays as it is, nothing is to be corrected, or there is no
            key.
    """
    if not settings.key:
        other = partnership_with_key(settings)
        if other is None:
            raise Usage(
                "key-to-reuse-missing", "no other partnership in this folder has a key and card"
            )
        return reuse_key(settings, other, unlock(other), now, corrected)
    path = card_file_of(settings)
    before, _ = read_card_file(path)
    if not corrected and before.origin == settings.origin:
        raise Usage(
            "key-already-exists",
            "this partnership already has a key",
            "correct its card: exchange key card --kind district, or --name, --contact, --role",
            "or make a new key: exchange key renew",
        )
    if settings.founding:
        register = open_log(settings).log.register
        if before.signer in register.cards:
            raise Usage(
                "card-already-enrolled",
                f"the card of {before.who} is already enrolled and cannot be changed",
            )
        refuse_wrong_clock(settings, register, now)
    unlocked, proof = unlock(settings), witness_key(settings.profile)
    always = {"origin": settings.origin, "made": when_made(now)}  # its ID may have been mistyped
    card = card_of(before.to_json() | dict(corrected) | always, unlocked, proof)
    replace(path, sign_card(card, unlocked, proof))
    return MadeKey(card, path)


def renew_key(
    settings: Settings, log: SyncedLog, words: str, *, now: datetime, work_factor: int
) -> MadeKey:
    """Make another key and card for the same office; the key in use stays in use.

    Args:
        words: The passphrase of the new key.

    Raises:
        LogBroken: the time cannot be right, or a witness saw another log.
        NotEntitled: the officer is not enrolled.
        KeyRefused: the passphrase cannot be kept in the keyring, where the others are.
    """
    register = log.register
    refuse_wrong_clock(settings, register, now)
    card = own_card(settings, register)
    partner = register.partners[settings.partner]
    stem = f"{card.partner}-{card.officer}"
    number = next(n for n in range(2, 1000) if not (settings.folder / f"{stem}-{n}.key").exists())
    key, card_file = (settings.folder / f"{stem}-{number}{end}" for end in (".key", ".card"))
    identity = write_identity(key, words, now=now, work_factor=work_factor)
    details = card.to_json() | {
        "name": partner.name,
        "kinds": list(partner.kinds),
        "made": when_made(now),
    }
    replace_spoilt_key(log, settings.profile, settings.cosignatures_file)
    again = write_card(card_file, details, identity, witness_key(settings.profile))
    if settings.keyring:
        keep_in_keyring(words, key.name)
    return MadeKey(again, card_file)


def use_key(settings: Settings, key: Path, unlock: Unlock) -> tuple[Card, list[Card]]:
    """Sign and open with another key of one's own from now on.

    In a folder without a key, such as one that takes the place of a lost computer's, the key says
    whose folder it is.

    Returns:
        Its card, and the cards that the same office had before.

    Raises:
        NotEntitled: its card is not enrolled, or is another authority's.
        KeyRefused: it cannot be unlocked.
    """
    old, settings.key = settings.key, settings.name_of(key)
    unlocked = unlock(settings)
    register = open_log(settings).log.register
    card = register.cards.get(unlocked.signer)
    if card is None or card.partner != (settings.partner or card.partner):
        raise NotEntitled(
            "key-not-enrolled",
            f"{key.name} is not enrolled for {settings.partner or 'any partner'}",
            (f"{old} is still in use; s" if old else "s") + "end the card of the new key to a "
            "coordinator, who enrols it: exchange partner add CARD",
        )
    settings.partner, settings.officer = card.partner, card.officer
    settings.write()
    same = [c for c in register.cards.values() if c.who == card.who and c.signer != unlocked.signer]
    return card, same


def keep_passphrase(settings: Settings, words: str) -> None:
    """Keep the passphrase of the key in use in the computer's keyring from now on.

    Raises:
        KeyRefused: there is no keyring, or it refuses; nothing is kept.
    """
    keep_in_keyring(words, settings.key)
    settings.keyring = True
    settings.write()


def other_keys(settings: Settings, register: Register) -> list[OtherKey]:
    """Return the keys beside the settings that are not in use: enrolled, or still to be."""
    keys = []
    for card_file in sorted(settings.folder.glob("*.card")):
        key = card_file.with_suffix(".key")
        if not key.is_file() or key == settings.key_file:
            continue
        card, _ = read_card_file(card_file)
        if card.partner == settings.partner and card.signer not in register.revoked:
            keys.append(OtherKey(key, card_file, card, card.signer in register.cards))
    return keys


def card_by_fingerprint(register: Register, typed: str) -> Card:
    """Return the enrolled card of a fingerprint, or of its beginning.

    Raises:
        Usage: none has it, or several have.
    """
    digits = typed.replace(" ", "").lower()
    cards = [
        card
        for card in register.cards.values()
        if len(digits) >= _DIGITS and fingerprint(card).replace(" ", "").startswith(digits)
    ]
    if len(cards) != 1:
        raise Usage(
            "fingerprint-not-matched",
            f"{len(cards) or 'no'} enrolled key{'s have' if len(cards) > 1 else ' has'} that "
            "fingerprint",
        )
    return cards[0]
