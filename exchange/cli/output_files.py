"""Writing a report in the forms that are asked for, and saying so."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from exchange.cli import console
from exchange.errors import Usage, remedy
from exchange.files import replace
from exchange.profile.settings import is_shared
from exchange.reports.formats import FORMS
from exchange.reports.report import Report


def check_forms(outputs: Sequence[Path]) -> None:
    """Refuse files whose ending names no form, before anything is done.

    Raises:
        Usage: there is one.
    """
    for path in outputs:
        if path.suffix.lower() not in FORMS:
            raise Usage(
                "output-form-unknown",
                f"{path.name} does not end in a format that reports have",
                f"choose: {', '.join(FORMS)}; for a PDF, open the .html file and print it",
            )


def write_forms(
    report: Report, outputs: Sequence[Path], folder: Path, now: datetime, *, as_json: bool
) -> None:
    """Write a report in every form that is asked for, and say so."""
    contents = [(path, FORMS[path.suffix.lower()](report, now)) for path in outputs]
    for path, content in contents:
        replace(folder / path, content)
    names = [str(path) for path in outputs]
    lines = "\n".join(f"written  {name}" for name in names)
    console.outcome(lines, json=as_json, written=names)
    for path in outputs:
        if not report.public and is_shared(folder, folder / path):
            message = "is in the shared folder, where everybody with access to it can read it"
            console.warning("report-in-shared-folder", f"{path.name} {message}")
            console.hint(remedy("report-in-shared-folder"))
    for id_, text in report.warnings:
        console.warning(id_, text)
        console.hint(remedy(id_))
