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


def recipient_cards(log: Log, personal: bool) -> list[Card]:  # noqa: FBT001 - it is what is asked
    """Return the cards that a submission is sealed for.

    All who are enrolled: the duty is to all other relevant authorities (s.17A(1)). What is personal
    data is for those whose authority signed that clause of the protocol, and nobody else.
    """
    return cards_entitled(log.register, personal)


def cards_entitled(register: Register, personal: bool) -> list[Card]:  # noqa: FBT001 - as above
    """Return the same, where there is no log but what it comes to."""
    cards = register.cards.values()
    signatories = register.personal_signatories
    return [card for card in cards if not personal or card.partner in signatories]


def keys_of(log: Log, personal: bool) -> list[age.Recipient]:  # noqa: FBT001 - as `recipient_cards`
    """Return the keys that a submission is sealed for."""
    return [age.Recipient.parse(card.recipient) for card in recipient_cards(log, personal)]


def unserved(log: Log, submission: Submission) -> list[Card]:
    """Return whose cards are entitled to a submission, and could not open it."""
    keys = {key for _, key in submission.statement.recipients}
    cards = recipient_cards(log, submission.statement.personal)
    return [card for card in cards if card.signer not in keys]
