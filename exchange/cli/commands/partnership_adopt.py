"""exchange partnership adopt: share a dataset, or a newer version of its form, from now on."""

import click

from exchange.cli.options import QUARTER
from exchange.cli.session import EntryWriter, writes_entries
from exchange.cli.tree import summary
from exchange.errors import Usage
from exchange.ids import check_dataset
from partners.entries.protocol import Adopt, Holding
from partners.register.register import Register
from schemas.datasets.dataset import Dataset
from schemas.datasets.registry import DATASETS
from schemas.quarters import Quarter


@click.command(help=summary("partnership adopt"))
@click.argument("dataset", required=False)
@click.option(
    "--from",
    "first",
    type=QUARTER,
    metavar="QUARTER",
    help="First quarter that is due (default: the current quarter).",
)
@writes_entries
def command(writer: EntryWriter, dataset: str | None, first: Quarter | None) -> None:
    """Log that the partnership shares a dataset as this release declares it.

    Without a dataset: all that are shared in an older version than this release has.
    """
    if dataset is not None:
        check_dataset(dataset)
    log = writer.log
    begins = first or Quarter.of(writer.app.today)
    chosen = [DATASETS[dataset]] if dataset is not None else _outdated(log.register)
    if dataset is not None and first is None:
        _check_newer(chosen[0], log.register)
    names = ", ".join(f"{version.title} (version {version.version})" for version in chosen)
    bodies = [_adoption(version, log.register, begins) for version in chosen]
    positions = writer.add_all(
        bodies,
        f"Adopt {names}, due from {begins}? Partners with an older exchange must then upgrade.",
    )
    logged = list(zip(bodies, positions, strict=True))
    writer.say(
        "\n".join(
            f"adopted  {body.dataset}  version {body.schema}  from {begins}  log {position}"
            for body, position in logged
        ),
        adopted=[
            {"dataset": b.dataset, "version": b.schema, "from": str(begins), "entry": position}
            for b, position in logged
        ],
    )


def _outdated(register: Register) -> list[Dataset]:
    """Return the datasets that the partnership shares in an older version than this release has.

    Raises:
        Usage: there is none.
    """
    older = [
        DATASETS[name]
        for name, adopted in register.adopted.items()
        if name in DATASETS and adopted.schema < DATASETS[name].version
    ]
    if not older:
        raise Usage(
            "adoption-not-newer",
            f"{register.name} already uses the newest version of all its datasets",
            "if other kinds of authority now hold a dataset, name it: exchange partnership "
            "adopt DATASET --from QUARTER",
        )
    return older


def _check_newer(dataset: Dataset, register: Register) -> None:
    """Refuse a dataset that is shared in this version already, where no quarter is named.

    Raises:
        Usage: it is.
    """
    adopted = register.adopted.get(dataset.id)
    if adopted and adopted.schema >= dataset.version:
        raise Usage(
            "adoption-not-newer",
            f"{register.name} already uses version {adopted.schema} of {dataset.id}",
            "if other kinds of authority now hold it, add the first quarter: --from QUARTER",
        )


def _adoption(dataset: Dataset, register: Register, begins: Quarter) -> Adopt:
    holders = tuple(
        Holding(h.kind, h.certain, h.first, h.last)
        for h in dataset.holders
        if h.nation in ("", register.nation)
    )
    adopted = register.adopted.get(dataset.id)
    version = max(dataset.version, adopted.schema if adopted else 1)
    return Adopt(dataset.id, dataset.title, version, holders, dataset.minutes, begins)
