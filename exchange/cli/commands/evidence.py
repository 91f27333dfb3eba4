"""exchange evidence: the report for the data-protection officer."""

from pathlib import Path
from typing import Any

import click

from exchange.cli.group import App, summary
from exchange.cli.options import as_json, datasets, dates, domestic, extracts, passphrase_file


@click.command("evidence", help=summary("evidence"))
@extracts
@datasets
@dates
@domestic
@passphrase_file
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.html",
    help="Write it as a page.",
)
@as_json
@click.pass_obj
def command(app: App, /, **options: Any) -> None:
    """Measure what would leave of an extract; no record is in it, and nothing leaves."""
    from exchange.cli.actions.evidence import measure_files

    measure_files(app, **options)
