"""Sources of another grain: rows taken, joined or left out, and every one counted."""

import polars as pl

from schemas.extract.mapping import Mapping, RowGrouping
from schemas.extract.row_counts import LeftOut
from tests.lib.typed import broken, depersonalised, outcome, selected

CASUALTIES = """
Ref | Date       | Time  | Area      | Severity | Band  | East   | North
A1  | 04/08/2026 | 08:10 | Westshire | Fatal    | 26-35 | 450000 | 250000
A1  | 04/08/2026 | 08:10 | Westshire | Slight   | 6-10  | 450000 | 250000
A1  | 04/08/2026 | 08:10 | Westshire | slight   | -1    | 450000 | 250000
A2  | 05/08/2026 | 18:30 | Winchester| Serious  | 26-35 | 460000 | 250000
NA  | 06/09/2026 | 09:00 | Westshire | Serious  | 26-35 | 451000 | 250000
NA  | 07/09/2026 | 09:00 | Westshire | Slight   | 6-10  | 452000 | 250000
"""
ADULT, CHILD = {"Band": ["26-35"]}, {"Band": ["6-10"]}
COUNT = {
    "adults_killed": ADULT | {"Severity": ["Fatal"]},
    "adults_seriously_injured": ADULT | {"Severity": ["Serious"]},
    "adults_slightly_injured": ADULT | {"Severity": ["Slight"]},
    "children_slightly_injured": CHILD | {"Severity": ["Slight"]},
    "age_unknown_slightly_injured": {"Band": ["-1"], "Severity": ["Slight"]},
}
MAPPING = Mapping(
    "casualties",
    ("council-collisions",),
    {
        "reference": "Ref", "occurred_from": "Date", "time_from": "Time", "district": "Area",
        "easting": "East", "northing": "North",
    },
    together=RowGrouping("Ref", COUNT),
)  # fmt: skip


def test_casualties_become_collisions_and_every_row_is_counted():
    shared = depersonalised("council-collisions", CASUALTIES, MAPPING)
    tally = shared.treatment_counts.tally
    assert (tally.rows_in, tally.accepted) == (6, 3)
    assert tally.left_out == {LeftOut.JOINED: 2, LeftOut.OTHER_AREA: 1}
    rows = shared.rows.sort("occurred_from")
    assert rows["place"].to_list() == ["450000 250000", "451000 250000", "452000 250000"]
    assert rows["adults_killed"].to_list() == [1, 0, 0]
    assert rows["adults_seriously_injured"].to_list() == [0, 1, 0]
    assert rows["children_slightly_injured"].to_list() == [1, 0, 1]
    assert rows["age_unknown_slightly_injured"].to_list() == [1, 0, 0]
    assert rows["children_killed"].null_count() == 3  # not counted by this mapping


def test_rows_of_one_record_that_differ_are_asked_about():
    text = CASUALTIES.replace("slight   | -1    | 450000", "slight   | -1    | 455000")
    told = broken(outcome("council-collisions", text, mapping=MAPPING))
    assert told == {"rows-differ": (2,)}


def test_a_casualty_that_no_count_takes_stops_the_submission():
    text = CASUALTIES.replace("slight   | -1 ", "slight   | 76-85")
    told = broken(outcome("council-collisions", text, mapping=MAPPING))
    assert told == {"row-uncounted": (2,)}


def test_rows_that_a_mapping_does_not_select_are_counted():
    text = """
    Kind   | Date       | Place   | Code
    ASB    | 04/08/2026 | WZ1 1AA | 202
    asb    | 05/08/2026 | WZ1 1AA | 211
    Notice | 05/08/2026 | WZ1 1AA | 211
           | 05/08/2026 | WZ1 1AA | 211
    """
    columns = {"occurred_from": "Date", "postcode": "Place", "category": "Code"}
    mapping = Mapping("x", ("council-asb",), columns, select={"Kind": ["ASB"]})
    tally = selected("council-asb", text, mapping).tally
    assert (tally.rows_in, tally.accepted) == (4, 2)
    assert tally.left_out == {LeftOut.OTHER_DATASET: 2}


def test_longitude_and_latitude_become_a_point_of_the_grid_to_a_few_metres():
    # A published pair: London Datastore, 534785 167546 beside 51.39095371, -0.064166887.
    text = """
    Date       | District  | Longitude    | Latitude    | Adults killed | Adults slightly injured
    04/08/2026 | Westshire | -0.064166887 | 51.39095371 | 0             | 1
    """
    row = depersonalised("council-collisions", text).rows.row(0, named=True)
    east, north = map(int, row["place"].split())
    assert abs(east - 534785) < 5
    assert abs(north - 167546) < 5
    assert row["place_precision"] == "point"


def test_a_point_in_the_sea_of_numbers_is_no_point():
    text = """
    Date       | District  | Longitude | Latitude | Adults slightly injured
    04/08/2026 | Westshire | 51.39     | -0.06    | 1
    04/08/2026 | Westshire | -0.06     | 51.39    | 1
    04/08/2026 | Westshire | 13.40     | 52.50    | 1
    04/08/2026 | Westshire | -0.06     | 38.70    | 1
    """
    assert broken(outcome("council-collisions", text)) == {"point-outside": (2, 4, 5)}


def test_the_points_of_a_submission_are_looked_up_once_each():
    from schemas.extract.grid import with_points

    rows = pl.DataFrame(
        {
            "easting": [None, 1.0, None], "northing": [None, 2.0, 3.0],
            "longitude": [-1.0, -1.0, None], "latitude": [52.0, 52.0, None],
        }
    )  # fmt: skip
    found = with_points(rows)
    assert found["easting"][1] == 1
    assert found["easting"][0] > 400_000
    assert found["easting"][2] is None
    assert found["northing"][2] is None


def test_an_export_of_all_fire_incidents_gives_each_dataset_its_own():
    text = """
    Date       | Time  | Postcode | Incident type
    04/08/2026 | 10:10 | WZ1 1AA  | False alarm - malicious
    04/08/2026 | 10:10 | WZ1 1AA  | AFA
    05/08/2026 | 10:10 | WZ1 1AA  | Deliberate secondary fire
    05/08/2026 | 10:10 | WZ1 1AA  | Special Service
    05/08/2026 | 10:10 | WZ1 1AA  |
    """
    for dataset, lines in (
        ("fire-malicious-false-alarm", [2, 6]),
        ("fire-deliberate-secondary", [4, 6]),
        ("fire-deliberate-primary", [6]),
    ):
        chosen = selected(dataset, text)
        assert chosen.rows["_line"].to_list() == lines
        assert chosen.tally.left_out == {LeftOut.OTHER_DATASET: 5 - len(lines)}
        assert broken(outcome(dataset, text)) == {"category-missing": (6,)}
    whole = text.replace('|\n    "', "|").rsplit("05/08/2026", 1)[0]
    assert "category" not in depersonalised("fire-deliberate-secondary", whole).rows.columns
