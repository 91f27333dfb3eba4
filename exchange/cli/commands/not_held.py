"""exchange not-held: a dataset that the authority does not hold, and since when."""

import click

from exchange.cli import console
from exchange.cli.group import App, summary
from exchange.cli.options import passphrase_file, reason, yes
from exchange.cli.session import confirmed, open_log, written
from exchange.errors import Usage
from exchange.profile.settings import Settings
from exchange.submission.dataset_ids import check_dataset
from partners.entries.kinds import NotHeld
from schemas.quarters import NotAQuarter, Quarter


@click.command("not-held", help=summary("not-held"))
@click.argument("dataset", metavar="DATASET")
@click.option("--from", "first", required=True, metavar="QUARTER", help="The first quarter.")
@click.option("--to", "last", metavar="QUARTER", help="The last; default: until further notice.")
@reason("not-held")
@yes
@passphrase_file
@click.pass_obj
def command(
    app: App,
    dataset: str,
    first: str,
    last: str | None,
    reason: str,
    yes: bool,
    passphrase_file: str | None,
) -> None:
    """Log it; the duty is to share what is held, and asks nobody to collect anything."""
    settings = Settings.find(app.folder, app.partnership)
    try:
        begins, ends = Quarter.parse(first), Quarter.parse(last) if last else None
    except NotAQuarter as fault:
        raise Usage("quarter-not-understood", str(fault)) from None
    held = reason == "held-again"
    log = open_log(settings)
    check_dataset(dataset, log.register.adopted)
    words = "holds" if held else "does not hold"
    until = f" to {ends}" if ends else ""
    confirmed(f"{settings.partner} {words} {dataset} from {begins}{until}?", yes=yes)
    body = NotHeld(settings.partner, settings.officer, dataset, begins, ends, held, reason)
    position = written(settings, log, body, app.now, passphrase_file)
    said = "held again" if held else "not held"
    console.result(f"{said}  {settings.partner}  {dataset}  from {begins}{until}  log {position}")
