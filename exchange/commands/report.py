"""exchange report: what the board reads."""

import re
from collections.abc import Callable
from pathlib import Path

import click

from exchange import terminal
from exchange.cli import App, summary
from exchange.commands._logs import open_log
from exchange.errors import Usage
from exchange.publishing import replace
from exchange.reports.compliance import compliance as made
from exchange.reports.forms import FORMS
from exchange.reports.requirements import FORMS as CHECKLISTS
from exchange.reports.requirements import checklist
from exchange.reports.tables import Report
from exchange.settings import Settings
from exchange.verifying import Account, verify
from schemas.quarters import LONDON, NotAQuarter, Quarter

_outputs = click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Its ending says in which form: .html, .xlsx, .csv, .json or .txt; repeat for more.",
)


@click.group("report", help=summary("report"))
def command() -> None:
    """Group the reports."""


@command.command(
    "compliance", help="Who shared what and when, and whether duty and protocol are met."
)
@click.option("--quarter", metavar="QUARTER", help="Default: the one that is due next.")
@click.option("--year", metavar="YEAR", help="Four quarters: 2026, or the financial year 2026/27.")
@_outputs
@click.option("--bundles", is_flag=True, help="Read every bundle too, and say which are broken.")
@click.pass_obj
def compliance(
    app: App, quarter: str | None, year: str | None, outputs: tuple[Path, ...], bundles: bool
) -> None:
    """Verify the whole log, and write the report in each form."""
    quarters = _quarters(app, quarter, year)
    _write(app, outputs, lambda account: made(account, quarters, app.now), bundles=bundles)


@command.command("requirements", help="What the law and the guide of 2007 ask, and how it is met.")
@click.option(
    "--form",
    type=click.Choice(list(CHECKLISTS)),
    default="position",
    show_default=True,
    help="; ".join(f"{name}: {form.says}" for name, form in CHECKLISTS.items()) + ".",
)
@_outputs
@click.pass_obj
def requirements(app: App, form: str, outputs: tuple[Path, ...]) -> None:
    """Verify the whole log, and write the checklist in each form."""
    _write(app, outputs, lambda account: checklist(account, app.now, CHECKLISTS[form]))


def _write(
    app: App, outputs: tuple[Path, ...], make: Callable[[Account], Report], *, bundles: bool = False
) -> None:
    """Make a report of the verified store, and write it in every form that was asked for."""
    for path in outputs:
        if path.suffix.lower() not in FORMS:
            raise Usage(
                f"{path.name} does not end in a form that a report has",
                "the forms are " + ", ".join(FORMS),
            )
    settings = Settings.find(app.folder, app.partnership)
    log = open_log(settings, app.now, whole=True)
    with terminal.progress("verifying …") as shown:
        account = verify(log, settings.sighted, bundles=bundles, tick=shown.step)
    report = make(account)
    written = [(path, FORMS[path.suffix.lower()](report, app.now)) for path in outputs]
    for path, content in written:
        replace(app.folder / path, content)
        terminal.result(f"written  {path}")
    for line in report.warnings:
        terminal.warning(line)


def _quarters(app: App, quarter: str | None, year: str | None) -> list[Quarter]:
    """Return the quarters that a report is of, oldest first.

    Raises:
        Usage: both are named, or one is none.
    """
    if quarter and year:
        raise Usage("--quarter and --year are one too many", "leave one of them out")
    if year is None:
        try:
            last = Quarter.of(app.now.astimezone(LONDON).date()).previous
            return [Quarter.parse(quarter) if quarter else last]
        except NotAQuarter as fault:
            raise Usage(f"--quarter: {fault}") from None
    found = re.fullmatch(r"(\d{4})(/\d{2})?", year)
    if not found or (found[2] and int(found[2][1:]) != (int(found[1]) + 1) % 100):
        raise Usage("--year is written 2026, or 2026/27 for a financial year")
    first = Quarter(int(found[1]), 2 if found[2] else 1)
    return [first, first.next, first.next.next, first.next.next.next]
