"""Whose keys a bundle is encrypted for, whose card an officer signs with, and whom to ask."""

from collections.abc import Sequence

from exchange import age
from exchange.errors import NotEntitled
from exchange.keys.identity import UnlockedKey
from exchange.log.log import Log
from exchange.text import list_some
from partners.entries.card import Card
from partners.register.register import Register
from partners.register.state import Return, Revocation, Submission


def my_card(log: Log, officer: UnlockedKey) -> Card:
    """Return the enrolled card of an unlocked identity.

    Raises:
        NotEntitled: it is not enrolled, or was revoked.
    """
    card = log.register.cards.get(officer.signer)
    if officer.signer in log.register.revoked:
        raise revoked_key(log.register, log.register.revoked[officer.signer])
    if card is None:
        raise NotEntitled(
            "key-not-enrolled",
            "your key is not enrolled in this partnership",
            "send your card to a coordinator, who enrols it: exchange partner add CARD",
        )
    return card


def revoked_key(register: Register, revocation: Revocation) -> NotEntitled:
    """Return why an officer cannot go on with a key: it was revoked."""
    who = revocation.card.who
    is_renewed = any(card.who == who for card in register.cards.values())
    return NotEntitled(
        "signer-key-revoked",
        f"your key, that of {who}, was revoked by log {revocation.position}",
        *(["change to your new key: exchange key use FILE.key"] if is_renewed else []),
    )


def recipient_cards(register: Register, *, personal: bool) -> list[Card]:
    """Return the cards that a submission is encrypted for.

    All who are enrolled: the duty is to all other relevant authorities (s.17A(1)). What is personal
    data is for those whose authority signed that clause of the protocol, and nobody else.
    """
    cards = register.cards.values()
    signatories = register.personal_signatories
    return [card for card in cards if not personal or card.partner in signatories]


def recipient_names(register: Register, *, personal: bool) -> list[str]:
    """Return the names of the authorities that a submission is encrypted for, each once."""
    cards = recipient_cards(register, personal=personal)
    return list(dict.fromkeys(register.partners[card.partner].name for card in cards))


def new_recipients(register: Register, partner: str) -> list[str]:
    """Return the officers for whom the last submission of a partner was not encrypted.

    None where it has sent nothing yet.
    """
    earlier = [s for s in register.submissions if s.statement.partner == partner]
    known = {key for _, key in earlier[-1].statement.recipients} if earlier else set()
    return [c.who for c in register.cards.values() if earlier and c.signer not in known]


def keys_of(register: Register, *, personal: bool) -> list[age.Recipient]:
    """Return the keys that a submission is encrypted for."""
    cards = recipient_cards(register, personal=personal)
    return [age.Recipient.parse(card.recipient) for card in cards]


def cards_without_access(log: Log, submission: Submission) -> list[Card]:
    """Return whose cards are entitled to a submission, and could not open it.

    Nobody needs one that is suspended, and it is not encrypted again.
    """
    if submission.is_suspended:
        return []
    keys = {key for _, key in submission.statement.recipients}
    cards = recipient_cards(log.register, personal=submission.statement.personal)
    return [card for card in cards if card.signer not in keys]


def officers_without_access(log: Log, submission: Submission) -> list[str]:
    """Return who is entitled to a submission, and could open it with none of their keys.

    Whoever renewed a key has two until the earlier is revoked, and that opens earlier submissions.
    """
    lacking = cards_without_access(log, submission)
    cards = recipient_cards(log.register, personal=submission.statement.personal)
    able = {card.who for card in cards if card not in lacking}
    return list(dict.fromkeys(card.who for card in lacking if card.who not in able))


def contact_of(register: Register, partner: str) -> str:
    """Name an authority and how to reach the officer who shares its data, as their card says."""
    nominated = register.nominations.get((partner, False))
    designated = nominated.nominee if nominated else ""
    cards = sorted(
        (card for card in register.cards.values() if card.partner == partner),
        key=lambda card: (card.officer != designated, "liaison" not in card.roles),
    )
    name = register.partners[partner].name
    return f"{name} ({cards[0].contact})" if cards and cards[0].contact else name


def ask_for_access(register: Register, sender: str) -> str:
    """Say whom to ask for access to what an authority sent, and how to reach them."""
    return f"ask {contact_of(register, sender)} to run: exchange log reseal"


def sent_by(register: Register, sender: str, submissions: Sequence[Submission]) -> str:
    """Say what an authority sent, such as "Westshire Police: Recorded crime (log 3, 7)"."""
    by_dataset: dict[str, list[Submission]] = {}
    for submission in submissions:
        adopted = register.adopted.get(submission.statement.dataset)
        name = adopted.title if adopted else submission.statement.dataset
        by_dataset.setdefault(name, []).append(submission)
    datasets = [f"{name} ({log_numbers(group)})" for name, group in by_dataset.items()]
    return f"{register.partners[sender].name}: {', '.join(datasets)}"


def log_numbers(returns: Sequence[Return]) -> str:
    """Name the log numbers of submissions, such as "log 3, 7"."""
    return f"log {list_some([str(returned.position) for returned in returns])}"


def of_senders(submissions: Sequence[Submission]) -> dict[str, list[Submission]]:
    """Return submissions by the authority that sent them."""
    by_sender: dict[str, list[Submission]] = {}
    for submission in submissions:
        by_sender.setdefault(submission.statement.partner, []).append(submission)
    return by_sender
