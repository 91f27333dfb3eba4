"""One merged table for each dataset: what `exchange pull` does."""

from collections.abc import Callable
from pathlib import Path

from exchange.cli import console
from exchange.cli.group import App
from exchange.errors import Usage
from exchange.keys.identity import UnlockedKey
from exchange.profile.settings import Settings
from exchange.pull.export import write_csv, write_xlsx
from exchange.pull.pull_tables import (
    PullRequest,
    PullResult,
    pull_personal_tables,
    pull_tables,
)
from exchange.text import with_noun


def pull_into(
    app: App,
    officer_of: Callable[[Settings], UnlockedKey],
    *,
    folder: Path,
    datasets: tuple[str, ...],
    quarters: tuple[str, ...],
    partners: tuple[str, ...],
    as_of: str | None,
    update: bool,
    set_aside: bool,
    as_csv: bool,
    xlsx: bool,
    personal: bool,
    as_json: bool,
) -> None:
    """Verify, open, check and merge what is sealed for you into a folder of Parquet tables."""
    asked = [*datasets, *quarters, *partners, as_of, update, set_aside, as_csv, xlsx]
    if personal and any(asked):
        raise Usage(
            "personal-with-other-options",
            "--personal opens all personal data, so it cannot be used with other choices",
        )
    into = app.folder / folder
    with console.progress("pulling …") as shown:
        if personal:
            result = pull_personal_tables(
                folder=app.folder,
                into=into,
                unlock=officer_of,
                now=app.now,
                partnership=app.partnership,
            )
        else:
            result = pull_tables(
                folder=app.folder,
                into=into,
                unlock=officer_of,
                now=app.now,
                partnership=app.partnership,
                request=PullRequest(
                    datasets=datasets, quarters=quarters, partners=partners, as_of=as_of
                ),
                update=update,
                set_aside=set_aside,
                forms=[*([write_csv] if as_csv else []), *([write_xlsx] if xlsx else [])],
                tick=shown.step,
            )
    console.notices(result.notices)
    if update and not as_json:
        console.hint(f"{with_noun(result.opened, 'submission')} newly opened")
    _say(result, folder, "opened" if personal else "merged", as_json=as_json)


def _say(result: PullResult, folder: Path, done: str, *, as_json: bool) -> None:
    if as_json:
        console.as_json(
            [
                {
                    "dataset": t.dataset,
                    "path": str(t.path),
                    "submissions": t.submissions,
                    "rows": t.rows,
                }
                for t in result.tables
            ]
        )
        return
    console.table(
        [
            (
                done,
                t.dataset,
                with_noun(t.rows, "row"),
                with_noun(t.submissions, "submission"),
                str(folder / t.path.name),
            )
            for t in result.tables
        ]
    )
