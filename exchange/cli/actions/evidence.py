"""The report for the data-protection officer: what `exchange preview --evidence` does."""

import json
from pathlib import Path

from exchange.cli import console
from exchange.cli.actions.extracts import viewed
from exchange.cli.group import App
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
    output: Path,
) -> None:
    """Measure what would leave of an extract; no record is in it, and nothing leaves."""
    plan = viewed(
        app,
        files,
        datasets=datasets,
        options=PrepareOptions(dates, domestic or ""),
        passphrase_file=passphrase_file,
    )
    parts = measure_extract(plan)
    if output.suffix.lower() == ".json":
        content = json.dumps(parts, ensure_ascii=False, indent=2, default=str).encode()
    else:
        content = render("evidence", "Privacy report", app.now, parts=parts)
    replace(app.folder / output, content)
    console.result(f"written  {output}")
