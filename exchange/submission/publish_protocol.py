"""Publishing a version of the protocol: checked before it is confirmed, then logged."""

from datetime import datetime
from pathlib import Path

from depersonalise.identifiers import identifiers_in
from exchange.errors import Usage
from exchange.keys.identity import UnlockedKey
from exchange.log.documents import DOCUMENT_MOST, keep_document
from exchange.log.log import Log
from exchange.log.recipients import my_card
from exchange.submission.unsupported_settings import unsupported_settings
from partners.entries.protocol import PublishProtocol
from partners.register.register import Register
from partners.register.state import Signature


def check_version(published: PublishProtocol, register: Register) -> None:
    """Refuse to publish what the tool would not do, and a title that names somebody.

    Raises:
        Usage: it is one of these.
    """
    if identifiers_in([published.title]):
        raise Usage(
            "text-holds-identifier",
            "the title seems to contain an identifier",
            "use another title: --title",
        )
    broken = unsupported_settings(published, register)
    if broken:
        raise Usage(
            "protocol-promise-not-kept",
            "the protocol was not published: it has settings that have no effect",
            *(f"publish it {setting.instead}" for setting in broken),
            lines=tuple(map(str, broken)),
        )


def cancelled_signatures(register: Register) -> dict[str, Signature]:
    """Return the signatures that a new version cancels, by the names of the authorities."""
    signatures = register.protocol.signatures if register.protocol else {}
    return {register.partners[p].name: signature for p, signature in signatures.items()}


def publish(
    published: PublishProtocol, document: Path, *, log: Log, officer: UnlockedKey, now: datetime
) -> tuple[int, bool]:
    """Keep the document in the store, if it is not too large, and log the version.

    Returns:
        The log number of the version, and whether the document is kept.

    Raises:
        NotEntitled: it would not count.
        LogBroken: the store can't be written.
    """
    is_kept = published.size <= DOCUMENT_MOST
    if is_kept:
        keep_document(log.store, document.read_bytes())
    return log.write(published, my_card(log, officer), officer, now), is_kept
