"""Encrypting earlier submissions again for all who are entitled now: the same rows, byte for byte.

For partners who joined later, and for new keys.
"""

import io
import secrets
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from exchange.bundle import bundle
from exchange.errors import NothingToDo
from exchange.keys.identity import UnlockedKey
from exchange.log.entry_signature import sign_entry, time_of
from exchange.log.log import Log
from exchange.log.recipients import cards_without_access, keys_of, my_card, recipient_cards
from exchange.profile import earlier_releases
from exchange.profile.settings import Settings
from exchange.submission.confidentiality import is_held_by_health
from exchange.submission.interrupted import profile_lock, store_in_outbox
from exchange.submission.send import Signer, store_and_log
from exchange.submission.statement import entry_of
from partners.entries.card import Card
from partners.register.state import Submission


class ToReseal(NamedTuple):
    """What an authority sent that is to be encrypted again.

    Attributes:
        submissions: Each with the cards that cannot open it yet.
        files: How records of quarters were depersonalised, not yet for all officers.
        confidential: The datasets whose incidents a health body shares as personal data.
    """

    submissions: list[tuple[Submission, list[Card]]]
    files: list[Path]
    confidential: list[str]


def to_reseal(settings: Settings, log: Log) -> ToReseal:
    """Return what is to be encrypted again for those who are entitled to it now.

    Raises:
        NothingToDo: all of them can open all of it.
    """
    partner, register = settings.partner, log.register
    own = [s for s in register.current() if s.statement.partner == partner]
    lacking = [(s, cards) for s in own if (cards := cards_without_access(log, s))]
    files = earlier_releases.files_not_for_all_officers(settings, register)
    if not lacking and not files:
        raise NothingToDo(
            "nothing-to-reshare", "all partners who are entitled to your submissions can open them"
        )
    statements = [s.statement for s, _ in lacking if s.statement.personal]
    confidential = [
        s.dataset for s in statements if is_held_by_health(s.dataset, partner, register)
    ]
    return ToReseal(lacking, files, confidential)


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
