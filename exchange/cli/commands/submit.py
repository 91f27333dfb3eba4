"""exchange submit: check, depersonalise, seal and log an extract."""

from typing import Any

import click

from exchange.cli.group import App
from exchange.cli.options import (
    answers,
    as_json,
    confidentiality_considered,
    datasets,
    dates,
    domestic,
    extracts,
    of_part,
    passphrase_file,
    report,
    with_values,
    yes,
)
from exchange.cli.paths import NEW_FILE
from exchange.cli.session import officers
from exchange.cli.tree import summary
from exchange.profile.settings import Settings


@click.command(help=summary("submit"))
@extracts
@datasets
@dates
@domestic
@of_part
@report
@with_values
@answers
@click.option(
    "--transfer-file",
    "transfer_file",
    type=NEW_FILE,
    metavar="FILE",
    help="Write a file for secure e-mail instead of sending.",
)
@confidentiality_considered
@yes
@passphrase_file
@as_json
@click.pass_obj
def command(app: App, /, *, yes: bool, passphrase_file: str | None, **options: Any) -> int:
    """Unlock the key, if nobody has to be asked, while the rest is imported."""
    officer_of = officers(Settings.all(app.folder, app.partnership), passphrase_file, now=yes)
    from exchange.cli.actions.submit import submit_files

    return submit_files(app, officer_of, yes=yes, **options)
