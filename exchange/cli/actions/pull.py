"""One merged table for each dataset: what `exchange pull` does."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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
    folder: Path | None,
    bucket: str | None,
    access: Path | None,
    update: bool,
    set_aside: bool,
    as_csv: bool,
    xlsx: bool,
    personal: bool,
    as_json: bool,
    **request: Any,
) -> None:
    """Verify, open, check and merge what is encrypted for you into Parquet tables.

    Args:
        request: What is asked for, as `PullRequest` has it.
    """
    if personal:
        _refuse_choices([*request.values(), update, set_aside, as_csv, xlsx])
    _check_target(folder, bucket, access, update=update, personal=personal)
    whose: dict[str, Any] = {"folder": app.folder, "partnership": app.partnership, "now": app.now}
    with _target(app, folder, bucket, access) as into, console.progress("pulling …") as progress:
        if personal:
            result = pull_personal_tables(into=into, unlock=officer_of, **whose)
        else:
            result = pull_tables(
                into=into,
                unlock=officer_of,
                request=PullRequest(**request),
                update=update,
                set_aside=set_aside,
                forms=[*([write_csv] if as_csv else []), *([write_xlsx] if xlsx else [])],
                tick=progress.step,
                **whose,
            )
    console.notices(result.notices)
    if update and not as_json:
        console.hint(f"{with_noun(result.opened, 'submission')} newly opened")
    _say(result, folder, bucket, "opened" if personal else "merged", as_json=as_json)


def _refuse_choices(choices: Sequence[object]) -> None:
    if any(choices):
        raise Usage(
            "personal-with-other-options",
            "--personal opens all personal data, so it cannot be used with other choices",
        )


def _check_target(
    folder: Path | None, bucket: str | None, access: Path | None, *, update: bool, personal: bool
) -> None:
    """Refuse options that say nothing of where to, or too much."""
    if (folder is None) == (bucket is None) or (access and not bucket):
        raise Usage(
            "pull-into-one-place",
            "name either a folder, or a bucket with --to; --access belongs to a bucket",
        )
    if bucket and (update or personal):
        raise Usage(
            "not-into-a-bucket",
            "personal data are only written into a folder"
            if personal
            else "--update needs the tables of an earlier pull in a folder",
        )


@contextmanager
def _target(
    app: App, folder: Path | None, bucket: str | None, access: Path | None
) -> Iterator[Path]:
    """Give the folder to pull into; that of a bucket goes into it at the end."""
    if folder is not None:
        yield app.folder / folder
        return
    from exchange.pull.bucket import bucket_folder, readable_by_others  # noqa: PLC0415 - an extra

    address = str(bucket)
    settings = Settings.find(app.folder, app.partnership)
    with bucket_folder(address, app.folder / access if access else None, settings) as into:
        yield into
    console.notices([readable_by_others(address)])


def _say(
    result: PullResult, folder: Path | None, bucket: str | None, verb: str, *, as_json: bool
) -> None:
    def path(name: Path) -> str:
        if bucket:
            return f"{bucket.rstrip('/')}/{name.name}"
        return str(name if as_json or folder is None else folder / name.name)

    if as_json:
        console.as_json(
            [
                {
                    "dataset": t.dataset,
                    "path": path(t.path),
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
                verb,
                t.dataset,
                with_noun(t.rows, "row"),
                with_noun(t.submissions, "submission"),
                path(t.path),
            )
            for t in result.tables
        ]
    )
