"""exchange pull: one merged table for each dataset."""

from collections.abc import Sequence
from pathlib import Path

import click

from exchange import terminal
from exchange.cli import App, summary
from exchange.commands._common import as_json, open_log, passphrase_file, unlock
from exchange.pulling import pull
from exchange.settings import Settings
from exchange.submitting import my_card
from partners.register import Submission


@click.command("pull", help=summary("pull"))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER")
@passphrase_file
@as_json
@click.pass_obj
def command(app: App, folder: Path, passphrase_file: str | None, as_json: bool) -> None:
    """Verify, open, check and merge what is sealed for you into a folder of Parquet tables."""
    settings = Settings.find(app.folder, app.partnership)
    log = open_log(settings)
    officer = unlock(settings, passphrase_file)
    my_card(log, officer)
    with terminal.progress("pulling …") as shown:
        pulled = pull(log, officer, app.folder / folder, shown.step)
    _say_missing("not sealed for your key, and so not in the tables", pulled.not_for_me)
    _say_missing("of a local dataset that is not installed here", pulled.not_known)
    if as_json:
        terminal.as_json(
            [
                {
                    "dataset": t.dataset,
                    "path": str(t.path),
                    "submissions": t.submissions,
                    "rows": t.rows,
                }
                for t in pulled.tables
            ]
        )
        return
    terminal.table(
        [
            (
                "merged",
                t.dataset,
                terminal.counted(t.rows, "row"),
                terminal.counted(t.submissions, "submission"),
                str(folder / t.path.name),
            )
            for t in pulled.tables
        ]
    )


def _say_missing(why: str, submissions: Sequence[Submission]) -> None:
    if submissions:
        terminal.warning(f"{why}: {terminal.counted(len(submissions), 'submission')}")
    for s in submissions:
        who = s.statement
        terminal.detail(f"{who.partner}  {who.dataset}  {who.covered}  log {s.position}")
