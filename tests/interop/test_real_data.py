"""Three months of published street crime of Hampshire, for a partnership of Test Valley."""

import json
import shutil
from datetime import UTC, datetime

import polars as pl
import pytest

from tests.lib import partnership as lib

pytestmark = pytest.mark.needs("real data")
MONTHS = ("07", "08", "09")


LATER = datetime(2017, 10, 20, tzinfo=UTC)


def month_by_month(root, files) -> None:
    p = lib.found(root, area=("--area", "E07000093=Test Valley"))
    p.set_clocks(LATER)
    for month, file in zip(MONTHS, files, strict=True):
        for dataset in ("police-crime", "police-asb"):
            ran = p.submit(
                "police", file, "--dataset", dataset, "--dates", f"2017-{month}", "--json"
            )
            told = ran.json
            assert told["rows_in"] == told["rows_accepted"] + sum(told["left_out"].values())


@pytest.fixture
def files(real_data):
    return [real_data / f"police/2017-{m}-hampshire-street.csv" for m in MONTHS]


@pytest.fixture
def test_valley(once, tmp_path, files):
    """A partnership of Test Valley, to which both datasets were sent month by month."""
    sent = once("test-valley", lambda folder: month_by_month(folder, files))
    return lib.Partnership(sent, LATER).copy(tmp_path / "p")


def test_a_quarter_month_by_month(test_valley, files):
    p = test_valley
    standings = p.run("council", "status", "--quarter", "2017Q3", "--json").json["standings"]
    states = {s["dataset"]: s["state"] for s in standings}
    assert states["police-crime"] == states["police-asb"] == "on time"
    p.signed("analysts", "pull", "merged")
    crime = pl.read_parquet(p.root / "analysts/merged/dataset=police-crime")
    asb = pl.read_parquet(p.root / "analysts/merged/dataset=police-asb")
    assert (crime.height, asb.height) == (1815, 541)
    assert crime.drop("record_id").is_duplicated().any()
    _holds_nothing_of_the_source(p, files, crime, asb)


def _holds_nothing_of_the_source(p, files, *tables):
    raw = pl.concat([pl.read_csv(file, infer_schema=False) for file in files])
    private = pl.concat(
        [raw["Crime ID"], raw["Location"], raw["Longitude"], raw["Latitude"]]
    ).drop_nulls().unique()  # fmt: skip
    for table in tables:
        for column in table.select(pl.col(pl.String)):
            assert not column.is_in(private.implode()).any(), column.name
    written = (path for path in (p.root / "analysts/merged").rglob("*") if path.is_file())
    merged = b"".join(path.read_bytes() for path in written)
    shared = p.everything_shared()
    for value in private.sample(2000, seed=1):
        assert value.encode() not in shared
        assert value.encode() not in merged


def test_a_corrected_quarter_replaces_the_months_and_an_overlap_is_refused(test_valley, files):
    p = test_valley
    whole = p.root / "police/whole.csv"
    with whole.open("wb") as out:
        for i, file in enumerate(files):
            with file.open("rb") as part:
                if i:
                    part.readline()
                shutil.copyfileobj(part, out)
    ran = p.submit(
        "police", whole, "--dataset", "police-crime", "--dates", "2017-07-15..2017-09-30", status=2
    )
    assert "July 2017 (log 3)" in ran.err
    ran = p.submit("police", whole, "--dataset", "police-crime")
    assert "log 3, 5, 7" in ran.out
    p.signed("analysts", "pull", "merged")
    crime = pl.read_parquet(p.root / "analysts/merged/dataset=police-crime")
    assert crime.height == 1815
    assert set(crime["entry"]) == {9}


COUNTY = {
    "E06000044": "Portsmouth", "E06000045": "Southampton", "E06000046": "Isle of Wight",
    "E07000084": "Basingstoke and Deane", "E07000085": "East Hampshire", "E07000086": "Eastleigh",
    "E07000087": "Fareham", "E07000088": "Gosport", "E07000089": "Hart", "E07000090": "Havant",
    "E07000091": "New Forest", "E07000092": "Rushmoor", "E07000093": "Test Valley",
    "E07000094": "Winchester",
}  # fmt: skip


@pytest.mark.soak("real")
def test_three_files_are_split_among_all_the_countys_districts(tmp_path, files):
    p = lib.several(tmp_path / "p", COUNTY)
    p.set_clocks(LATER)
    both = ("--dataset", "police-crime", "--dataset", "police-asb")
    ran = p.submit("police", *files, *both, "--json")
    raw = pl.concat([pl.read_csv(file, infer_schema=False) for file in files])
    raw = raw.with_columns(
        district=pl.col("LSOA name").str.replace(r" [0-9]{3}[A-Z]$", ""),
        dataset=pl.when(pl.col("Crime type") == "Anti-social behaviour")
        .then(pl.lit("police-asb"))
        .otherwise(pl.lit("police-crime")),
    )
    rows = {(one["partnership"], one["dataset"]): one["rows"] for one in ran.json}
    assert len(rows) == 28
    for (slug, dataset), count in rows.items():
        of = (pl.col("district").str.to_lowercase().str.replace_all(" ", "-") == slug) & (
            pl.col("dataset") == dataset
        )
        assert count == raw.filter(of).height, slug
    for dataset in ("police-crime", "police-asb"):
        told = next(one for one in ran.json if one["dataset"] == dataset)
        assert told["rows_in"] == raw.height == 53658
        assert told["rows_accepted"] == sum(n for (_, d), n in rows.items() if d == dataset)
        assert told["rows_in"] == told["rows_accepted"] + sum(told["left_out"].values())
        no_place = raw.filter((pl.col("dataset") == dataset) & pl.col("LSOA name").is_null())
        assert told["left_out"].get("no-place", 0) == no_place.height


def test_totals_by_crime_type_stay_and_places_stay_as_fine_as_they_are_published(
    test_valley, files
):
    p = test_valley
    both = ("--dataset", "police-crime", "--dataset", "police-asb")
    p.signed("analysts", "pull", "merged")
    folder = p.root / "analysts/merged"
    merged = {n: pl.read_parquet(folder / f"dataset={n}") for n in ("police-crime", "police-asb")}
    rows = pl.concat([t.select("category", "place_precision") for t in merged.values()])
    raw = pl.concat([pl.read_csv(file, infer_schema=False) for file in files])
    ours = raw.filter(pl.col("LSOA name").str.starts_with("Test Valley "))
    codes = {  # of the two whose code is not their name
        "criminal-damage-and-arson": "criminal-damage-arson",
        "violence-and-sexual-offences": "violent-crime",
    }
    kinds = ours["Crime type"].str.to_lowercase().str.replace_all(" ", "-").replace(codes)
    assert dict(rows["category"].value_counts().rows()) == dict(kinds.value_counts().rows())
    fine = rows.filter(pl.col("place_precision") == "lsoa").height
    assert fine >= 0.95 * rows.height
    told = p.evidence("police", *files, *both)
    for one in told:
        kept = {name: share for name, *_, share in one["kept"]}
        assert kept["category"] == "100.0%"
        places = [row for row in one["columns"] if row[0] == "place"]
        assert places == [["place", "lsoa", f"{merged[one['dataset']].height:,}"]]


def test_the_countys_assessment_is_near_the_published_files(tmp_path, files):
    p = lib.several(tmp_path / "p", dict(list(COUNTY.items())[-2:]))
    p.set_clocks(LATER)
    both = ("--dataset", "police-crime", "--dataset", "police-asb")
    p.submit("police", *files, *both)
    for name in ("test-valley", "winchester"):
        p.signed("police", "--partnership", name, "pull", f"pulled/{name}")
    words = ("--year", "2017", "--assessment", "pulled", "-o", "a.json")
    p.run("police", "report", "county", *words)
    told = json.loads((p.root / "police/a.json").read_bytes())["tables"]
    raw = pl.concat([pl.read_csv(file, infer_schema=False) for file in files])
    inside = raw.filter(pl.col("LSOA name").str.contains("^(Test Valley|Winchester) "))
    for theme, kind in (("burglary", "Burglary"), ("substance misuse", "Drugs"),
                        ("anti-social behaviour", "Anti-social behaviour")):  # fmt: skip
        of_kind = inside.filter(pl.col("Crime type") == kind)
        row = next(r for r in told["districts"] if r["theme"] == theme)
        for code, name in (("E07000093", "Test Valley"), ("E07000094", "Winchester")):
            there = of_kind.filter(pl.col("LSOA name").str.starts_with(name)).height
            assert abs(int(row[code].replace(",", "")) - there) <= 15
        assert abs(int(row["all"].replace(",", "")) - of_kind.height) <= 30
    records = dict(inside["LSOA code"].value_counts().rows())
    for row in told["lsoas"]:
        assert abs(int(row["records"].replace(",", "")) - records[row["lsoa"]]) <= 30
