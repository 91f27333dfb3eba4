"""A submission or a nil return withdrawn, suspended, or its file deleted.

Keeps true: whichever log number is named, what is withdrawn is what is in effect, and what is
deleted are the rows: every file that holds them, also those that were encrypted again for new keys.
"""

from collections.abc import Sequence
from typing import Final

from exchange.bundle.sealed_files import bundle_name
from exchange.errors import LogBroken, NotEntitled, NothingToDo, Usage
from exchange.log.log import Log
from exchange.profile.settings import Settings
from partners.entries.reasons import REASONS
from partners.entries.returns import Purge, Suspend, Withdraw
from partners.register.register import Register
from partners.register.return_rules import LIFTED
from partners.register.state import Submission

DELETED_HERE: Final = "destroyed-here"
WITHDRAWING: Final = REASONS["withdraw"]
DELETING: Final = {name: words for name, words in REASONS["purge"].items() if name != DELETED_HERE}
SUSPENDING: Final = {name: words for name, words in REASONS["suspend"].items() if name != LIFTED}


def withdrawals(
    settings: Settings, log: Log, entry: int, *, reason: str, delete: bool
) -> list[Withdraw] | list[Purge]:
    """Return what is logged where a submission of one's own no longer counts.

    Args:
        delete: Its files are to be deleted too: by `delete_files`, once this is logged.

    Raises:
        Usage: there is no such entry, or the reason is for the other of the two.
        NotEntitled: another return is in effect in its place.
        NothingToDo: its files were already to be deleted; now they are.
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
        return [Withdraw(*signer, _id_in_effect(settings.partner, log, entry), reason)]
    copies = submissions_at(log, entry)
    present = [copy for copy in copies if copy.purged_by is None]
    if not present:
        delete_files(log, copies)
        raise NothingToDo(
            "already-deleted",
            f"log {entry} was already deleted, under log {copies[-1].purged_by}",
        )
    return [Purge(*signer, submission.id, reason) for submission in present]


def _id_in_effect(partner: str, log: Log, entry: int) -> str:
    """Return the id of what a log number stands for now: it may have been encrypted again since."""
    entry_now, register = entry_id(log, entry), log.register
    returned = register.find_return(entry_now, partner)
    if returned is None:
        return entry_now
    newest = register.copies(returned)[-1]
    others = register.find_overlapping(newest.key, newest.statement.covered)
    if newest.superseded_by is not None and others:
        number = others[0].position
        raise NotEntitled(
            "nothing-to-withdraw",
            f"nothing was logged: log {entry} was replaced, and log {number} counts for its dates",
            f"to withdraw that one: exchange withdraw {number} --reason REASON",
        )
    return newest.id


def delete_files(log: Log, submissions: Sequence[Submission]) -> None:
    """Delete the files of submissions, except one that a later submission is of too.

    Raises:
        LogBroken: the store refuses it; that they are deleted is in the log already.
    """
    current = {bundle_name(s.statement.bundle_sha256) for s in log.register.current()}
    try:
        for name in {bundle_name(s.statement.bundle_sha256) for s in submissions} - current:
            log.store.destroy(name)
    except LogBroken as fault:
        raise LogBroken(
            "file-not-deleted",
            f"the log says that the submission is deleted, but {fault.message}, so its file is "
            "still there",
            *fault.hints,
            f"then delete it: exchange withdraw {submissions[-1].position} --delete --reason "
            f"{next(iter(DELETING))}",
        ) from None


def who_may_have_pulled(submissions: Sequence[Submission], register: Register) -> list[str]:
    """Return the names of the other partners that some submissions were encrypted for."""
    recipients = [
        (who.split("/")[0], submission.statement.partner)
        for submission in submissions
        for who, _ in submission.statement.recipients
    ]
    others = dict.fromkeys(partner for partner, sender in recipients if partner != sender)
    return [register.partners[partner].name for partner in others]


def suspension(
    settings: Settings, log: Log, entry: int, reason: str | None
) -> tuple[Submission, Suspend]:
    """Return a submission as it is in effect, and what is logged so that it is not used.

    Args:
        reason: None to take one's request back.

    Raises:
        Usage: there is no such submission.
    """
    submission = submissions_at(log, entry)[-1]
    signer = settings.partner, settings.officer
    return submission, Suspend(*signer, submission.id, reason is not None, reason or LIFTED)


def confirm_deletion(
    settings: Settings, log: Log, entry: int
) -> tuple[list[Submission], list[Purge]]:
    """Return the copies of a submission that were to be deleted, and that they are deleted here.

    Raises:
        Usage: there is no such submission, or it is one's own.
    """
    copies, me = submissions_at(log, entry), settings.partner
    if copies[0].statement.partner == me:
        raise Usage(
            "submission-is-your-own",
            f"log {entry} is your own submission",
            f"to delete it: exchange withdraw {entry} --delete --reason sent-in-error",
        )
    ours = [copy for copy in copies if copy.purged_by is not None and me not in copy.destroyed]
    ours = ours or copies[-1:]
    return ours, [Purge(me, settings.officer, copy.id, DELETED_HERE) for copy in ours]


def submissions_at(log: Log, entry: int) -> list[Submission]:
    """Return the submission of a log number, and those of the same rows; oldest first.

    Raises:
        Usage: there is none.
    """
    returned = log.register.find_return(entry_id(log, entry))
    if not isinstance(returned, Submission):
        raise Usage("entry-not-a-submission", f"log {entry} is not a submission")
    return [copy for copy in log.register.copies(returned) if isinstance(copy, Submission)]


def entry_id(log: Log, position: int) -> str:
    """Return the id of an entry, by its number in the log.

    Raises:
        Usage: there is none that can be read.
    """
    entry = log.entries[position] if position < len(log.entries) else None
    if entry is None:
        raise Usage("entry-unknown", f"the log has no entry {position}")
    return entry.id
