"""exchange log receipt: proof of an entry, for whoever has nothing else."""

from pathlib import Path

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json
from exchange.cli.paths import NEW_FILE
from exchange.cli.session import open_log
from exchange.cli.tree import option, summary
from exchange.log.receipts import Proved, in_words, to_json, write_receipt
from partners.register.register import Register


@click.command(help=summary("log receipt"))
@click.argument("entry", type=click.IntRange(0), metavar="LOG_NUMBER")
@option("log receipt", "-o", "--output", required=True, type=NEW_FILE)
@as_json
@click.pass_obj
def command(app: App, entry: int, output: Path, as_json: bool) -> None:
    """Write it; anybody verifies it with the founding file: exchange log verify-receipt."""
    log = open_log(app.settings, app.now, resume=False)
    proved = write_receipt(log, entry, app.folder / output)
    text = f"{in_words(proved, log.register.name)}\nwritten  {output}"
    console.outcome(text, json=as_json, **to_json(proved), written=str(output))
    _say_of_copies(log.register, proved)
    if not proved.vouchers:
        console.warning(
            "receipt-not-vouched",
            "no other authority has signed that it saw the entry, so the receipt proves "
            "nothing to others yet",
        )
        console.hint("make it again after another authority has run: exchange status")


def _say_of_copies(register: Register, proved: Proved) -> None:
    """Say under which numbers the same rows stand: the first proves when they were sent."""
    returned = register.find_return(proved.entry.id, proved.signer.partner)
    copies = [copy.position for copy in register.copies(returned)] if returned else []
    if len(copies) < 2:
        return
    first, last = copies[0], copies[-1]
    if proved.position != first:
        console.hint(
            f"log {first} holds the same rows, and proves when they were first sent: "
            f"exchange log receipt {first} -o FILE.zip"
        )
    if proved.position != last:
        console.hint(
            f"the same rows were encrypted again for more partners: they are now log {last}"
        )
