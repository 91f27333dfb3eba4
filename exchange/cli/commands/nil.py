"""exchange nil: there is nothing to share of a dataset, and that is said."""

import click

from exchange.cli.options import of_part, reason
from exchange.cli.session import EntryWriter, writes_entries
from exchange.cli.tree import option, summary
from exchange.submission.declare import nil_return
from exchange.typed_words import typed_dates
from partners.entries.reasons import REASONS
from schemas.quarters import days_in_words


@click.command(help=summary("nil"))
@click.argument("dataset", metavar="DATASET")
@option("nil", "--dates", required=True)
@of_part
@reason(REASONS["nil"], default="none-recorded", show_default=True)
@writes_entries
def command(writer: EntryWriter, dataset: str, dates: str, of_part: str, reason: str) -> None:
    """Log a nil return, which tells none from missing."""
    covered = typed_dates(dates)
    body = nil_return(
        writer.settings,
        writer.log.register,
        dataset,
        covered,
        now=writer.app.now,
        reason=reason,
        part=of_part,
    )
    days = days_in_words(covered)
    position = writer.add(body, f"Confirm that you have no {dataset} records for {days}?")
    when = "late" if covered.quarter.is_late(writer.app.now) else "on time"
    partner = writer.settings.partner
    writer.say(
        f"nil return  {partner}  {dataset}  {days}  log {position}  {when}",
        partner=partner,
        dataset=dataset,
        part=of_part,
        covered=str(covered),
        late=when == "late",
        entry=position,
    )
