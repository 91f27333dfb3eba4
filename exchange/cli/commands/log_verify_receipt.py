"""exchange log verify-receipt: what a receipt proves, on a machine that has nothing else."""

from pathlib import Path

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json
from exchange.cli.paths import EXISTING_FILE
from exchange.cli.tree import option, summary
from exchange.errors import NotProved
from exchange.log.receipts import in_words, read_receipt, to_json
from exchange.profile.founding_file import read_founding


@click.command(help=summary("log verify-receipt"))
@click.argument("file", type=EXISTING_FILE, metavar="FILE.zip")
@option("log verify-receipt", "--founding", required=True, type=EXISTING_FILE)
@as_json
@click.pass_obj
def command(app: App, file: Path, founding: Path, as_json: bool) -> None:
    """Verify it offline: no store, no log, no network."""
    proved = read_receipt(app.folder / file, read_founding(app.folder / founding))
    console.outcome(in_words(proved).rstrip(), json=as_json, **to_json(proved))
    if not proved.vouchers:
        raise NotProved(
            "receipt-of-sender-alone",
            "only its sender signed it, so whoever holds their key could have made this receipt",
        )
