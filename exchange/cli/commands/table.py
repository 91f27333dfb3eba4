"""exchange table: a table of counts that may be published."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from exchange.cli.group import App, summary
from exchange.cli.options import outputs as output
from exchange.cli.output_files import check_forms, write_forms
from exchange.errors import Usage
from exchange.pull.manifest import Manifest, pulled_into
from exchange.reports.report import Report

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
    """Count the records of a pull, small counts rounded."""
    check_forms(outputs, app.folder)
    report = _report(app.folder / folder, row, column, only, dataset)
    write_forms(report, outputs, app.folder, app.now)


def _report(
    folder: Path, row: str, column: str | None, only: tuple[str, ...], dataset: str | None
) -> Report:
    from exchange.pull.counts import check_column, chosen, count
    from exchange.pull.cube import drafts_of, smallest_of
    from exchange.reports.published_table import draft_warnings, notes, published_table

    manifest = pulled_into(folder)
    rows = _rows(folder, manifest, dataset)
    for name in (row, column):
        if name is not None:
            check_column(rows, name)
    if row == column:
        raise Usage("rows-and-columns-same", "rows and columns are the same")
    counts = count(chosen(rows, only), row, column)
    title = f"Records by {row}" + (f" and {column}" if column else "")
    title += f": {dataset}" if dataset else ""
    about = [f"Only {word}" for word in only]
    about += _edition_lines(manifest)
    table = published_table("records", title, counts, says=notes(smallest_of(manifest)), of=row)
    warnings = draft_warnings(drafts_of(manifest))
    return Report(title, tuple(about), warnings, None, (table,), public=not warnings)


def _edition_lines(manifest: Manifest) -> list[str]:
    """Say which edition of each quarter was counted, and how much of the log."""
    editions: dict[str, list[int]] = {one.quarter: [] for one in manifest.items.values()}
    for one in manifest.editions:
        editions.setdefault(one.quarter, []).append(one.size)
    return [
        f"{quarter}: edition {len(sizes)}, from the first {sizes[-1]:,} entries of the log"
        if sizes
        else f"{quarter}: no edition, from the first {manifest.size:,} entries of the log"
        for quarter, sizes in sorted(editions.items())
    ]


def _rows(folder: Path, manifest: Manifest, dataset: str | None) -> "pl.LazyFrame":
    """Return what is counted: the incidents, or the records of a dataset.

    Raises:
        Usage: the folder does not hold it, or it is a number and no records.
    """
    from exchange.pull.counts import incidents_of, records_of
    from schemas.datasets.registry import DATASETS

    if dataset is None:
        return incidents_of(folder, manifest)
    if not (folder / f"dataset={dataset}").is_dir():
        there = ", ".join(sorted(path.name.partition("=")[2] for path in folder.glob("dataset=*")))
        raise Usage(
            "dataset-not-pulled", f"{folder.name} does not hold {dataset}", f"it holds {there}"
        )
    if dataset in DATASETS and DATASETS[dataset].is_numbers:
        raise Usage("dataset-has-no-records", f"{dataset} is a number, and has no records to count")
    return records_of(folder, manifest, dataset)
