"""exchange source map: draft a mapping for a source whose headings are not known."""

from pathlib import Path

import click

from exchange.cli.group import App
from exchange.cli.options import as_json, extract
from exchange.cli.paths import NEW_FILE
from exchange.cli.tree import summary
from exchange.garbage import nothing_collected


@click.command(help=summary("source map"))
@extract
@click.option("--dataset", metavar="ID", required=True, help="The dataset that the file holds.")
@click.option(
    "-o",
    "--output",
    type=NEW_FILE,
    metavar="FILE.toml",
    help="Output file (default: DATASET.toml beside exchange.toml).",
)
@as_json
@click.pass_obj
def command(app: App, file: Path, dataset: str, output: Path | None, as_json: bool) -> None:
    """Guess, ask for the rest at a terminal, write it down, and name it in exchange.toml."""
    with nothing_collected():
        from exchange.cli.actions.map import map_file

    map_file(app, file=file, dataset=dataset, output=output, as_json=as_json)
