"""exchange log receipt: proof of an entry, for whoever has nothing else."""

from pathlib import Path

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json
from exchange.cli.paths import NEW_FILE
from exchange.cli.session import open_log
from exchange.cli.tree import option, summary
from exchange.log.receipts import copies_of, in_words, to_json, write_receipt


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
    _hint_at_copies(proved.position, copies_of(proved, log.register))
    if not proved.vouchers:
        console.warning(
            "receipt-not-vouched",
            "no other authority has signed that it saw the entry, so the receipt proves "
            "nothing to others yet",
        )
        console.hint("make it again after another authority has run: exchange status")


def _hint_at_copies(position: int, copies: list[int]) -> None:
    """Say under which other numbers the same rows stand."""
    if not copies:
        return
    first, last = copies[0], copies[-1]
    if position != first:
        console.hint(
            f"log {first} holds the same rows, and proves when they were first sent: "
            f"exchange log receipt {first} -o FILE.zip"
        )
    if position != last:
        console.hint(
            f"the same rows were encrypted again for more partners: they are now log {last}"
        )
