"""A made-up partnership's quarter, as its partners' systems hold it: whole postcodes, minutes.

Two thirds of it happens in a town, a third in the countryside and a hamlet (tests/lib/ground.py).
Drawn by a seeded generator; nobody's.
"""

import random
from datetime import date, timedelta

import polars as pl

from schemas.datasets.registry import DATASETS
from schemas.extract.category_lists import newest_list
from tests.lib.ground import WEST, postcodes

FIRST = date(2026, 7, 1)
_HOURS = [3, 2, 2, 1, 1, 1, 1, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6, 6, 6, 5]
# Violence and theft come often, sexual offences and stalking seldom, the rest now and then.
_CRIMES = "8N 8N 8N 8N 105A 105A 105A 8L 8Q 9A 28E 28E 30C 45 45 45 46 46 49 49 58A 58C 92E 19C 20A"
_ADMITTED = "F10 F10 F10 F10 F11 F19 T51 X99 Y04 Y04"
_WELFARE = "301 302 303 304 305 306 307 308 309 310"


def quarter(dataset: str, count: int, seed: int = 1) -> pl.DataFrame:
    """Return what happened, one row each: what a system holds, and what an intruder knows."""
    draw = random.Random(f"{dataset} {seed}")
    homes = [p for p in postcodes() if p.district == WEST and p.user == "0" and not p.ended]
    weights = [{"WZ1": 20, "WZ2": 8, "WZ3": 5}[p.text[:3]] for p in homes]
    where = draw.choices(homes, weights, k=count)
    codes = _codes(dataset)
    rows = []
    for number, home in enumerate(where):
        happened = FIRST + timedelta(draw.randrange(92))
        recorded = min(happened + timedelta(draw.choice((0, 0, 0, 1, 2))), date(2026, 9, 30))
        rows.append(
            {
                "Reference": f"REF{number:07d}",
                "Recorded date": recorded,
                "Date from": happened,
                "Time from": f"{draw.choices(range(24), _HOURS)[0]:02d}:{draw.randrange(60):02d}",
                "Code": draw.choice(codes),
                "Postcode": home.text,
                "Domestic flag": draw.choices(("Y", "N", ""), (12, 83, 5))[0],
                "Dwelling flag": draw.choices(("Y", "N", ""), (40, 50, 10))[0],
                "Age": draw.choices(range(5, 18), [1, 1, 1, 2, 2, 3, 6, 9, 9, 9, 8, 2, 1])[0],
                "Gender": draw.choices(("male", "female"), (7, 3))[0],
                "School": f"{999_000 + int(home.lsoa[-2:]) % 12}",
            }
        )
    return pl.DataFrame(rows)


def _codes(dataset: str) -> list[str]:
    told = {"police-crime": _CRIMES, "health-admissions": _ADMITTED, "police-welfare": _WELFARE}
    if dataset in told:
        return told[dataset].split()
    one = DATASETS[dataset]
    if not one.schemes or "category" not in one.needs:
        return [""]
    listed = newest_list(one)
    return [c.code for c in listed.codes.values() if one.belongs(listed.scheme, c.klass)]


_HEADINGS = {"School": "URN", "Code": "category"}
_CRIME = ("Reference", "Recorded date", "Date from", "Time from", "Code", "Postcode")
_HOLDS = {
    "police-crime": (*_CRIME, "Domestic flag", "Dwelling flag"),
    "police-welfare": (*_CRIME, "Domestic flag"),
    "health-admissions": ("Reference", "Recorded date", "Code", "Postcode"),
    "health-domestic-abuse": ("Reference", "Recorded date", "Postcode"),
    "council-racial-incidents": _CRIME,
    "council-exclusions": (
        "Reference", "Recorded date", "Code", "Postcode", "Age", "Gender", "School",
    ),
    "fire-deliberate-primary": (
        "Reference", "Date from", "Time from", "Postcode", "Domestic flag", "Dwelling flag",
    ),
}  # fmt: skip


def csv(happened: pl.DataFrame, dataset: str) -> str:
    """Return the extract of a dataset: of its columns, those that this one has."""
    headings = _HEADINGS | ({} if "Time from" in _HOLDS[dataset] else {"Recorded date": "date"})
    told = happened.select(_HOLDS[dataset]).rename(headings, strict=False)
    return told.write_csv(date_format="%d/%m/%Y")
