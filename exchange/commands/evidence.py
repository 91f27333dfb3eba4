"""exchange evidence: the report for the data-protection officer."""

from pathlib import Path

import click

from exchange import terminal
from exchange.cli import App, summary
from exchange.commands._options import as_json, datasets, dates, domestic, extracts, passphrase_file
from exchange.errors import Usage


@click.command("evidence", help=summary("evidence"))
@extracts
@datasets
@dates
@domestic
@passphrase_file
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.html",
    help="Write it as a page.",
)
@as_json
@click.pass_obj
def command(
    app: App,
    files: tuple[Path, ...],
    datasets: tuple[str, ...],
    dates: str | None,
    domestic: str | None,
    passphrase_file: str | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Measure what would leave of an extract; no record is in it, and nothing leaves."""
    if output is None and not as_json:
        raise Usage(
            "output-not-named",
            "it is not said where the report goes",
            "say: -o FILE.html, or --json",
        )
    from exchange.actions.extracts import looked_at
    from exchange.evidencing import gather
    from exchange.publishing import replace
    from exchange.rendering import render
    from exchange.settling import Manner

    found = looked_at(
        app,
        files,
        datasets=datasets,
        manner=Manner(dates, domestic or ""),
        passphrase_file=passphrase_file,
        cant="can't be measured as it would leave",
    )
    parts = [gather(one, part).told for one in found for part in one.parts]
    if output is not None:
        title = "How it is depersonalised: evidence"
        replace(app.folder / output, render("evidence", title, app.now, parts=parts))
    if as_json:
        terminal.as_json(parts)
    elif output is not None:
        terminal.result(f"written  {output}")
