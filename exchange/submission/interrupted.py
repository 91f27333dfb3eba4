"""Submissions that are finished on this disk and not yet logged, because a run was interrupted.

Keeps true: one process of a profile sends at a time; nothing is ever sent that the officer is not
sending now.
"""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from exchange.errors import LogBroken, Usage
from exchange.files import refuse_newer
from exchange.keys import signed_note
from exchange.log.log import Log
from exchange.log.recipients import recipient_cards
from exchange.profile import outbox
from exchange.profile.outbox import OutboxFolder
from exchange.profile.settings import Settings
from exchange.profile.unfinished import LOCK, submission_in_words
from exchange.stores.store import Unreachable
from partners.entries.entry import FORMAT, Entry, parse
from partners.entries.returns import Submit
from partners.register.register import Register
from partners.register.state import ReturnKey
from schemas.quarters import Covered

_LOCK_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """A submission that is finished on this disk."""

    folder: OutboxFolder
    note: bytes
    entry: Entry
    statement: Submit


def finish_logged(settings: Settings, register: Register) -> None:
    """Keep what stays here of what is in the log, where a run was killed before it could."""
    with profile_lock(settings):
        for folder in outbox.finished_submissions(settings):
            if register.find_return(folder.id, settings.partner):
                with contextlib.suppress(Unreachable):
                    settings.open_store().sweep(folder.id)
                folder.finish(settings)


def left_by_earlier_runs(
    settings: Settings, log: Log, key: ReturnKey, covered: Covered, content: str
) -> tuple[OutboxItem | None, tuple[str, ...]]:
    """Return what an interrupted run of this very extract finished, and name what waits.

    What is for these dates and is not this extract is forgotten: whoever stopped it may have had a
    reason. What is for others waits until its file is submitted again; nothing is ever sent that
    the officer is not sending now.
    """
    own, waiting = None, []
    for folder in outbox.finished_submissions(settings):
        with contextlib.suppress(Unreachable):
            log.store.sweep(folder.id)
        item = read_back(folder)
        if log.register.find_return(folder.id, settings.partner):
            folder.finish(settings)
        elif item is None or _is_old(item, log, key, covered, content):
            folder.drop()
        elif item.statement.content == content:
            own = item
        elif not folder.is_transferred:
            waiting.append(submission_in_words(log, item.statement))
    return own, tuple(waiting)


def _is_old(item: OutboxItem, log: Log, key: ReturnKey, covered: Covered, content: str) -> bool:
    """Say whether something interrupted can't or need not be sent any more."""
    statement = item.statement
    overlapping = log.register.find_overlapping(ReturnKey.of(statement), statement.covered)
    if any(returned.position >= item.entry.seen.size for returned in overlapping):
        return True  # somebody of the same authority has returned something newer since
    entitled = {
        (c.who, c.signer) for c in recipient_cards(log.register, personal=statement.personal)
    }
    if set(statement.recipients) != entitled:
        return True
    same = ReturnKey.of(statement) == key and statement.covered.overlaps(covered)
    return same and statement.content != content


@contextmanager
def profile_lock(settings: Settings) -> Iterator[None]:
    """Let one process of this profile send at a time; the system frees the lock of a dead one."""
    lock = FileLock(settings.profile / LOCK, timeout=_LOCK_SECONDS)
    try:
        lock.acquire()
    except Timeout:
        raise Usage(
            "another-run-in-progress", "another exchange command is sending from this folder"
        ) from None
    try:
        yield
    finally:
        lock.release()


def store_in_outbox(settings: Settings, entry_id: str, write: Callable[[Path], None]) -> OutboxItem:
    """Have a submission's files written, and read them back."""
    item = read_back(outbox.write_outbox_folder(settings, entry_id, write))
    if item is None:
        raise LogBroken(
            "sealed-file-unreadable",
            "the encrypted file cannot be read back from this machine's disk",
        )
    return item


def read_back(folder: OutboxFolder) -> OutboxItem | None:
    """Read back a finished submission; None if it is none.

    Raises:
        Usage: a newer release wrote it.
    """
    note = folder.entry()
    try:
        entry = parse(signed_note.parse(note).text)
    except ValueError:
        return None
    refuse_newer({"format": entry.format}, folder.folder / "entry", FORMAT)
    return OutboxItem(folder, note, entry, entry.body) if isinstance(entry.body, Submit) else None
