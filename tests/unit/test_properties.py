"""What holds of everything that leaves, of every dataset, whatever is put in."""

import random
import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from depersonalise.depersonalise import depersonalise
from depersonalise.policy import Domestic, Policy
from exchange.samples.extract import SampleArea, sample
from schemas.areas import Area
from schemas.checks import check
from schemas.datasets.dataset import Place
from schemas.datasets.registry import DATASETS
from schemas.extract.places import PlaceLookup
from schemas.quarters import Covered, Quarter
from tests.lib import ground
from tests.lib.fuzz import examples
from tests.lib.ground import WEST, postcodes
from tests.lib.typed import TODAY, selected

FULL = re.compile(r"\b[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}\b", re.IGNORECASE)
SECTOR = re.compile(r"\b[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]?\b", re.IGNORECASE)
AREA = (Area(WEST, "Westshire", frozenset({"WZ1", "WZ2", "WZ3"})),)
RECORDS = [d for d in DATASETS.values() if not d.is_numbers]
# One of each kind of holder and of place, and of those of which all rows are protected.
ONE_OF_EACH = {(d.holders[0].kind, d.place, bool(d.axes)): d for d in RECORDS}.values()
HOMES = [p for p in postcodes() if p.district == WEST and not p.ended and p.user == "0"]


def or_in_the_soak(datasets):
    """Have `make test` play one of each, and the soak all."""
    later = pytest.mark.soak("fuzz")
    return [d if d in ONE_OF_EACH else pytest.param(d, marks=later) for d in datasets]


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return ground.directory(tmp_path_factory.mktemp("ground"))


def rows_of(dataset, seed, count=60):
    """Return a made-up extract with whole postcodes, points and references, any order of rows."""
    made = sample(dataset, Quarter(2026, 3), count, seed, places=SampleArea(outward=("WZ1", "WZ2")))
    draw = random.Random(seed)
    headings = dict(made.headings)
    points = {"easting": "Easting", "northing": "Northing"} if "easting" in dataset.fields else {}
    headings |= points
    rows = []
    for row in made.rows:
        home = draw.choice(HOMES)
        postcode = {"postcode": home.text} if "postcode" in headings else {}
        point = {"easting": str(home.east), "northing": str(home.north)} if points else {}
        rows.append(row | postcode | point)
    return headings, rows


def left(dataset, headings, rows, directory=None, policy=None):
    text = "\n".join(
        ["|".join(headings.values()), *("|".join(row[n] for n in headings) for row in rows)]
    )
    ours = PlaceLookup(lambda codes: codes & {"WZ1", "WZ2", "WZ3"})
    places = ground.places(directory) if directory else ours
    chosen = selected(dataset.id, text, areas=AREA, places=places)
    done = check.check(chosen, Covered.parse("2026Q3"), TODAY)
    assert done.checked is not None, [f.rule.id for f in done.findings]
    return depersonalise(
        done.checked, random.Random(1).randbytes, policy or Policy(directory=directory)
    )


def without_ids(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.drop("record_id", strict=False)


@pytest.mark.parametrize("dataset", RECORDS, ids=lambda d: d.id)
@given(seed=st.integers(0, 10**6))
@examples(1)
def test_no_value_is_a_full_postcode_a_sector_or_a_reference(dataset, seed, directory):
    headings, rows = rows_of(dataset, seed)
    known = (seed + RECORDS.index(dataset)) % 2  # with a directory every other time
    shared = left(dataset, headings, rows, directory if known else None)
    references = {row["reference"] for row in rows}
    for name in shared.rows.columns:
        if name == "record_id":
            continue
        for value in shared.rows[name].unique().cast(pl.String).drop_nulls():
            assert not FULL.search(value), name
            assert not SECTOR.search(value), name
            assert value not in references, name
    ids = set(shared.ids)
    assert not ids & references


@pytest.mark.parametrize(
    "dataset", [d for d in RECORDS if d.place is Place.OUTWARD_ONLY], ids=lambda d: d.id
)
@given(seed=st.integers(0, 10**6), domestic=st.sampled_from(["Y", "N", ""]), known=st.booleans())
@examples(2)
def test_health_and_ambulance_rows_hold_no_place_but_the_outward_code(
    dataset, seed, domestic, known, directory
):
    headings, rows = rows_of(dataset, seed)
    if "domestic" in headings:
        rows = [row | {"domestic": domestic, "dwelling": domestic} for row in rows]
    shared = left(dataset, headings, rows, directory if known else None)
    assert set(shared.rows["place_precision"]) <= {"outward", "district"}
    assert set(shared.rows["place"]) <= {"WZ1", "WZ2", "WZ3", WEST}


@pytest.mark.parametrize("dataset", or_in_the_soak(RECORDS), ids=lambda d: d.id)
@given(seed=st.integers(0, 10**6))
@examples(1)
def test_the_order_of_rows_changes_nothing(dataset, seed, directory):
    headings, rows = rows_of(dataset, seed)
    shared = left(dataset, headings, rows, directory)
    shuffled = random.Random(seed).sample(rows, len(rows))
    again = left(dataset, headings, shuffled, directory)
    told, told_again = (
        without_ids(one.rows).with_columns(one.origin["reference"]).sort(pl.all())
        for one in (shared, again)
    )
    assert told.equals(told_again)


@pytest.mark.parametrize("dataset", ONE_OF_EACH, ids=lambda d: d.id)
def test_the_same_extract_with_the_same_settings_is_treated_alike(dataset, directory):
    headings, rows = rows_of(dataset, 5)
    policy = Policy(smallest=7, domestic=Domestic.WITHHOLD, directory=directory)
    first, again = (left(dataset, headings, rows, directory, policy) for _ in range(2))
    assert without_ids(first.rows).equals(without_ids(again.rows))


@pytest.mark.parametrize(
    "dataset", or_in_the_soak(d for d in RECORDS if not d.axes), ids=lambda d: d.id
)
def test_what_left_leaves_as_it_is_when_it_is_treated_again(dataset):
    """Rows as they left, read as an extract of the same dataset."""
    headings, rows = rows_of(dataset, 3, 200)
    before = left(dataset, headings, rows).rows
    before = before.filter(pl.Series([_could_be_a_sources(row) for row in before.to_dicts()]))
    again = [_as_extract(row) for row in before.to_dicts()]
    assert again
    no_list = set() if "category" in before.columns else {"category"}
    names = {n: n for n in again[0] if n in dataset.fields and n not in no_list}
    told = left(dataset, names, again)
    compared = [
        n for n in before.columns
        if n.startswith(("place", "time", "category", "recorded", "occurred_from", "domestic"))
    ]  # fmt: skip
    was = before[(told.origin["line"] - 2).to_list()]
    for name in compared:
        assert was[name].equals(told.rows[name]), name


def _could_be_a_sources(row):
    """Say whether a source could hold a row as it left: no quarters, no years, no classes."""
    finely = {row.get("recorded_precision"), row.get("occurred_precision")}
    return not finely & {"quarter", "year"} and row["generalised"] == ""


def _as_extract(row):
    """Write a row as a source would, if `_could_be_a_sources` says that one could have it."""
    finely = {n: row.get(f"{n}_precision", "none") for n in ("recorded", "occurred")}
    days = {"recorded": row.get("recorded"), "occurred": row.get("occurred_from")}
    shape = {"day": "%Y-%m-%d", "month": "%Y-%m"}
    written = {
        n: day.strftime(shape[finely[n]]) if day and finely[n] in shape else ""
        for n, day in days.items()
    }
    fallback = "" if any(written.values()) else "2026-07"
    time, place = row.get("time_from"), row["place"]
    precision = row.get("place_precision")
    east, north = place.split(" ") if precision == "point" else ("", "")
    return {
        "reference": "",
        "recorded": written["recorded"] or fallback,
        "occurred_from": written["occurred"],
        "time_from": f"{time:%H:%M}" if time else "",
        "category": row.get("category") or "",
        "category_scheme": row.get("category_scheme") or "",
        "category_edition": row.get("category_edition") or "",
        "domestic": row.get("domestic") or "",
        "dwelling": "yes" if precision == "outward" else "no",
        "postcode": place if precision == "outward" else "",
        "lsoa": place if precision == "lsoa" else "",
        "school": place if precision == "school" else "",
        "easting": east,
        "northing": north,
        "district": row["area"],
        "age": str(row.get("age") or ""),
        "gender": row.get("gender") or "",
        "exclusion": row.get("exclusion") or "",
        "phase": row.get("phase") or "",
        "adults_slightly_injured": str(row.get("adults_slightly_injured") or 1),
    }
