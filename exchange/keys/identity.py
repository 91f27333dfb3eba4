"""An officer's identity: one age identity, from which the signing key follows; and public cards.

The identity file is an age file under a passphrase, so any implementation of age can use it. The
Ed25519 seed is HKDF of the age identity's seed: one secret to keep, one to lose.
"""

import contextlib
import hashlib
import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange import age
from exchange.age.recipients import derive
from exchange.errors import KeyRefused, Usage
from exchange.files import aside, publish
from exchange.keys import signed_note
from exchange.keys.passphrases import forms, usual, wrong_passphrase
from partners.entries import canonical_json
from partners.entries.canonical_json import Json
from partners.entries.card import PROVING, Card
from partners.entries.fields import Malformed
from schemas.extract.text_files import decode_text

_MADE: Final = PROVING  # the format of the cards that are made now
_SIGN: Final = b"csp-exchange/v1/sign"
_CONTENT: Final = b"csp-exchange/v1/content"
_TOLD: Final = re.compile(r"\{.*\}")
_SIGNATURE: Final = re.compile(r"[\u2012-\u2015-]{1,2} (\S+ [A-Za-z0-9+/]+={0,2})")
FILE_MAX: Final = 64 * 1024  # bytes of an identity file or a card


@dataclass(frozen=True, slots=True)
class UnlockedKey:
    """An unlocked identity."""

    identity: age.Identity

    @property
    def signing(self) -> Ed25519PrivateKey:
        """The key that entries and checkpoints are signed with."""
        return Ed25519PrivateKey.from_private_bytes(derive(self.identity.seed, b"", _SIGN))

    @property
    def signer(self) -> str:
        """Its public half, 64 hexadecimal digits."""
        return self.signing.public_key().public_bytes_raw().hex()

    @property
    def content_key(self) -> bytes:
        """The key under which `content` recognises an extract sent again."""
        return derive(self.identity.seed, b"", _CONTENT)


def write_identity(path: Path, passphrase: str, work_factor: int = 18) -> UnlockedKey:
    """Make an identity and keep it in a new file under a passphrase.

    Raises:
        FileExistsError: there is a file of that name.
    """
    identity = age.Identity.generate()
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = f"# created: {created}\n# public key: {identity.recipient}\n{identity}\n"
    with aside(path) as (file, temporary):
        age.encrypt(
            io.BytesIO(text.encode()),
            file,
            [age.PassphraseRecipient(usual(passphrase), work_factor)],
        )
        publish(file, temporary, path)
    return UnlockedKey(identity)


def read_identity(path: Path, passphrase: str) -> UnlockedKey:
    """Unlock an identity file.

    Raises:
        KeyRefused: it is missing, is not one, or the passphrase is another.
    """
    content = _read_bounded(path)
    tried = (_unlock(path, content, form) for form in forms(passphrase))
    plain = next((opened for opened in tried if opened is not None), None)
    if plain is None:
        raise wrong_passphrase(path.name)
    lines = plain.decode("utf-8", "replace").splitlines()
    secrets = [line for line in lines if line.strip() and not line.startswith("#")]
    with contextlib.suppress(age.KeyTextBroken):
        identity = age.Identity.parse(secrets[0]) if len(secrets) == 1 else None
        if isinstance(identity, age.Identity):
            return UnlockedKey(identity)
    fault = "it does not hold one post-quantum identity, AGE-SECRET-KEY-PQ-1…"
    raise KeyRefused("identity-not-post-quantum", _cannot_be_used(path, fault))


def opens(path: Path, passphrase: str) -> bool:
    """Say whether a passphrase opens an identity file."""
    try:
        read_identity(path, passphrase)
    except KeyRefused:
        return False
    return True


def _unlock(path: Path, content: bytes, passphrase: str) -> bytes | None:
    """Return what an identity file holds; None if the passphrase is another."""
    plain = io.BytesIO()
    try:
        file = io.BytesIO(content)
        age.decrypt(file, plain, [age.PassphraseIdentity(passphrase)])
    except age.NoIdentityMatches:
        return None
    except age.AgeError:
        pass  # raised below, where no part of the file can hang on to the exception
    else:
        return plain.getvalue()
    fault = "it is not a key file, or it is damaged"
    raise KeyRefused("identity-file-damaged", _cannot_be_used(path, fault))


def _cannot_be_used(path: Path, fault: str) -> str:
    return f"the key file {path.name} cannot be used: {fault}"


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
    return card_in(_read_bounded(path), path.name)


def card_in(data: bytes, name: str) -> tuple[Card, bytes]:
    """Read a card as `read_card_file` does; `name` is what its file is called.

    Raises:
        KeyRefused: as for `read_card`.
    """
    card: Card | None = None
    for form in (data, _card_in_text(data)):
        try:
            card, data = read_card(form), form
        except KeyRefused as told:
            fault = told
        else:
            break
    if card is None:
        raise KeyRefused(fault.id, f"{name}: {fault.says}", *fault.hints)
    return card, data


def _card_in_text(data: bytes) -> bytes:
    """Return the card that stands in a file among other lines, as it was made; else the file."""
    try:
        lines = [line.strip("> \t\u00a0") for line in decode_text(data).split("\n")]
    except ValueError:
        return data
    recipient = next((line for line in lines if _TOLD.fullmatch(line)), "")
    signatures = [match[1] for line in lines if (match := _SIGNATURE.fullmatch(line))]
    signed = "".join(f"\u2014 {signature}\n" for signature in dict.fromkeys(signatures))
    return f"{recipient}\n\n{signed}".encode() if recipient and signed else data


def fingerprint(card: Card) -> str:
    """Return what two people read to each other by phone: 80 bits of the card's hash."""
    digest = hashlib.sha256(canonical_json.write(card.to_json())).hexdigest()[:20]
    return " ".join(digest[i : i + 4] for i in range(0, 20, 4))


def _read_bounded(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(FILE_MAX + 1)
    except OSError as fault:
        reason = fault.strerror or "it cannot be read"
    else:
        if len(content) <= FILE_MAX:
            return content
        reason = "it is too large"
    raise KeyRefused("key-or-card-file-unreadable", f"{path.name} cannot be used: {reason}")


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
    with aside(path) as (file, temporary):
        file.write(sign_card(card, officer, witness))
        publish(file, temporary, path)
    return card
