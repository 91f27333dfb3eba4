"""exchange calendar: what is due, for a calendar program."""

from pathlib import Path

import click

from exchange.cli import console
from exchange.cli.group import App, summary
from exchange.cli.session import open_log
from exchange.files import replace
from exchange.profile.settings import Settings
from exchange.reports.calendar import calendar


@click.command("calendar", help=summary("calendar"))
@click.option("--all", "everybody", is_flag=True, help="What all partners owe, and not only you.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.ics",
)
@click.pass_obj
def command(app: App, everybody: bool, output: Path) -> None:
    """Write the deadlines of the next four quarters, and the review of the protocol."""
    settings = Settings.find(app.folder, app.partnership)
    register = open_log(settings, offline=True).register
    told = calendar(register, "" if everybody else settings.partner, app.now)
    replace(app.folder / output, told)
    console.result(f"written  {output}")
