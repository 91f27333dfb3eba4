"""exchange log trace: which line of your extract a record that you sent came from."""

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json, passphrase_file
from exchange.cli.session import open_log
from exchange.cli.tree import option, summary
from exchange.cli.unlock import unlock
from exchange.text import format_count
from schemas.quarters import days_in_words


@click.command(help=summary("log trace"))
@click.argument("record", metavar="RECORD-ID")
@option("log trace", "--with-values", is_flag=True)
@passphrase_file
@as_json
@click.pass_obj
def command(
    app: App, record: str, with_values: bool, passphrase_file: str | None, as_json: bool
) -> None:
    """Answer a correction query; only whoever sent the record can, for a year."""
    from exchange.log.recipients import log_numbers
    from exchange.profile.outbox import trace

    settings = app.settings
    log = open_log(settings, offline=True)
    entry, line, reference = trace(settings, unlock(settings, passphrase_file), record)
    submission = log.register.find_return(entry)
    copies = log.register.copies(submission) if submission else []
    if as_json:
        console.as_json(
            {
                "dataset": submission.statement.dataset if submission else None,
                "covered": str(submission.statement.covered) if submission else None,
                "entry": copies[-1].position if copies else None,
                "line": line,
                **({"reference": reference} if with_values else {}),
            }
        )
        return
    if submission is not None:
        s = submission.statement
        console.result(f"sent    {s.dataset}  {days_in_words(s.covered)}  {log_numbers(copies)}")
    console.result(f"line    {format_count(line)} of the file that you sent")
    if with_values:
        console.result(f"source  {reference or 'has no reference'}")
