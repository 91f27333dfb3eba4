"""exchange report table: a table of counts that may be published."""

from pathlib import Path
from typing import Any

import click

from exchange.cli.group import App
from exchange.cli.options import as_json, outputs
from exchange.cli.output_files import check_forms, write_forms
from exchange.cli.paths import FOLDER
from exchange.cli.tree import option, summary


@click.command(help=summary("report table"))
@click.argument("folder", type=FOLDER)
@option("report table", "--rows", required=True)
@option("report table", "--columns")
@option("report table", "--only", multiple=True)
@option("report table", "--dataset")
@outputs
@as_json
@click.pass_obj
def command(
    app: App, /, *, folder: Path, outputs: tuple[Path, ...], as_json: bool, **request: Any
) -> None:
    """Count the records of a pull, small counts rounded."""
    from exchange.reports.published_table import table_report

    check_forms(outputs)
    report = table_report(pulled=app.folder / folder, **request)
    write_forms(report, outputs, app.folder, app.now, as_json=as_json)
