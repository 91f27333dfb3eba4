"""exchange report: what the board reads."""

from pathlib import Path
from typing import Any

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json
from exchange.cli.options import outputs as output
from exchange.cli.output_files import check_forms, write_forms
from exchange.cli.paths import EXISTING_FILE, FOLDER, NEW_FILE
from exchange.cli.tree import summary
from exchange.reports.assessment.charts import can_draw
from exchange.reports.compliance.requirements import FORMS as CHECKLISTS
from exchange.reports.make import (
    MadeReport,
    assessment_report,
    compliance_report,
    county_report,
    requirements_report,
)


@click.command(help=summary("report compliance"))
@click.option("--quarter", metavar="QUARTER", help="Default: the next quarter that is due.")
@click.option("--year", metavar="YEAR", help="Four quarters: 2026, or the financial year 2026/27.")
@output
@click.option(
    "--bundles",
    is_flag=True,
    help="Also read every submission's file, and list those that are broken.",
)
@as_json
@click.pass_obj
def compliance(app: App, /, *, outputs: tuple[Path, ...], as_json: bool, **options: Any) -> None:
    """Verify the whole log, and write the report in each form."""
    check_forms(outputs, app.folder)
    with console.progress("verifying …") as shown:
        made = compliance_report(
            folder=app.folder,
            now=app.now,
            partnership=app.partnership,
            tick=shown.step,
            **options,
        )
    _write(app, made, outputs, as_json=as_json)


@click.command(help=summary("report requirements"))
@click.option(
    "--form",
    type=click.Choice(list(CHECKLISTS)),
    default="position",
    show_default=True,
    help="; ".join(f"{name}: {form.says}" for name, form in CHECKLISTS.items()) + ".",
)
@output
@as_json
@click.pass_obj
def requirements(app: App, form: str, outputs: tuple[Path, ...], as_json: bool) -> None:
    """Verify the whole log, and write the checklist in each form."""
    check_forms(outputs, app.folder)
    with console.progress("verifying …") as shown:
        made = requirements_report(
            folder=app.folder,
            now=app.now,
            partnership=app.partnership,
            form=form,
            tick=shown.step,
        )
    _write(app, made, outputs, as_json=as_json)


@click.command(help=summary("report assessment"))
@click.argument("folder", type=FOLDER)
@click.option(
    "--year", metavar="YEAR", required=True, help="Year of its first month, for example 2026."
)
@click.option(
    "--words",
    type=NEW_FILE,
    metavar="FILE.toml",
    help="Text, dates and targets for the year; created if it does not exist (default: "
    "assessment-YEAR.toml).",
)
@click.option(
    "--boundaries",
    type=EXISTING_FILE,
    metavar="FILE.geojson",
    help="Boundaries for the map, in longitude and latitude.",
)
@output
@as_json
@click.pass_obj
def assessment(
    app: App,
    folder: Path,
    year: str,
    words: Path | None,
    boundaries: Path | None,
    outputs: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Verify the whole log, and write the pack in each form."""
    check_forms(outputs, app.folder)
    with console.progress("verifying …") as shown:
        made = assessment_report(
            folder=app.folder,
            pulled=app.folder / folder,
            year=year,
            now=app.now,
            partnership=app.partnership,
            words=app.folder / words if words else None,
            boundaries=boundaries,
            tick=shown.step,
        )
    _write(app, made, outputs, as_json=as_json, drawn=True)


@click.command(help=summary("report county"))
@click.argument("stores", nargs=-1, metavar="[STORE]...")
@click.option("--quarter", metavar="QUARTER", help="Default: the next quarter that is due.")
@click.option("--year", metavar="YEAR", help="Four quarters: 2026, or the financial year 2026/27.")
@click.option(
    "--assessment",
    "folder",
    type=FOLDER,
    metavar="FOLDER",
    help="Write the strategic assessment for --year instead, from FOLDER/NAME, where each "
    "was pulled.",
)
@output
@as_json
@click.pass_obj
def county(
    app: App,
    stores: tuple[str, ...],
    quarter: str | None,
    year: str | None,
    folder: Path | None,
    outputs: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Verify the logs of all stores of exchange.toml, or of those named, and write one report."""
    check_forms(outputs, app.folder)
    with console.progress("verifying …") as shown:
        made = county_report(
            folder=app.folder,
            now=app.now,
            stores=stores,
            quarter=quarter,
            year=year,
            pulled=app.folder / folder if folder else None,
            tick=shown.step,
        )
    _write(app, made, outputs, as_json=as_json, drawn=folder is not None)


def _write(
    app: App,
    made: MadeReport,
    outputs: tuple[Path, ...],
    *,
    as_json: bool,
    drawn: bool = False,
) -> None:
    """Write a report in each form.

    Args:
        drawn: It has charts, where it is a page.
    """
    console.notices(made.notices)
    if drawn and not can_draw() and any(path.suffix == ".html" for path in outputs):
        console.warning(
            "charts-not-drawn", "the page has tables only, because nothing here draws charts"
        )
        console.hint("install them and write it again: pip install csp-exchange[reports]")
    write_forms(made.report, outputs, app.folder, app.now, as_json=as_json)
