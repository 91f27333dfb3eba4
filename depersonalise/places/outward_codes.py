"""What outward codes are called and where they lie, by a table that comes along.

A small table made of GeoNames' postal codes through pgeocode (NOTICES.md): which codes exist, the
places they are named after, and which lie near each other. `python -m release.outward_codes GB.txt`
makes it again. A second table has the made-up places of the demonstration.
"""

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

_DATA: Final = files("depersonalise") / "data"


class OutwardCode(NamedTuple):
    """A place that a report names.

    Attributes:
        point: Longitude and latitude of its middle.
    """

    name: str
    point: tuple[float, float]


def _read(table: str) -> dict[str, OutwardCode]:
    lines = (_DATA / table).read_text(encoding="utf-8").splitlines()
    return {
        outward: OutwardCode(name, (float(longitude), float(latitude)))
        for outward, name, longitude, latitude in csv.reader(lines[1:])
    }


@cache
def outward_codes() -> Mapping[str, OutwardCode]:
    """Return the outward codes of England and Wales."""
    return _read("outward-codes.csv")


@cache
def _outward_codes() -> Mapping[str, OutwardCode]:
    """Return the outward codes, and those that are made up for the demonstration."""
    return {**outward_codes(), **_read("made-up-outward-codes.csv")}


@cache
def outward_names() -> dict[str, str]:
    """Return each outward code with the name of its place behind it.

    >>> outward_names()["SP10"]
    'SP10 (Andover, Charlton)'
    """
    return {code: f"{code} ({place.name})" for code, place in _outward_codes().items()}


def outward_points(codes: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Return the middle of each of some outward codes: longitude, latitude."""
    known = _outward_codes()
    return {code: known[code].point for code in codes if code in known}


def nearby(code: str, kilometres: float) -> dict[str, float]:
    """Return the outward codes whose middle is near that of a code, the nearest first.

    Returns:
        Each code with the kilometres to it, the code itself with 0.

    Raises:
        KeyError: no outward code of England and Wales is called so.
    """
    from pyproj import Geod  # noqa: PLC0415 - only distances need it

    codes = outward_codes()
    east, north = codes[code].point
    start = [east] * len(codes), [north] * len(codes)
    easts, norths = zip(*(place.point for place in codes.values()), strict=True)
    _, _, metres = Geod(ellps="WGS84").inv(*start, easts, norths)
    away = {name: distance / 1000 for name, distance in zip(codes, metres, strict=True)}
    within = {name: distance for name, distance in away.items() if distance <= kilometres}
    return dict(sorted(within.items(), key=lambda item: item[1]))
