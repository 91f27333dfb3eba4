"""exchange withdraw: take a submission or a nil return out of effect; its bytes stay."""

import click

from exchange.cli import console
from exchange.cli.group import summary
from exchange.cli.options import reason
from exchange.cli.session import EntryWriter, entry_id, writes_entries
from partners.entries.kinds import Withdraw


@click.command("withdraw", help=summary("withdraw"))
@click.argument("entry", type=click.IntRange(0), metavar="ENTRY")
@reason("withdraw")
@writes_entries
def command(writer: EntryWriter, entry: int, reason: str) -> None:
    """Log that an entry of your authority no longer counts."""
    body = Withdraw(*writer.signer, entry_id(writer.log, entry), reason)
    position = writer.add(body, f"Withdraw entry {entry}? Its dates are then missing.")
    console.result(f"withdrawn  log {entry}  by log {position}")
    console.hint(f"its bundle is still there; to have it destroyed: exchange purge {entry}")
