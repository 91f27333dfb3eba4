"""Notices about what an interrupted run left unfinished. Nothing is changed here.

Leaves to others: finishing it, and deciding whether it may still be sent
(`submission/interrupted.py`).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from exchange.errors import Notice
from exchange.keys import signed_note
from exchange.log.log import Log
from exchange.profile.settings import Settings
from partners.entries.entry import Entry, parse
from partners.entries.returns import Submit
from schemas.datasets.registry import DATASETS
from schemas.quarters import days_in_words

PENDING: Final = "pending"  # the folder, in a profile, of what is not known to be in the log
TRANSFERRED: Final = "transferred"  # an empty file: it went into a transfer file, not to the store
LOCK: Final = "lock"


def unfinished_notices(settings: Settings, log: Log) -> Iterator[Notice]:
    """Say what was interrupted before it was logged, or after that and before anybody was told.

    Nothing while a run of this profile is sending: that one is not interrupted.
    """
    files = sorted((settings.profile / PENDING).glob("[!.]*/entry"))
    if not files or _is_sending(settings):
        return
    logged = {submission.id: submission.position for submission in log.register.submissions}
    for file in files:
        entry = _entry(file)
        if entry is None or not isinstance(entry.body, Submit):
            continue
        name = submission_in_words(log, entry.body)
        is_transferred = (file.parent / TRANSFERRED).exists()
        if entry.id not in logged:
            yield _transferred_notice(name) if is_transferred else interrupted_notice(name)
        elif not is_transferred:
            yield _logged_notice(name, logged[entry.id])


def submission_in_words(log: Log, statement: Submit) -> str:
    """Name a submission by the title of its dataset and its dates."""
    name = statement.dataset
    known = log.register.adopted.get(name) or DATASETS.get(name)
    title = known.title if known else name
    return f"{title}, {days_in_words(statement.covered)}"


def interrupted_notice(name: str) -> Notice:
    """Say that a submission was not logged, and how it is finished."""
    return Notice(
        "submission-interrupted",
        f"a submission was interrupted before it was logged: {name}",
        ("nothing of it counts as sent; to finish it, send the same file again",),
    )


def _logged_notice(name: str, position: int) -> Notice:
    receipt = f"exchange log receipt {position} -o receipt-{position}.zip"
    return Notice(
        "submission-was-logged",
        f"exchange was stopped before it could show you that {name} was sent: it is log {position}",
        (f"nothing is left to do; for a receipt, run: {receipt}",),
    )


def _transferred_notice(name: str) -> Notice:
    return Notice(
        "transfer-file-not-logged",
        f"{name} is in a transfer file, which no partner has recorded in the log yet",
        ("have a partner run: exchange log receive FILE",),
    )


def _entry(file: Path) -> Entry | None:
    try:
        return parse(signed_note.parse(file.read_bytes()).text)
    except (OSError, ValueError):
        return None


def _is_sending(settings: Settings) -> bool:
    from filelock import FileLock, Timeout  # noqa: PLC0415 - mostly nothing was interrupted

    lock = FileLock(settings.profile / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return True
    lock.release()
    return False
