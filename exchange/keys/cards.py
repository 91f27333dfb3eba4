"""Public cards: what says whose a key is, signed by the key itself."""

import contextlib
import hashlib
import re
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange import age
from exchange.errors import KeyRefused, Usage
from exchange.files import create, refuse_newer
from exchange.keys import signed_note
from exchange.keys.identity import UnlockedKey, read_small_file
from partners.entries import canonical_json
from partners.entries.canonical_json import Json
from partners.entries.card import PROVING, Card
from partners.entries.fields import Malformed
from schemas.extract.text_files import decode_text

_MADE: Final = PROVING  # the format of the cards that are made now
_JSON: Final = re.compile(r"\{.*\}")
_SIGNATURE: Final = re.compile(r"[\u2012-\u2015-]{1,2} (\S+ [A-Za-z0-9+/]+={0,2})")


def sign_card(card: Card, officer: UnlockedKey, witness: Ed25519PrivateKey) -> bytes:
    """Return a card's file, signed by its own key, and since format 2 by its witness key."""
    text = canonical_json.write(card.to_json())
    note = signed_note.sign(text, card.key_name, officer.signing)
    if card.format >= PROVING:
        note += signed_note.signature_line(text, card.witness_name, witness)
    return note


def read_card(data: bytes) -> Card:
    """Read a card's file and verify that the keys on it signed it.

    Raises:
        KeyRefused: it is not a card, is not signed by its key, or its keys are not to be used.
    """
    try:
        note = signed_note.parse(data)
        card = Card.from_json(canonical_json.read(note.text))
        age.Recipient.parse(card.recipient)
    except (signed_note.NoteBroken, canonical_json.NotCanonical, Malformed, age.AgeError):
        card = None
    if card is None:
        raise KeyRefused(
            "card-unreadable",
            "this is not a card, or it was changed on the way",
            "ask for the .card file again, as an attachment in a zip: e-mail can change text",
        )
    public, witness = bytes.fromhex(card.signer), bytes.fromhex(card.witness)
    if not all(signed_note.is_usable(key) for key in (public, witness)):
        raise KeyRefused(
            "card-key-unsafe",
            "the card's key accepts any signature, so it proves nothing",
        )
    names = [card.key_name, card.witness_name][: card.format]  # in format 1 the first alone
    if [signature.name for signature in note.signatures] != names or not note.is_signed_by(
        names[0], public
    ):
        raise KeyRefused("card-not-self-signed", "the card is not signed by its own key")
    if card.format >= PROVING and not note.is_signed_by(card.witness_name, witness):
        raise KeyRefused(
            "card-not-self-signed", "the card is not signed by the witness key that it names"
        )
    return card


def read_card_file(path: Path) -> tuple[Card, bytes]:
    """Read a card from its file, with its bytes as they were made.

    What e-mail does to lines is undone; whether it is the card that was made, its signature says.
    """
    return card_in(read_small_file(path), path.name)


def card_in(data: bytes, name: str) -> tuple[Card, bytes]:
    """Read a card as `read_card_file` does; `name` is what its file is called.

    Raises:
        KeyRefused: as for `read_card`.
        Usage: a newer release made it.
    """
    card: Card | None = None
    for form in (data, _card_in_text(data)):
        try:
            card, data = read_card(form), form
        except KeyRefused as told:
            fault = told
            _refuse_newer_card(form, name)
        else:
            break
    if card is None:
        raise KeyRefused(fault.id, f"{name}: {fault.message}", *fault.hints)
    return card, data


def _refuse_newer_card(data: bytes, name: str) -> None:
    with contextlib.suppress(signed_note.NoteBroken, canonical_json.NotCanonical):
        refuse_newer(canonical_json.read(signed_note.parse(data).text), Path(name), PROVING)


def _card_in_text(data: bytes) -> bytes:
    """Return the card that stands in a file among other lines, as it was made; else the file."""
    try:
        lines = [line.strip("> \t\u00a0") for line in decode_text(data).split("\n")]
    except ValueError:
        return data
    recipient = next((line for line in lines if _JSON.fullmatch(line)), "")
    signatures = [match[1] for line in lines if (match := _SIGNATURE.fullmatch(line))]
    signed = "".join(f"\u2014 {signature}\n" for signature in dict.fromkeys(signatures))
    return f"{recipient}\n\n{signed}".encode() if recipient and signed else data


def fingerprint(card: Card) -> str:
    """Return what two people read to each other by phone: 80 bits of the card's hash."""
    digest = hashlib.sha256(canonical_json.write(card.to_json())).hexdigest()[:20]
    return " ".join(digest[i : i + 4] for i in range(0, 20, 4))


def card_of(details: Json, officer: UnlockedKey, witness: Ed25519PrivateKey) -> Card:
    """Return the card that says something of a key and a witness key.

    Raises:
        Usage: a card cannot say it.
    """
    key_fields = {
        "format": _MADE,
        "recipient": str(officer.identity.recipient),
        "signer": officer.signer,
        "witness": witness.public_key().public_bytes_raw().hex(),
    }
    try:
        return Card.from_json(details | key_fields)
    except Malformed as fault:
        raise Usage("card-details-not-allowed", f"the card cannot be made: {fault}") from None


def write_card(path: Path, details: Json, officer: UnlockedKey, witness: Ed25519PrivateKey) -> Card:
    """Write a card for a key and a witness key, signed by both."""
    card = card_of(details, officer, witness)
    create(path, sign_card(card, officer, witness))
    return card
