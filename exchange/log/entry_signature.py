"""An entry and its signature: who signs it, with which key, and the cards that it brings."""

from datetime import datetime
from functools import lru_cache

from exchange.errors import KeyRefused
from exchange.keys import signed_note
from exchange.keys.cards import read_card
from exchange.keys.identity import UnlockedKey
from partners.entries.card import PROVING, Card
from partners.entries.entry import PROVED, Entry
from partners.entries.members import Enrol, Found


@lru_cache(maxsize=10_000)
def key_id_of(card: Card) -> bytes:
    """Return the id under which a card's key signs."""
    return signed_note.key_id(card.key_name, bytes.fromhex(card.signer))


def is_signed(note: signed_note.Note, card: Card) -> bool:
    """Say whether a note has one signature, and that of a card's key."""
    is_single = len(note.signatures) == 1
    return is_single and note.is_signed_by(card.key_name, bytes.fromhex(card.signer))


def cards_in(entry: Entry) -> tuple[Card, ...]:
    """Return the cards that an entry brings, their own signatures verified.

    Raises:
        KeyRefused: one of them is not sound, or not of the entry's format.
    """
    match entry.body:
        case Found(cards=notes):
            cards = tuple(read_card(note.encode()) for note in notes)
        case Enrol(card=note):
            cards = (read_card(note.encode()),)
        case _:
            return ()
    for card in cards:
        if (card.format >= PROVING) != (entry.format >= PROVED):
            raise KeyRefused("card-unreadable", "the card is of another format than its entry")
    return cards


def sign_entry(entry: Entry, card: Card, officer: UnlockedKey) -> bytes:
    """Return an entry's file."""
    return signed_note.sign(entry.to_bytes(), card.key_name, officer.signing)


def time_of(now: datetime) -> datetime:
    """Return a moment as entries can carry it: to the second."""
    return now.replace(microsecond=0)
