"""exchange receive: put into the log what somebody carried in a file."""

from pathlib import Path

import click

from exchange import terminal
from exchange.cli import App, summary
from exchange.commands._logs import open_log, say_store, unlock
from exchange.commands._options import passphrase_file
from exchange.courier import receive
from exchange.recipients import my_card
from exchange.settings import Settings


@click.command("receive", help=summary("receive"))
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE"
)
@passphrase_file
@click.pass_obj
def command(app: App, file: Path, passphrase_file: str | None) -> None:
    """Anybody who is enrolled may; the file is proved as any other entry is."""
    settings = Settings.find(app.folder, app.partnership)
    log = open_log(settings)
    officer = unlock(settings, passphrase_file)
    my_card(log, officer)
    position, statement = receive(app.folder / file, log, officer)
    say_store(log, position)
    terminal.result(
        f"received  {statement.partner}  {statement.dataset}  {statement.covered}  log {position}"
    )
