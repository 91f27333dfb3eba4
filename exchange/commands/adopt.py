"""exchange adopt: the partnership shares a dataset, or a newer version of its form, from now on."""

import click

from exchange import terminal
from exchange.cli import App, summary
from exchange.commands._logs import confirmed, open_log, written
from exchange.commands._options import passphrase_file, yes
from exchange.dataset_ids import check_dataset
from exchange.errors import Usage
from exchange.settings import Settings
from partners.governing import Holding
from partners.kinds import Adopt
from schemas.datasets import DATASETS
from schemas.quarters import LONDON, NotAQuarter, Quarter


@click.command("adopt", help=summary("adopt"))
@click.argument("dataset")
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
    app: App, dataset: str, first: str | None, yes: bool, passphrase_file: str | None
) -> None:
    """Log that the partnership shares a dataset as this release declares it."""
    settings = Settings.find(app.folder, app.partnership)
    check_dataset(dataset)
    log = open_log(settings)
    one = DATASETS[dataset]
    adopted = log.register.adopted.get(dataset)
    if adopted and adopted.schema >= one.version and first is None:
        raise Usage(
            "adoption-not-newer",
            f"{log.register.name} uses version {adopted.schema} of {dataset} already",
            "if who holds it has changed, say from which quarter on: --from QUARTER",
        )
    try:
        begins = Quarter.parse(first) if first else Quarter.of(app.now.astimezone(LONDON).date())
    except NotAQuarter as fault:
        raise Usage("quarter-not-understood", f"--from: {fault}") from None
    held = tuple(
        Holding(h.kind, h.certain, h.first, h.last)
        for h in one.holders
        if h.nation in ("", log.register.nation)
    )
    version = max(one.version, adopted.schema if adopted else 1)
    body = Adopt(dataset, one.title, version, held, one.minutes, begins)
    confirmed(
        f"Adopt {one.title} (version {version}), due from {begins} on? "
        "Partners with an older exchange must then upgrade.",
        yes=yes,
    )
    position = written(settings, log, body, app.now, passphrase_file)
    terminal.result(f"adopted  {dataset}  version {version}  from {begins}  log {position}")
