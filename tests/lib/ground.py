"""A made-up country of two districts, and a directory of its postcodes as the ONS publishes one.

Westshire (E07999901) has a town (WZ1), a wide countryside (WZ2), a hamlet with an outward code of
its own (WZ3) and a sorting office (WZ9); Eastshire (E07999902) begins at 470,000 metres east.
"""

import random
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from depersonalise.places.gazetteer import Gazetteer, add
from depersonalise.places.postcode_directory import Directory
from schemas.extract.places import PlaceLookup

WEST, EAST = "E07999901", "E07999902"
HEADINGS = "pcds,dointr,doterm,usertype,oseast1m,osnrth1m,laua,lsoa21"
TOWN, COUNTRY, HAMLET = (440_000, 140_000), (450_000, 140_000), (449_000, 150_000)


class Postcode(NamedTuple):
    """One postcode of the made-up country; `user` 0 is a small one, 1 a large one."""

    text: str
    east: int
    north: int
    district: str
    lsoa: str
    user: str = "0"
    ended: str = ""


@cache
def postcodes() -> tuple[Postcode, ...]:
    """Return all of them: a town of 1,200, a countryside of 500, a hamlet of ten."""
    draw = random.Random(7)
    inward = [f"{n}{a}{b}" for n in range(10) for a in "ABDEFGH" for b in "JLNPQRSTUWXYZ"]

    def some(outward: str, count: int, corner: tuple[int, int], side: int, first: int):
        for i in range(count):
            east, north = corner[0] + draw.randrange(side), corner[1] + draw.randrange(side)
            district = WEST if east < 470_000 else EAST
            strip = (east - corner[0]) * (count // 30 or 1) // side
            yield Postcode(
                f"{outward} {inward[i % len(inward)]}", east, north, district,
                f"E0199{first + strip:04d}",
            )  # fmt: skip

    return (
        *some("WZ1", 700, TOWN, 2_000, 9000),
        *some("WZ2", 500, COUNTRY, 20_000, 9100),
        *some("WZ3", 10, HAMLET, 300, 9200),
        *some("EZ1", 300, (470_000, 140_000), 10_000, 9300),
        *(Postcode(f"WZ9 9{a}A", 440_500, 140_500, WEST, "E01999000", "1") for a in "ABDEF"),
        Postcode("WZ1 9ZZ", 440_700, 140_700, WEST, "E01999001", "0", "201907"),
    )


def nspl() -> str:
    """Return the directory as the Office for National Statistics would publish it."""
    lines = [
        f'"{p.text}","198001","{p.ended}","{p.user}",{p.east},{p.north:07d},{p.district},{p.lsoa}'
        for p in postcodes()
    ]
    return "\n".join((HEADINGS, *lines)) + "\n"


def directory(folder: Path) -> Directory:
    """Return the directory, kept in a folder as `exchange places add` keeps it."""
    file = folder / "NSPL_AUG_2026_UK.csv"
    file.write_text(nspl())
    add(folder / "gazetteer", file, date(2026, 10, 20))
    found = Gazetteer(folder / "gazetteer").directory
    assert found is not None
    return found


def places(found: Directory) -> PlaceLookup:
    """Return what a sender with this directory knows."""
    return PlaceLookup(
        lambda codes: codes & found.outward,
        found.find,
        found.nearest,
        found.districts,
        found.edition,
    )
