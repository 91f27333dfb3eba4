"""exchange preview: your row, and what they will see. The one command that shows values."""

from pathlib import Path

import click
import polars as pl

from depersonalise.depersonalise import Depersonalised
from exchange import terminal
from exchange.cli import App, summary
from exchange.commands._common import (
    broken_rules,
    datasets,
    dates,
    domestic,
    extracts,
    officers,
    open_members,
    passphrase_file,
    prepared,
)
from exchange.commands.submit import say_account
from exchange.preparing import Manner
from schemas.lines import LINE, line_name
from schemas.reading import Raw, read_all


@click.command("preview", help=summary("preview"))
@extracts
@datasets
@dates
@domestic
@passphrase_file
@click.option("--rows", default=5, show_default=True, type=click.IntRange(1, 1000))
@click.pass_obj
def command(
    app: App,
    files: tuple[Path, ...],
    datasets: tuple[str, ...],
    dates: str | None,
    domestic: str | None,
    passphrase_file: str | None,
    rows: int,
) -> None:
    """Show rows of every way in which rows are treated, side by side."""
    members = open_members(app)
    unlocks = officers([s for s, _ in members], passphrase_file, now=False)
    manner = Manner(dates, domestic or "", unlocks if passphrase_file else None)
    found = prepared(app, members, files, datasets=datasets, manner=manner, ask=True)
    for one in found:
        if one.stopped:
            raise broken_rules(one, "can't be shown as it would leave")
    terminal.warning("what follows shows records; do not leave it on the screen or send it on")
    raw = read_all(files)
    for one in found:
        say_account(one)
        if any(finding.rule.id == "earlier-not-compared" for finding in one.findings):
            terminal.hint("to compare with what you sent before: --passphrase-file FILE")
        for shared in one.shared:
            for index in _chosen(shared.rows, rows):
                _side_by_side(raw, shared, index)


def _chosen(rows: pl.DataFrame, most: int) -> list[int]:
    """Choose rows so that each way of treating them is seen before one is seen again."""
    ways = [c for c in rows.columns if c == "generalised" or c.endswith("_precision")]
    order = (
        rows.with_row_index("row")
        .select("row", nth=pl.col("row").cum_count().over(ways))
        .sort("nth", "row")
    )
    return sorted(order["row"].head(most).to_list())


def _side_by_side(raw: Raw, shared: Depersonalised, index: int) -> None:
    line = shared.origin["line"][index]
    cells = raw.cells.filter(pl.col(LINE) == line).row(0, named=True)
    mine = [(h or f"column {i + 1}", cells[f"_{i}"] or "") for i, h in enumerate(raw.headings)]
    row = shared.rows.row(index, named=True)
    theirs = [(name, "" if value is None else str(value)) for name, value in row.items()]
    theirs = [(name, value) for name, value in theirs if value]
    terminal.result()
    terminal.result(f"line {line_name(line)}")
    height = max(len(mine), len(theirs))
    mine += [("", "")] * (height - len(mine))
    theirs += [("", "")] * (height - len(theirs))
    terminal.table(
        [(a, _short(b), "|", c, d) for (a, b), (c, d) in zip(mine, theirs, strict=True)],
        ("your column", "your row", "|", "their column", "what they will see"),
    )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:39] + "…"
