"""exchange edition: fix what the published tables of a quarter count."""

import click

from exchange.cli import console
from exchange.cli.group import App, summary
from exchange.cli.options import passphrase_file, yes
from exchange.cli.session import confirmed, log_entry, open_log
from exchange.errors import Usage
from exchange.log.log import Log
from exchange.profile.settings import Settings
from partners.entries.kinds import Edition
from schemas.quarters import NotAQuarter, Quarter


@click.command("edition", help=summary("edition"))
@click.argument("quarter")
@yes
@passphrase_file
@click.pass_obj
def command(app: App, quarter: str, yes: bool, passphrase_file: str | None) -> None:
    """Log an edition that counts the log as it stands."""
    settings = Settings.find(app.folder, app.partnership)
    try:
        of = Quarter.parse(quarter)
    except NotAQuarter as fault:
        raise Usage("quarter-not-understood", str(fault)) from None
    log = open_log(settings)
    size, number = log.verified_tree.size, len(log.register.editions.get(of, [])) + 1
    _something_new(log, of, size)
    confirmed(
        f"Issue edition {number} of {of}? Published tables then count the first {size:,} entries "
        "of the log. Partners with an older exchange must then upgrade.",
        yes=yes,
    )
    position = log_entry(settings, log, Edition(of, size), app.now, passphrase_file)
    console.result(f"edition  {of}  {number}  log {position}")
    console.hint("to make tables of it, pull first: exchange pull FOLDER")


def _something_new(log: Log, quarter: Quarter, size: int) -> None:
    """Refuse an edition of the same submissions as the one before, or of none.

    Raises:
        Usage: as said; nothing was logged.
    """
    editions = log.register.editions.get(quarter, [])
    before = log.register.submissions_counted(quarter, editions[-1].size) if editions else []
    now = log.register.submissions_counted(quarter, size)
    payloads = [{one.statement.payload_sha256 for one in of} for of in (before, now)]
    if payloads[0] == payloads[1]:
        raise Usage(
            "edition-not-newer",
            f"edition {len(editions)} of {quarter} counts the same submissions"
            if editions
            else f"no submission for {quarter} is in effect",
            "nothing was logged",
        )
