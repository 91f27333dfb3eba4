"""exchange nominate: the designated liaison officer of an authority, and the deputy."""

import click

from exchange.cli import console
from exchange.cli.group import App, summary
from exchange.cli.options import passphrase_file, yes
from exchange.cli.session import confirmed, log_entry, open_log
from exchange.profile.settings import Settings
from partners.entries.kinds import Nominate


@click.command("nominate", help=summary("nominate"))
@click.argument("office", metavar="OFFICE")
@click.option("--deputy", is_flag=True, help="For when the liaison officer is away.")
@yes
@passphrase_file
@click.pass_obj
def command(app: App, office: str, deputy: bool, yes: bool, passphrase_file: str | None) -> None:
    """Log it; who is nominated accepts with the same command in their own folder."""
    settings = Settings.find(app.folder, app.partnership)
    log = open_log(settings)
    what = "deputy liaison officer" if deputy else "liaison officer"
    confirmed(f"Is {settings.partner}/{office} the {what} of {settings.partner}?", yes=yes)
    body = Nominate(settings.partner, settings.officer, office, deputy)
    position = log_entry(settings, log, body, app.now, passphrase_file)
    accepted = log.register.nominations[settings.partner, deputy].accepted is not None
    done = "nominated and accepted" if accepted else "nominated"
    console.result(f"{done}  {settings.partner}/{office}  {what}  log {position}")
    if not accepted:
        console.hint(f"they accept with: exchange nominate {office}" + " --deputy" * deputy)
