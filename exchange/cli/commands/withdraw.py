"""exchange withdraw: take a submission or a nil return out of effect, and have it deleted."""

from typing import Final

import click

from exchange.bundle.sealed_files import bundle_name
from exchange.cli import console
from exchange.cli.session import EntryWriter, entry_id, writes_entries
from exchange.cli.tree import summary
from exchange.errors import NothingToDo, Usage
from exchange.log.log import Log
from partners.entries.kinds import Purge, Withdraw
from partners.entries.reasons import REASONS
from partners.register.state import Submission

_HERE: Final = "destroyed-here"
_DELETING: Final = {name: says for name, says in REASONS["purge"].items() if name != _HERE}
_REASONS: Final = REASONS["withdraw"] | _DELETING


@click.command(help=summary("withdraw"))
@click.argument("entry", type=click.IntRange(0), metavar="LOG_NUMBER")
@click.option(
    "--reason",
    type=click.Choice(list(_REASONS)),
    required=True,
    metavar="REASON",
    help="; ".join(f"{name}: {says}" for name, says in _REASONS.items()) + ".",
)
@click.option(
    "--delete", is_flag=True, help="Delete its file too, and ask those who have it to delete it."
)
@writes_entries
def command(writer: EntryWriter, entry: int, reason: str, delete: bool) -> None:
    """Log that a submission of your authority no longer counts.

    With --delete its file is deleted from the store; its entry and its hash stay in the log.
    """
    allowed = _DELETING if delete else REASONS["withdraw"]
    if reason not in allowed:
        raise Usage(
            "reason-does-not-fit",
            f"{reason} is not a reason {'for --delete' if delete else 'to withdraw only'}",
            f"with --delete, choose --reason {' or '.join(_DELETING)}",
            f"without it, choose --reason {', '.join(REASONS['withdraw'])}",
        )
    if delete:
        _delete_own(writer, entry, reason)
        return
    body = Withdraw(*writer.signer, entry_id(writer.log, entry), reason)
    position = writer.add(body, f"Withdraw submission {entry}? Its dates will count as not sent.")
    writer.say(
        f"withdrawn  log {entry}  under log {position}",
        withdrawn=entry,
        deleted=False,
        entry=position,
    )
    console.hint(
        f"its file is still in the store; to delete it: exchange withdraw {entry} --delete "
        "--reason sent-in-error"
    )


@click.command(help=summary("log confirm-deleted"))
@click.argument("entry", type=click.IntRange(0), metavar="LOG_NUMBER")
@writes_entries
def confirm_deleted(writer: EntryWriter, entry: int) -> None:
    """Log that everything that you pulled of a submission is deleted; its sender sees that."""
    submission = submission_at(writer.log, entry)
    if submission.statement.partner == writer.settings.partner:
        raise Usage(
            "submission-is-your-own",
            f"log {entry} is your own submission",
            f"to delete it: exchange withdraw {entry} --delete --reason sent-in-error",
        )
    body = Purge(*writer.signer, submission.id, _HERE)
    position = writer.add(body, f"Have you deleted everything that you pulled of log {entry}?")
    writer.say(
        f"confirmed  log {position}  that what was pulled of log {entry} is deleted",
        confirmed=entry,
        entry=position,
    )


def _delete_own(writer: EntryWriter, entry: int, reason: str) -> None:
    log = writer.log
    submission = submission_at(log, entry)
    if submission.purged_by is not None:
        _delete(log, submission)
        raise NothingToDo(
            "already-deleted",
            f"log {entry} was already deleted, under log {submission.purged_by}",
        )
    body = Purge(*writer.signer, submission.id, reason)
    position = writer.add(body, f"Delete the file of submission {entry}?")
    _delete(log, submission)
    writer.say(
        f"deleted  log {entry}  under log {position}",
        withdrawn=entry,
        deleted=True,
        entry=position,
    )
    names = ", ".join(
        dict.fromkeys(who.split("/")[0] for who, _ in submission.statement.recipients)
    )
    console.hint(
        f"ask those who may have pulled it ({names}) to delete it and confirm: exchange log "
        f"confirm-deleted {entry}"
    )


def submission_at(log: Log, entry: int) -> Submission:
    """Return the submission of a log number.

    Raises:
        Usage: there is none.
    """
    returned = log.register.returned(entry_id(log, entry))
    if not isinstance(returned, Submission):
        raise Usage(
            "entry-not-a-submission",
            f"log {entry} is not a submission",
            "see the entries: exchange verify",
        )
    return returned


def _delete(log: Log, submission: Submission) -> None:
    """Delete a bundle's bytes, unless a later submission is of the same bundle."""
    name = bundle_name(submission.statement.bundle_sha256)
    if not any(s.statement.bundle_sha256 in name for s in log.register.current()):
        log.store.destroy(name)
