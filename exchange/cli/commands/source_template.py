"""exchange source template: a workbook to fill in for a dataset."""

from pathlib import Path

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json
from exchange.cli.paths import NEW_WORKBOOK
from exchange.cli.tree import option, summary
from exchange.files import create, refuse_existing
from exchange.typed_words import check_dataset
from schemas.datasets.registry import DATASETS
from schemas.quarters import Quarter


@click.command(help=summary("source template"))
@click.argument("dataset", metavar="DATASET")
@option("source template", "-o", "--output", type=NEW_WORKBOOK)
@option(
    "source template",
    "--nation",
    type=click.Choice(["england", "wales"]),
    default="england",
    show_default=True,
)
@as_json
@click.pass_obj
def command(app: App, dataset: str, output: Path | None, nation: str, as_json: bool) -> None:
    """Write it."""
    check_dataset(dataset)
    path = app.folder / (output or f"{dataset}.xlsx")
    refuse_existing(path, "choose another name: -o FILE.xlsx")
    from exchange.samples.template import write_template

    create(path, write_template(DATASETS[dataset], nation, Quarter.before(app.now)))
    console.outcome(
        f"written  {path.name}  fill in the sheet called Records",
        json=as_json,
        written=path.name,
        dataset=dataset,
        nation=nation,
    )
    console.hint(f"then: exchange check {path.name} --dataset {dataset}")
