"""What partnerships are set up from: areas, with lists of what is inside."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import click

from exchange.errors import Usage
from schemas.authorities.local_authorities import districts_of, find, named, nearest
from schemas.codes.vocabularies import GSS_SHAPE, LSOA_SHAPE
from schemas.extract.text_files import read_text
from schemas.quarters import long_date

_NATIONS: Final = {"E": "england", "W": "wales"}  # by the first letter of a GSS code
_AREA = re.compile(rf"({GSS_SHAPE})=(.+)")


def read_area(typed: str) -> tuple[str, str]:
    """Return the GSS code and the name of an area, from CODE=NAME or either of the two.

    Raises:
        Usage: it is none, or the list of authorities does not have it.
    """
    if _AREA.fullmatch(typed.strip()):
        return pair(typed, "--area")
    known = find(typed.strip().upper()) or named(typed)
    if known is None:
        near = nearest(typed)
        raise Usage(
            "area-not-understood",
            "--area is neither an area's GSS code nor the name of a local authority",
            *([f"did you mean {near.name}?"] if near else []),
            "look its code up at the Office for National Statistics, and give both: --area "
            '"E07000093=Test Valley"',
        )
    if known.kind == "county":
        of = ", ".join(f"{one.code} {one.name}" for one in districts_of(known.code))
        raise Usage(
            "area-is-a-county",
            f"{known.name} is a county; the areas of a partnership are districts",
            f"name those of yours: {of}" if of else "name its areas by their codes",
        )
    if known.last:
        of = ", ".join(f"{one.code} {one.name}" for one in map(find, known.successors) if one)
        raise Usage(
            "area-abolished",
            f"{known.name} was abolished on {long_date(known.last)}",
            f"name what took its place: {of}",
            f"for a partnership of that time give both: --area {known.code}={known.name}",
        )
    return known.code, known.name


class AreaType(click.ParamType[str]):
    """An area, by its name, its GSS code, or both."""

    name = "area"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return it as it was typed.

        Raises:
            Usage: as `read_area`.
        """
        read_area(value)
        return str(value)


AREA: Final = AreaType()


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
    known = find(code)
    if known is None:
        return ""
    county = find(known.county)
    in_county = f"a district of {county.name}" if county else "one council for all tasks"
    return f"{in_county}, {known.nation.title()}"


def pair(typed: str, option: str) -> tuple[str, str]:
    """Read CODE=…; `option` is named where it is not one.

    Raises:
        Usage: it is none.
    """
    match = _AREA.fullmatch(typed.strip())
    if not match:
        raise Usage(
            "area-not-understood", f"{option} must be CODE=…, such as E07000093=Test Valley"
        )
    return match[1], match[2]


def read_lsoas(path: Path) -> list[str]:
    """Return the LSOA codes that stand anywhere in a file."""
    try:
        codes, fault = re.findall(rf"\b{LSOA_SHAPE}\b", read_text(path)), ""
    except OSError as error:
        codes, fault = [], error.strerror or "it cannot be opened"
    except ValueError:
        codes, fault = [], "it is not text"
    if fault:
        raise Usage("lsoa-file-unreadable", f"--lsoas: {path.name} cannot be read: {fault}")
    if not codes:
        raise Usage("lsoa-file-without-codes", f"--lsoas: {path.name} has no LSOA codes")
    return sorted(set(codes))
