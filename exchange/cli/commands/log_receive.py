"""exchange log receive: put into the log what somebody carried in a file."""

from pathlib import Path

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json, passphrase_file
from exchange.cli.paths import EXISTING_FILE
from exchange.cli.session import open_log, say_store
from exchange.cli.tree import summary
from exchange.cli.unlock import unlock
from exchange.log.recipients import my_card
from exchange.submission.transfer_file import receive
from schemas.quarters import days_in_words


@click.command(help=summary("log receive"))
@click.argument("file", type=EXISTING_FILE, metavar="FILE")
@passphrase_file
@as_json
@click.pass_obj
def command(app: App, file: Path, passphrase_file: str | None, as_json: bool) -> None:
    """Anybody who is enrolled may; the file is proved as any other entry is."""
    app.sends = True
    settings = app.settings
    log = open_log(settings)
    officer = unlock(settings, passphrase_file)
    my_card(log, officer)
    position, statement = receive(app.folder / file, log, officer)
    say_store(log, position)
    console.outcome(
        f"received  {statement.partner}  {statement.dataset}  "
        f"{days_in_words(statement.covered)}  log {position}",
        json=as_json,
        partner=statement.partner,
        dataset=statement.dataset,
        covered=str(statement.covered),
        entry=position,
    )
