"""Withdrawing a submission or a nil return, and having the file of a submission deleted."""

from typing import Final

from exchange.bundle.sealed_files import bundle_name
from exchange.errors import NothingToDo, Usage
from exchange.log.log import Log
from exchange.profile.settings import Settings
from partners.entries.kinds import Purge, Withdraw
from partners.entries.reasons import REASONS
from partners.register.state import Submission

DELETED_HERE: Final = "destroyed-here"
WITHDRAWING: Final = REASONS["withdraw"]
DELETING: Final = {name: says for name, says in REASONS["purge"].items() if name != DELETED_HERE}


def withdrawal(
    settings: Settings, log: Log, entry: int, *, reason: str, delete: bool
) -> Withdraw | Purge:
    """Return what is logged where a submission of one's own no longer counts.

    Args:
        delete: Its file is to be deleted too: by `delete_file`, once this is logged.

    Raises:
        Usage: there is no such entry, or the reason is for the other of the two.
        NothingToDo: its file was already to be deleted; now it is.
    """
    if reason not in (DELETING if delete else WITHDRAWING):
        raise Usage(
            "reason-does-not-fit",
            f"{reason} is not a reason {'for --delete' if delete else 'to withdraw only'}",
            f"with --delete, choose --reason {' or '.join(DELETING)}",
            f"without it, choose --reason {', '.join(WITHDRAWING)}",
        )
    signer = settings.partner, settings.officer
    if not delete:
        return Withdraw(*signer, entry_id(log, entry), reason)
    submission = submission_at(log, entry)
    if submission.purged_by is not None:
        delete_file(log, submission)
        raise NothingToDo(
            "already-deleted",
            f"log {entry} was already deleted, under log {submission.purged_by}",
        )
    return Purge(*signer, submission.id, reason)


def delete_file(log: Log, submission: Submission) -> None:
    """Delete the file of a submission, unless a later submission is of the same file."""
    name = bundle_name(submission.statement.bundle_sha256)
    if not any(s.statement.bundle_sha256 in name for s in log.register.current()):
        log.store.destroy(name)


def who_may_have_pulled(submission: Submission) -> list[str]:
    """Return the partners that a submission was encrypted for."""
    return list(dict.fromkeys(who.split("/")[0] for who, _ in submission.statement.recipients))


def submission_at(log: Log, entry: int) -> Submission:
    """Return the submission of a log number.

    Raises:
        Usage: there is none.
    """
    returned = log.register.returned(entry_id(log, entry))
    if not isinstance(returned, Submission):
        raise Usage("entry-not-a-submission", f"log {entry} is not a submission")
    return returned


def entry_id(log: Log, position: int) -> str:
    """Return the id of an entry, by its number in the log.

    Raises:
        Usage: there is none that can be read.
    """
    entry = log.entries[position] if position < len(log.entries) else None
    if entry is None:
        raise Usage("entry-unknown", f"the log has no entry {position}")
    return entry.id
