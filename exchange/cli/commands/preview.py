"""exchange preview: your row, and what they will see. The one command that shows values."""

from pathlib import Path
from typing import Any

import click

from exchange.cli.group import App
from exchange.cli.options import as_json, datasets, dates, domestic, extracts, passphrase_file
from exchange.cli.paths import NEW_FILE, NEW_PAGE
from exchange.cli.tree import option, summary
from exchange.garbage import nothing_collected


@click.command(help=summary("preview"))
@extracts
@datasets
@dates
@domestic
@passphrase_file
@option("preview", "--rows", default=5, show_default=True, type=click.IntRange(1, 1000))
@option("preview", "--html", "page", type=NEW_PAGE)
@option("preview", "--evidence", type=NEW_FILE)
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
