"""exchange pull: one merged table for each dataset."""

from collections.abc import Sequence
from pathlib import Path

import click

from exchange import terminal
from exchange.cli import App, summary
from exchange.commands._logs import open_log, unlock
from exchange.commands._options import as_json, passphrase_file
from exchange.identities import Officer
from exchange.log import Log
from exchange.pulling import Merged, pull, pull_personal
from exchange.settings import Settings
from exchange.submitting import my_card
from exchange.witnessing import witnessed
from partners.state import Submission


@click.command("pull", help=summary("pull"))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER")
@click.option(
    "--personal",
    is_flag=True,
    help="Instead, what was shared as personal data under the protocol's clause: each submission "
    "as a file of its own, never merged.",
)
@passphrase_file
@as_json
@click.pass_obj
def command(
    app: App, folder: Path, personal: bool, passphrase_file: str | None, as_json: bool
) -> None:
    """Verify, open, check and merge what is sealed for you into a folder of Parquet tables."""
    settings = Settings.find(app.folder, app.partnership)
    log = open_log(settings, app.now)
    witnessed(log, settings.sighted)  # nothing is pulled from a log that a witness saw otherwise
    officer = unlock(settings, passphrase_file)
    my_card(log, officer)
    with terminal.progress("pulling …") as shown:
        if personal:
            tables = pull_personal(log, officer, app.folder / folder)
        else:
            pulled = pull(log, officer, app.folder / folder, shown.step)
            tables = pulled.tables
    if personal:
        terminal.warning(
            "what was written is personal data: use it as the protocol's clause says, and do not "
            "merge it or pass it on"
        )
    else:
        _say_missing("not sealed for your key, and so not in the tables", pulled.not_for_me)
        _say_purged(log, officer, settings.partner)
        _say_missing("of a local dataset that is not installed here", pulled.not_known)
    _say(tables, folder, "opened" if personal else "merged", as_json=as_json)


def _say(tables: Sequence[Merged], folder: Path, done: str, *, as_json: bool) -> None:
    if as_json:
        terminal.as_json(
            [
                {
                    "dataset": t.dataset,
                    "path": str(t.path),
                    "submissions": t.submissions,
                    "rows": t.rows,
                }
                for t in tables
            ]
        )
        return
    terminal.table(
        [
            (
                done,
                t.dataset,
                terminal.counted(t.rows, "row"),
                terminal.counted(t.submissions, "submission"),
                str(folder / t.path.name),
            )
            for t in tables
        ]
    )


def _say_purged(log: Log, officer: Officer, partner: str) -> None:
    """Ask for what was pulled before it was destroyed, until its receiver says it is gone."""
    for s in log.register.submissions:
        mine = officer.signer in {key for _, key in s.statement.recipients}
        if s.purged_by is None or not mine or partner in {s.statement.partner, *s.destroyed}:
            continue
        terminal.warning(
            f"entry {s.position} of {s.statement.partner} was destroyed by its sender: destroy "
            "what you pulled of it"
        )
        terminal.hint(f"then say so: exchange purge {s.position} --reason destroyed-here")


def _say_missing(why: str, submissions: Sequence[Submission]) -> None:
    if submissions:
        terminal.warning(f"{why}: {terminal.counted(len(submissions), 'submission')}")
    for s in submissions:
        who = s.statement
        terminal.detail(f"{who.partner}  {who.dataset}  {who.covered}  log {s.position}")
