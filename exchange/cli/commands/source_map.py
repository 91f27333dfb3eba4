"""exchange source map: draft a mapping for a source whose headings are not known."""

from pathlib import Path

import click

from exchange.cli.group import App
from exchange.cli.options import as_json, extract
from exchange.cli.paths import NEW_FILE
from exchange.cli.tree import option, summary
from exchange.garbage import nothing_collected


@click.command(help=summary("source map"))
@extract
@option("source map", "--dataset", required=True)
@option("source map", "-o", "--output", type=NEW_FILE)
@as_json
@click.pass_obj
def command(app: App, file: Path, dataset: str, output: Path | None, as_json: bool) -> None:
    """Guess, ask for the rest at a terminal, write it down, and name it in exchange.toml."""
    with nothing_collected():
        from exchange.cli.actions.map import map_file

    map_file(app, file=file, dataset=dataset, output=output, as_json=as_json)
