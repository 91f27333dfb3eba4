"""exchange demo: play a quarter of a partnership that does not exist."""

import os
import shlex
import shutil
from pathlib import Path

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.paths import FOLDER
from exchange.cli.tree import summary
from exchange.errors import Refusal, Usage
from exchange.profile.settings import Settings
from exchange.samples.demo import PASSPHRASE, PROTOCOL, QUARTER, README, REPORTS, STEPS, DemoStep
from exchange.samples.extract import sample
from schemas.datasets.registry import DATASETS
from schemas.quarters import long_date

_MARK = "made-up.txt"  # tells a folder of ours, which may be replaced
_WORK_FACTOR = 12  # these keys protect nothing, and are made five times
_PRETENDED = frozenset(step.when.timestamp() for step in (*STEPS, *REPORTS))
_SHOWN = (
    "partner",
    "entry",
    "recorded",
    "occurred_from",
    "time_from",
    "category",
    "domestic",
    "number",
    "place",
    "generalised",
)


@click.command(help=summary("demo"))
@click.argument("folder", type=FOLDER, metavar="FOLDER")
@click.option("--replace", is_flag=True, help="Replace an earlier demonstration in the folder.")
@click.pass_obj
def command(app: App, folder: Path, replace: bool) -> None:
    """Play it, saying what is done, and leave the folder to look around in."""
    with console.aligned():
        _play_all(app, folder, replace=replace)


def _play_all(app: App, folder: Path, *, replace: bool) -> None:
    root = (app.folder / folder).resolve()
    _clear(root, replace=replace)
    (root / "passphrase.txt").write_text(PASSPHRASE + "\n", encoding="utf-8")
    (root / _MARK).write_text(README, encoding="utf-8")
    (root / "protocol.txt").write_text(PROTOCOL, encoding="utf-8")
    console.result("A made-up partnership, quarter and officers. The commands are real.")
    for step in STEPS:
        _play(root, step)
    _show_merged(root / "westshire-analysts" / "merged")
    for step in REPORTS:
        _play(root, step)
    console.result()
    console.result(f"Explore {folder}: {_MARK} there explains each file.")


def _clear(root: Path, *, replace: bool) -> None:
    """Make the folder, empty; replace only what a demo made."""
    if root.exists() and any(root.iterdir()):
        if not (replace and (root / _MARK).is_file()):
            raise Usage(
                "folder-not-empty",
                f"{root} is not empty",
                "name a folder that does not exist yet"
                + (
                    ", or add --replace to replace an earlier demonstration"
                    if (root / _MARK).is_file()
                    else ""
                ),
            )
        shutil.rmtree(root)
    root.mkdir(parents=True, exist_ok=True)


def _play(root: Path, step: DemoStep) -> None:
    """Type one command in one folder on one day, and see that it ends as it must."""
    from exchange.cli.main import main

    folder = root / step.who
    folder.mkdir(exist_ok=True)
    if step.extract is not None:
        one = step.extract
        made = sample(DATASETS[one.dataset], QUARTER, one.rows, one.seed, faults=one.spoil)
        (folder / one.file).write_text(made.text(), encoding="utf-8", newline="")
    types = step.types
    if "{origin}" in types:
        types = types.format(origin=Settings.find(root / "westshire-council").origin)
    console.result()
    if step.says:
        console.result(f"# {step.says}")
    console.result(f"# {long_date(step.when.date())}, {step.who}")
    console.result(f"$ exchange {types}")
    arguments = [_in(folder, word) for word in shlex.split(types)]
    status = main(arguments, App(now=step.when, folder=folder, work_factor=_WORK_FACTOR))
    if status != step.status:
        raise Refusal(
            "demonstration-failed",
            f"the demonstration failed: exit status {status}, not {step.status}",
        )
    if step.shows:
        console.result((folder / step.shows).read_text(encoding="utf-8").rstrip())
    _pretend_clock(root / "share", step)


def _pretend_clock(share: Path, step: DemoStep) -> None:
    """Let the store's clock be the story's too, as it would be in life."""
    began = step.when.timestamp()
    for path in share.rglob("*"):
        if path.is_file() and path.stat().st_mtime not in _PRETENDED:
            os.utime(path, (began, began))


def _in(folder: Path, word: str) -> str:
    """Make a path that is relative to a step's folder one that can be found from here."""
    if word.startswith("../") or (folder / word).is_file():
        return str((folder / word).resolve()) if (folder / word).is_file() else word
    return word


def _show_merged(folder: Path) -> None:
    """Show the first rows of each merged table."""
    from exchange.pull.tables import open_merged

    for path in sorted(folder.glob("dataset=*")):
        dataset = path.name.partition("=")[2]
        rows = open_merged(folder, dataset).collect()
        console.result()
        console.result(f"{dataset}: {rows.height:,} rows, {rows.width} columns")
        names = [name for name in _SHOWN if name in rows.columns]
        shown = [
            ["" if value is None else str(value) for value in row]
            for row in rows.head(4).select(names).iter_rows()
        ]
        console.table(shown, names)
