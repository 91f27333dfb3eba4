"""Sending what may be shared: encrypted, kept on this disk, then the bundle, and the entry last.

Keeps true: no entry names a bundle that is missing; a run killed at any moment leaves at most an
orphan bundle, and the next one finishes with the same bytes; the same extract sent twice is logged
once; a missing recipient stops the run, and never means "encrypt for the others".
"""

import contextlib
import io
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from depersonalise.depersonalise import Depersonalised
from exchange import age
from exchange.bundle.bundle import payload_of, seal
from exchange.bundle.sealed_files import bundle_name, verify_sealed
from exchange.errors import LogBroken, NotEntitled
from exchange.keys.identity import UnlockedKey
from exchange.log.after_end import stop_at_gap
from exchange.log.entry_signature import sign_entry, time_of
from exchange.log.log import Log
from exchange.log.recipients import keys_of, my_card
from exchange.profile import earlier_releases, outbox
from exchange.profile.clock import refuse_wrong_clock
from exchange.profile.earlier_releases import file_name
from exchange.profile.settings import Settings
from exchange.stores.store import AlreadyThere, Unreachable
from exchange.submission.interrupted import (
    OutboxItem,
    left_by_earlier_runs,
    profile_lock,
    store_in_outbox,
)
from exchange.submission.may_submit import check_may_submit, check_version
from exchange.submission.statement import content_hash, entry_of, statement_of
from exchange.submission.transfer_file import write_transfer_file
from partners.entries.card import Card
from partners.entries.returns import Answer, Submit
from partners.register.register import Register
from partners.register.state import ReturnKey, Submission
from schemas.datasets.shared_columns import RECORD_ID


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a submission.

    Attributes:
        position: Of its entry in the log; None if it went into a transfer file.
        waiting: Other submissions that were interrupted, by dataset and dates.
        again: The same extract was in the log already, so nothing was written.
    """

    position: int | None
    statement: Submit
    time: datetime
    waiting: tuple[str, ...]
    again: bool

    @property
    def is_late(self) -> bool:
        """Whether it came after the deadline of its quarter."""
        return self.statement.quarter.is_late(self.time)


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """Who sends: the officer, with the settings, the log and the card that are theirs."""

    settings: Settings
    log: Log
    card: Card
    officer: UnlockedKey


def send_rows(
    shared: Depersonalised,
    *,
    settings: Settings,
    log: Log,
    officer: UnlockedKey,
    now: datetime,
    to: Path | None = None,
    stage: Callable[[str], None] = lambda _: None,
    encrypted: Callable[[str], None] = lambda _: None,
    answers: Sequence[Answer] = (),
) -> Sent:
    """Send depersonalised rows to all who are enrolled.

    Args:
        answers: Why queries about the file were right; they are signed, and partners see them.
        encrypted: Called with the hash of the payload when it is encrypted and before it is sent.
        to: A transfer file, into which it goes instead of the store.

    Raises:
        NotEntitled, Usage: as `check_may_submit`.
        LogBroken: the store can't be reached or written; what is encrypted is kept for next time.
    """
    card = my_card(log, officer)
    signer = Signer(settings, log, card, officer)
    with profile_lock(settings):
        # A courier file can be made where the store is out of reach; the log decides if it counts.
        with contextlib.suppress(*([Unreachable] if to is not None else [])):
            log.catch_up()
        refuse_wrong_clock(settings, log.register, now)
        check_version(log.register, shared)
        key = ReturnKey(card.partner, shared.dataset.id, shared.policy.part, shared.personal)
        with ThreadPoolExecutor(1) as beside:
            making = beside.submit(payload_of, shared)
            content = content_hash(shared, key, officer)
        item, waiting = left_by_earlier_runs(settings, log, key, shared.covered, content)
        if same := _same(log.register, key, content):
            return Sent(same.position, same.statement, same.time, waiting, again=True)
        check_may_submit(card, log, key, shared.covered, shared.version)
        if item is None:
            stage("sealing")
            payload = making.result()
            item = _seal(shared, payload, signer, now=now, content=content, answers=answers)
        encrypted(item.statement.payload_sha256)
        position = _deliver(item, signer, to=to, stage=stage)
        return Sent(position, item.statement, item.entry.time, waiting, again=False)


def _deliver(
    item: OutboxItem, signer: Signer, *, to: Path | None, stage: Callable[[str], None]
) -> int | None:
    """Send a submission and return its log number, or put it into a transfer file."""
    if to is not None:
        with item.folder.bundle() as bundle:
            write_transfer_file(to, item.note, bundle)
        item.folder.mark_transferred()
        return None
    stage("sending")
    try:
        return store_and_log(item, signer)
    except NotEntitled as refusal:
        raise LogBroken("submission-not-logged", refusal.message) from None


def _seal(
    shared: Depersonalised,
    payload: BinaryIO,
    signer: Signer,
    *,
    now: datetime,
    content: str,
    answers: Sequence[Answer],
) -> OutboxItem:
    """Finish a submission on this disk: entry, bundle and key map."""
    log, card, officer = signer.log, signer.card, signer.officer
    recipients = keys_of(log.register, personal=shared.personal)
    own_keys = earlier_releases.own_keys(log.register, card.partner)
    entry_id = secrets.token_hex(16)

    def write(folder: Path) -> None:
        with ThreadPoolExecutor(1) as beside:
            own = beside.submit(_write_own_files, folder, shared, officer, own_keys, now)
            with (folder / "bundle.age").open("xb") as file:
                sealed = seal(payload, file, recipients)
            own.result()
        statement = statement_of(shared, log, card, sealed, content=content, answers=answers)
        entry = entry_of(log, statement, time_of(now), entry_id)
        (folder / "entry").write_bytes(sign_entry(entry, card, officer))

    return store_in_outbox(signer.settings, entry_id, write)


def _write_own_files(
    folder: Path,
    shared: Depersonalised,
    officer: UnlockedKey,
    own_keys: list[age.Recipient],
    now: datetime,
) -> None:
    """Write what stays with the authority: the officer's key map, and the rows that are shared."""
    plain, origin = io.BytesIO(), shared.origin.select("line", "reference")
    stored = RECORD_ID in shared.rows.columns
    if stored:
        origin = origin.insert_column(0, shared.ids)
    outbox.key_map(origin, now, plain, b"" if stored else shared.salt)
    plain.seek(0)
    with (folder / "keymap.age").open("xb") as file:
        age.encrypt(plain, file, [officer.identity.recipient])
    if not shared.personal:
        name = file_name(shared.dataset.id, shared.policy.part, str(shared.covered.quarter))
        earlier_releases.write(folder / name, shared, own_keys)


def store_and_log(item: OutboxItem, signer: Signer) -> int:
    """Put the bundle in the store, then the entry in the log; return its position.

    Raises:
        NotEntitled: the entry would have no effect; the bundle lies in the store, and no entry.
        LogBroken: nothing is written after a gap in the log, or the store can't be written.
    """
    log, card = signer.log, signer.card
    stop_at_gap(log)
    with item.folder.bundle() as file:
        try:
            name = bundle_name(item.statement.bundle_sha256)
            log.store.publish(name, file, item.folder.id)
        except AlreadyThere:
            verify_sealed(log.store, item.statement, card.who)
    position = log.add(item.note, item.entry, card, signer.officer)
    with contextlib.suppress(OSError):  # it is sent; the next run puts away what is held now
        item.folder.finish(signer.settings)
    return position


def find_same_submission(
    shared: Depersonalised, register: Register, partner: str, officer: UnlockedKey
) -> Submission | None:
    """Return the submission in effect that holds the same rows for the same dates, if any."""
    key = ReturnKey(partner, shared.dataset.id, shared.policy.part, shared.personal)
    return _same(register, key, content_hash(shared, key, officer))


def _same(register: Register, key: ReturnKey, content: str) -> Submission | None:
    return next(
        (s for s in register.current() if s.key == key and s.statement.content == content), None
    )
