"""exchange places: what this machine knows of outward codes, postcodes and areas."""

import contextlib
from pathlib import Path
from typing import Any, Final

import click

from depersonalise.places import gazetteer
from depersonalise.places.area_files import BOUNDARIES, POPULATION, SEVERITY
from depersonalise.places.gazetteer import (
    OUTWARD,
    POSTCODES,
    Gazetteer,
    PlaceFile,
)
from depersonalise.places.outward_codes import outward_codes
from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json
from exchange.cli.paths import EXISTING_FILE
from exchange.cli.tree import option, summary
from exchange.errors import Refusal, remedy
from exchange.profile.open_logs import open_log
from exchange.profile.places import places_near, readable_places
from exchange.profile.settings import Settings
from exchange.text import with_noun

# What is not checked, and what leaves coarser, where a file is missing.
_WITHOUT: Final = {
    OUTWARD: (
        (
            f"exchange knows {len(outward_codes()):,} outward codes of England and Wales (2026); "
            "without the file, a newer one is not recognised"
        ),
        "download GB.txt from GeoNames, then: exchange places add GB.txt",
    ),
    POSTCODES: (
        (
            "without it, whole postcodes are not checked, grid references cannot be placed, "
            "and places are shared by the LSOA or outward code in your file"
        ),
        (
            "download the NSPL or ONSPD from the Office for National Statistics, then: "
            "exchange places add FILE.zip"
        ),
    ),
}
# What analysts add for assessments, and what it counts; named alone where it was added.
_FOR_ASSESSMENTS: Final = {POPULATION: "area", BOUNDARIES: "area", SEVERITY: "offence"}


@click.command(help=summary("places show"))
@as_json
@click.pass_obj
def show(app: App, as_json: bool) -> None:
    """Show the files that were given, with hash and date."""
    settings = Settings.all(app.folder, app.partnership)[0]
    with readable_places():
        directories = Gazetteer(settings.gazetteer_folder).files
    if as_json:
        console.as_json({kind: _to_json(directory) for kind, directory in directories.items()})
        return
    for kind, (without, hint) in _WITHOUT.items():
        if kind in directories:
            _say(kind, directories[kind])
            continue
        console.result(f"{kind}: none")
        console.detail(f"{without}")
        console.hint(hint)
    for kind in _FOR_ASSESSMENTS:
        if kind in directories:
            _say(kind, directories[kind])
    for partnership in Settings.all(app.folder, app.partnership):
        listed = partnership.protected or 'none (protected = "FILE" in exchange.toml)'
        console.result(f"protected places of {partnership.slug}: {listed}")


@click.command(help=summary("places add"))
@click.argument("file", type=EXISTING_FILE, metavar="FILE")
@as_json
@click.pass_obj
def add(app: App, file: Path, as_json: bool) -> None:
    """Keep a file for all partnerships of this folder, in the place of an earlier one."""
    settings = Settings.all(app.folder, app.partnership)[0]
    today = app.today
    with readable_places(), console.progress("reading …"):
        kind, directory = gazetteer.add(settings.gazetteer_folder, app.folder / file, today)
        without = _areas_without_postcodes(app) if kind == POSTCODES else []
    if as_json:
        console.as_json({"kind": kind, **_to_json(directory)})
    else:
        _say(kind, directory)
    if without:
        message = f"{directory.name} has no postcodes of {' or '.join(without)}"
        console.warning("directory-without-area", message)
        console.hint(remedy("directory-without-area"))


def _areas_without_postcodes(app: App) -> list[str]:
    """Name the areas, as the logs were last read here, that the directory has nothing of."""
    names: dict[str, None] = {}
    for settings in Settings.all(app.folder, app.partnership):
        directory = Gazetteer(settings.gazetteer_folder).directory
        with contextlib.suppress(Refusal):  # a log that was never read says nothing of areas
            areas = open_log(settings, offline=True, resume=False).log.register.areas
            names |= {
                a.name: None for a in areas if directory and a.code not in directory.districts
            }
    return list(names)


@click.command(help=summary("places near"))
@click.argument("outward", metavar="OUTWARD_CODE")
@option("places near", "--within", type=click.IntRange(0), default=10, show_default=True)
@as_json
def near(outward: str, within: int, as_json: bool) -> None:
    """List the outward codes near one, the nearest first."""
    places = places_near(outward, within)
    if as_json:
        rounded = [place._replace(kilometres=round(place.kilometres, 1)) for place in places]
        console.as_json([place._asdict() for place in rounded])
        return
    rows = [(code, name, f"{away:.1f}") for code, name, away in places]
    console.table(rows, ("outward code", "place", "km"))


def _say(kind: str, place_file: PlaceFile) -> None:
    noun = _FOR_ASSESSMENTS.get(kind, "place" if kind == OUTWARD else "postcode")
    console.result(
        f"{kind}: {place_file.name}, {with_noun(place_file.rows, noun)}, added {place_file.added}"
    )
    details = [place_file.edition, f"LSOAs of {place_file.lsoas}" if place_file.lsoas else ""]
    if any(details):
        console.result("  " + ", ".join(part for part in details if part))
    console.result(f"  SHA-256 {place_file.sha256}")


def _to_json(place_file: PlaceFile) -> dict[str, Any]:
    return {name: getattr(place_file, name) for name in PlaceFile.__dataclass_fields__}
