"""exchange source sample: a made-up extract of a dataset, for training."""

from pathlib import Path

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import QUARTER, as_json
from exchange.cli.paths import NEW_FILE
from exchange.cli.tree import option, summary
from exchange.files import create, refuse_existing
from exchange.samples.extract import area_of, sample
from exchange.text import with_noun
from exchange.typed_words import check_dataset
from schemas.datasets.registry import DATASETS
from schemas.quarters import Quarter


@click.command(help=summary("source sample"))
@click.argument("dataset", metavar="DATASET")
@option(
    "source sample",
    "-n",
    "--rows",
    default=200,
    show_default=True,
    type=click.IntRange(1, 10_000_000),
)
@option("source sample", "--seed", default=1, show_default=True)
@option("source sample", "--quarter", type=QUARTER)
@option("source sample", "--faults", is_flag=True)
@option("source sample", "-o", "--output", type=NEW_FILE)
@as_json
@click.pass_obj
def command(
    app: App,
    dataset: str,
    rows: int,
    seed: int,
    quarter: Quarter | None,
    faults: bool,
    output: Path | None,
    as_json: bool,
) -> None:
    """Write it for the partnership of this folder, or for one that does not exist."""
    check_dataset(dataset)
    path = app.folder / (output or f"sample-{dataset}.csv")
    when = quarter or Quarter.before(app.now)
    refuse_existing(path, "choose another name: -o FILE.csv")
    extract = sample(
        DATASETS[dataset],
        when,
        rows,
        seed,
        faults=faults,
        places=area_of(app.folder, app.partnership),
    )
    create(path, extract.text().encode())
    by_line = sorted(extract.faults.items(), key=lambda fault: fault[1])
    if as_json:
        console.as_json(
            {
                "written": path.name,
                "dataset": dataset,
                "quarter": str(when),
                "rows": len(extract.rows),
                "seed": seed,
                "faults": [{"rule": rule, "line": line} for rule, line in by_line],
            }
        )
        return
    count = with_noun(len(extract.rows), "row")
    console.result(f"written  {path.name}  {count} of {dataset} {when}, made up from seed {seed}")
    console.result("all records are made up")
    if faults:
        console.table([(rule, str(line)) for rule, line in by_line], ("rule broken", "line"))
