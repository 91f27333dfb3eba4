"""exchange report: what the board reads."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exchange.cli import console
from exchange.cli.group import App, summary
from exchange.cli.options import outputs as output
from exchange.cli.output_files import check_forms, write_forms
from exchange.cli.session import open_log
from exchange.errors import Usage
from exchange.log.verify import Account, verify
from exchange.profile.settings import Settings
from exchange.reports.assessment.year_file import four
from exchange.reports.compliance.compliance import compliance as made
from exchange.reports.compliance.county import county as county_of
from exchange.reports.compliance.requirements import FORMS as CHECKLISTS
from exchange.reports.compliance.requirements import checklist
from exchange.reports.report import Report
from exchange.reports.source import Source
from schemas.quarters import LONDON, NotAQuarter, Quarter

if TYPE_CHECKING:
    from exchange.reports.assessment.build import Asked


@click.group("report", help=summary("report"))
def command() -> None:
    """Group the reports."""


@command.command(
    "compliance", help="Who shared what and when, and whether duty and protocol are met."
)
@click.option("--quarter", metavar="QUARTER", help="Default: the one that is due next.")
@click.option("--year", metavar="YEAR", help="Four quarters: 2026, or the financial year 2026/27.")
@output
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
@output
@click.pass_obj
def requirements(app: App, form: str, outputs: tuple[Path, ...]) -> None:
    """Verify the whole log, and write the checklist in each form."""
    _write(app, outputs, lambda account: checklist(account, app.now, CHECKLISTS[form]))


@command.command("assessment", help="The strategic assessment pack, from what was pulled.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--year", metavar="YEAR", required=True, help="The year in which it begins: 2026.")
@click.option(
    "--words",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.toml",
    help="What people write, the year's dates, targets; made where it is not there. "
    "Default: assessment-YEAR.toml.",
)
@click.option(
    "--boundaries",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.geojson",
    help="What to draw below the map: areas in longitude and latitude.",
)
@output
@click.pass_obj
def assessment(
    app: App,
    folder: Path,
    year: str,
    words: Path | None,
    boundaries: Path | None,
    outputs: tuple[Path, ...],
) -> None:
    """Verify the whole log, and write the pack in each form."""
    from exchange.reports.assessment.build import Asked

    begins, month = _begins(year)
    path = app.folder / (words or f"assessment-{begins}.toml")
    asked = Asked(path, begins, month, boundaries)
    places = Settings.find(app.folder, app.partnership).gazetteer_folder
    _write(
        app,
        outputs,
        lambda account: _pack(app, {"": (account, app.folder / folder)}, asked, places),
    )


@command.command("county", help="One report of several districts' exchanges.")
@click.argument("stores", nargs=-1, metavar="[STORE]...")
@click.option("--quarter", metavar="QUARTER", help="Default: the one that is due next.")
@click.option("--year", metavar="YEAR", help="Four quarters: 2026, or the financial year 2026/27.")
@click.option(
    "--assessment",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="The assessment pack of a --year instead, from FOLDER/NAME, where each was pulled.",
)
@output
@click.pass_obj
def county(
    app: App,
    stores: tuple[str, ...],
    quarter: str | None,
    year: str | None,
    folder: Path | None,
    outputs: tuple[Path, ...],
) -> None:
    """Verify the logs of all stores of exchange.toml, or of those named, and write one report."""
    check_forms(outputs, app.folder)
    members = _members(app, stores)
    quarters = tuple(_quarters(app, quarter, year))
    if folder is None:
        accounts = {one.slug: _verified(app, one, bundles=False) for one in members}
        sources = {name: Source(account, quarters, app.now) for name, account in accounts.items()}
        write_forms(county_of(sources), outputs, app.folder, app.now)
        return
    from exchange.reports.assessment.build import Asked

    if year is None:
        raise Usage(
            "year-missing",
            "an assessment is of a year",
            "name the one in which it begins: --year 2026",
        )
    begins, month = _begins(year)
    asked = Asked(app.folder / f"assessment-{begins}.toml", begins, month, None)
    pulled = {
        one.slug: (_verified(app, one, bundles=False), app.folder / folder / one.slug)
        for one in members
    }
    report = _pack(app, pulled, asked, members[0].gazetteer_folder)
    write_forms(report, outputs, app.folder, app.now)


def _pack(
    app: App, pulls: dict[str, tuple[Account, Path]], asked: "Asked", gazetteer: Path
) -> Report:
    """Make the assessment pack, and ask for the words that only people can write."""
    from depersonalise.places.gazetteer import Gazetteer
    from exchange.reports.assessment.build import make

    is_new = not asked.words.exists()
    report = make(pulls, asked, Gazetteer(gazetteer), app.now)
    if is_new:
        console.hint(f"write what only people can into {asked.words.name}, and run this again")
    return report


def _members(app: App, stores: tuple[str, ...]) -> list[Settings]:
    """Return the partnerships of exchange.toml that are named, by store or by name, or all.

    Raises:
        Usage: one is named that is none of them, there are not two, or two have one name.
    """
    everything = Settings.all(app.folder, "")
    if len({one.slug for one in everything}) < len(everything):
        raise Usage(
            "partnership-names-clash",
            "two partnerships of exchange.toml have one name; a report could not tell them apart",
            "keep each in a folder of its own",
        )
    known = {one.store: one for one in everything} | {one.slug: one for one in everything}
    if unknown := [name for name in stores if name not in known]:
        raise Usage(
            "store-not-in-settings",
            f'"{unknown[0]}" is no store of exchange.toml, and no partnership',
            "they are " + ", ".join(f"{one.slug} ({one.store})" for one in everything),
        )
    named = {known[name].slug: known[name] for name in stores}
    found = list(named.values()) if named else everything
    if len(found) < 2:
        raise Usage(
            "two-districts-needed",
            "a county's report needs the exchanges of two districts or more",
            "join them all in one folder: exchange init --founding FILE --store STORE",
        )
    return found


def _verified(app: App, settings: Settings, *, bundles: bool) -> Account:
    log = open_log(settings, app.now, whole=True)
    with console.progress(f"verifying {settings.slug} …") as shown:
        return verify(log, settings.sighted, bundles=bundles, tick=shown.step)


def _write(
    app: App, outputs: tuple[Path, ...], make: Callable[[Account], Report], *, bundles: bool = False
) -> None:
    """Make a report of the verified store, and write it in every form that was asked for."""
    check_forms(outputs, app.folder)
    settings = Settings.find(app.folder, app.partnership)
    report = make(_verified(app, settings, bundles=bundles))
    write_forms(report, outputs, app.folder, app.now)


def _quarters(app: App, quarter: str | None, year: str | None) -> list[Quarter]:
    """Return the quarters that a report is of, oldest first.

    Raises:
        Usage: both are named, or one is none.
    """
    if quarter and year:
        raise Usage(
            "quarter-and-year-named",
            "--quarter and --year are one too many",
            "leave one of them out",
        )
    if year is None:
        try:
            last = Quarter.of(app.now.astimezone(LONDON).date()).previous
            return [Quarter.parse(quarter) if quarter else last]
        except NotAQuarter as fault:
            raise Usage("quarter-not-understood", f"--quarter: {fault}") from None
    begins, month = _begins(year)
    return list(four(Quarter.of(date(begins, month, 1))))


def _begins(year: str) -> tuple[int, int]:
    """Read a year: the calendar year and the month in which it begins."""
    found = re.fullmatch(r"([1-9]\d{3})(/\d{2})?", year)
    if not found or (found[2] and int(found[2][1:]) != (int(found[1]) + 1) % 100):
        raise Usage(
            "year-not-understood", "--year is written 2026, or 2026/27 for a financial year"
        )
    return int(found[1]), 4 if found[2] else 1
