"""Sending what may leave: sealed, kept on this disk, then the bundle, and the entry last.

Keeps true: no entry names a bundle that is not there; a run killed at any moment leaves at most an
orphan bundle, and the next one finishes with the same bytes; the same extract sent twice is logged
once; a missing recipient stops the run, and never means "seal for the others".
"""

import contextlib
import io
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from depersonalise.depersonalise import Depersonalised
from exchange import age
from exchange.bundle.bundle import Sealed, seal
from exchange.bundle.content import content_of
from exchange.bundle.sealed_files import bundle_name, verify_sealed
from exchange.errors import LogBroken, NotEntitled, Usage
from exchange.keys import signed_note
from exchange.keys.identity import UnlockedKey
from exchange.log.entry_signature import signed, time_of
from exchange.log.log import Log
from exchange.log.recipients import keys_of, my_card, recipient_cards
from exchange.profile import earlier_releases, outbox
from exchange.profile.earlier_releases import file_name
from exchange.profile.outbox import OutboxFolder
from exchange.profile.settings import Settings
from exchange.stores.store import AlreadyThere, Unreachable
from exchange.submission.held import refuse_last_month
from exchange.submission.transfer_file import write_courier
from exchange.text import days_in_words
from partners.entries.canonical_json import Json
from partners.entries.card import Card
from partners.entries.entry import Entry, in_band, parse, written_format
from partners.entries.kinds import Submit
from partners.register.register import Register
from partners.register.state import HELD, LATE, ReturnKey, Submission
from schemas.datasets.dataset import SECOND, SMALLEST, Dataset
from schemas.datasets.shared_columns import RECORD_ID
from schemas.quarters import Covered

_LOCK_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a submission.

    Attributes:
        position: Of its entry in the log; None if it went into a courier file.
        waiting: Other submissions that were interrupted, by dataset and dates.
        again: The same extract was in the log already, so nothing was written.
    """

    position: int | None
    statement: Submit
    time: datetime
    waiting: tuple[str, ...]
    again: bool


@dataclass(frozen=True, slots=True)
class _OutboxItem:
    """A submission that is finished on this disk."""

    left: OutboxFolder
    note: bytes
    entry: Entry
    statement: Submit


def refuse_overlap(log: Log, key: ReturnKey, covered: Covered) -> None:
    """Refuse dates that overlap those of an earlier submission in part.

    Raises:
        Usage: they do; the message names the ranges.
    """
    clash = log.register.clashing(key, covered)
    if clash:
        ranges = ", ".join(
            f"{days_in_words(s.statement.covered)} (log {s.position})" for s in clash
        )
        raise Usage(
            "dates-overlap-in-part",
            f"{days_in_words(covered)} partly overlaps your earlier submissions: {ranges}",
            "nothing was sent; to correct it, send all of its dates again in one file",
        )


def version_of(register: Register, dataset: Dataset) -> int:
    """Return the version of a dataset's form to write: the newest that the partnership uses.

    A local dataset, which is not adopted, has the second form where all that are adopted have it.
    """
    if adopted := register.adopted.get(dataset.id):
        return min(dataset.version, adopted.schema)
    first = any(one.schema == 1 for one in register.adopted.values())
    if dataset.upgrades and first and dataset.upgrades[-1] == SECOND:
        return dataset.version - 1
    return dataset.version


def _check_version(register: Register, shared: Depersonalised) -> None:
    """Refuse rows that were made ready for another version than the partnership uses by now.

    Raises:
        Usage: they were.
    """
    version = version_of(register, shared.dataset)
    if version != shared.version:
        raise Usage(
            "newer-version-adopted-meanwhile",
            f"the partnership adopted version {version} of {shared.dataset.id} while the "
            "file was being checked",
            "nothing was sent; run the same command again",
        )


def check_may_submit(card: Card, log: Log, key: ReturnKey, covered: Covered, version: int) -> None:
    """Refuse before anything is sealed what the log would reject.

    Raises:
        NotEntitled: the officer may not submit this dataset.
        Usage: its dates overlap those of an earlier submission in part, or they complete a quarter
            of which rows are held.
    """
    refuse_overlap(log, key, covered)
    refuse_last_month(log.register, key, covered, "nothing was sent")
    trial = entry_of(log, _blank(card, key, covered, version), datetime.now(UTC), "0" * 32)
    why = log.register.judge(trial, card, (), seen=True)
    if why:
        raise NotEntitled(
            why.id, f"nothing was sent: {card.who} may not send {key.dataset}, as {why}"
        )


def submit(
    shared: Depersonalised,
    *,
    settings: Settings,
    log: Log,
    officer: UnlockedKey,
    now: datetime,
    to: Path | None = None,
    stage: Callable[[str], None] = lambda _: None,
    sealed: Callable[[str], None] = lambda _: None,
) -> Sent:
    """Send depersonalised rows to all who are enrolled.

    Args:
        sealed: Called with the hash of the payload when it is sealed and before it is sent.
        to: A courier file, into which it goes instead of the store.

    Raises:
        NotEntitled, Usage: as `check_may_submit`.
        LogBroken: the store can't be reached or written; what was sealed is kept for the next run.
    """
    card = my_card(log, officer)
    with profile_lock(settings):
        # A courier file can be made where the store is out of reach; the log decides if it counts.
        with contextlib.suppress(*([Unreachable] if to is not None else [])):
            log.catch_up()
        _check_version(log.register, shared)
        key = ReturnKey(card.partner, shared.dataset.id, shared.policy.part, shared.personal)
        content = _content(shared, key, officer)
        kept, waiting = _left_by_earlier_runs(settings, log, key, shared.covered, content)
        if same := _same(log.register, key, content):
            return Sent(same.position, same.statement, same.time, waiting, again=True)
        check_may_submit(card, log, key, shared.covered, shared.version)
        if kept is None:
            stage("sealing")
            kept = _seal(
                shared,
                settings=settings,
                log=log,
                card=card,
                officer=officer,
                now=now,
                content=content,
            )
        sealed(kept.statement.payload_sha256)
        if to is not None:
            with kept.left.bundle() as bundle:
                write_courier(to, kept.note, bundle)
            return Sent(None, kept.statement, kept.entry.time, waiting, again=False)
        stage("sending")
        try:
            position = send(kept, settings, log, card, officer)
        except NotEntitled as refusal:
            raise LogBroken(
                "submission-not-logged", refusal.says, "run the same command again"
            ) from None
        return Sent(position, kept.statement, kept.entry.time, waiting, again=False)


def finish_logged(settings: Settings, register: Register) -> None:
    """Keep what stays here of what is in the log, where a run was killed before it could."""
    logged = {one.id for one in register.submissions}
    with profile_lock(settings):
        for left in outbox.waiting(settings):
            if left.id in logged:
                with contextlib.suppress(Unreachable):
                    settings.open_store().sweep(left.id)
                left.done(settings)


def _left_by_earlier_runs(
    settings: Settings, log: Log, key: ReturnKey, covered: Covered, content: str
) -> tuple[_OutboxItem | None, tuple[str, ...]]:
    """Return what an interrupted run of this very extract finished, and name what waits.

    What is for these dates and is not this extract is forgotten: whoever stopped it may have had a
    reason. What is for others waits until its file is submitted again; nothing is ever sent that
    the officer is not sending now.
    """
    mine, waiting = None, []
    for left in outbox.waiting(settings):
        with contextlib.suppress(Unreachable):
            log.store.sweep(left.id)
        kept = _kept(left)
        if _position_of(log, left.id) is not None:
            left.done(settings)
        elif kept is None or _outdated(kept, log, key, covered, content):
            left.drop()
        elif kept.statement.content == content:
            mine = kept
        else:
            waiting.append(f"{kept.statement.dataset} {days_in_words(kept.statement.covered)}")
    return mine, tuple(waiting)


def _outdated(kept: _OutboxItem, log: Log, key: ReturnKey, covered: Covered, content: str) -> bool:
    """Say whether something interrupted can't or need not be sent any more."""
    statement = kept.statement
    there = log.register.overlapping(ReturnKey.of(statement), statement.covered)
    if any(one.position >= kept.entry.seen.size for one in there):
        return True  # somebody of the same authority has returned something newer since
    entitled = {(c.who, c.signer) for c in recipient_cards(log, statement.personal)}
    if set(statement.recipients) != entitled:
        return True
    same = ReturnKey.of(statement) == key and statement.covered.overlaps(covered)
    return same and statement.content != content


@contextmanager
def profile_lock(settings: Settings) -> Iterator[None]:
    """Let one process of this profile send at a time; the system frees the lock of a dead one."""
    lock = FileLock(settings.profile / "lock", timeout=_LOCK_SECONDS)
    try:
        lock.acquire()
    except Timeout:
        raise Usage(
            "another-run-in-progress",
            "another exchange command is sending from this folder",
            "wait until it finishes, or stop it, and run the same command again",
        ) from None
    try:
        yield
    finally:
        lock.release()


def _seal(
    shared: Depersonalised,
    *,
    settings: Settings,
    log: Log,
    card: Card,
    officer: UnlockedKey,
    now: datetime,
    content: str,
) -> _OutboxItem:
    """Finish a submission on this disk: entry, bundle and key map."""
    recipients = keys_of(log, shared.personal)
    entry_id = secrets.token_hex(16)

    def write(folder: Path) -> None:
        with ThreadPoolExecutor(1) as beside:
            mapped = beside.submit(_write_key_map, folder, shared, officer, now)
            with (folder / "bundle.age").open("xb") as file:
                sealed = seal(shared, file, recipients)
            mapped.result()
        if not shared.personal:
            name = file_name(shared.dataset.id, shared.policy.part, str(shared.covered.quarter))
            earlier_releases.write(
                folder / name, shared, earlier_releases.own_keys(log.register, card.partner)
            )
        statement = _statement(shared, log, card, sealed, content)
        entry = entry_of(log, statement, time_of(now), entry_id)
        (folder / "entry").write_bytes(signed(entry, card, officer))

    return store_in_outbox(settings, entry_id, write)


def store_in_outbox(
    settings: Settings, entry_id: str, write: Callable[[Path], None]
) -> _OutboxItem:
    """Have a submission's files written, and read them back."""
    kept = _kept(outbox.write_outbox_folder(settings, entry_id, write))
    if kept is None:
        raise LogBroken(
            "sealed-file-unreadable",
            "the encrypted file cannot be read back from this machine's disk",
            "check that the disk is not full, and run the same command again",
        )
    return kept


def _write_key_map(
    folder: Path, shared: Depersonalised, officer: UnlockedKey, now: datetime
) -> None:
    """Write the key map, sealed for the officer alone."""
    plain, origin = io.BytesIO(), shared.origin.select("line", "reference")
    stored = RECORD_ID in shared.rows.columns
    if stored:
        origin = origin.insert_column(0, shared.ids)
    outbox.key_map(origin, now, plain, b"" if stored else shared.salt)
    plain.seek(0)
    with (folder / "keymap.age").open("xb") as file:
        age.encrypt(plain, file, [officer.identity.recipient])


def _kept(left: OutboxFolder) -> _OutboxItem | None:
    """Read back a finished submission; None if it is none that this version understands."""
    note = left.entry()
    entry = parse(signed_note.parse(note).text)
    return _OutboxItem(left, note, entry, entry.body) if isinstance(entry.body, Submit) else None


def send(kept: _OutboxItem, settings: Settings, log: Log, card: Card, officer: UnlockedKey) -> int:
    """Put the bundle in the store, then the entry in the log; return its position.

    Raises:
        NotEntitled: the entry would have no effect; the bundle lies in the store, and no entry.
    """
    with kept.left.bundle() as file:
        try:
            name = bundle_name(kept.statement.bundle_sha256)
            log.store.publish(name, file, kept.left.id)
        except AlreadyThere:
            verify_sealed(log.store, kept.statement, card.who)
    position = log.add(kept.note, kept.entry, card, officer)
    with contextlib.suppress(OSError):  # it is sent; the next run puts away what is held now
        kept.left.done(settings)
    return position


def _position_of(log: Log, entry_id: str) -> int | None:
    """Return where an entry of ours stands in the log, if it took effect."""
    for position, entry in enumerate(log.entries):
        if entry and entry.id == entry_id and not log.register.applied[position].why:
            return position
    return None


def was_sent(
    shared: Depersonalised, register: Register, partner: str, officer: UnlockedKey
) -> Submission | None:
    """Return the submission in effect that holds the same rows for the same dates, if any."""
    key = ReturnKey(partner, shared.dataset.id, shared.policy.part, shared.personal)
    return _same(register, key, _content(shared, key, officer))


def _same(register: Register, key: ReturnKey, content: str) -> Submission | None:
    return next(
        (s for s in register.current() if s.key == key and s.statement.content == content), None
    )


def _content(shared: Depersonalised, key: ReturnKey, officer: UnlockedKey) -> str:
    """Return the HMAC by which the same rows for the same dates are recognised."""
    return content_of(
        shared.rows.drop(RECORD_ID, strict=False),
        secret=officer.content_key,
        key=key,
        covered=shared.covered,
        version=shared.version,
    )


def _statement(
    shared: Depersonalised, log: Log, card: Card, sealed: Sealed, content: str
) -> Submit:
    return Submit(
        partner=card.partner,
        officer=card.officer,
        dataset=shared.dataset.id,
        part=shared.policy.part,
        quarter=shared.covered.quarter,
        covered=shared.covered,
        schema=shared.version,
        personal=shared.personal,
        counts=_counts(shared),
        treatments=_treatments(shared),
        recipients=tuple((c.who, c.signer) for c in recipient_cards(log, shared.personal)),
        bundle_sha256=sealed.bundle_sha256,
        bundle_size=sealed.bundle_size,
        payload_sha256=sealed.payload_sha256,
        content=content,
    )


def _counts(shared: Depersonalised) -> Json:
    account = shared.account
    left_out = {reason.value: in_band(n) for reason, n in account.tally.left_out.items()}
    if account.withheld:
        left_out["small-group"] = in_band(account.withheld)
    if account.domestics:
        left_out["domestic"] = in_band(account.domestics)
    if account.held:
        left_out[HELD] = in_band(account.held)
    return {
        "rows_in": in_band(account.tally.rows_in),
        "accepted": in_band(shared.rows.height),
        "left_out": left_out,
    }


def _treatments(shared: Depersonalised) -> Json:
    account = shared.account
    generalised = {why or "not": in_band(n) for why, n in account.generalised.items()}
    if shared.late:
        generalised[LATE] = in_band(shared.late)
    return {
        "domestic": str(shared.policy.domestic),
        "smallest": shared.policy.smallest,
        "places": {name: in_band(n) for name, n in account.places.items()},
        "generalised": generalised,
    }


def entry_of(log: Log, statement: Submit, time: datetime, entry_id: str) -> Entry:
    """Return the entry of a statement, after what is there."""
    return Entry(
        written_format("submit"),
        log.founding.origin,
        entry_id,
        "submit",
        time,
        log.verified_tree,
        statement,
    )


def _blank(card: Card, key: ReturnKey, covered: Covered, version: int) -> Submit:
    """Return a statement of nothing, to ask the register whether the real one would count."""
    counts: Json = {"rows_in": "0", "accepted": "0", "left_out": {}}
    zero = "0" * 64
    return Submit(
        key.partner,
        card.officer,
        key.dataset,
        key.part,
        covered.quarter,
        covered,
        version,
        key.personal,
        counts,
        {"places": {}, "generalised": {}, "domestic": "generalise", "smallest": SMALLEST},
        (),
        zero,
        0,
        zero,
        zero,
    )
