"""Areas change: districts become one, and each counts for its own days."""

from tests.lib.extracts import CRIME_HEADINGS, csv
from tests.lib.partnership import Partnership

OLD, NEW = "E07999901", "E06999909"


def rows(day: str, outward: str, count: int) -> list[str]:
    return [
        f"R{day}{outward}{i},{day}/2026,{day}/2026,10:00,45,{outward} 1AA,,N,N"
        for i in range(count)
    ]


def checked(p: Partnership, *told: str) -> dict:
    file = p.extract("police", "crime.csv", csv(CRIME_HEADINGS, *told))
    return p.run("police", "check", file, "--dates", "2026Q3", "--json").json


def test_an_area_of_the_list_of_authorities_needs_only_its_name(partnership):
    command = ("partnership", "area", "add", "eastleigh", "--from", "2026-08-01", "--yes")
    assert partnership.signed("council", *command).out == "added  Eastleigh (E07000086)  log 3\n"
    ran = partnership.signed("council", *command[:3], "Estleigh", "--yes", status=2)
    assert (ran.refusal, "did you mean Eastleigh?" in ran.err) == ("area-not-understood", True)


def test_a_district_ends_and_its_successor_takes_over(partnership):
    p = partnership
    ran = p.signed("council", "partnership", "area", "end", OLD, "--on", "2026-07-31", "--yes")
    assert ran.out == f"ended  {OLD}  on 31 July 2026  log 3\n"
    told = (
        "partnership",
        "area",
        "add",
        f"{NEW}=Greater Westshire",
        "--from",
        "2026-08-01",
        "--outward",
        "WZ8",
    )
    p.signed("council", *told, "--yes")
    lines = [
        " ".join(x.split()) for x in p.run("police", "partnership", "area", "list").out.splitlines()
    ]
    assert f"{OLD} Westshire 31 July 2026 5 0" in lines
    assert f"{NEW} Greater Westshire 1 August 2026 1 0" in lines
    found = checked(
        p, *rows("05/07", "WZ1", 7), *rows("05/08", "WZ1", 5), *rows("06/07", "WZ8", 3),
        *rows("06/08", "WZ8", 11), *rows("31/07", "WZ1", 1), *rows("01/08", "WZ8", 1),
    )  # fmt: skip
    assert found["rows_accepted"] == 20
    assert found["left_out"] == {"other-area": 8}


def test_only_a_coordinator_changes_areas_and_only_to_what_makes_sense(partnership):
    p = partnership
    ran = p.signed(
        "ambulance", "partnership", "area", "end", OLD, "--on", "2026-07-31", "--yes", status=12
    )
    assert ran.refusal == "signer-not-coordinator"
    ran = p.signed(
        "council",
        "partnership",
        "area",
        "end",
        "E07000001",
        "--on",
        "2026-07-31",
        "--yes",
        status=2,
    )
    assert ran.refusal == "area-unknown"
    assert "E07000001" in ran.err
    ran = p.signed("council", "partnership", "area", "add", f"{OLD}=Westshire", "--yes", status=2)
    assert ran.refusal == "area-already-listed"
    ran = p.signed("council", "partnership", "area", "add", "Westshire", "--yes", status=2)
    assert ran.refusal == "area-not-understood"
    assert len(p.entries()) == 3


def test_the_postcodes_of_an_area_are_corrected_and_what_is_not_named_stays(partnership):
    p = partnership
    change = ("council", "partnership", "area", "set", OLD, "--yes")
    assert p.signed(*change, status=16).refusal == "area-unchanged"
    ran = p.signed(*change, "--outward", "WZ1, wz7")
    assert "5 outward codes before, 2 outward codes now" in ran.out
    (area,) = p.run("police", "partnership", "area", "list", "--json").json
    assert area == {
        "code": OLD, "name": "Westshire", "first": None, "last": None,
        "outward": ["WZ1", "WZ7"], "lsoas": [],
    }  # fmt: skip
    assert checked(p, *rows("03/08", "WZ7", 12), *rows("03/08", "WZ2", 3))["rows_accepted"] == 12
    p.signed(*change, "--name", "West Shire")
    (area,) = p.run("police", "partnership", "area", "list", "--json").json
    assert (area["name"], area["outward"]) == ("West Shire", ["WZ1", "WZ7"])
    ran = p.signed("council", *change[1:4], "E07000001", "--name", "X", "--yes", status=2)
    assert ran.refusal == "area-unknown"
