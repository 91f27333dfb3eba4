"""exchange log suspend: have a submission set aside, or used again."""

from typing import Final

import click

from exchange.cli import console, options
from exchange.cli.session import EntryWriter, writes_entries
from exchange.cli.tree import option, summary
from exchange.errors import Usage
from exchange.submission.withdraw import submissions_at
from partners.entries.reasons import REASONS
from partners.entries.returns import Suspend
from partners.register.return_rules import LIFTED
from partners.register.state import AGREEING, Submission

_REASONS: Final = {name: says for name, says in REASONS["suspend"].items() if name != LIFTED}


@click.command(help=summary("log suspend"))
@click.argument("entry", type=click.IntRange(0), metavar="LOG_NUMBER")
@options.reason(_REASONS, metavar="REASON")
@option("log suspend", "--lift", is_flag=True)
@writes_entries
def command(writer: EntryWriter, entry: int, reason: str | None, lift: bool) -> None:
    """Log that a submission is not to be used. It is set aside when two coordinators say so."""
    if lift == (reason is not None):
        raise Usage(
            "suspension-needs-reason",
            "give either --reason or --lift",
            f"to suspend it: --reason {' or '.join(_REASONS)}",
            "to withdraw your request: --lift",
        )
    submission = submissions_at(writer.log, entry)[-1]
    entry = submission.position
    body = Suspend(*writer.signer, submission.id, not lift, reason or LIFTED)
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
