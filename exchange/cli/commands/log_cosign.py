"""exchange log cosign: say what you see of the log, so that it can't be shown otherwise later."""

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json
from exchange.cli.session import open_log
from exchange.cli.tree import summary
from exchange.log.merkle import root_text
from exchange.log.witness import cosign_again
from exchange.text import with_noun


@click.command(help=summary("log cosign"))
@as_json
@click.pass_obj
def command(app: App, as_json: bool) -> None:
    """Verify the log, and cosign it with this installation's key; for a scheduler, once a day."""
    settings = app.settings
    log = open_log(settings, whole=True)
    card = cosign_again(log, settings.profile, settings.cosignatures_file, app.now)
    console.outcome(
        f"signed  {card.who}  {with_noun(log.tree.size, 'entry', 'entries')}  root "
        f"{root_text(log.tree.root)}",
        json=as_json,
        signed_by=card.who,
        size=log.tree.size,
        root=log.tree.root.hex(),
    )
