"""exchange withdraw: take a submission or a nil return out of effect; its bytes stay."""

import click

from exchange.cli import console
from exchange.cli.group import App, summary
from exchange.cli.options import passphrase_file, reason, yes
from exchange.cli.session import confirmed, entry_id, log_entry, open_log
from exchange.profile.settings import Settings
from partners.entries.kinds import Withdraw


@click.command("withdraw", help=summary("withdraw"))
@click.argument("entry", type=click.IntRange(0), metavar="ENTRY")
@reason("withdraw")
@yes
@passphrase_file
@click.pass_obj
def command(app: App, entry: int, reason: str, yes: bool, passphrase_file: str | None) -> None:
    """Log that an entry of your authority no longer counts."""
    settings = Settings.find(app.folder, app.partnership)
    log = open_log(settings)
    body = Withdraw(settings.partner, settings.officer, entry_id(log, entry), reason)
    confirmed(f"Withdraw entry {entry}? Its dates are then missing.", yes=yes)
    position = log_entry(settings, log, body, app.now, passphrase_file)
    console.result(f"withdrawn  log {entry}  by log {position}")
    console.hint(f"its bundle is still there; to have it destroyed: exchange purge {entry}")
