"""exchange partnership protocol sign: the version in force, for your authority."""

from pathlib import Path

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json, extract, passphrase_file, yes
from exchange.cli.protocol_words import (
    hashed,
    say_published,
    warn_of_broken_promises,
)
from exchange.cli.session import confirmed, open_log, unlock
from exchange.cli.tree import summary
from exchange.errors import NothingToDo, Usage
from exchange.log.recipients import my_card
from partners.entries.kinds import SignProtocol


@click.command(help=summary("partnership protocol sign"))
@extract
@click.option("--personal-data", is_flag=True, help="Sign the clause on personal data too.")
@yes
@passphrase_file
@as_json
@click.pass_obj
def command(
    app: App,
    file: Path,
    personal_data: bool,
    yes: bool,
    passphrase_file: str | None,
    as_json: bool,
) -> None:
    """Sign the version in force; the file must be the document that was published."""
    settings = app.settings
    log = open_log(settings)
    protocol = log.register.protocol
    if protocol is None:
        raise Usage("protocol-missing", "no protocol has been published yet")
    digest, _ = hashed(app.folder / file)
    if digest != protocol.published.sha256:
        raise Usage(
            "protocol-file-differs",
            f"{file.name} is not the document that was published",
            f"ask for the document called {protocol.published.title}",
            "nothing was signed",
        )
    say_published(protocol.published, console.detail if as_json else console.result)
    warn_of_broken_promises(protocol.published, log)
    what = "it, and its clause on personal data," if personal_data else "it"
    confirmed(f"Sign {what} for your authority?", yes=yes)
    officer = unlock(settings, passphrase_file)
    card = my_card(log, officer)
    mine = protocol.signatures.get(card.partner)
    if mine is not None and mine.personal == personal_data:
        raise NothingToDo(
            "protocol-already-signed", f"{card.partner} already signed it: log {mine.position}"
        )
    signed = SignProtocol(protocol.id, digest, personal_data)
    done = log.write(signed, card, officer, app.now)
    console.outcome(
        f"signed  {card.partner}  {protocol.published.title}  log {done}",
        json=as_json,
        partner=card.partner,
        title=protocol.published.title,
        personal=personal_data,
        entry=done,
    )
