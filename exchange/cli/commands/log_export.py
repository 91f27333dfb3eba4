"""exchange log export: the log for stock verifiers of transparency logs."""

from pathlib import Path

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json
from exchange.cli.session import open_log
from exchange.cli.tree import summary
from exchange.log.tiles import export
from exchange.log.witness import read_witnesses
from exchange.text import with_noun


@click.command(help=summary("log export"))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@as_json
@click.pass_obj
def command(app: App, folder: Path, as_json: bool) -> None:
    """Verify the log, and write its tiles and a checkpoint of every size, signed by one key."""
    settings = app.settings
    log = open_log(settings, whole=True)
    read_witnesses(log, settings.cosignatures_file, whole=True)
    vkey = export(log, settings.profile, app.folder / folder)
    console.outcome(
        f"written  {folder}  {with_noun(log.tree.size, 'checkpoint')}\nkey      {vkey}",
        json=as_json,
        written=str(folder),
        size=log.tree.size,
        vkey=vkey,
    )
