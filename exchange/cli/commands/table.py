"""exchange report table: a table of counts that may be published."""

from pathlib import Path

import click

from exchange.cli.group import App
from exchange.cli.options import as_json
from exchange.cli.options import outputs as output
from exchange.cli.output_files import check_forms, write_forms
from exchange.cli.paths import FOLDER
from exchange.cli.tree import summary


@click.command(help=summary("report table"))
@click.argument("folder", type=FOLDER)
@click.option(
    "--rows",
    "row",
    metavar="COLUMN",
    required=True,
    help="What the rows are: theme, agency, month, outward and others.",
)
@click.option("--columns", "column", metavar="COLUMN", help="What the columns are.")
@click.option(
    "--only", multiple=True, metavar="COLUMN=VALUE", help="Only these records; repeat for more."
)
@click.option("--dataset", metavar="ID", help="Use one dataset, and its own columns.")
@output
@as_json
@click.pass_obj
def command(
    app: App,
    folder: Path,
    row: str,
    column: str | None,
    only: tuple[str, ...],
    dataset: str | None,
    outputs: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Count the records of a pull, small counts rounded."""
    from exchange.reports.published_table import table_report

    check_forms(outputs, app.folder)
    report = table_report(
        pulled=app.folder / folder, rows=row, columns=column, only=only, dataset=dataset
    )
    write_forms(report, outputs, app.folder, app.now, as_json=as_json)
