"""The officer's own list of protected places: refuges, children's homes and the like.

A text file that never leaves: one place a line, as a whole postcode, a grid reference, or metres
east and north; what stands after # is for the officer. Rows at such a place, or beside it, leave
by the outward code and the hour, whatever their dataset allows.
"""

import re
from pathlib import Path
from typing import Final

import polars as pl

from depersonalise.places.errors import PlacesUnreadable
from depersonalise.places.postcode_directory import Directory
from schemas.extract.grid import grid_references
from schemas.extract.places import Protected
from schemas.extract.text_files import read_text

_POSTCODE: Final = r"[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}"
_POINT: Final = r"([0-9]{1,6})[ ,]+([0-9]{1,7})"


class ProtectedUnreadable(PlacesUnreadable):
    """The list can't be read. Names lines, and no place."""


def read_protected(path: Path, directory: Directory | None) -> Protected:
    """Read the list; with a directory, a postcode stands for its point too.

    Raises:
        ProtectedUnreadable: it is missing, or a line is no place: a place that is not understood
            would not be protected.
    """
    try:
        lines = read_text(path).splitlines()
    except (OSError, ValueError):
        lines = None
    if lines is None:
        raise ProtectedUnreadable(
            "protected-list-unreadable", f"the list of protected places {path.name} cannot be read"
        )
    postcodes: set[str] = set()
    points: set[tuple[int, int]] = set()
    for number, line in enumerate(lines, start=1):
        text = line.split("#", maxsplit=1)[0].strip().upper()
        if re.fullmatch(_POSTCODE, joined := re.sub(r"\s", "", text)):
            postcodes.add(joined)
        elif digits := re.fullmatch(_POINT, text):
            points.add((int(digits[1]), int(digits[2])))
        elif (point := _read_reference(text)) is not None:
            points.add(point)
        elif text:
            raise ProtectedUnreadable(
                "protected-place-not-understood",
                f"line {number} of the list of protected places {path.name} is not a place",
            )
    if directory is not None and postcodes:
        entries = directory.find(pl.DataFrame({"whole": sorted(postcodes)}))
        points |= set(entries.select("found_easting", "found_northing").drop_nulls().iter_rows())
    return Protected(frozenset(postcodes), frozenset(points))


def _read_reference(text: str) -> tuple[int, int] | None:
    """Read a grid reference to ten metres or finer."""
    square = pl.DataFrame({"_v": [text]}).select(*grid_references()).row(0)
    east, north, side = square
    return (east, north) if side is not None and side <= 100 else None
