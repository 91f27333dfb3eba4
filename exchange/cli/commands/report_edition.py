"""exchange report edition: fix what the published tables of a quarter count."""

import click

from exchange.cli import console
from exchange.cli.options import QUARTER
from exchange.cli.session import EntryWriter, writes_entries
from exchange.cli.tree import summary
from exchange.errors import Usage
from exchange.log.log import Log
from partners.entries.protocol import Edition
from schemas.quarters import Quarter


@click.command(help=summary("report edition"))
@click.argument("quarter", type=QUARTER, metavar="QUARTER")
@writes_entries
def command(writer: EntryWriter, quarter: Quarter) -> None:
    """Log an edition that counts the log as it stands."""
    log = writer.log
    size, number = log.verified_tree.size, len(log.register.editions.get(quarter, [])) + 1
    _refuse_repeat(log, quarter, size)
    position = writer.add(
        Edition(quarter, size),
        f"Issue edition {number} of {quarter}? Published tables then use the first {size:,} "
        "entries of the log. Partners with an older exchange must then upgrade.",
    )
    writer.say(
        f"edition  {quarter}  {number}  log {position}",
        quarter=str(quarter),
        edition=number,
        entry=position,
    )
    console.hint("to make tables from it, pull first: exchange pull FOLDER")


def _refuse_repeat(log: Log, quarter: Quarter, size: int) -> None:
    """Refuse an edition of the same submissions as the one before, or of none.

    Raises:
        Usage: as said; nothing was logged.
    """
    editions = log.register.editions.get(quarter, [])
    before = log.register.submissions_counted(quarter, editions[-1].size) if editions else []
    now = log.register.submissions_counted(quarter, size)
    payloads = [{s.statement.payload_sha256 for s in several} for several in (before, now)]
    if payloads[0] == payloads[1]:
        raise Usage(
            "edition-not-newer",
            f"edition {len(editions)} of {quarter} has the same submissions"
            if editions
            else f"there is no current submission for {quarter}",
        )
