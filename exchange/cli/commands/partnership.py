"""exchange partnership create and join: the settings of a partnership in this folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import QUARTER, AskedArgument, AskedOption, as_json, ask_until_read
from exchange.cli.paths import EXISTING_FILE
from exchange.cli.questions import is_so
from exchange.cli.setup_files import AREA, pair, read_lsoas
from exchange.cli.tree import option, summary
from exchange.errors import Usage
from exchange.keys.cards import read_card_file
from exchange.log.trust import Founding
from exchange.profile.founding_file import read_founding
from exchange.profile.new_member import card_file_of, check_origin, join_partnership
from exchange.profile.new_partnership import (
    begin_partnership,
    check_first_quarter,
    describe_area,
    make_plan,
    outward_codes,
    read_area,
)
from exchange.profile.own_folder import folder_notices
from exchange.profile.settings import Settings
from exchange.stores.open import ADDRESSES
from exchange.text import with_noun
from schemas.quarters import Quarter

_store = click.option(
    "--store",
    cls=AskedOption,
    asks=f"Folder that all partners can reach, or {ADDRESSES}",
    metavar="STORE",
    help=f"The partners' shared folder; or {ADDRESSES}.",
)
# Of the two who set a partnership up: at most authorities one officer does both.
_COORDINATOR = ("--role", "coordinator", "--role", "liaison")
_access = option("partnership", "--access", type=EXISTING_FILE)


@click.command(help=summary("partnership create"))
@click.argument("name", cls=AskedArgument, asks="Name of the partnership", metavar="NAME")
@_store
@_access
@option(
    "partnership create",
    "--area",
    "areas",
    cls=AskedOption,
    type=AREA,
    required=False,
    multiple=True,
)
@option("partnership create", "--outward", multiple=True)
@option("partnership create", "--lsoas", multiple=True)
@option("partnership create", "--first-quarter", type=QUARTER)
@as_json
@click.pass_obj
def create(
    app: App,
    name: str,
    store: str,
    access: Path | None,
    areas: tuple[str, ...],
    outward: tuple[str, ...],
    lsoas: tuple[str, ...],
    first_quarter: Quarter | None,
    as_json: bool,
) -> None:
    """Write the settings of a new partnership, and try its store."""
    in_progress = Quarter.of(app.today)
    first = first_quarter or in_progress
    check_first_quarter(first, in_progress)
    plan = _plan(app.folder, name, areas, outward, lsoas, first)
    _begin(app.folder, store, access, name, plan, as_json=as_json)


@click.command(help=summary("partnership join"))
@option("partnership join", "--founding", type=EXISTING_FILE)
@option("partnership join", "--origin")
@_store
@_access
@as_json
@click.pass_obj
def join(
    app: App,
    founding: Path | None,
    origin: str | None,
    store: str,
    access: Path | None,
    as_json: bool,
) -> None:
    """Write the settings of a partnership that exists, and try its store."""
    if founding is None and origin is None and console.is_interactive():
        question = "The .founding file, or the partnership's ID, that your coordinator sent you"
        founding, origin = ask_until_read(question, _file_or_origin)
    if founding is not None and origin is None:
        _join(app.folder, store, access, read_founding(founding), as_json=as_json)
    elif origin is not None and founding is None:
        _join(app.folder, store, access, Founding(origin, ""), as_json=as_json)
    else:
        raise Usage(
            "founding-or-origin-needed",
            "give either --founding or --origin, not both",
            "if your coordinator sent you a file: --founding FILE",
            "if the partnership is being set up: --origin ID",
        )


def _file_or_origin(typed: str) -> tuple[Path | None, str | None]:
    """Read the founding file's path; who joins while the partnership is set up types its ID."""
    typed = typed.strip()
    if typed.endswith(".founding") or Path(typed).exists():
        return EXISTING_FILE.convert(typed, None, None), None
    check_origin(typed)
    return None, typed


def _begin(
    folder: Path,
    store: str,
    access: Path | None,
    name: str,
    plan: dict[str, Any],
    *,
    as_json: bool,
) -> None:
    settings, opened = begin_partnership(
        folder, store=store, plan=plan, access=folder / access if access else None
    )
    areas = [(area["code"], area["name"]) for area in settings.plan["areas"]]
    lines = [
        f"created  {name}  {settings.origin}",
        *(f"area  {code}  {title}  {describe_area(code)}".rstrip() for code, title in areas),
        f"store  {opened}",
    ]
    console.outcome(
        "\n".join(lines),
        json=as_json,
        name=name,
        origin=settings.origin,
        areas=dict(areas),
        store=str(opened),
    )
    console.notices(folder_notices(folder))
    _offer_key("make your key: exchange key new", _COORDINATOR, as_json=as_json)
    console.hint(
        "ask the second coordinator to join, make a key and send you its card: exchange "
        f"partnership join --origin {settings.origin} --store STORE"
    )
    console.hint(
        "then create the partnership with both cards, or with a folder of all cards: exchange "
        "partner add FOLDER"
    )


def _join(
    folder: Path, store: str, access: Path | None, joining: Founding, *, as_json: bool
) -> None:
    joined = join_partnership(
        folder, store=store, access=folder / access if access else None, joining=joining
    )
    console.notices(joined.notices)
    settings, origin = joined.settings, joining.origin
    if joined.log is not None:
        name, size = joined.log.register.name, joined.log.tree.size
        text = f"joined  {name}  {with_noun(size, 'entry', 'entries')}"
    else:
        name, size = "", 0
        text = f"joined  {origin}  not set up yet"
    console.outcome(text, json=as_json, name=name, origin=origin, entries=size)
    if not settings.key and any(partnership.key for partnership in Settings.all(folder)):
        slug = Settings.find(folder, origin).slug
        console.hint(f"make a card of your key: exchange --partnership {slug} key card")
    elif not settings.key:
        roles = () if joining.entry else _COORDINATOR
        _offer_key("make your key and card: exchange key new", roles, as_json=as_json)
    elif read_card_file(card_file_of(settings))[0].origin != origin:
        console.hint("your card was made for another ID; make it again: exchange key card")


def _offer_key(remedy: str, roles: Sequence[str], *, as_json: bool) -> None:
    """Make the officer's key at once, if they are there to be asked and want it."""
    question = "Make your key and card now?"
    is_asked = console.is_interactive() and not as_json
    if not is_asked or not is_so(question, default=True):
        console.hint(" ".join((remedy, *roles, "--help")))
        return
    context = click.get_current_context()
    command: click.Command | None = context.find_root().command
    for name in ("key", "new"):
        command = command.get_command(context, name) if isinstance(command, click.Group) else None
    if command is not None:
        with command.make_context("new", list(roles), parent=context) as below:
            command.invoke(below)


def _plan(
    folder: Path,
    name: str,
    areas: tuple[str, ...],
    outward: tuple[str, ...],
    lsoas: tuple[str, ...],
    first_quarter: Quarter,
) -> dict[str, Any]:
    """Return what the partnership will be founded with."""
    codes = dict(read_area(a) for a in areas)
    texts = dict(pair(typed, "--outward", "E07000093=SP10,SP11") for typed in outward)
    files = dict(pair(lsoa, "--lsoas", "E07000093=lsoas.csv") for lsoa in lsoas)
    inside = {code: outward_codes(text) for code, text in texts.items()}
    listed = {code: read_lsoas(folder / file) for code, file in files.items()}
    return make_plan(name, codes, inside, listed, first_quarter)
