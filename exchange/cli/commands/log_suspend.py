"""exchange log suspend: have a submission set aside, or used again."""

import click

from exchange.cli import console, options
from exchange.cli.session import EntryWriter, writes_entries
from exchange.cli.tree import option, summary
from exchange.errors import Usage
from exchange.submission.withdraw import SUSPENDING, suspension
from partners.register.state import AGREEING, Submission


@click.command(help=summary("log suspend"))
@click.argument("entry", type=click.IntRange(0), metavar="LOG_NUMBER")
@options.reason(SUSPENDING, metavar="REASON")
@option("log suspend", "--lift", is_flag=True)
@writes_entries
def command(writer: EntryWriter, entry: int, reason: str | None, lift: bool) -> None:
    """Log that a submission is not to be used. It is set aside when two coordinators say so."""
    if lift == (reason is not None):
        raise Usage(
            "suspension-needs-reason",
            "give either --reason or --lift",
            f"to suspend it: --reason {' or '.join(SUSPENDING)}",
            "to withdraw your request: --lift",
        )
    submission, body = suspension(writer.settings, writer.log, entry, reason)
    entry = submission.position
    statement = submission.statement
    data = f"{statement.partner} {statement.dataset} {statement.covered}"
    question = f"Let partners use log {entry} again?" if lift else f"Suspend log {entry} ({data})?"
    position = writer.add(body, question)
    writer.say(
        f"{_state(submission, lift=lift)}  log {entry}  under log {position}",
        suspended=submission.is_suspended,
        of=entry,
        asked_by=list(submission.requests),
        entry=position,
    )
    if not lift and not submission.is_suspended:
        console.hint(
            f"it takes {AGREEING} coordinators; the other one runs: exchange log suspend {entry} "
            f"--reason {reason}"
        )
    elif submission.is_suspended:
        console.hint(
            f"partners set it aside when they next download; {statement.partner} can correct it by "
            "sending the file again"
        )


def _state(submission: Submission, *, lift: bool) -> str:
    if submission.is_suspended:
        return "suspended"
    return "no longer suspended" if lift else "not suspended yet"
