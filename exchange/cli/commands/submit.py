"""exchange submit: check, depersonalise, encrypt and log an extract."""

from pathlib import Path
from typing import Any

import click

from exchange.cli import console, options
from exchange.cli.group import App
from exchange.cli.paths import NEW_FILE
from exchange.cli.tree import option, summary
from exchange.cli.unlock import officers
from exchange.garbage import nothing_collected
from exchange.profile.settings import Settings


@click.command(help=summary("submit"))
@click.argument("files", nargs=-1, callback=options.find_files, metavar="FILE...")
@options.datasets
@options.dates
@options.domestic
@options.of_part
@options.report
@options.with_values
@options.answers
@option("submit", "--transfer-file", type=NEW_FILE)
@options.confidentiality_considered
@options.yes
@options.passphrase_file
@options.as_json
@click.pass_context
def command(
    context: click.Context, /, *, yes: bool, passphrase_file: str | None, **typed: Any
) -> int:
    """Unlock the key, if nobody has to be asked, while the rest is imported."""
    app: App = context.obj
    if not typed["files"]:
        typed["files"] = _offer_last_files(context, ask=not (yes or typed["as_json"]))
    officer_of = officers(Settings.all(app.folder, app.partnership), passphrase_file, now=yes)
    with nothing_collected():
        from exchange.cli.actions.submit import submit_files

    return submit_files(app, officer_of, yes=yes, **typed)


def _offer_last_files(context: click.Context, *, ask: bool) -> tuple[Path, ...]:
    """Offer the files of last time at a terminal; elsewhere a file has to be named."""
    files: tuple[Path, ...] = ()
    if ask and console.is_interactive():
        from exchange.cli.actions.proposed_files import files_as_last_time

        files = files_as_last_time(context.obj)
    if not files:
        parameter = next(param for param in context.command.params if param.name == "files")
        raise click.MissingParameter(ctx=context, param=parameter)
    return files
