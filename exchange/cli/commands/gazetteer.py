"""exchange places: what this machine knows of outward codes and postcodes."""

from pathlib import Path
from typing import Any, Final

import click

from depersonalise.places import gazetteer
from depersonalise.places.gazetteer import (
    OUTWARD,
    POSTCODES,
    Gazetteer,
    GazetteerBroken,
    PlaceFile,
)
from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json
from exchange.cli.tree import summary
from exchange.errors import ExtractUnreadable
from exchange.profile.settings import Settings
from exchange.text import with_noun
from schemas.quarters import LONDON

# What is not checked, and what leaves coarser, where a file is missing.
_WITHOUT: Final = {
    OUTWARD: (
        (
            "an outward code written without its space, such as M11, is known only if it is listed "
            "for the partnership's areas; else it is asked about: it may be the sector M1 1"
        ),
        "get GB.txt of GeoNames (or pgeocode's) once, and: exchange places add GB.txt",
    ),
    POSTCODES: (
        (
            "whole postcodes are not checked; areas are decided from LSOAs, districts and outward "
            "codes; places leave by the LSOA or outward code of the extract, not by squares of the "
            "grid; outward codes with few residents are not told from others; and of points "
            "nothing is known: no area, no outward code"
        ),
        (
            "get the NSPL or ONSPD of the Office for National Statistics once, and: "
            "exchange places add FILE.zip"
        ),
    ),
}


@click.command(help=summary("places show"))
@as_json
@click.pass_obj
def show(app: App, as_json: bool) -> None:
    """Show the files that were given, with hash and date."""
    settings = Settings.all(app.folder, app.partnership)[0]
    try:
        held = Gazetteer(settings.gazetteer_folder).held
    except GazetteerBroken as fault:
        raise ExtractUnreadable(
            fault.id, str(fault), "give it again: exchange places add FILE"
        ) from None
    if as_json:
        console.as_json({kind: _to_json(one) for kind, one in held.items()})
        return
    for kind, (without, remedy) in _WITHOUT.items():
        if kind in held:
            _say(kind, held[kind])
            continue
        console.result(f"{kind}: none")
        console.detail(f"without it {without}")
        console.hint(remedy)
    for one in Settings.all(app.folder, app.partnership):
        listed = one.protected or 'none (protected = "FILE" in exchange.toml)'
        console.result(f"protected places of {one.slug}: {listed}")


@click.command(help=summary("places add"))
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE"
)
@click.pass_obj
def add(app: App, file: Path) -> None:
    """Keep a file for all partnerships of this folder, in the place of an earlier one."""
    settings = Settings.all(app.folder, app.partnership)[0]
    today = app.now.astimezone(LONDON).date()
    try:
        with console.progress("reading …"):
            kind, held = gazetteer.add(settings.gazetteer_folder, app.folder / file, today)
    except GazetteerBroken as fault:
        raise ExtractUnreadable(fault.id, str(fault), "nothing was changed") from None
    _say(kind, held)


def _say(kind: str, one: PlaceFile) -> None:
    noun = "place" if kind == OUTWARD else "postcode"
    console.result(f"{kind}: {one.name}, {with_noun(one.rows, noun)}, added {one.added}")
    details = [one.edition, f"LSOAs of {one.lsoas}" if one.lsoas else ""]
    if any(details):
        console.result("  " + ", ".join(part for part in details if part))
    console.result(f"  SHA-256 {one.sha256}")


def _to_json(one: PlaceFile) -> dict[str, Any]:
    return {name: getattr(one, name) for name in PlaceFile.__dataclass_fields__}
