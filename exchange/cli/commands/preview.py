"""exchange preview: your row, and what they will see. The one command that shows values."""

from pathlib import Path
from typing import Any

import click

from exchange.cli.group import App
from exchange.cli.options import as_json, datasets, dates, domestic, extracts, passphrase_file
from exchange.cli.paths import NEW_FILE
from exchange.cli.tree import summary
from exchange.garbage import nothing_collected


@click.command(help=summary("preview"))
@extracts
@datasets
@dates
@domestic
@passphrase_file
@click.option(
    "--rows",
    default=5,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="Number of rows to show.",
)
@click.option(
    "--html",
    "page",
    type=NEW_FILE,
    metavar="FILE.html",
    help="Write the preview as a web page instead. It holds records, so delete it when you have "
    "finished.",
)
@click.option(
    "--evidence",
    type=NEW_FILE,
    metavar="FILE.html",
    help="Write the privacy report for your data protection officer instead. It holds no "
    "records. Use FILE.json for programs.",
)
@as_json
@click.pass_obj
def command(
    app: App, /, *, evidence: Path | None, rows: int, page: Path | None, **options: Any
) -> None:
    """Show rows of every way in which rows are treated, side by side."""
    if evidence is not None:
        with nothing_collected():
            from exchange.cli.actions.evidence import measure_files

        measure_files(app, output=evidence, **options)
        return
    with nothing_collected():
        from exchange.cli.actions.preview import preview_files

    preview_files(app, rows=rows, page=page, **options)
