"""exchange withdraw: take a submission or a nil return out of effect, and have it deleted."""

from collections.abc import Sequence
from typing import Final

import click

from exchange.cli import console, options
from exchange.cli.session import EntryWriter, writes_entries
from exchange.cli.tree import option, summary
from exchange.log.recipients import log_numbers
from exchange.submission.withdraw import (
    DELETING,
    WITHDRAWING,
    confirm_deletion,
    delete_files,
    submissions_at,
    who_may_have_pulled,
    withdrawals,
)
from exchange.text import number_ranges
from partners.entries.returns import Purge, Withdraw

_REASONS: Final = WITHDRAWING | DELETING


@click.command(help=summary("withdraw"))
@click.argument("entry", type=click.IntRange(0), metavar="LOG_NUMBER")
@options.reason(_REASONS, metavar="REASON", required=True)
@option("withdraw", "--delete", is_flag=True)
@writes_entries
def command(writer: EntryWriter, entry: int, reason: str, delete: bool) -> None:
    """Log that a submission of your authority no longer counts.

    With --delete its files are deleted from the store, those that were encrypted again for new
    partners too; its entries and hashes stay in the log.
    """
    bodies = withdrawals(writer.settings, writer.log, entry, reason=reason, delete=delete)
    if delete:
        _delete_own(writer, bodies, entry)
        return
    returned = writer.log.register.find_return(bodies[0].entry, writer.settings.partner)
    number = returned.position if returned else entry
    now = f", which is now log {number}" if number != entry else ""
    question = f"Withdraw submission {entry}{now}? Its dates will count as not sent."
    (position,) = writer.add_all(bodies, question)
    writer.say(
        f"withdrawn  log {entry}{now}  under log {position}",
        withdrawn=number,
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
    copies, bodies = confirm_deletion(writer.settings, writer.log, entry)
    numbers = log_numbers(copies)
    positions = writer.add_all(bodies, f"Have you deleted everything that you pulled of {numbers}?")
    under = number_ranges(positions)
    writer.say(
        f"confirmed  log {under}  that what was pulled of {numbers} is deleted",
        confirmed=copies[-1].position,
        entry=positions[-1],
    )


def _delete_own(writer: EntryWriter, bodies: Sequence[Purge | Withdraw], entry: int) -> None:
    copies = submissions_at(writer.log, entry)
    numbers = log_numbers(copies)
    again = " (the same rows, encrypted again for new partners)" if len(copies) > 1 else ""
    positions = writer.add_all(bodies, f"Delete the files of {numbers}{again}?")
    delete_files(writer.log, copies)
    writer.say(
        f"deleted  {numbers}  under log {number_ranges(positions)}",
        withdrawn=copies[-1].position,
        deleted=True,
        entry=positions[-1],
    )
    names = ", ".join(who_may_have_pulled(copies, writer.log.register))
    console.hint(
        f"ask those who may have pulled it ({names}) to delete it and confirm: exchange log "
        f"confirm-deleted {copies[-1].position}"
    )
