"""exchange partner not-held: a dataset that the authority does not hold, and since when."""

import click

from exchange.cli.options import QUARTER, reason
from exchange.cli.session import EntryWriter, writes_entries
from exchange.cli.tree import summary
from exchange.dataset_ids import check_dataset
from partners.entries.kinds import NotHeld
from schemas.quarters import Quarter


@click.command(help=summary("partner not-held"))
@click.argument("dataset", metavar="DATASET")
@click.option(
    "--from", "first", type=QUARTER, required=True, metavar="QUARTER", help="First quarter."
)
@click.option(
    "--to",
    "last",
    type=QUARTER,
    metavar="QUARTER",
    help="Last quarter (default: until further notice).",
)
@reason("not-held")
@writes_entries
def command(
    writer: EntryWriter, dataset: str, first: Quarter, last: Quarter | None, reason: str
) -> None:
    """Log it; the duty is to share what is held, and asks nobody to collect anything."""
    check_dataset(dataset, writer.log.register.adopted)
    partner, held = writer.settings.partner, reason == "held-again"
    words = "holds" if held else "does not hold"
    dates = f"from {first}" + (f" to {last}" if last else "")
    body = NotHeld(*writer.signer, dataset, first, last, held, reason)
    position = writer.add(body, f"{partner} {words} {dataset} {dates}?")
    said = "held again" if held else "not held"
    writer.say(
        f"{said}  {partner}  {dataset}  {dates}  log {position}",
        partner=partner,
        dataset=dataset,
        first=str(first),
        last=str(last) if last else None,
        held=held,
        entry=position,
    )
