"""exchange init: begin a partnership, or join one."""

import re
import secrets
import unicodedata
from pathlib import Path

import click

from exchange.cli import console
from exchange.cli.group import App, summary
from exchange.cli.options import QUARTER
from exchange.errors import LogBroken, Usage
from exchange.files import is_reserved
from exchange.log.log import Log
from exchange.log.trust import Founding
from exchange.profile.settings import NAME, Settings
from exchange.stores.store import ReplacesFiles, prove
from exchange.stores.sync_folders import is_synced
from exchange.text import with_noun
from schemas.codes.vocabularies import GSS_SHAPE, LSOA_SHAPE
from schemas.extract.text_files import read_text
from schemas.quarters import FIRST_QUARTER, Quarter

_FOUNDING = re.compile(r"csp-exchange:([a-z0-9-]{1,60}/[0-9a-f]{32}):([0-9a-f]{64})")
_AREA = re.compile(rf"({GSS_SHAPE})=(.+)")


@click.command("init", help=summary("init"))
@click.option(
    "--store",
    metavar="STORE",
    required=True,
    help="The partners' shared folder; or s3://…, az://…, gs://… or sftp://….",
)
@click.option(
    "--access",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What lets you into a store that is no folder: a file of your own.",
)
@click.option("--name", help="Begin a partnership of this name.")
@click.option(
    "--area",
    "areas",
    multiple=True,
    metavar="CODE=NAME",
    help="A local government area of it, as its GSS code and name; repeat for more.",
)
@click.option(
    "--outward",
    "outward",
    multiple=True,
    metavar="CODE=SP10,SP11",
    help="The outward codes that count as inside an area.",
)
@click.option(
    "--lsoas",
    "lsoas",
    multiple=True,
    metavar="CODE=FILE",
    help="A file in which the LSOA codes of an area stand.",
)
@click.option("--nation", type=click.Choice(["england", "wales"]), default="england")
@click.option(
    "--first-quarter",
    type=QUARTER,
    metavar="QUARTER",
    help="The first it owes, if not the nation's.",
)
@click.option(
    "--origin", help="Join one that is being begun, by the origin its beginner tells you."
)
@click.option(
    "--founding",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Join one by its .founding file.",
)
@click.pass_obj
def command(
    app: App,
    store: str,
    access: Path | None,
    name: str | None,
    areas: tuple[str, ...],
    outward: tuple[str, ...],
    lsoas: tuple[str, ...],
    nation: str,
    first_quarter: Quarter | None,
    origin: str | None,
    founding: Path | None,
) -> None:
    """Say which of three ways it is, and do it."""
    if sum(told is not None for told in (name, origin, founding)) != 1:
        raise Usage(
            "begin-or-join",
            "one of --name, --origin and --founding is needed, and one only",
            "to begin a partnership: --name; to join one: --founding FILE, from your coordinator",
        )
    if name is not None:
        plan = _plan(app.folder, name, areas, outward, lsoas, nation, first_quarter)
        _begin(app.folder, store, access, name, plan)
    elif origin is not None:
        _join(app.folder, store, access, Founding(origin, ""))
    elif founding is not None:
        _join(app.folder, store, access, read_founding(founding))


def read_founding(path: Path) -> Founding:
    """Read a .founding file.

    Raises:
        Usage: it is none.
    """
    try:
        found = _FOUNDING.search(read_text(path))
    except (OSError, ValueError):
        found = None
    if not found:
        raise Usage("founding-file-unreadable", f"{path.name} is not a .founding file")
    return Founding(found[1], found[2])


def _begin(
    folder: Path, store: str, access: Path | None, name: str, plan: dict[str, object]
) -> None:
    if (folder / NAME).exists():
        raise Usage(
            "settings-already-exist",
            f"this folder has an {NAME} already",
            "begin in a folder of its own",
        )
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "partnership"
    if is_reserved(slug):
        raise Usage(
            "name-reserved",
            f"Windows keeps the name {slug} for itself, so no file can have it",
            'give the partnership its whole name: --name "… Community Safety Partnership"',
        )
    settings = Settings(folder, f"{slug}/{secrets.token_hex(16)}", store, plan=plan)
    settings.access = settings.name_of(folder / access) if access else ""
    there = settings.open_store()
    there.set_up()
    prove(there)
    settings.write()
    console.result(f"begun  {name}  {settings.origin}")
    if is_synced(folder):
        console.warning(
            "profile-in-sync-folder",
            "this folder is kept by a sync client, so your key and what you sent would leave this "
            "machine",
        )
        console.hint("begin in a folder that stays on this machine")
    console.result(f"store  {there}")
    console.hint("make your own key: exchange key new --help")
    console.hint(
        "have the second coordinator run, and then make a key and send you its card: "
        f"exchange init --origin {settings.origin} --store STORE"
    )
    console.hint("found the partnership with both cards: exchange enrol CARD CARD")


def _join(folder: Path, store: str, access: Path | None, told: Founding) -> None:
    origin, founding = told.origin, told.entry
    if not re.fullmatch(r"[a-z0-9-]{1,60}/[0-9a-f]{32}", origin):
        raise Usage(
            "origin-not-understood",
            "that is not an origin: a name, a stroke and 32 digits, such as westshire/0f3a…",
        )
    settings = Settings(folder, origin, store)
    known = Settings.all(folder) if (folder / NAME).exists() else []
    if mine := [one for one in known if one.origin == origin]:
        settings = mine[0]
        if settings.founding not in ("", founding):
            raise Usage(
                "founding-differs",
                f"the {NAME} in this folder knows this partnership by another founding",
                "ask your coordinator by telephone which is right",
            )
        settings.store = store
    settings.access = settings.name_of(folder / access) if access else ""
    settings.founding = founding
    _try_store(settings)
    if founding:
        log = Log.open(settings.open_store(), settings.pinned(), settings.memory())
        console.result(
            f"joined  {log.register.name}  {with_noun(log.tree.size, 'entry', 'entries')}"
        )
    else:
        console.result(f"joined  {origin}  not founded yet")
    settings.write()
    if not settings.key and any(one.key for one in known):
        console.hint(f"make a card of your key: exchange --partnership {settings.slug} key card")
    elif not settings.key:
        console.hint("make your key and card: exchange key new --help")


def _try_store(settings: Settings) -> None:
    """Prove the store from this machine too: a share may behave otherwise from another."""
    there = settings.open_store()
    there.names("log")  # whether it is there at all
    try:
        prove(there)
    except ReplacesFiles:
        raise
    except LogBroken as fault:
        console.warning(fault.id, fault.says)
        console.hint("you can read there; what you submit goes by courier: submit --to FILE")


def _plan(
    folder: Path,
    name: str,
    areas: tuple[str, ...],
    outward: tuple[str, ...],
    lsoas: tuple[str, ...],
    nation: str,
    first_quarter: Quarter | None,
) -> dict[str, object]:
    """Return what the partnership will be founded with."""
    codes = dict(pair(a, "--area") for a in areas)
    if not codes:
        raise Usage(
            "area-missing", "a partnership has at least one area", '--area "E07000093=Test Valley"'
        )
    inside = dict(pair(o, "--outward") for o in outward)
    listed = {code: read_lsoas(folder / file) for code, file in (pair(o, "--lsoas") for o in lsoas)}
    if not {*inside, *listed} <= set(codes):
        raise Usage("area-not-named", "--outward or --lsoas names an area that --area does not")
    lists = {c: re.findall(r"[A-Z0-9]+", told.upper()) for c, told in inside.items()}
    first = first_quarter or FIRST_QUARTER[nation]
    return {
        "name": name,
        "nation": nation,
        "first_quarter": str(first),
        "areas": [
            {
                "code": code,
                "name": told.strip(),
                "outward": sorted(set(lists.get(code, []))),
                "lsoas": listed.get(code, []),
            }
            for code, told in codes.items()
        ],
    }


def read_lsoas(path: Path) -> list[str]:
    """Return the LSOA codes that stand anywhere in a file."""
    try:
        found, fault = re.findall(rf"\b{LSOA_SHAPE}\b", read_text(path)), ""
    except OSError as error:
        found, fault = [], error.strerror or "it can't be opened"
    except ValueError:
        found, fault = [], "it is not text"
    if fault:
        raise Usage("lsoa-file-unreadable", f"--lsoas: {path.name} can't be read: {fault}")
    if not found:
        raise Usage(
            "lsoa-file-without-codes",
            f"--lsoas: no LSOA code stands in {path.name}",
            "they look like E01022553",
        )
    return sorted(set(found))


def pair(told: str, option: str) -> tuple[str, str]:
    """Read CODE=…; `option` is named where it is not one.

    Raises:
        Usage: it is none.
    """
    found = _AREA.fullmatch(told.strip())
    if not found:
        raise Usage(
            "area-not-understood", f"{option} is written CODE=…, such as E07000093=Test Valley"
        )
    return found[1], found[2]
