"""exchange report edition: fix what the published tables of a quarter count."""

import click

from exchange.cli import console
from exchange.cli.options import QUARTER
from exchange.cli.session import EntryWriter, writes_entries
from exchange.cli.tree import summary
from exchange.profile.partnership_changes import new_edition
from schemas.quarters import Quarter


@click.command(help=summary("report edition"))
@click.argument("quarter", type=QUARTER, metavar="QUARTER")
@writes_entries
def command(writer: EntryWriter, quarter: Quarter) -> None:
    """Log an edition that counts the log as it stands."""
    log = writer.log
    number = len(log.register.editions.get(quarter, [])) + 1
    edition = new_edition(log.register, quarter, log.verified_tree.size)
    position = writer.add(
        edition,
        f"Issue edition {number} of {quarter}? Published tables then use the first "
        f"{edition.size:,} "
        "entries of the log. Partners with an older exchange must then upgrade.",
    )
    writer.say(
        f"edition  {quarter}  {number}  log {position}",
        quarter=str(quarter),
        edition=number,
        entry=position,
    )
    console.hint("to make tables from it, pull first: exchange pull FOLDER")
