"""Whose keys a bundle is encrypted for, and whose card an officer signs with."""

from exchange import age
from exchange.errors import NotEntitled
from exchange.keys.identity import UnlockedKey
from exchange.log.log import Log
from partners.entries.card import Card
from partners.register.register import Register
from partners.register.state import Submission


def my_card(log: Log, officer: UnlockedKey) -> Card:
    """Return the enrolled card of an unlocked identity.

    Raises:
        NotEntitled: it is not enrolled.
    """
    card = log.register.cards.get(officer.signer)
    if card is None:
        raise NotEntitled(
            "key-not-enrolled",
            "your key is not enrolled in this partnership",
            "send your card to a coordinator, who enrols it: exchange partner add CARD",
        )
    return card


def recipient_cards(register: Register, *, personal: bool) -> list[Card]:
    """Return the cards that a submission is sealed for.

    All who are enrolled: the duty is to all other relevant authorities (s.17A(1)). What is personal
    data is for those whose authority signed that clause of the protocol, and nobody else.
    """
    cards = register.cards.values()
    signatories = register.personal_signatories
    return [card for card in cards if not personal or card.partner in signatories]


def recipient_names(register: Register, *, personal: bool) -> list[str]:
    """Return the names of the authorities that a submission is sealed for, each once."""
    cards = recipient_cards(register, personal=personal)
    return list(dict.fromkeys(register.partners[card.partner].name for card in cards))


def keys_of(register: Register, *, personal: bool) -> list[age.Recipient]:
    """Return the keys that a submission is sealed for."""
    cards = recipient_cards(register, personal=personal)
    return [age.Recipient.parse(card.recipient) for card in cards]


def unserved(log: Log, submission: Submission) -> list[Card]:
    """Return whose cards are entitled to a submission, and could not open it."""
    keys = {key for _, key in submission.statement.recipients}
    cards = recipient_cards(log.register, personal=submission.statement.personal)
    return [card for card in cards if card.signer not in keys]
