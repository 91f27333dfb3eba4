"""exchange partnership area: the areas of a partnership, as they change."""

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.session import EntryWriter, open_log, writes_entries
from exchange.cli.setup_files import pair, read_lsoas
from exchange.cli.tree import summary
from exchange.errors import Usage
from exchange.profile.settings import Settings
from partners.entries.kinds import ChangeAreas
from schemas.areas import Area

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(help=summary("partnership area list"))
@click.pass_obj
def list_(app: App) -> None:
    """Show each area with its lists."""
    areas = open_log(Settings.find(app.folder, app.partnership), offline=True).register.areas
    rows = [
        (
            a.code,
            a.name,
            str(a.first or ""),
            str(a.last or ""),
            f"{len(a.outward)}",
            f"{len(a.lsoas)}",
        )
        for a in areas
    ]
    console.table(rows, ("code", "name", "from", "to", "outward codes", "LSOAs"))


@click.command(help=summary("partnership area add"))
@click.argument("area", metavar="CODE=NAME")
@click.option(
    "--from",
    "first",
    type=_DAY,
    metavar="DATE",
    help="Its first day (default: from the beginning).",
)
@click.option(
    "--outward",
    default="",
    metavar="SP10,SP11",
    help="Outward codes (the first half of a postcode) inside it.",
)
@click.option(
    "--lsoas",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="File listing its LSOA codes.",
)
@writes_entries
def add(
    writer: EntryWriter,
    area: str,
    first: datetime | None,
    outward: str,
    lsoas: Path | None,
) -> None:
    """Log all areas, with the new one."""
    code, name = pair(area, "the area")
    log = writer.log
    if any(one.code == code for one in log.register.areas):
        raise Usage(
            "area-already-listed",
            f"{code} is already listed",
            "see the areas: exchange partnership area list",
        )
    new = Area(
        code,
        name,
        frozenset(re.findall(r"[A-Z0-9]+", outward.upper())),
        frozenset(read_lsoas(writer.app.folder / lsoas) if lsoas else ()),
        first.date() if first else None,
    )
    position = writer.add(ChangeAreas((*log.register.areas, new)), f"Add {name} ({code})?")
    console.result(f"added  {name} ({code})  log {position}")


@click.command(help=summary("partnership area end"))
@click.argument("code", metavar="CODE")
@click.option("--on", "last", type=_DAY, metavar="DATE", required=True, help="Its last day.")
@writes_entries
def end(writer: EntryWriter, code: str, last: datetime) -> None:
    """Log all areas, this one with its end; records of later days are elsewhere."""
    log = writer.log
    if all(one.code != code for one in log.register.areas):
        raise Usage(
            "area-unknown",
            f"{code} is not an area of the partnership",
            "see the areas: exchange partnership area list",
        )
    areas = tuple(
        replace(one, last=last.date()) if one.code == code else one for one in log.register.areas
    )
    position = writer.add(ChangeAreas(areas), f"End {code} on {last:%Y-%m-%d}?")
    console.result(f"ended  {code}  on {last:%Y-%m-%d}  log {position}")
