"""exchange partnership area: the areas of a partnership, as they change."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import DAY, as_json
from exchange.cli.paths import EXISTING_FILE
from exchange.cli.session import EntryWriter, open_log, writes_entries
from exchange.cli.setup_files import read_lsoas
from exchange.cli.tree import option, summary
from exchange.profile.new_partnership import outward_codes, read_area
from exchange.profile.partnership_changes import add_area, change_area, find_area
from exchange.text import with_noun
from partners.entries.body import plain
from schemas.areas import Area
from schemas.quarters import long_date

_outward_option = option("partnership area", "--outward")
_lsoas_option = option("partnership area", "--lsoas", type=EXISTING_FILE)


@click.command(help=summary("partnership area list"))
@as_json
@click.pass_obj
def list_(app: App, as_json: bool) -> None:
    """Show each area with its lists."""
    areas = open_log(app.settings, offline=True).register.areas
    if as_json:
        console.as_json([plain(area) for area in areas])
        return
    rows = [
        (
            a.code,
            a.name,
            long_date(a.first) if a.first else "",
            long_date(a.last) if a.last else "",
            f"{len(a.outward)}",
            f"{len(a.lsoas)}",
        )
        for a in areas
    ]
    console.table(rows, ("code", "name", "from", "to", "outward codes", "LSOAs"))


@click.command(help=summary("partnership area add"))
@click.argument("area", metavar="AREA")
@option("partnership area add", "--from", "first", type=DAY)
@_outward_option
@_lsoas_option
@writes_entries
def add(
    writer: EntryWriter,
    area: str,
    first: date | None,
    outward: str | None,
    lsoas: Path | None,
) -> None:
    """Log all areas, with the new one."""
    code, name = read_area(area)
    new = Area(
        code,
        name,
        _outward(outward),
        frozenset(read_lsoas(writer.app.folder / lsoas) if lsoas else ()),
        first,
    )
    position = writer.add(add_area(writer.log.register, new), f"Add {name} ({code})?")
    writer.say(f"added  {name} ({code})  log {position}", **plain(new), entry=position)


@click.command(help=summary("partnership area set"))
@click.argument("code", metavar="CODE")
@option("partnership area set", "--name")
@_outward_option
@_lsoas_option
@writes_entries
def set_(
    writer: EntryWriter, code: str, name: str | None, outward: str | None, lsoas: Path | None
) -> None:
    """Log all areas, this one as it is now; what is not named stays."""
    old = find_area(writer.log.register, code)
    new = replace(
        old,
        name=name or old.name,
        outward=old.outward if outward is None else _outward(outward),
        lsoas=frozenset(read_lsoas(writer.app.folder / lsoas)) if lsoas else old.lsoas,
    )
    body = change_area(writer.log.register, new)
    for title, before, now in (
        ("outward code", old.outward, new.outward),
        ("LSOA", old.lsoas, new.lsoas),
    ):
        if before != now:
            was, will = with_noun(len(before), title), with_noun(len(now), title)
            writer.show(f"{code}: {was} before, {will} now")
    position = writer.add(body, f"Change {new.name} ({code})?")
    writer.say(f"changed  {new.name} ({code})  log {position}", **plain(new), entry=position)


@click.command(help=summary("partnership area end"))
@click.argument("code", metavar="CODE")
@option("partnership area end", "--on", "last", type=DAY, required=True)
@writes_entries
def end(writer: EntryWriter, code: str, last: date) -> None:
    """Log all areas, this one with its end; records of later days are elsewhere."""
    register, day = writer.log.register, long_date(last)
    new = replace(find_area(register, code), last=last)
    position = writer.add(change_area(register, new), f"End {code} on {day}?")
    writer.say(
        f"ended  {code}  on {day}  log {position}",
        **plain(new),
        entry=position,
    )


def _outward(typed: str | None) -> frozenset[str]:
    return frozenset(outward_codes(typed or ""))
