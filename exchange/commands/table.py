"""exchange table: a table of counts that may be published."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from exchange.cli import App, summary
from exchange.commands._options import outputs as output
from exchange.errors import Usage
from exchange.manifest import pulled_into
from exchange.reports.forms import check_forms, write_forms
from exchange.reports.tables import Report

if TYPE_CHECKING:
    import polars as pl


@click.command("table", help=summary("table"))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--rows",
    "row",
    metavar="COLUMN",
    required=True,
    help="What the rows are: theme, agency, month, outward and so on; a wrong one names all.",
)
@click.option("--columns", "column", metavar="COLUMN", help="What the columns are.")
@click.option(
    "--only", multiple=True, metavar="COLUMN=VALUE", help="Only these records; repeat for more."
)
@click.option("--dataset", metavar="ID", help="Of one dataset, by its own columns.")
@output
@click.pass_obj
def command(
    app: App,
    folder: Path,
    row: str,
    column: str | None,
    only: tuple[str, ...],
    dataset: str | None,
    outputs: tuple[Path, ...],
) -> None:
    """Count the records of a pull, hide what is small, and round the rest."""
    check_forms(outputs, app.folder)
    report = _report(app.folder / folder, row, column, only, dataset)
    write_forms(report, outputs, app.folder, app.now)


def _report(
    folder: Path, row: str, column: str | None, only: tuple[str, ...], dataset: str | None
) -> Report:
    from exchange.counting import check_column, chosen, count
    from exchange.reports.published import notes, published_table

    manifest = pulled_into(folder)
    rows = _rows(folder, dataset)
    for name in (row, column):
        if name is not None:
            check_column(rows, name)
    if row == column:
        raise Usage("rows-and-columns-same", "rows and columns are the same")
    counts = count(chosen(rows, only), row, column)
    title = f"Records by {row}" + (f" and {column}" if column else "")
    title += f": {dataset}" if dataset else ""
    about = [f"Only {word}" for word in only]
    quarters = sorted({one.quarter for one in manifest.items.values()})
    about.append(f"As the log was with {manifest.size:,} entries; quarters {', '.join(quarters)}")
    table = published_table(
        "records", title, counts, says=notes(manifest.smallest), of=row, smallest=manifest.smallest
    )
    return Report(title, tuple(about), (), None, (table,), public=True)


def _rows(folder: Path, dataset: str | None) -> "pl.LazyFrame":
    """Return what is counted: the incidents, or the records of a dataset.

    Raises:
        Usage: the folder does not hold it, or it is a number and no records.
    """
    from exchange.counting import incidents_of, records_of
    from schemas.datasets import DATASETS

    if dataset is None:
        return incidents_of(folder)
    if not (folder / f"dataset={dataset}").is_dir():
        there = ", ".join(sorted(path.name.partition("=")[2] for path in folder.glob("dataset=*")))
        raise Usage(
            "dataset-not-pulled", f"{folder.name} does not hold {dataset}", f"it holds {there}"
        )
    if dataset in DATASETS and DATASETS[dataset].is_numbers:
        raise Usage("dataset-has-no-records", f"{dataset} is a number, and has no records to count")
    return records_of(folder, dataset)
