"""Collisions from STATS19: its published tables joined, and a row for each casualty drafted."""

import csv as csv_module
import io
from datetime import date, timedelta

import pytest

from tests.lib import partnership as lib

# The headings as they have been published of 2024, in their order; {} was "accident" before, and
# the reference was accident_reference.
COLLISIONS = (
    "{}_index,{}_year,{}_ref_no,location_easting_osgr,location_northing_osgr,longitude,latitude,"
    "police_force,{}_severity,number_of_vehicles,number_of_casualties,date,day_of_week,time,"
    "local_authority_district,local_authority_ons_district,local_authority_highway,"
    "local_authority_highway_current,first_road_class,first_road_number,road_type,speed_limit,"
    "junction_detail_historic,junction_detail,junction_control,second_road_class,"
    "second_road_number,pedestrian_crossing_human_control_historic,"
    "pedestrian_crossing_physical_facilities_historic,pedestrian_crossing,light_conditions,"
    "weather_conditions,road_surface_conditions,special_conditions_at_site,"
    "carriageway_hazards_historic,carriageway_hazards,urban_or_rural_area,"
    "did_police_officer_attend_scene_of_accident,trunk_road_flag,<lsoa>,"
    "enhanced_severity_collision,collision_injury_based,collision_adjusted_severity_serious,"
    "collision_adjusted_severity_slight"
)
CASUALTIES = (
    "{}_index,{}_year,{}_ref_no,vehicle_reference,casualty_reference,casualty_class,"
    "sex_of_casualty,age_of_casualty,age_band_of_casualty,casualty_severity,pedestrian_location,"
    "pedestrian_movement,car_passenger,bus_or_coach_passenger,"
    "pedestrian_road_maintenance_worker,casualty_type,casualty_imd_decile,lsoa_of_casualty,"
    "enhanced_casualty_severity,casualty_injury_based,casualty_adjusted_severity_serious,"
    "casualty_adjusted_severity_slight,casualty_distance_banding"
)
VEHICLES = (
    "{}_index,{}_year,{}_ref_no,vehicle_reference,vehicle_type,towing_and_articulation,"
    "vehicle_manoeuvre_historic,vehicle_manoeuvre,vehicle_direction_from,vehicle_direction_to,"
    "vehicle_location_restricted_lane_historic,vehicle_location_restricted_lane,"
    "junction_location,skidding_and_overturning,hit_object_in_carriageway,"
    "vehicle_leaving_carriageway,hit_object_off_carriageway,first_point_of_impact,"
    "vehicle_left_hand_drive,journey_purpose_of_driver_historic,journey_purpose_of_driver,"
    "sex_of_driver,age_of_driver,age_band_of_driver,engine_capacity_cc,propulsion_code,"
    "age_of_vehicle,generic_make_model,driver_imd_decile,lsoa_of_driver,escooter_flag,"
    "driver_distance_banding"
)
AGES = (("34", "6"), ("7", "2"), ("-1", "-1"))
DAYS = [date(2025, 1, 1) + timedelta(n * 365 // 48) for n in range(48)]


def named(headings: str, word: str) -> str:
    reference = "accident_reference" if word == "accident" else f"{word}_ref_no"
    return headings.replace("{}_ref_no", reference).replace("{}", word)


def table(headings: str, rows: list[dict[str, object]], word: str = "collision") -> str:
    """Return a table; where a row says nothing stands -1, as where it is published."""
    stream = io.StringIO()
    names = named(headings, word).split(",")
    writer = csv_module.DictWriter(stream, names, restval="-1")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def tables(word: str = "collision", lsoa: str = "lsoa_of_accident_location") -> dict[str, str]:
    """Return a year of collisions as they are published: one, two or three casualties each."""
    collisions: list[dict[str, object]] = []
    casualties: list[dict[str, object]] = []
    vehicles: list[dict[str, object]] = []
    for n, day in enumerate(DAYS):
        names = named("{}_index,{}_year,{}_ref_no", word).split(",")
        key = dict(zip(names, (f"2025A{n:05d}", 2025, f"A{n:05d}"), strict=True))
        where = dict(zip(COLLISIONS.split(",")[3:7], (440500, 140500, -1.42, 51.16), strict=True))
        told = {
            "police_force": 44, "number_of_casualties": 1 + n % 3, "date": f"{day:%d/%m/%Y}",
            "day_of_week": 1, "time": f"{n % 23 + 1:02d}:15", "first_road_number": n,
            "local_authority_ons_district": "E07999901", "local_authority_highway": "E10000014",
        }  # fmt: skip
        collisions.append(key | where | told)
        for k in range(1 + n % 3):
            hurt = {"casualty_reference": k + 1, "casualty_severity": 3 if k else 2}
            age = dict(zip(("age_of_casualty", "age_band_of_casualty"), AGES[k], strict=True))
            casualties.append(key | hurt | age)
        vehicles.append(key | {"vehicle_reference": 1, "vehicle_type": 9})
    return {
        "collisions.csv": table(COLLISIONS.replace("<lsoa>", lsoa), collisions, word),
        "vehicles.csv": table(VEHICLES, vehicles, word),
        "casualties.csv": table(CASUALTIES, casualties, word),
    }


def checked(p, files: dict[str, str], quarter: str, status: int = 0):
    paths = [p.extract("council", name, text) for name, text in files.items()]
    ran = p.run(
        "council", "check", *paths, "--dataset", "council-collisions", "--dates", quarter,
        "--json", status=status,
    )  # fmt: skip
    return ran if status else ran.json


@pytest.mark.parametrize(
    ("word", "lsoa", "quarters"),
    [
        ("accident", "lsoa_of_accident_location", "1"),
        ("collision", "lsoa_of_accident_location", "1234"),
        ("collision", "lsoa_of_collision_location", "2"),
    ],
)
def test_the_three_published_tables_are_joined(alone, word, lsoa, quarters):
    files = tables(word, lsoa)
    assert sum(text.count("\n") for text in files.values()) == 3 + 48 + 48 + 96
    for quarter in quarters:
        account = checked(alone, files, f"2025Q{quarter}")
        assert account["rows_in"] == 96
        assert account["rows_accepted"] + sum(account["left_out"].values()) == 96
        assert account["rows_accepted"] == 12


def test_adults_and_children_are_counted_and_the_order_of_the_files_makes_no_difference(
    partnership,
):
    files = dict(reversed(tables().items()))
    del files["vehicles.csv"]
    paths = [partnership.extract("council", name, text) for name, text in files.items()]
    partnership.submit("council", *paths, "--dataset", "council-collisions", "--dates", "2025Q1")
    partnership.signed("analysts", "pull", "tables")
    pl = pytest.importorskip("polars")
    (file,) = (partnership.root / "analysts/tables/dataset=council-collisions").rglob("*.parquet")
    sums = (
        pl.read_parquet(file).select("^(adults|children|age_unknown)_.*$").sum().row(0, named=True)
    )
    assert {name: n for name, n in sums.items() if n} == {
        "adults_seriously_injured": 12, "children_slightly_injured": 8,
        "age_unknown_slightly_injured": 4,
    }  # fmt: skip


def test_a_casualty_without_its_collision_is_not_lost(partnership):
    files = tables()
    files["casualties.csv"] += "2025B00001,2025,B00001,1,1,1,1,34,6,3" + 13 * ",-1" + "\r\n"
    account = checked(partnership, files, "2025Q1")
    assert account["rows_in"] == 97
    assert account["left_out"] == {"joined": 48, "no-place": 1, "other-dates": 36}
    (finding,) = (f for f in account["findings"] if f["rule"] == "rows-not-joined")
    assert finding["lines"] == ["3:98"]
    assert "2025B00001" not in str(account)


@pytest.mark.parametrize("name", ["collisions.csv", "casualties.csv"])
def test_one_table_alone_is_told_to_be_sent_with_the_other(partnership, name):
    ran = checked(partnership, {name: tables()[name]}, "2025Q1", status=10)
    assert ran.refusal == "columns-missing"
    assert "COLLISIONS CASUALTIES" in ran.err


def casualties(*ages: str) -> str:
    """Return an older force's export: a row for each casualty, of collisions of two each."""
    rows = [
        [f"20A{n // 2:04d}", f"{day:%d/%m/%Y}", ("Slight", "Serious")[n % 2], ages[n % len(ages)],
         "Westshire"]
        for n, day in enumerate(d for d in DAYS for _ in (1, 2))
    ]  # fmt: skip
    headings = "Coll no,Day of collision,Cas severity,Age band,Local authority"
    return table(headings, [dict(zip(headings.split(","), row, strict=True)) for row in rows])


def test_a_mapping_that_counts_casualties_is_drafted(partnership):
    file = partnership.extract("council", "cas.csv", casualties("5-9", "15-19", "40-44", "NA"))
    ran = partnership.run("council", "source", "map", file, "--dataset", "council-collisions")
    assert "ages-straddle" in ran.warnings
    account = checked(partnership, {"cas.csv": file.read_text()}, "2025Q1")
    assert account["left_out"] == {"joined": 48, "other-dates": 36}
    assert account["rows_accepted"] == 12


@pytest.mark.needs("real data")
def test_the_published_casualties_of_2016_submit_with_the_drafted_mapping_alone(
    tmp_path, real_data
):
    p = lib.found(tmp_path / "p", area=("--area", "E08000002=Bury"))
    file = real_data / "collisions/gm-stats19-casualties-2016.csv"
    p.run("council", "source", "map", file, "--dataset", "council-collisions")
    sent = 0
    for quarter in ("2016Q1", "2016Q2", "2016Q3", "2016Q4"):
        ran = p.submit(
            "council", file, "--dataset", "council-collisions", "--dates", quarter, "--json"
        )
        account = ran.json
        assert account["rows_in"] == 3960
        assert account["rows_accepted"] + sum(account["left_out"].values()) == 3960
        sent += account["rows_accepted"]
    assert sent == 183


@pytest.mark.parametrize(
    ("again", "order", "lines"),
    [
        (1, 1, "same collision_index: line 50"), (3, 1, "line 50, 51, 52"),
        (3, -1, "line 2:50, 2:51, 2:52"), (9, 1, "54 and 4 more"),
    ],
)  # fmt: skip
def test_of_two_tables_that_repeat_their_key_the_real_cause_is_said(
    partnership, again, order, lines
):
    files = {name: tables()[name] for name in ("collisions.csv", "casualties.csv")}
    files["collisions.csv"] += (files["collisions.csv"].splitlines()[-1] + "\r\n") * again
    ran = checked(partnership, dict([*files.items()][::order]), "2025Q1", status=10)
    assert ran.refusal == "key-repeats"
    assert lines in ran.err
    assert "2025A" not in ran.said


def test_a_table_of_collisions_that_is_named_twice_is_refused_by_its_key(partnership):
    collisions, casualties = (tables()[name] for name in ("collisions.csv", "casualties.csv"))
    files = {"a.csv": collisions, "b.csv": casualties, "c.csv": collisions}
    assert checked(partnership, files, "2025Q1", status=10).refusal == "key-repeats"


def test_files_of_two_kinds_are_still_refused_as_such(partnership):
    files = {"a.csv": tables()["collisions.csv"], "b.csv": "Crime number,Recorded date\nx,y\n"}
    assert checked(partnership, files, "2025Q1", status=10).refusal == "files-differ"
