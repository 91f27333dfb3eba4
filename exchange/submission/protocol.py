"""The protocol in force: its document, what it settles, and who has signed it.

Leaves to others: what the log accepts (`partners/register/rules.py`), and what a setting promises
(`unsupported_settings.py`).
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import BufferedIOBase
from typing import Final

from exchange.errors import Notice, Usage
from exchange.submission.unsupported_settings import unsupported_settings
from partners.entries.protocol import PublishProtocol
from partners.register.register import Register
from partners.register.state import Protocol, Signature
from schemas.quarters import long_date

PLACES: Final = {"outward": "the outward code", "lsoa": "the LSOA"}
_DOCUMENT_MOST: Final = 256 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Signatory:
    """A partner who signs the protocol, and the signature if there is one."""

    partner: str
    is_responsible: bool
    signature: Signature | None


def hash_document(document: BufferedIOBase, name: str) -> tuple[str, int]:
    """Return the SHA-256 of a document and its size in bytes.

    Raises:
        Usage: it is empty, or too large; `name` is what the file is called.
    """
    size = document.seek(0, os.SEEK_END)
    document.seek(0)
    if not 0 < size <= _DOCUMENT_MOST:
        raise Usage("document-size-not-allowed", f"{name} is empty, or larger than 256 MiB")
    return hashlib.file_digest(document, "sha256").hexdigest(), size


def protocol_in_force(register: Register) -> Protocol:
    """Return the version that was published last.

    Raises:
        Usage: none was.
    """
    if register.protocol is None:
        raise Usage("protocol-missing", "no protocol has been published yet")
    return register.protocol


def signatories(register: Register, day: date) -> list[Signatory]:
    """Return the partners who have somebody that may sign for them; analysts alone do not.

    All responsible authorities must sign; others are asked to.
    """
    cards = register.cards.values()
    may = {card.partner for card in cards if {"liaison", "coordinator"} & set(card.roles)}
    signatures = register.protocol.signatures if register.protocol else {}
    return [
        Signatory(partner, register.is_responsible(partner, day), signatures.get(partner))
        for partner in register.partners
        if partner in may
    ]


def protocol_rows(
    published: PublishProtocol, names: Mapping[str, str] | None = None
) -> list[tuple[str, str]]:
    """Return what a protocol settles, each setting with its name.

    Args:
        names: Of datasets and partners by their ids, to be shown instead of these.
    """

    def of(id_: str) -> str:
        return (names or {}).get(id_, id_)

    clause = "has a clause on personal data" if published.personal else "no personal data"
    rows = [
        ("document", f"SHA-256 {published.sha256}"),
        ("sensitive records alike", f"at least {published.smallest}"),
        ("domestic incidents", clause),
        *(("domestic incidents withheld", of(name)) for name in published.domestic),
        *(("finest place", f"{of(p)}: {PLACES[w]}") for p, w in published.places.items()),
        *(("times to the minute", of(name)) for name in published.minutes),
        *(("local dataset", f"{of(n)}, of {', '.join(k)}") for n, k in published.local.items()),
        *(("on behalf", f"{of(b.dataset)}: {of(b.by)} for {of(b.of)}") for b in published.behalf),
        *(
            ("deadline", f"{of(name)}: {deadline.days} days after each {deadline.every}")
            for name, deadline in published.deadlines.items()
        ),
        *(("witnesses", "two authorities") for _ in range(published.witnesses - 1)),
    ]
    if published.review:
        rows.append(("review", long_date(published.review)))
    return rows


def settings_not_followed(published: PublishProtocol, register: Register) -> list[Notice]:
    """Return what a protocol in the log says, and this tool does not do."""
    return [
        Notice(
            "protocol-setting-not-followed",
            f"exchange does not follow {setting.option}: {setting.effect}",
        )
        for setting in unsupported_settings(published, register)
    ]
