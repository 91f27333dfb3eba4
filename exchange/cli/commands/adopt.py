"""exchange adopt: the partnership shares a dataset, or a newer version of its form, from now on."""

from datetime import datetime

import click

from exchange.cli import console
from exchange.cli.group import App, summary
from exchange.cli.options import passphrase_file, yes
from exchange.cli.session import confirmed, log_entries, open_log
from exchange.dataset_ids import check_dataset
from exchange.errors import Usage
from exchange.profile.settings import Settings
from partners.entries.governance import Holding
from partners.entries.kinds import Adopt
from partners.register.register import Register
from schemas.datasets.dataset import Dataset
from schemas.datasets.registry import DATASETS
from schemas.quarters import LONDON, NotAQuarter, Quarter


@click.command("adopt", help=summary("adopt"))
@click.argument("dataset", required=False)
@click.option(
    "--from",
    "first",
    metavar="QUARTER",
    help="The first quarter that is due; default: the one that has begun.",
)
@yes
@passphrase_file
@click.pass_obj
def command(
    app: App,
    dataset: str | None,
    first: str | None,
    yes: bool,
    passphrase_file: str | None,
) -> None:
    """Log that the partnership shares a dataset as this release declares it.

    Without a dataset: all that are shared in an older version than this release has.
    """
    settings = Settings.find(app.folder, app.partnership)
    if dataset is not None:
        check_dataset(dataset)
    log = open_log(settings)
    begins = _begins(first, app.now)
    chosen = [DATASETS[dataset]] if dataset is not None else _older(log.register)
    if dataset is not None and first is None:
        _check_newer(chosen[0], log.register)
    names = ", ".join(f"{one.title} (version {one.version})" for one in chosen)
    confirmed(
        f"Adopt {names}, due from {begins} on? Partners with an older exchange must then upgrade.",
        yes=yes,
    )
    bodies = [_adoption(one, log.register, begins) for one in chosen]
    positions = log_entries(settings, log, bodies, app.now, passphrase_file)
    for body, position in zip(bodies, positions, strict=True):
        says = f"version {body.schema}  from {begins}  log {position}"
        console.result(f"adopted  {body.dataset}  {says}")


def _begins(first: str | None, now: datetime) -> Quarter:
    """Return the first quarter that is due.

    Raises:
        Usage: what was typed is no quarter.
    """
    try:
        return Quarter.parse(first) if first else Quarter.of(now.astimezone(LONDON).date())
    except NotAQuarter as fault:
        raise Usage("quarter-not-understood", f"--from: {fault}") from None


def _older(register: Register) -> list[Dataset]:
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
            f"{register.name} uses the newest version of all its datasets already",
            "if who holds one has changed, name it: exchange adopt DATASET --from QUARTER",
        )
    return older


def _check_newer(one: Dataset, register: Register) -> None:
    """Refuse a dataset that is shared in this version already, where no quarter is named.

    Raises:
        Usage: it is.
    """
    adopted = register.adopted.get(one.id)
    if adopted and adopted.schema >= one.version:
        raise Usage(
            "adoption-not-newer",
            f"{register.name} uses version {adopted.schema} of {one.id} already",
            "if who holds it has changed, say from which quarter on: --from QUARTER",
        )


def _adoption(one: Dataset, register: Register, begins: Quarter) -> Adopt:
    held = tuple(
        Holding(h.kind, h.certain, h.first, h.last)
        for h in one.holders
        if h.nation in ("", register.nation)
    )
    adopted = register.adopted.get(one.id)
    version = max(one.version, adopted.schema if adopted else 1)
    return Adopt(one.id, one.title, version, held, one.minutes, begins)
