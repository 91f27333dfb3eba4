"""exchange withdraw: take a submission or a nil return out of effect, and have it deleted."""

from typing import Final

import click

from exchange.cli import console
from exchange.cli.session import EntryWriter, writes_entries
from exchange.cli.tree import summary
from exchange.errors import Usage
from exchange.submission.withdraw import (
    DELETED_HERE,
    DELETING,
    WITHDRAWING,
    delete_file,
    submission_at,
    who_may_have_pulled,
    withdrawal,
)
from partners.entries.kinds import Purge, Withdraw

_REASONS: Final = WITHDRAWING | DELETING


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
    body = withdrawal(writer.settings, writer.log, entry, reason=reason, delete=delete)
    if delete:
        _delete_own(writer, body, entry)
        return
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
    body = Purge(*writer.signer, submission.id, DELETED_HERE)
    position = writer.add(body, f"Have you deleted everything that you pulled of log {entry}?")
    writer.say(
        f"confirmed  log {position}  that what was pulled of log {entry} is deleted",
        confirmed=entry,
        entry=position,
    )


def _delete_own(writer: EntryWriter, body: Withdraw | Purge, entry: int) -> None:
    submission = submission_at(writer.log, entry)
    position = writer.add(body, f"Delete the file of submission {entry}?")
    delete_file(writer.log, submission)
    writer.say(
        f"deleted  log {entry}  under log {position}",
        withdrawn=entry,
        deleted=True,
        entry=position,
    )
    names = ", ".join(who_may_have_pulled(submission))
    console.hint(
        f"ask those who may have pulled it ({names}) to delete it and confirm: exchange log "
        f"confirm-deleted {entry}"
    )
