"""exchange report: what the board reads."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json, outputs
from exchange.cli.output_files import check_forms, write_forms
from exchange.cli.paths import FOLDER, NEW_FILE
from exchange.cli.tree import option, summary
from exchange.reports.assessment.charts import can_draw
from exchange.reports.compliance.forms import FORMS as CHECKLISTS
from exchange.reports.make import (
    MadeReport,
    assessment_report,
    compliance_report,
    county_report,
    plan_report,
    protocol_draft,
    requirements_report,
)

_quarter = option("report", "--quarter")
_year = option("report", "--year")


@click.command(help=summary("report compliance"))
@_quarter
@_year
@outputs
@option("report compliance", "--bundles", is_flag=True)
@as_json
@click.pass_obj
def compliance(app: App, /, **options: Any) -> None:
    """Verify the whole log, and write the report in each form."""
    _write(app, compliance_report, partnership=app.partnership, **options)


@click.command(help=summary("report requirements"))
@click.option(
    "--form",
    type=click.Choice(list(CHECKLISTS)),
    default="position",
    show_default=True,
    help="Columns. "
    + "; ".join(f"{name}: {form.description}" for name, form in CHECKLISTS.items())
    + ".",
)
@outputs
@as_json
@click.pass_obj
def requirements(app: App, /, **options: Any) -> None:
    """Verify the whole log, and write the checklist in each form."""
    _write(app, requirements_report, partnership=app.partnership, **options)


@click.command(help=summary("report assessment"))
@click.argument("folder", type=FOLDER)
@option("report assessment", "--year", required=True)
@option("report assessment", "--words", type=NEW_FILE)
@outputs
@as_json
@click.pass_obj
def assessment(app: App, /, *, folder: Path, words: Path | None, **options: Any) -> None:
    """Verify the whole log, and write the pack in each form."""
    _write(
        app,
        assessment_report,
        has_charts=True,
        pulled=app.folder / folder,
        partnership=app.partnership,
        words=app.folder / words if words else None,
        **options,
    )


@click.command(help=summary("report plan"))
@click.argument("folder", type=FOLDER, required=False)
@option("report plan", "--year", required=True)
@option("report plan", "--public", is_flag=True)
@outputs
@as_json
@click.pass_obj
def plan(app: App, /, *, folder: Path | None, **options: Any) -> None:
    """Verify the whole log, and write the plan, its targets counted in the tables of a pull."""
    pulled = app.folder / folder if folder else None
    _write(app, plan_report, partnership=app.partnership, pulled=pulled, **options)


@click.command(help=summary("partnership protocol draft"))
@outputs
@as_json
@click.pass_obj
def protocol(app: App, /, **options: Any) -> None:
    """Write the draft, with the partners, datasets and officers of the partnership filled in."""
    _write(app, protocol_draft, partnership=app.partnership, **options)


@click.command(help=summary("report county"))
@click.argument("stores", nargs=-1, metavar="[STORE]...")
@_quarter
@_year
@option("report county", "--assessment", "folder", type=FOLDER)
@option("report county", "--agreement", is_flag=True)
@outputs
@as_json
@click.pass_obj
def county(app: App, /, *, folder: Path | None, **options: Any) -> None:
    """Verify the logs of all stores of exchange.toml, or of those named, and write one report."""
    pulled = app.folder / folder if folder else None
    _write(app, county_report, has_charts=folder is not None, pulled=pulled, **options)


def _write(
    app: App,
    make: Callable[..., MadeReport],
    *,
    outputs: tuple[Path, ...],
    as_json: bool,
    has_charts: bool = False,
    **request: Any,
) -> None:
    """Verify, make a report, and write it in each form.

    Args:
        has_charts: It has charts, where it is a page.
    """
    check_forms(outputs)
    with console.progress("verifying …") as progress:
        made_report = make(folder=app.folder, now=app.now, tick=progress.step, **request)
    console.notices(made_report.notices)
    if has_charts and not can_draw() and any(path.suffix == ".html" for path in outputs):
        console.warning(
            "charts-not-drawn",
            "the page has tables only, because no library that draws charts is installed",
        )
        console.hint('install them and write it again: pip install "csp-exchange[reports]"')
    write_forms(made_report.report, outputs, app.folder, app.now, as_json=as_json)
