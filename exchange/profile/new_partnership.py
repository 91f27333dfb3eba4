"""A partnership to be: its areas, as the list of authorities has them, and what it begins with."""

import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from exchange.errors import Usage
from exchange.files import is_reserved
from exchange.profile.new_member import kinds_of
from exchange.profile.settings import NAME, Settings, refuse_own_folder_in_store
from exchange.stores.store import Store, prove_no_overwrite
from partners.entries import fields
from partners.register.adoptions import adopted_at_founding
from schemas.authorities.local_authorities import (
    districts_of,
    find_authority,
    find_authority_by_name,
    find_similar_authority,
)
from schemas.codes.vocabularies import GSS_SHAPE, LSOA_SHAPE
from schemas.quarters import FIRST_QUARTER, Quarter, long_date

_NATIONS: Final = {"E": "england", "W": "wales"}  # by the first letter of a GSS code
_AREA: Final = re.compile(rf"({GSS_SHAPE})=(.+)")
_YEARS_AHEAD: Final = 2  # for which a partnership may be set up
_OUTWARD: Final = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")


def check_name(name: str) -> None:
    """Refuse a name that the log cannot hold.

    Raises:
        Usage: it is empty, too long, or more than a line.
    """
    if not _is_line(name):
        raise Usage(
            "partnership-name-not-allowed",
            f"the name of a partnership is one line of up to {fields.TEXT_MAX} characters",
        )


def _is_line(name: str) -> bool:
    try:
        fields.text(name)
    except ValueError:
        return False
    return True


def split_area(typed: str) -> tuple[str, str] | None:
    """Return what comes before and after the sign of CODE=…; None if it is not that."""
    match = _AREA.fullmatch(typed.strip())
    return (match[1], match[2].strip()) if match else None


def read_area(typed: str) -> tuple[str, str]:
    """Return the GSS code and the name of an area, from CODE=NAME or either of the two.

    Raises:
        Usage: it is none, or the list of authorities does not have it, or it has not what it takes.
    """
    if parts := split_area(typed):
        if not _is_line(parts[1]):
            raise Usage(
                "area-name-not-allowed",
                f"the name of an area is one line of up to {fields.TEXT_MAX} characters",
            )
        return parts
    known = find_authority(typed.strip().upper()) or find_authority_by_name(typed)
    if known is None:
        hint = find_similar_authority(typed)
        raise Usage(
            "area-not-understood",
            "the area is neither a GSS code nor the name of a local authority",
            *([f"did you mean {hint.name}?"] if hint else []),
            "look its code up at the Office for National Statistics, and give both: "
            "E07000093=Test Valley",
        )
    if known.kind == "county":
        names = ", ".join(f"{d.code} {d.name}" for d in districts_of(known.code))
        raise Usage(
            "area-is-a-county",
            f"{known.name} is a county; the areas of a partnership are districts",
            f"name those of yours: {names}" if names else "name its areas by their codes",
        )
    if known.last:
        names = ", ".join(
            f"{authority.code} {authority.name}"
            for authority in map(find_authority, known.successors)
            if authority
        )
        raise Usage(
            "area-abolished",
            f"{known.name} was abolished on {long_date(known.last)}",
            f"name the authority that took its place: {names}",
            f"for a partnership of that time give both: {known.code}={known.name}",
        )
    return known.code, known.name


def nation_of(codes: Iterable[str]) -> str:
    """Return the nation of some areas.

    Raises:
        Usage: they are of both, or of neither.
    """
    nations = {_NATIONS.get(code[0], "") for code in codes}
    if len(nations) != 1 or "" in nations:
        raise Usage("areas-of-two-nations", "the areas are not all of England, or all of Wales")
    return nations.pop()


def describe_area(code: str) -> str:
    """Return what the list of authorities knows of an area, in words; empty if it has it not."""
    known = find_authority(code)
    if known is None:
        return ""
    county = find_authority(known.county)
    in_county = f"a district of {county.name}" if county else "one council for all tasks"
    return f"{in_county}, {known.nation.title()}"


def outward_codes(text: str) -> list[str]:
    """Return the outward codes in a text that separates them by anything else, sorted.

    Raises:
        Usage: one of them is none.
    """
    codes = sorted(set(re.findall(r"[A-Z0-9]+", text.upper())))
    if not all(map(_OUTWARD.fullmatch, codes)):
        raise Usage(
            "outward-code-not-understood",
            "one of these is not an outward code (the first half of a postcode)",
        )
    return codes


def lsoa_codes(text: str, name: str) -> list[str]:
    """Return the LSOA codes that stand anywhere in a text, sorted.

    Raises:
        Usage: there are none; `name` is what the text is called.
    """
    codes = re.findall(rf"\b{LSOA_SHAPE}\b", text)
    if not codes:
        raise Usage("lsoa-file-without-codes", f"{name} has no LSOA codes")
    return sorted(set(codes))


def owed_by_kind(codes: Iterable[str], quarter: Quarter) -> dict[str, list[str]]:
    """Return the titles of the datasets that each kind of authority has to send in a quarter.

    Kinds that owe none are not in it.

    Raises:
        Usage: as for `nation_of`.
    """
    codes = list(codes)
    owed: dict[str, list[str]] = {kind: [] for kind in kinds_of(codes)}
    for adopted in adopted_at_founding(nation_of(codes)).values():
        for kind in {holding.kind for holding in adopted.holders_in(quarter)} & owed.keys():
            owed[kind].append(adopted.title)
    return {kind: titles for kind, titles in owed.items() if titles}


def check_first_quarter(first: Quarter, in_progress: Quarter) -> None:
    """Refuse a first quarter in which nobody has anything due yet, or will for long.

    Raises:
        Usage: it is before the duty began in England, or years ahead.
    """
    earliest = FIRST_QUARTER["england"]
    latest = Quarter(in_progress.year + _YEARS_AHEAD, in_progress.number)
    if not earliest <= first <= latest:
        raise Usage(
            "first-quarter-out-of-range",
            f"the first quarter is not one from {earliest}, when the duty to share began, "
            f"to {latest}",
            f"the quarter in progress is {in_progress}",
        )


def make_plan(
    name: str,
    areas: Mapping[str, str],
    outward: Mapping[str, list[str]],
    lsoas: Mapping[str, list[str]],
    first_quarter: Quarter,
) -> dict[str, Any]:
    """Return what a partnership will be created with.

    Args:
        areas: Their names by GSS code.
        outward, lsoas: What is inside an area, by its code.

    Raises:
        Usage: the name is no short line, there is no area, they are of two nations, or a list is
            of another.
    """
    check_name(name)
    if not areas:
        raise Usage("area-missing", "a partnership needs at least one area")
    if not {*outward, *lsoas} <= set(areas):
        raise Usage("area-not-named", "--outward or --lsoas names an area that --area does not")
    return {
        "name": name,
        "nation": nation_of(areas),
        "first_quarter": str(first_quarter),
        "areas": [
            {
                "code": code,
                "name": text.strip(),
                "outward": outward.get(code, []),
                "lsoas": lsoas.get(code, []),
            }
            for code, text in areas.items()
        ],
    }


def begin_partnership(
    folder: Path, *, store: str, plan: dict[str, Any], access: Path | None = None
) -> tuple[Settings, Store]:
    """Write the settings of a new partnership, after its store was set up and tried; return both.

    Args:
        access: The file with what lets the officer into the store.

    Raises:
        Usage: the folder has settings already, or the name can be that of no file.
        LogBroken: the store cannot be used.
    """
    if (folder / NAME).exists():
        message = f"this folder already has an {NAME}"
        raise Usage("settings-already-exist", message, *_instead_of_creating(folder))
    settings = Settings(folder, f"{_slug(plan['name'])}/{secrets.token_hex(16)}", store, plan=plan)
    settings.access = settings.name_of(access) if access else ""
    refuse_own_folder_in_store(settings)
    opened = settings.open_store()
    opened.set_up()
    prove_no_overwrite(opened)
    settings.write()
    return settings, opened


def _instead_of_creating(folder: Path) -> list[str]:
    """Return what to do where a partnership was created in this folder before."""
    if any(settings.founding for settings in Settings.all(folder)):
        return []
    again = (
        f"delete {NAME}, and the .key and .card that were made with it; then run the same command"
    )
    return [f"to begin again, {again}", "or use another folder"]


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "partnership"
    if is_reserved(slug):
        raise Usage("name-reserved", f"Windows does not allow a file called {slug}")
    return slug
