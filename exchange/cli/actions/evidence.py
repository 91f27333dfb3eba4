"""The report for the data-protection officer: what `exchange evidence` does."""

from pathlib import Path

from exchange.cli import console
from exchange.cli.actions.extracts import viewed
from exchange.cli.group import App
from exchange.errors import Usage
from exchange.files import replace
from exchange.reports.html import render
from exchange.submission.evidence import measure_extract
from exchange.submission.policy import PrepareOptions


def measure_files(
    app: App,
    *,
    files: tuple[Path, ...],
    datasets: tuple[str, ...],
    dates: str | None,
    domestic: str | None,
    passphrase_file: str | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Measure what would leave of an extract; no record is in it, and nothing leaves.

    Raises:
        Usage: neither a page nor JSON is asked for.
    """
    if output is None and not as_json:
        raise Usage(
            "output-not-named",
            "it is not said where the report goes",
            "say: -o FILE.html, or --json",
        )
    plan = viewed(
        app,
        files,
        datasets=datasets,
        options=PrepareOptions(dates, domestic or ""),
        passphrase_file=passphrase_file,
    )
    parts = measure_extract(plan)
    if output is not None:
        title = "How it is depersonalised: evidence"
        replace(app.folder / output, render("evidence", title, app.now, parts=parts))
    if as_json:
        console.as_json(parts)
    elif output is not None:
        console.result(f"written  {output}")
