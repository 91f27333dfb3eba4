"""Made-up extracts of every dataset, drawn from its own declaration by a seeded generator.

Nothing here comes from a record of anybody: places, references and events are invented, and the
outward codes (WZ1 to WZ3, EZ1) and LSOAs are not in use. For demonstrations, training and tests;
with faults of every kind planted on lines that are named.
"""

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from exchange.profile.open_logs import open_log
from exchange.profile.settings import Settings
from schemas.codes.lists import editions_of
from schemas.datasets.dataset import Dataset, Field, Place, Reads
from schemas.extract.category_lists import newest_list
from schemas.quarters import Quarter

_OUTSIDE: Final = ("EZ1",)
_NEIGHBOUR: Final = "Isles of Scilly"  # a name that is known as another authority's
_ELSEWHERE: Final = 0.05  # of the rows lie in the neighbouring district
_UNKNOWN: Final = 0.03  # of the cells of a field that may be empty are
_HOURS: Final = [1] * 7 + [2] * 10 + [4] * 7  # busier towards midnight
_WEEKDAYS: Final = (2, 2, 2, 2, 3, 4, 3)  # and towards the weekend
_LEFT_OUT: Final = (
    "lsoa_name",
    "occurred_to",
    "time_to",
    "category_scheme",
    "category_edition",
    "longitude",
    "latitude",
    "grid_reference",
    "qualifier",
)
Row = dict[str, str]  # by field


@dataclass(frozen=True, slots=True)
class SampleArea:
    """The area in which a made-up extract plays; one that does not exist, if not told."""

    district: str = "Westshire"
    outward: tuple[str, ...] = ("WZ1", "WZ2", "WZ3")
    lsoas: tuple[str, ...] = tuple(f"E0199{n}" for n in range(9000, 9040))


WESTSHIRE: Final = SampleArea()


@dataclass(frozen=True, slots=True)
class Sample:
    """A made-up extract: its heading line, its rows, and the lines on which rules are broken."""

    headings: dict[str, str]
    rows: list[Row]
    faults: dict[str, int]

    def text(self) -> str:
        """Return it as CSV."""
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(self.headings.values())
        writer.writerows([row[name] for name in self.headings] for row in self.rows)
        return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What drawing a row needs."""

    draw: random.Random
    dataset: Dataset
    places: SampleArea
    day: date
    inside: bool


def area_of(folder: Path, partnership: str = "") -> SampleArea:
    """Return the first area of the partnership of a folder; without one, one that does not exist.

    Raises:
        LogBroken: as for `open_log`.
    """
    settings = Settings.all(folder, partnership)[0] if Settings.is_there(folder) else None
    if settings is None or not settings.founding:
        return WESTSHIRE
    area = open_log(settings, offline=True).log.register.areas[0]
    return SampleArea(
        area.name,
        tuple(sorted(area.outward)) or WESTSHIRE.outward,
        tuple(sorted(area.lsoas)) or WESTSHIRE.lsoas,
    )


def sample(
    dataset: Dataset,
    quarter: Quarter,
    rows: int,
    seed: int,
    *,
    faults: bool = False,
    places: SampleArea = WESTSHIRE,
) -> Sample:
    """Draw an extract of a dataset.

    Args:
        rows: How many; a dataset of numbers has one for each area.
        faults: Break each rule that the dataset has on one row of its own.
    """
    draw = random.Random(f"{dataset.id} {quarter} {seed}")  # noqa: S311 - play, not secrecy
    fields = {f.name: f for f in dataset.fields.values() if _is_drawn(dataset, f)}
    maker = _Maker(draw, dataset, quarter, places, fields)
    if dataset.is_numbers:
        drawn = [maker.row(inside=inside) for inside in (True, False)]
    else:
        drawn = [maker.row(inside=draw.random() > _ELSEWHERE) for _ in range(rows)]
    planted = maker.plant(drawn) if faults else {}
    return Sample({name: heading(f) for name, f in fields.items()}, drawn, planted)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the rows of one extract."""

    draw: random.Random
    dataset: Dataset
    quarter: Quarter
    places: SampleArea
    fields: dict[str, Field]

    def row(self, *, inside: bool) -> Row:
        """Draw a row."""
        first = self.quarter.first
        days = [first + timedelta(n) for n in range((self.quarter.last - first).days + 1)]
        day = self.draw.choices(days, [_WEEKDAYS[d.weekday()] for d in days])[0]
        drawing = _Drawing(self.draw, self.dataset, self.places, day, inside)
        row = {name: _DRAWN[field.reads](drawing, field) for name, field in self.fields.items()}
        if "adults_killed" in row and not any(int(row[n]) for n in row if "_injured" in n):
            row["adults_slightly_injured"] = "1"
        return row

    def plant(self, rows: list[Row]) -> dict[str, int]:
        """Break each rule that can be broken on one inside row of its own; tell its line."""
        if self.dataset.is_numbers:
            rows.append(dict(rows[0]))
            rows[0]["number"] = "a few"
            return {"number-unreadable": 2, "number-twice": len(rows) + 1}
        plain = {"domestic": "N", "dwelling": "N"} if "domestic" in self.fields else {}
        broken = {
            rule: self.row(inside=True) | plain | slip
            for rule, slip in _faults(self.dataset, self.quarter, self.fields, self.places).items()
        }
        for row in broken.values():
            rows.insert(self.draw.randrange(len(rows) + 1), row)
        lines = {id(row): line for line, row in enumerate(rows, start=2)}
        return {rule: lines[id(row)] for rule, row in broken.items()}


def heading(field: Field) -> str:
    """Return what a records system would head a field's column with."""
    return (field.aliases[0] if field.aliases else field.name.replace("_", " ")).capitalize()


def _is_drawn(dataset: Dataset, field: Field) -> bool:
    if field.name in _LEFT_OUT or field.reads not in _DRAWN:
        return False
    if field.name in ("easting", "northing"):
        return dataset.place is Place.POINT
    if field.name == "recorded" and "occurred_from" in dataset.fields:
        return not dataset.recorded_when_it_happened
    return not (field.name == "category" and not field.needs)


def _date(d: _Drawing, field: Field) -> str:
    day = d.day
    if (
        field.name == "occurred_from"
        and "recorded" in d.dataset.fields
        and not d.dataset.recorded_when_it_happened
    ):
        has_recorded = _is_drawn(d.dataset, d.dataset.fields["recorded"])
        day -= timedelta(d.draw.choice((0, 0, 0, 0, 1, 1, 2, 400)) if has_recorded else 0)
    if d.dataset.is_numbers:
        return str(Quarter.of(day))
    return f"{day:%d/%m/%Y}"


def _time(d: _Drawing, _: Field) -> str:
    hour = d.draw.choices(range(24), _HOURS)[0]
    return f"{hour:02d}:{d.draw.randrange(60):02d}"


def _category(d: _Drawing, _: Field) -> str:
    code_list = newest_list(d.dataset)
    codes = [
        c.code for c in code_list.codes.values() if d.dataset.belongs(code_list.scheme, c.klass)
    ]
    return d.draw.choice(d.dataset.sample_codes.split() or codes)


def _also_category(d: _Drawing, field: Field) -> str:
    often = 0.3 if field.name == "reason_2" else 0.05
    return _category(d, field) if d.draw.random() < often else ""


def _word(d: _Drawing, field: Field) -> str:
    assert field.words is not None  # noqa: S101 - a declaration, not data
    if d.draw.random() < _UNKNOWN:
        return ""
    words = list(field.words.also)
    return d.draw.choices(words, field.sample_weights or None)[0]


def _count(d: _Drawing, field: Field) -> str:
    if field.name == "age":
        return str(d.draw.choices(range(5, 18), [1, 1, 1, 2, 2, 3, 6, 9, 9, 9, 8, 2, 1])[0])
    if field.name == "number":
        return f"{d.draw.randrange(400, 2400):,}"
    most = {"killed": 0.02, "seriously_injured": 0.2}.get(field.name.partition("_")[2], 0.6)
    return str(int(d.draw.random() < most * (0.2 if field.name[0] == "c" else 1)))


def _decimal(d: _Drawing, field: Field) -> str:
    start = {"easting": 450_000, "northing": 250_000}[field.name]
    return str(start + d.draw.randrange(20_000) + (0 if d.inside else 30_000))


def _postcode(d: _Drawing, _: Field) -> str:
    outward = d.draw.choice(d.places.outward if d.inside else _OUTSIDE)
    return f"{outward} {d.draw.randrange(10)}{d.draw.choice('ABDEFGH')}{d.draw.choice('JLNPQRS')}"


def _lsoa(d: _Drawing, _: Field) -> str:
    return d.draw.choice(d.places.lsoas) if d.inside else f"E0199{d.draw.randrange(9500, 9540)}"


_DRAWN: Final[dict[Reads, Callable[[_Drawing, Field], str]]] = {
    Reads.DATE: _date,
    Reads.TIME: _time,
    Reads.CATEGORY: _category,
    Reads.ALSO_CATEGORY: _also_category,
    Reads.WORD: _word,
    Reads.COUNT: _count,
    Reads.DECIMAL: _decimal,
    Reads.SCHOOL: lambda d, _: str(999_000 + d.draw.randrange(8)),
    Reads.POSTCODE: _postcode,
    Reads.LSOA: _lsoa,
    Reads.DISTRICT: lambda d, _: d.places.district if d.inside else _NEIGHBOUR,
    Reads.TEXT: lambda d, _: f"MADE-UP/{d.draw.randrange(10**8):08d}",
}


# A cell that breaks a rule, of a field that only some datasets have.
_ODD: Final = (
    ("domestic", "flag-unreadable", "maybe"),
    ("gender", "word-unreadable", "see file"),
    ("age", "age-unlikely", "45"),
    ("school", "school-unknown", "the same"),
)


def _faults(
    dataset: Dataset, quarter: Quarter, fields: dict[str, Field], places: SampleArea
) -> dict[str, Row]:
    """Return what breaks each rule: cells of one row, by field."""
    slips = _slips_of_moments(quarter, fields)
    if "category" in fields:
        slips |= _slips_of_category(dataset)
    slips |= {rule: {name: cell} for name, rule, cell in _ODD if name in fields}
    return slips | _faults_of_places(fields, places)


def _slips_of_moments(quarter: Quarter, fields: dict[str, Field]) -> dict[str, Row]:
    reads = {field.reads: name for name, field in fields.items()}
    dates = [name for name, field in fields.items() if field.reads is Reads.DATE]
    before = quarter.first - timedelta(40)
    slips: dict[str, Row] = {
        "records-without-date": dict.fromkeys(dates, ""),
        "date-unreadable": dict.fromkeys(dates, "") | {dates[0]: f"31/13/{quarter.year}"},
        "date-outside": dict.fromkeys(dates, f"{before:%d/%m/%Y}"),
    }
    if len(dates) > 1:
        slips["occurred-after-recorded"] = {
            "recorded": f"{quarter.first:%d/%m/%Y}",
            "occurred_from": f"{quarter.last:%d/%m/%Y}",
        }
    if Reads.TIME in reads:
        slips["time-unreadable"] = {reads[Reads.TIME]: "25:61"}
    return slips


def _slips_of_category(dataset: Dataset) -> dict[str, Row]:
    code_list = newest_list(dataset)
    label = next(
        c.label
        for c in code_list.codes.values()
        if dataset.belongs(code_list.scheme, c.klass)
        and len(c.label) > 12
        and c.code not in ("8Q",)
    )
    slips = {
        "records-without-category": {"category": ""},
        "category-unreadable": {"category": "see notes"},
        "category-nearly": {"category": label[:4] + label[5:]},
    }
    if unlisted := next(
        (e.unlisted_sample for e in editions_of(code_list.scheme) if e.unlisted_sample), ""
    ):
        slips["category-unknown"] = {"category": unlisted}
    return slips


def _faults_of_places(fields: dict[str, Field], places: SampleArea) -> dict[str, Row]:
    slips: dict[str, Row] = {}
    if "easting" in fields:
        slips["number-unreadable"] = {"northing": "a few"}
        slips["point-outside"] = {"easting": "990000"}
        slips["nobody-hurt"] = {n: "0" for n in fields if n.endswith(("_killed", "_injured"))}
    if "postcode" in fields:
        has_other_place = "district" in fields or "lsoa" in fields
        slips["place-doubtful" if has_other_place else "place-unreadable"] = {"postcode": "WZ1 OAA"}
    if "lsoa" in fields:
        slips["lsoa-unreadable"] = {"lsoa": "E0199"}
    if "district" in fields:
        columns = [n for n in ("postcode", "lsoa", "lsoa_name") if n in fields]
        slips["area-nearly"] = dict.fromkeys(columns, "") | {
            "district": places.district + places.district[-1]
        }
    return slips
