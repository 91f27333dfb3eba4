"""exchange partner not-held: a dataset that the authority does not hold, and since when."""

import click

from exchange.cli.options import QUARTER, reason
from exchange.cli.session import EntryWriter, writes_entries
from exchange.cli.tree import option, summary
from exchange.submission.declare import not_held
from partners.entries.reasons import REASONS
from schemas.quarters import Quarter


@click.command(help=summary("partner not-held"))
@click.argument("dataset", metavar="DATASET")
@option("partner not-held", "--from", "first", type=QUARTER, required=True)
@option("partner not-held", "--to", "last", type=QUARTER)
@reason(REASONS["not-held"], required=True)
@writes_entries
def command(
    writer: EntryWriter, dataset: str, first: Quarter, last: Quarter | None, reason: str
) -> None:
    """Log it; the duty is to share what is held, and asks nobody to collect anything."""
    partner = writer.settings.partner
    body = not_held(writer.settings, writer.log.register, dataset, first, reason=reason, last=last)
    again = body.held
    words = "holds" if again else "does not hold"
    dates = f"from {first}" + (f" to {last}" if last else "")
    position = writer.add(body, f"{partner} {words} {dataset} {dates}?")
    state = "held again" if again else "not held"
    writer.say(
        f"{state}  {partner}  {dataset}  {dates}  log {position}",
        partner=partner,
        dataset=dataset,
        first=str(first),
        last=str(last) if last else None,
        held=again,
        entry=position,
    )
