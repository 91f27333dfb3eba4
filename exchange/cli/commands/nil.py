"""exchange nil: there is nothing to share of a dataset, and that is said."""

import click

from exchange.cli import console
from exchange.cli.group import App, summary
from exchange.cli.options import of_part, passphrase_file, reason, yes
from exchange.cli.session import confirmed, log_entry, open_log
from exchange.dataset_ids import check_dataset
from exchange.errors import Usage
from exchange.profile.settings import Settings
from exchange.submission.held import refuse_last_month
from partners.entries.kinds import Nil
from partners.register.state import ReturnKey
from schemas.quarters import LONDON, Covered, NotAQuarter


@click.command("nil", help=summary("nil"))
@click.argument("dataset", metavar="DATASET")
@click.option("--dates", required=True, metavar="DATES", help="Such as 2026Q3, or 2026-07.")
@of_part
@reason("nil", "none-recorded")
@yes
@passphrase_file
@click.pass_obj
def command(
    app: App,
    dataset: str,
    dates: str,
    of_part: str,
    reason: str,
    yes: bool,
    passphrase_file: str | None,
) -> None:
    """Log a nil return, which tells none from missing."""
    check_dataset(dataset)
    settings = Settings.find(app.folder, app.partnership)
    try:
        covered = Covered.parse(dates)
    except NotAQuarter as fault:
        raise Usage("dates-not-understood", f"--dates: {fault}") from None
    if covered.last > app.now.astimezone(LONDON).date():
        raise Usage("dates-not-over", f"the dates {covered} are not over yet", "nothing was logged")
    log = open_log(settings)
    key = ReturnKey(settings.partner, dataset, of_part)
    refuse_last_month(log.register, key, covered, "nothing was logged")
    confirmed(f"Nothing of {dataset} was recorded in {covered}?", yes=yes)
    body = Nil(settings.partner, settings.officer, dataset, of_part, covered, reason)
    position = log_entry(settings, log, body, app.now, passphrase_file)
    when = "late" if covered.quarter.is_late(app.now) else "in time"
    console.result(f"nil return  {settings.partner}  {dataset}  {covered}  log {position}  {when}")
