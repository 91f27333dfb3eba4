"""Signing the protocol: in which partnerships a document is the version in force, and unsigned."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from exchange.errors import NothingToDo, Usage
from exchange.keys.identity import UnlockedKey
from exchange.log.log import Log
from exchange.log.recipients import my_card
from exchange.profile.settings import Settings
from exchange.submission.protocol import protocol_in_force
from partners.entries.protocol import SignProtocol
from partners.register.state import Protocol


class UnsignedProtocol(NamedTuple):
    """A version of the protocol in force that an authority has not signed yet, and where."""

    settings: Settings
    log: Log
    protocol: Protocol


def check_document(protocol: Protocol, digest: str, name: str) -> None:
    """Refuse a document that is not the one that was published.

    Raises:
        Usage: it is another.
    """
    if digest != protocol.published.sha256:
        raise Usage(
            "protocol-file-differs",
            f"{name} is not the document that was published",
            f"save the document called {protocol.published.title} with: exchange partnership "
            "protocol show --save FILE",
            "nothing was signed",
        )


def new_signature(protocol: Protocol, partner: str, *, personal: bool) -> SignProtocol:
    """Return what is logged when an authority signs.

    Args:
        personal: Whether it signs the clause on personal data too.

    Raises:
        NothingToDo: it has signed just that.
    """
    if _has_signed(protocol, partner, personal=personal):
        position = protocol.signatures[partner].position
        raise NothingToDo("protocol-already-signed", f"{partner} already signed it: log {position}")
    return SignProtocol(protocol.id, protocol.published.sha256, personal)


def sign(unsigned: UnsignedProtocol, officer: UnlockedKey, *, personal: bool, now: datetime) -> int:
    """Log the signature of an authority, and return its log number.

    Raises:
        NotEntitled: the officer may not sign for it.
        LogBroken: the store can't be written.
    """
    settings, log, protocol = unsigned
    body = new_signature(protocol, settings.partner, personal=personal)
    return log.write(body, my_card(log, officer), officer, now)


def unsigned_protocols(
    partnerships: Sequence[tuple[Settings, Log]], digest: str, name: str, *, personal: bool
) -> list[UnsignedProtocol]:
    """Return where a document is in force and an authority has still to sign it.

    Args:
        digest: The SHA-256 of the document; `name` is what its file is called.
        personal: Whether the clause on personal data is to be signed too.

    Raises:
        Usage: it is in force in none of them.
        NothingToDo: it is signed already, wherever it is in force.
    """
    if len(partnerships) == 1:
        check_document(protocol_in_force(partnerships[0][1].register), digest, name)
    in_force = [
        UnsignedProtocol(settings, log, protocol)
        for settings, log in partnerships
        if (protocol := log.register.protocol) and protocol.published.sha256 == digest
    ]
    if not in_force:
        raise Usage(
            "protocol-file-differs",
            f"{name} is not the document in force in any of your partnerships",
            "save that of one, and sign it: exchange --partnership NAME partnership protocol show "
            "--save FILE",
            "nothing was signed",
        )
    unsigned = [
        item
        for item in in_force
        if not _has_signed(item.protocol, item.settings.partner, personal=personal)
    ]
    if not unsigned:
        new_signature(
            in_force[0].protocol, in_force[0].settings.partner, personal=personal
        )  # refuses
    return unsigned


def _has_signed(protocol: Protocol, partner: str, *, personal: bool) -> bool:
    """Say whether an authority has signed, and the clause on personal data or not, as said."""
    own = protocol.signatures.get(partner)
    return own is not None and own.personal == personal
