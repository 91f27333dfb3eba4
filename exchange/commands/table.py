"""exchange table: a table of counts that may be published."""

from pathlib import Path

import click

from exchange.cli import App, summary
from exchange.commands._options import outputs as output
from exchange.errors import Usage
from exchange.manifest import Manifest
from exchange.reports.forms import check_forms, write_forms
from exchange.reports.tables import Report


@click.command("table", help=summary("table"))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--rows", "row", metavar="COLUMN", required=True, help="What the rows are.")
@click.option("--columns", "column", metavar="COLUMN", help="What the columns are.")
@click.option(
    "--only", multiple=True, metavar="COLUMN=VALUE", help="Only these records; repeat for more."
)
@output
@click.pass_obj
def command(
    app: App,
    folder: Path,
    row: str,
    column: str | None,
    only: tuple[str, ...],
    outputs: tuple[Path, ...],
) -> None:
    """Count the records of a pull, hide what is small, and round the rest."""
    check_forms(outputs)
    report = _report(app.folder / folder, row, column, only)
    write_forms(report, outputs, app.folder, app.now)


def _report(folder: Path, row: str, column: str | None, only: tuple[str, ...]) -> Report:
    from exchange.counting import check_column, chosen, count, incidents_of  # noqa: PLC0415
    from exchange.reports.published import notes, published_table  # noqa: PLC0415

    manifest = opened(folder)
    for name in (row, column):
        if name is not None:
            check_column(name)
    if row == column:
        raise Usage("rows and columns are the same")
    counts = count(chosen(incidents_of(folder), only), row, column)
    title = f"Records by {row}" + (f" and {column}" if column else "")
    about = [f"Only {word}" for word in only]
    quarters = sorted({one.quarter for one in manifest.items.values()})
    about.append(f"As the log was with {manifest.size:,} entries; quarters {', '.join(quarters)}")
    table = published_table(
        "records", title, counts, says=notes(manifest.smallest), of=row, smallest=manifest.smallest
    )
    return Report(title, tuple(about), (), None, (table,))


def opened(folder: Path) -> Manifest:
    """Return what is said of the folder of a pull.

    Raises:
        Usage: it is none, or holds no incidents.
    """
    manifest = Manifest.read(folder)
    if manifest is None or not (folder / "incidents").is_dir():
        raise Usage(
            f"{folder.name} holds no incidents that this version has pulled",
            "make it: exchange pull FOLDER",
        )
    return manifest
