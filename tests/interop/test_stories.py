"""What officers really have, and what the tool does with each of them."""

import polars as pl
import pytest

from schemas.extract.file import read
from tests.lib import partnership as lib

pytestmark = pytest.mark.needs("real data")
ADULTS = ("16-20", "21-25", "26-35", "36-45", "46-55", "56-65", "66-75", "Over 75")
CHILDREN = ("0-5", "6-10", "11-15")


def founded(tmp_path, area: str, kind: str = "council"):
    """A partnership of one area, in which an officer of some kind of authority submits."""
    p = lib.found(tmp_path / "p", area=("--area", area))
    if kind == "council":
        return p, "council"
    lib.join(p, kind)
    p.signed(
        kind, "key", "new", "--partner", kind, "--name", kind, "--kind", kind,
        "--contact", "c@x.example",
    )  # fmt: skip
    lib.enrol(p, kind)
    return p, kind


QUARTERS = [f"{year}Q{n}" for year in range(2019, 2025) for n in (1, 2, 3, 4)][:22]


@pytest.mark.parametrize(
    "quarters", [["2024Q1"], pytest.param(QUARTERS, marks=pytest.mark.soak("real"))], ids=len
)
def test_casualties_give_the_collisions_of_each_quarter(tmp_path, real_data, quarters):
    p, who = founded(tmp_path, "E08000009=Trafford")
    file = real_data / "collisions/gm-stats19-casualties-2019-2024.csv"
    for quarter in quarters:
        told = p.submit(who, file, "--dates", quarter, "--json").json
        assert told["dataset"] == "council-collisions"
        assert told["rows_in"] == 20435
        assert told["rows_in"] == told["rows_accepted"] + sum(told["left_out"].values())
    p.signed("analysts", "pull", "merged")
    rows = pl.read_parquet(p.root / "analysts/merged/dataset=council-collisions")
    day = pl.col("date").str.to_date()
    quarter_of = pl.concat_str(day.dt.year(), day.dt.quarter(), separator="Q")
    casualties = pl.read_csv(file, infer_schema=False).filter(pl.col("area_name") == "Trafford")
    casualties = casualties.with_columns(quarter=quarter_of)
    assert set(casualties["quarter"]) == set(QUARTERS)
    casualties = casualties.filter(pl.col("quarter").is_in(quarters))
    assert set(rows["quarter"]) == set(casualties["quarter"]) == set(quarters)
    for (quarter,), theirs in casualties.group_by("quarter"):
        mine = rows.filter(pl.col("quarter") == quarter)
        assert mine.height == theirs["AREFNO"].n_unique()
        for age, bands in (("adults", ADULTS), ("children", CHILDREN), ("age_unknown", ("-1",))):
            for severity, name in (("Fatal", "killed"), ("Serious", "seriously_injured"),
                                   ("Slight", "slightly_injured")):  # fmt: skip
                of = pl.col("ageband").is_in(bands) & (pl.col("casualty_severity") == severity)
                assert mine[f"{age}_{name}"].sum() == theirs.filter(of).height
    assert set(rows["place_precision"]) == {"point"}


def test_a_file_of_many_quarters_is_not_sent_for_want_of_saying_which(tmp_path, real_data):
    p, who = founded(tmp_path, "E08000009=Trafford")
    file = real_data / "collisions/gm-stats19-casualties-2019-2024.csv"
    ran = p.submit(who, file, status=2)
    assert ran.refusal == "several-quarters"
    assert "22 quarters" in ran.err
    assert "2019Q" in ran.err


def test_animal_rescues_are_no_fire_and_are_not_sent_as_one(tmp_path, real_data):
    p, who = founded(tmp_path, "E09000008=Croydon", "fire")
    file = real_data / "fire/lfb-special-services.csv"
    ran = p.submit(who, file, status=10)
    assert ran.refusal == "dataset-not-recognised"
    arguments = (file, "--dataset", "fire-malicious-false-alarm", "--dates", "2019Q1")
    told = p.run(who, "check", *arguments, "--json", status=11).json
    assert told["left_out"] == {"other-dataset": 7544}
    assert told["rows_accepted"] == 0
    ran = p.submit(who, *arguments, status=11)
    assert ran.refusal == "rules-broken"
    assert "nothing-inside: " in ran.err


def test_exclusions_of_the_school_census_ask_for_the_area_and_then_go(tmp_path, real_data):
    p, who = founded(tmp_path, "E08000009=Trafford")
    file = real_data / "education/sample-exclusions-2025-summer.csv"
    ran = p.submit(who, file, "--dataset", "council-exclusions", status=10)
    assert ran.refusal == "columns-missing"
    assert "exchange source map" in ran.err
    ran = p.run(who, "source", "map", file, "--dataset", "council-exclusions")
    assert "[constants] district" in ran.err
    path = p.root / who / "council-exclusions.toml"
    path.write_text(path.read_text().replace("[constants]", '[constants]\ndistrict = "Trafford"'))
    told = p.submit(
        who, file, "--dataset", "council-exclusions", "--dates", "2025Q2", "--json"
    ).json
    assert told["rows_in"] == 10770
    assert told["left_out"]["other-dates"] == 10770 - told["rows_accepted"]
    assert "edition 2003/04" in str(told["assumed"])
    p.signed("analysts", "pull", "merged")
    rows = pl.read_parquet(p.root / "analysts/merged/dataset=council-exclusions")
    assert rows.height + told["withheld"] == told["rows_accepted"]
    assert set(rows["place"]) == {"E08000009"}
    assert rows["reason_2"].null_count() < rows.height
    assert set(rows["exclusion"]) == {"permanent", "suspension", "lunchtime"}


@pytest.mark.parametrize("name", ["premises-licences.csv", "schools.csv"])
def test_a_register_that_is_no_dataset_is_refused_and_nothing_of_it_is_said(
    tmp_path, real_data, name
):
    p, who = founded(tmp_path, "E08000009=Trafford")
    file = real_data / "messy" / name
    ran = p.submit(who, file, status=10)
    assert ran.refusal == "dataset-not-recognised"
    told = p.submit(who, file, "--dataset", "council-asb", status=10)
    assert told.refusal == "columns-missing"
    said = ran.said + told.said
    known = {"type", "date", "code"}
    for heading in read(file).headings:
        assert heading.lower() in known or heading not in said
    p.run(who, "source", "map", file, "--dataset", "council-asb")


def test_a_table_saved_in_the_middle_of_a_merge_is_refused_by_its_line(tmp_path, real_data):
    p, who = founded(tmp_path, "E08000009=Trafford")
    ran = p.submit(who, real_data / "messy/station-use.csv", status=10)
    assert ran.refusal == "merge-conflict-marks"
    assert "line 2,536" in ran.err


def test_a_workbook_made_for_reading_is_refused_by_its_sheets(tmp_path, real_data):
    p, who = founded(tmp_path, "E08000009=Trafford")
    ran = p.submit(who, real_data / "messy/ons-weekly-2020.xlsx", status=10)
    assert ran.refusal == "workbook-with-several-tables"
    assert "sheets 2, 5, 6, 7, 8" in ran.err
