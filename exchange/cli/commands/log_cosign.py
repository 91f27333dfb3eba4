"""exchange log cosign: say what you see of the log, so that it can't be shown otherwise later."""

from datetime import datetime

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json
from exchange.cli.questions import is_so
from exchange.cli.session import open_log
from exchange.cli.tree import summary
from exchange.errors import LogBroken
from exchange.log.merkle import root_text
from exchange.log.witness import cosign_again
from exchange.profile.clock import confirm_clock, refuse_wrong_clock
from exchange.profile.settings import Settings
from exchange.text import with_noun
from partners.register.register import Register


def _confirm_clock(settings: Settings, register: Register, now: datetime) -> None:
    """Where the clock is doubted, have the officer at the terminal say that it is right.

    Raises:
        LogBroken: it is doubted, and there is nobody to ask.
    """
    try:
        refuse_wrong_clock(settings, register, now)
    except LogBroken as doubt:
        if not console.is_interactive():
            raise
        is_so(f"{doubt.message}. Is this computer's clock right?", abort=True)
        confirm_clock(settings, now)


@click.command(help=summary("log cosign"))
@as_json
@click.pass_obj
def command(app: App, as_json: bool) -> None:
    """Verify the log, and cosign it with this installation's key; for a scheduler, once a day."""
    settings = app.settings
    log = open_log(settings, whole=True)
    _confirm_clock(settings, log.register, app.now)
    card = cosign_again(log, settings.profile, settings.cosignatures_file, app.now)
    console.outcome(
        f"signed  {card.who}  {with_noun(log.tree.size, 'entry', 'entries')}  root "
        f"{root_text(log.tree.root)}",
        json=as_json,
        signed_by=card.who,
        size=log.tree.size,
        root=log.tree.root.hex(),
    )
