"""What outward codes are called and where they lie, by a table that comes along.

A small table made of GeoNames' postal codes through pgeocode (NOTICES.md), for reports and for
which codes lie near a place; whether a code exists is asked of the officer's own directory.
`python -m release.outward_codes GB.txt` makes it again.
"""

import csv
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

_TABLE: Final = files("depersonalise") / "data" / "outward-codes.csv"


class OutwardCode(NamedTuple):
    """A place that a report names.

    Attributes:
        point: Longitude and latitude of its middle.
    """

    name: str
    point: tuple[float, float]


@cache
def _outward_codes() -> dict[str, OutwardCode]:
    rows = csv.DictReader(_TABLE.read_text(encoding="utf-8").splitlines())
    return {
        row["outward"]: OutwardCode(row["name"], (float(row["longitude"]), float(row["latitude"])))
        for row in rows
    }


def outward_names() -> dict[str, str]:
    """Return each outward code with the name of its place behind it.

    >>> outward_names()["SP10"]
    'SP10 (Andover, Charlton)'
    """
    return {code: f"{code} ({one.name})" for code, one in _outward_codes().items()}


def outward_points(codes: Iterable[str] | None = None) -> dict[str, tuple[float, float]]:
    """Return the middle of each of some outward codes, or of all: longitude, latitude."""
    known = _outward_codes()
    return {
        code: known[code].point for code in (known if codes is None else codes) if code in known
    }
