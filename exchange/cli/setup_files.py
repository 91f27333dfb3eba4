"""What partnerships are set up from: founding files, and areas with lists of what is inside."""

import re
from pathlib import Path

from exchange.errors import Usage
from exchange.log.trust import Founding
from schemas.codes.vocabularies import GSS_SHAPE, LSOA_SHAPE
from schemas.extract.text_files import read_text

_AREA = re.compile(rf"({GSS_SHAPE})=(.+)")
_FOUNDING = re.compile(r"csp-exchange:([a-z0-9-]{1,60}/[0-9a-f]{32}):([0-9a-f]{64})")


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


def pair(told: str, option: str) -> tuple[str, str]:
    """Read CODE=…; `option` is named where it is not one.

    Raises:
        Usage: it is none.
    """
    found = _AREA.fullmatch(told.strip())
    if not found:
        raise Usage(
            "area-not-understood", f"{option} must be CODE=…, such as E07000093=Test Valley"
        )
    return found[1], found[2]


def read_lsoas(path: Path) -> list[str]:
    """Return the LSOA codes that stand anywhere in a file."""
    try:
        found, fault = re.findall(rf"\b{LSOA_SHAPE}\b", read_text(path)), ""
    except OSError as error:
        found, fault = [], error.strerror or "it cannot be opened"
    except ValueError:
        found, fault = [], "it is not text"
    if fault:
        raise Usage("lsoa-file-unreadable", f"--lsoas: {path.name} cannot be read: {fault}")
    if not found:
        raise Usage(
            "lsoa-file-without-codes",
            f"--lsoas: {path.name} has no LSOA codes",
            "LSOA codes look like E01022553",
        )
    return sorted(set(found))
