"""exchange demo: play the quarters of a partnership that does not exist."""

import contextlib
import io
import os
import shlex
import shutil
from datetime import datetime
from pathlib import Path

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.paths import FOLDER
from exchange.cli.tree import option, summary
from exchange.errors import Refusal, Usage
from exchange.profile.settings import Settings
from exchange.samples.changes import changed_sample
from exchange.samples.demo import (
    PAGES,
    PASSPHRASE,
    QUARTERS,
    DemoStep,
    Extract,
    Part,
    demo_text,
    parts,
    reports,
)
from exchange.samples.extract import sample
from schemas.datasets.registry import DATASETS
from schemas.quarters import long_date

_MARK = "made-up.txt"  # tells a folder of ours, which may be replaced
_HOUR = 3600
_WORK_FACTOR = 12  # these keys protect nothing, and are made seven times
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
@option("demo", "--replace", is_flag=True)
@option("demo", "--quarters", type=click.IntRange(1, QUARTERS), default=QUARTERS, show_default=True)
@click.pass_obj
def command(app: App, folder: Path, replace: bool, quarters: int) -> None:
    """Play it, saying what is done, and leave the folder to look around in."""
    with console.align_tables():
        _play_all(app, folder, replace=replace, quarters=quarters)


def _play_all(app: App, folder: Path, *, replace: bool, quarters: int) -> None:
    root = (app.folder / folder).resolve()
    _clear(root, replace=replace)
    (root / "passphrase.txt").write_text(PASSPHRASE + "\n", encoding="utf-8")
    (root / _MARK).write_text(demo_text("demo_readme.txt"), encoding="utf-8")
    (root / "protocol.txt").write_text(demo_text("demo_protocol.txt"), encoding="utf-8")
    console.result("A made-up partnership, records and officers. The commands are real.")
    for part in parts(quarters):
        _play_part(root, part)
    _show_merged(root / "westshire-analysts" / "merged")
    _play_part(root, reports())
    console.result()
    console.result(f"Explore {folder}: {_MARK} there explains each file. Open:")
    for page, description in PAGES:
        console.result(f"  {folder / page}  {description}")


def _play_part(root: Path, part: Part) -> None:
    """Play steps: show each, or one line for all of them."""
    if not part.line:
        for step in part.steps:
            _show(root, step)
            _play(root, step)
        return
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            for step in part.steps:
                _play(root, step)
    except Refusal:
        console.result(printed.getvalue())
        raise
    console.result(part.line)


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


def _show(root: Path, step: DemoStep) -> None:
    """Show what is typed, on which day, in which folder and why."""
    console.result()
    if step.purpose:
        console.result(f"# {step.purpose}")
    console.result(f"# {long_date(step.when.date())}, {step.who}")
    console.result(f"$ exchange {_command_line(root, step)}")


def _command_line(root: Path, step: DemoStep) -> str:
    if "{origin}" not in step.types:
        return step.types
    return step.types.format(origin=Settings.find(root / "westshire-council").origin)


def _play(root: Path, step: DemoStep) -> None:
    """Type one command in one folder on one day, and see that it ends as it must."""
    from exchange.cli.main import main
    from exchange.samples.answers import filled_workbook

    folder = root / step.who
    folder.mkdir(exist_ok=True)
    if step.extract is not None:
        text = _extract_text(step.extract)
        (folder / step.extract.file).write_text(text, encoding="utf-8", newline="")
    if step.fills:
        content = filled_workbook("Westshire Community Safety Partnership", step.when)
        (folder / step.fills).write_bytes(content)
    arguments = [_path_in_step(folder, word) for word in shlex.split(_command_line(root, step))]
    status = main(arguments, App(now=step.when, folder=folder, work_factor=_WORK_FACTOR))
    if status != step.status:
        raise Refusal(
            "demonstration-failed",
            f"the demonstration failed: exit status {status}, not {step.status}",
        )
    if step.shows:
        console.result((folder / step.shows).read_text(encoding="utf-8").rstrip())
    _pretend_clock(root / "share", step.when)


def _extract_text(extract: Extract) -> str:
    """Return the text of a made-up extract."""
    if extract.spoil:
        rows = sample(
            DATASETS[extract.dataset], extract.quarter, extract.rows, extract.seed, faults=True
        )
    else:
        rows = changed_sample(extract.dataset, extract.quarter, extract.rows, extract.seed)
    return rows.text()


def _pretend_clock(share: Path, when: datetime) -> None:
    """Let the store's clock be the story's too, as it would be in life."""
    for path in share.rglob("*"):
        if path.is_file() and path.stat().st_mtime % _HOUR:  # a pretended time is a full hour
            os.utime(path, (when.timestamp(), when.timestamp()))


def _path_in_step(folder: Path, word: str) -> str:
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
        cells = [
            ["" if value is None else str(value) for value in row]
            for row in rows.head(4).select(names).iter_rows()
        ]
        console.table(cells, names)
