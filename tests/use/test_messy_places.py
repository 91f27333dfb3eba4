"""Places that tell nothing, points that are none, and rows that have no place at all."""

import pytest

from tests.lib import ground
from tests.lib.extracts import callouts, csv

COLLISIONS = (
    "Collision id,Date,Time,Easting,Northing,Longitude,Latitude,Postcode,Local authority,"
    "Adults killed,Adults seriously injured,Adults slightly injured,Children killed,"
    "Children seriously injured,Children slightly injured,Vehicles"
)


def checked(partnership, who: str, dataset: str, text: str, status: int | None = 0):
    file = partnership.extract(who, "x.csv", text)
    ran = partnership.run(
        who, "check", file, "--dataset", dataset, "--dates", "2026Q3", "--json", status=status
    )
    return ran.json


def found(account, rule: str):
    return next((f for f in account["findings"] if f["rule"] == rule), None)


NOWHERE = (
    "NF1 1NF", "NF1 1AA", "nf11nf", "ZZ99 3VZ", "ZZ993WZ", "ZZ1 1ZZ", "XX99 9XX", "NK1 1NK",
    "AA1 1AA", "NFA", "No fixed abode", "no fixed address", "Homeless",
)  # fmt: skip


@pytest.mark.parametrize("first", range(0, len(NOWHERE), 6))
def test_pseudo_postcodes_tell_no_place_and_are_asked_about_above_a_share(partnership, first):
    places = [*NOWHERE, *NOWHERE][first : first + 6]
    account = checked(
        partnership, "ambulance", "ambulance-callouts", callouts(*["WZ1 1AA"] * 53, *places)
    )
    assert account["left_out"] == {"no-place": 6}
    query = found(account, "places-missing")
    assert (query["severity"], query["detail"]) == ("query", "6 of 60 records, 10 %")


@pytest.mark.parametrize(
    ("nothing", "without", "asked"),
    [("", 0, False), *((word, n, n > 3) for word in ("", "not known", "-1") for n in (3, 4))],
)
def test_rows_without_a_place_are_asked_about_above_a_few_per_cent(
    partnership, nothing, without, asked
):
    places = ["WZ1 1AA"] * (59 - without) + [nothing] * without
    account = checked(partnership, "ambulance", "ambulance-callouts", callouts(*places))
    assert bool(found(account, "places-missing")) == asked


def test_a_street_crime_file_without_locations_is_asked_about(partnership):
    headings = (
        "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
        "Crime type,Last outcome category,Context"
    )
    rows = [
        f"{n:064x},2026-07,Police,Police,,,No Location,,,Burglary,Under investigation,"
        if n < 20
        else f"{n:064x},2026-07,Police,Police,-1.2,52.1,On or near X,E01999001,Westshire 001A,"
        "Burglary,Under investigation,"
        for n in range(60)
    ]
    account = checked(partnership, "police", "police-crime", csv(headings, *rows))
    assert found(account, "places-missing")["detail"] == "20 of 60 records, 33 %"


def collisions(*points: tuple[object, object], degrees: bool = False, postcode: str = "") -> str:
    rows = []
    for n, (one, other) in enumerate(points):
        point = f",,{one},{other}" if degrees else f"{one},{other},,"
        day = f"{n % 30 + 1:02d}/0{7 + n % 2}/2026"
        rows.append(f"C{n:04d},{day},10:10,{point},{postcode},Westshire,0,0,1,0,0,0,2")
    return csv(COLLISIONS, *rows)


@pytest.mark.parametrize("nothing", [("0", "0"), ("0.0", "0.00"), ("-1", "-1"), ("", "")])
@pytest.mark.parametrize("degrees", [True, False])
def test_a_point_of_noughts_is_none_and_is_said(partnership, nothing, degrees):
    good = (-1.2, 52.1) if degrees else (440_500, 140_500)
    text = collisions(*[good] * 30, *[nothing] * 10, degrees=degrees)
    account = checked(partnership, "council", "council-collisions", text)
    assert account["places"]["point"] == 30
    said = [words for words in account["assumed"] if "grid references of zeros" in words]
    assert len(said) == bool(nothing[0])
    assert not said or said[0].startswith("10 ")


@pytest.mark.parametrize("point", [("0", "140500"), ("440500", "0"), ("440500", "-1")])
def test_half_a_point_of_noughts_stops(partnership, point):
    text = collisions(*[(440_500, 140_500)] * 30, point)
    account = checked(partnership, "council", "council-collisions", text, status=11)
    assert found(account, "point-outside")["lines"] == [32]


def test_latitude_under_longitude_stops(partnership):
    text = collisions(*[(52.1, -1.2)] * 30, degrees=True)
    account = checked(partnership, "council", "council-collisions", text, status=11)
    assert found(account, "point-outside")["count"] == 30


@pytest.fixture
def with_directory(partnership):
    """The council's folder, with a directory of postcodes."""
    file = partnership.root / "NSPL_AUG_2026_UK.csv"
    file.write_text(ground.nspl())
    partnership.run("council", "places", "add", file)
    return partnership


def test_a_directory_without_an_area_of_the_partnership_says_so(partnership):
    head, *lines = ground.nspl().splitlines()
    file = partnership.root / "NSPL_AUG_2026_UK.csv"
    file.write_text("\n".join([head, *lines]))
    partnership.run("council", "places", "add", file)
    file.write_text("\n".join([head, *(line for line in lines if ground.WEST not in line)]))
    ran = partnership.run("council", "places", "add", file)
    assert ran.warnings == ["directory-without-area"]
    assert "no postcodes of Westshire" in ran.err


POSTCODES = [one for one in ground.postcodes() if one.district == ground.WEST and one.user == "0"]


@pytest.mark.parametrize("postcode", [True, False])
@pytest.mark.parametrize("turned", [True, False])
def test_easting_and_northing_exchanged_stop(with_directory, postcode, turned):
    some = POSTCODES[:40]
    points = [(p.north, p.east) if turned else (p.east, p.north) for p in some]
    head, *lines = collisions(*points).splitlines()
    if postcode:
        lines = [
            line.replace(",,,,Westshire", f",,,{p.text},Westshire")
            for line, p in zip(lines, some, strict=True)
        ]
    text = "\r\n".join([head, *lines]) + "\r\n"
    account = checked(with_directory, "council", "council-collisions", text, status=None)
    fault = found(account, "point-exchanged")
    assert bool(fault) == turned
    assert not fault or (fault["severity"], fault["count"]) == ("error", 40)


def test_one_lonely_point_is_not_taken_for_an_exchange(with_directory):
    points = [(p.east, p.north) for p in POSTCODES[:30]]
    lonely = (POSTCODES[30].north, POSTCODES[30].east)
    text = collisions(*points, lonely)
    account = checked(with_directory, "council", "council-collisions", text, status=None)
    assert found(account, "point-exchanged") is None
