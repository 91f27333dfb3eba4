"""Encrypting earlier submissions again for all who are entitled now: the same rows, byte for byte.

For partners who joined later, and for new keys.
"""

import io
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from exchange.bundle import bundle
from exchange.keys.identity import UnlockedKey
from exchange.log.entry_signature import sign_entry, time_of
from exchange.log.log import Log
from exchange.log.recipients import cards_without_access, keys_of, my_card, recipient_cards
from exchange.profile.settings import Settings
from exchange.submission.confidentiality import is_held_by_health
from exchange.submission.interrupted import profile_lock, store_in_outbox
from exchange.submission.send import Signer, store_and_log
from exchange.submission.statement import entry_of
from partners.entries.card import Card
from partners.register.register import Register
from partners.register.state import Submission


def without_access(log: Log, partner: str) -> list[tuple[Submission, list[Card]]]:
    """Return what an authority sent that is in effect, and the cards that cannot open it yet."""
    submissions = [s for s in log.register.current() if s.statement.partner == partner]
    return [(s, cards) for s in submissions if (cards := cards_without_access(log, s))]


def confidential(submissions: Sequence[Submission], register: Register) -> list[str]:
    """Return the datasets whose incidents a health body shares as personal data."""
    return [
        s.statement.dataset
        for s in submissions
        if s.statement.personal
        and is_held_by_health(s.statement.dataset, s.statement.partner, register)
    ]


def reseal(
    submission: Submission, *, settings: Settings, log: Log, officer: UnlockedKey, now: datetime
) -> int:
    """Encrypt what was sent earlier for all who are entitled now: the same rows, byte for byte.

    Returns:
        The position of the new entry, which replaces the old one.

    Raises:
        NotEntitled: the officer may not submit it.
        BundleBroken, KeyRefused: what was sent can't be opened.
        LogBroken: the store can't be reached or written.
    """
    card = my_card(log, officer)
    with profile_lock(settings):
        log.catch_up()
        entry_id, old = secrets.token_hex(16), submission.statement
        recipients = keys_of(log.register, personal=old.personal)

        def write(folder: Path) -> None:
            opened, payload = bundle.open_payload(log.store, old, card.who, officer.identity)
            bundle.check_opened([opened])
            with (folder / "bundle.age").open("xb") as file:
                sealed = bundle.seal(io.BytesIO(payload), file, recipients)
            statement = replace(
                old,
                officer=card.officer,
                recipients=tuple(
                    (c.who, c.signer) for c in recipient_cards(log.register, personal=old.personal)
                ),
                bundle_sha256=sealed.bundle_sha256,
                bundle_size=sealed.bundle_size,
            )
            entry = entry_of(log, statement, time_of(now), entry_id)
            (folder / "entry").write_bytes(sign_entry(entry, card, officer))

        item = store_in_outbox(settings, entry_id, write)
        return store_and_log(item, Signer(settings, log, card, officer))
