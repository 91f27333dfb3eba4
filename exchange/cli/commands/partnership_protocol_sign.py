"""exchange partnership protocol sign: the version in force, for your authority."""

from pathlib import Path

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json, extract, passphrase_file, yes
from exchange.cli.protocol_words import say_published, warn_of_unsupported_settings
from exchange.cli.session import confirm, open_log
from exchange.cli.tree import option, summary
from exchange.cli.unlock import officers
from exchange.profile.clock import refuse_wrong_clock
from exchange.profile.settings import Settings
from exchange.submission.protocol import hash_document
from exchange.submission.sign_protocol import sign, unsigned_protocols


@click.command(help=summary("partnership protocol sign"))
@extract
@option("partnership protocol sign", "--personal-data", is_flag=True)
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
    """Sign the version in force, in every partnership in which it is this document."""
    partnerships = Settings.all(app.folder, app.partnership)
    with (app.folder / file).open("rb") as document:
        digest, _ = hash_document(document, file.name)
    logs = [(settings, open_log(settings)) for settings in partnerships]
    for settings, log in logs:
        refuse_wrong_clock(settings, log.register, app.now)
    unsigned = unsigned_protocols(logs, digest, file.name, personal=personal_data)
    show = console.detail if as_json else console.result
    for settings, log, protocol in unsigned:
        if len(logs) > 1:
            show(f"{log.register.name}, as {settings.partner}")
        say_published(protocol.published, show)
        warn_of_unsupported_settings(protocol.published, log)
    content = "it, and its clause on personal data," if personal_data else "it"
    where = f" in {len(unsigned)} partnerships" if len(unsigned) > 1 else ""
    confirm(f"Sign {content} for your authority{where}?", yes=yes)
    officer_of = officers([settings for settings, *_ in unsigned], passphrase_file, now=False)
    results = []
    for item in unsigned:
        settings, log, protocol = item
        entry = sign(item, officer_of(settings), personal=personal_data, now=app.now)
        title = protocol.published.title
        values = {"partner": settings.partner, "title": title, "personal": personal_data}
        results.append(values | {"entry": entry})
        if not as_json:
            name = f"  {log.register.name}" if len(logs) > 1 else ""
            console.result(f"signed  {settings.partner}  {title}{name}  log {entry}")
    if as_json:
        console.as_json(results if len(logs) > 1 else results[0])
