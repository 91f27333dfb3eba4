"""exchange pull: one merged table for each dataset."""

from typing import Any

import click

from exchange.cli.group import App
from exchange.cli.options import as_json, passphrase_file
from exchange.cli.paths import EXISTING_FILE, FOLDER
from exchange.cli.tree import option, summary
from exchange.cli.unlock import officers
from exchange.garbage import nothing_collected


@click.command(help=summary("pull"))
@click.argument("folder", type=FOLDER, metavar="[FOLDER]", required=False)
@option("pull", "--to", "bucket")
@option("pull", "--access", type=EXISTING_FILE)
@option("pull", "--dataset", "datasets", multiple=True)
@option("pull", "--quarter", "quarters", multiple=True)
@option("pull", "--partner", "partners", multiple=True)
@option("pull", "--as-of")
@option("pull", "--update", is_flag=True)
@option("pull", "--set-aside", is_flag=True)
@option("pull", "--csv", "as_csv", is_flag=True)
@option("pull", "--xlsx", is_flag=True)
@option("pull", "--personal", is_flag=True)
@passphrase_file
@as_json
@click.pass_obj
def command(app: App, /, *, passphrase_file: str | None, **options: Any) -> None:
    """Verify, open, check and merge what is encrypted for you into a folder of Parquet tables."""
    settings = app.settings
    officer_of = officers([settings], passphrase_file, now=True)
    with nothing_collected():
        from exchange.cli.actions.pull import pull_into

    pull_into(app, officer_of, **options)
