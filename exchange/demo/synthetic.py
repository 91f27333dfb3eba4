"""Made-up extracts, drawn from the datasets' own declarations by a seeded generator.

Nothing here comes from a record of anybody: places, references and events are invented, and the
outward codes (WZ1 to WZ3, EZ1) and LSOAs are not in use.
"""

import csv
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from schemas.codes import SCHEMES
from schemas.dataset import Dataset, Field, Reads
from schemas.quarters import Quarter

INSIDE: Final = ("WZ1", "WZ2", "WZ3")
OUTSIDE: Final = ("EZ1",)
AREA: Final = ("E07999901", "Westshire")
_ELSEWHERE: Final = 0.05  # of the rows lie in the neighbouring district
_UNKNOWN: Final = 0.03  # of the cells of a field that may be empty are
_HOURS: Final = [1] * 7 + [2] * 10 + [4] * 7  # busier towards midnight


def write_extract(
    path: Path, dataset: Dataset, quarter: Quarter, rows: int, seed: int, *, spoil: bool = False
) -> None:
    """Write a CSV of made-up records of a dataset.

    Args:
        spoil: Put in the slips of an ordinary bad export, so that it is refused.
    """
    draw = random.Random(f"{dataset.id} {quarter} {seed}")  # noqa: S311 - play, not secrecy
    fields = [f for f in dataset.fields.values() if f.reads in _DRAWN and f.name not in _LEFT_OUT]
    if dataset.call:
        fields = [f for f in fields if f.name not in ("recorded", "occurred_to", "time_to")]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([heading(f) for f in fields])
        for number in range(rows):
            row = _row(draw, dataset, quarter, fields)
            if spoil and number % 40 == 7:
                _spoil(draw, fields, row)
            writer.writerow(row)


def heading(field: Field) -> str:
    """Return what a records system would head a field's column with."""
    return field.aliases[0].capitalize()


_LEFT_OUT: Final = ("lsoa_name", "occurred_to", "time_to")


def _row(draw: random.Random, dataset: Dataset, quarter: Quarter, fields: list[Field]) -> list[str]:
    days = (quarter.last - quarter.first).days
    recorded = quarter.first + timedelta(draw.randint(0, days))
    inside = draw.random() > _ELSEWHERE
    return [_DRAWN[f.reads](draw, dataset, f, recorded, inside) for f in fields]


def _spoil(draw: random.Random, fields: list[Field], row: list[str]) -> None:
    """Put a slip into a row: a category nobody knows, a month of thirteen, an O for a nought."""
    at = {f.reads: i for i, f in enumerate(fields)}
    slips = {Reads.CATEGORY: "see notes", Reads.DATE: "31/13/2026", Reads.POSTCODE: "WZ1 OAA"}
    reads = draw.choice(list(slips))
    row[at[reads]] = slips[reads]


def _date(draw: random.Random, dataset: Dataset, field: Field, recorded: date, _: bool) -> str:  # noqa: FBT001
    if field.name == "occurred_from" and not dataset.call:
        recorded -= timedelta(draw.choice((0, 0, 0, 0, 1, 1, 2, 400)))
    return f"{recorded:%d/%m/%Y}"


def _time(draw: random.Random, _d: Dataset, _f: Field, _r: date, _i: bool) -> str:  # noqa: FBT001
    hour = draw.choices(range(24), _HOURS)[0]
    return f"{hour:02d}:{draw.randrange(60):02d}"


def _category(draw: random.Random, dataset: Dataset, _f: Field, _r: date, _i: bool) -> str:  # noqa: FBT001
    scheme = SCHEMES[next(iter(dataset.schemes))]
    common = _COMMON.get(dataset.id)
    codes = [c.code for c in scheme.codes.values() if dataset.belongs(scheme.id, c.klass)]
    return draw.choice(common or codes)


# What such an export mostly holds; the rest of the list is drawn from where there is none.
_COMMON: Final = {
    "police-crime": [
        "8N",
        "8N",
        "8N",
        "105A",
        "105A",
        "105A",
        "8L",
        "8Q",
        "9A",
        "28E",
        "30C",
        "45",
        "45",
        "46",
        "46",
        "49",
        "58A",
        "58C",
        "92E",
        "17A",
    ],
    "ambulance-callouts": ["4", "4", "4D01", "27", "23", "25", "30"],
}


def _yes_no(draw: random.Random, _d: Dataset, field: Field, _r: date, _i: bool) -> str:  # noqa: FBT001
    if draw.random() < _UNKNOWN:
        return ""
    return "Y" if draw.random() < (0.2 if field.name == "domestic" else 0.4) else "N"


def _postcode(draw: random.Random, _d: Dataset, _f: Field, _r: date, inside: bool) -> str:  # noqa: FBT001
    outward = draw.choice(INSIDE if inside else OUTSIDE)
    return f"{outward} {draw.randrange(10)}{draw.choice('ABDEFGH')}{draw.choice('JLNPQRS')}"


def _lsoa(draw: random.Random, _d: Dataset, _f: Field, _r: date, inside: bool) -> str:  # noqa: FBT001
    return f"E0199{draw.randrange(9000, 9040) if inside else draw.randrange(9500, 9540)}"


def _district(_: random.Random, _d: Dataset, _f: Field, _r: date, inside: bool) -> str:  # noqa: FBT001
    return AREA[1] if inside else "Eastshire"


def _reference(draw: random.Random, _d: Dataset, _f: Field, _r: date, _i: bool) -> str:  # noqa: FBT001
    return f"MADE-UP/{draw.randrange(10**8):08d}"


_Draw = Callable[[random.Random, Dataset, Field, date, bool], str]
_DRAWN: Final[dict[Reads, _Draw]] = {
    Reads.DATE: _date,
    Reads.TIME: _time,
    Reads.CATEGORY: _category,
    Reads.YES_NO: _yes_no,
    Reads.POSTCODE: _postcode,
    Reads.LSOA: _lsoa,
    Reads.DISTRICT: _district,
    Reads.TEXT: _reference,
}
