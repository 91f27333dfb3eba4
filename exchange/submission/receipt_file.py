"""A receipt for the officer's own records: a text file beside the file that was sent.

It says what was sent, when, and for whom it was encrypted, in the bands of the log and without a
value of a record. Nobody else has signed it: a receipt that others can check is made of the log
(`exchange/log/receipts.py`), once another partner has read the entry.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from exchange.errors import Notice
from exchange.files import replace
from exchange.profile.sent_files import RECEIPT
from exchange.submission.plan import Outgoing
from exchange.submission.send import Sent
from exchange.text import in_columns, time_in_words
from schemas.quarters import days_in_words

_HEAD: Final = (
    "What exchange sent from this file. This is your own record and proves nothing to others.\n"
)


def keep_receipt(
    files: Iterable[Path], sent: Iterable[tuple[Outgoing, Sent]]
) -> Path | Notice | None:
    """Write what was logged just now beside the first file; what was there of earlier times stays.

    Returns:
        Where it stands, a notice that it could not be written, or nothing if nothing was logged.
    """
    logged = [pair for pair in sent if pair[1].position is not None and not pair[1].again]
    beside = next(iter(files), None)
    if not logged or beside is None:
        return None
    path = beside.with_name(beside.name + RECEIPT)
    try:
        before = path.read_bytes().decode("utf-8", "replace") if path.exists() else _HEAD
        if not before.startswith(_HEAD):
            return _not_written(path)
        text = "".join([before, *(_of_bundle(*pair) for pair in logged)])
        replace(path, text.encode())
    except OSError:
        return _not_written(path)
    return path


def _not_written(path: Path) -> Notice:
    return Notice(
        "receipt-not-written",
        f"the receipt {path.name} could not be written beside the file",
        ("the submission is sent and logged; exchange status shows it",),
    )


def _of_bundle(outgoing: Outgoing, sent: Sent) -> str:
    statement, position = sent.statement, sent.position
    personal = " (personal data)" if outgoing.shared.personal else ""
    register = outgoing.log.register
    sender = register.partners[statement.partner].name
    lines = [
        ("Dataset", statement.dataset + personal),
        ("Dates", days_in_words(statement.covered)),
        ("Sent for", f"{sender}, in {outgoing.part.settings.slug}"),
        ("Records", statement.counts["accepted"]),
        ("In the log", f"log {position}"),
        ("Time", f"{time_in_words(sent.time)}, {'late' if sent.is_late else 'on time'}"),
        ("Encrypted for", ", ".join(outgoing.recipients)),
        ("SHA-256", statement.bundle_sha256),
        ("To prove it", f"exchange log receipt {position} -o receipt-{position}.zip"),
        ("", "once another partner has read the log (exchange status)"),
    ]
    return "\n" + "".join(f"{line}\n" for line in in_columns(lines))
