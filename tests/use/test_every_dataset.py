"""Every dataset, from made-up extract to merged table."""

import polars as pl
import pytest

from exchange.demo.synthetic import write_extract
from schemas.dataset import Place
from schemas.datasets import DATASETS
from schemas.quarters import Quarter
from tests.lib import partnership as lib

HOLDERS = {"police": "police", "fire": "fire", "council": "council", "health": "ambulance"}


@pytest.fixture(scope="module")
def with_fire(tmp_path_factory):
    p = lib.found(tmp_path_factory.mktemp("all") / "p")
    lib.join(p, "fire")
    p.signed(
        "fire", "key", "new", "--partner", "fire", "--name", "Westshire Fire", "--kind", "fire",
        "--contact", "c@fire.example",
    )  # fmt: skip
    lib.enrol(p, "fire")
    return p


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=list(DATASETS))
def test_made_up_checked_submitted_pulled(with_fire, dataset):
    p = with_fire
    who = HOLDERS[dataset.holders[0].kind]
    file = p.root / who / f"{dataset.id}.csv"
    write_extract(file, dataset, Quarter(2026, 3), 200, seed=1)
    checked = p.run(who, "check", file, "--dataset", dataset.id, "--json").json
    assert checked["rows_in"] == 200
    assert checked["rows_in"] == checked["rows_accepted"] + sum(checked["left_out"].values())
    p.submit(who, file, "--dataset", dataset.id)
    p.signed("analysts", "pull", "merged")
    rows = pl.read_parquet(p.root / f"analysts/merged/{dataset.id}.parquet")
    assert rows.height == checked["rows_accepted"]
    assert rows["category"].null_count() == (0 if dataset.schemes else rows.height)
    if dataset.place is not Place.LSOA:
        assert "lsoa" not in set(rows["place_precision"])
    else:
        assert "lsoa" in set(rows["place_precision"])


def test_fires_at_a_dwelling_leave_with_the_outward_code():
    from tests.lib.typed import shared

    text = """
    Date       | Time  | Postcode | LSOA code | District  | Dwelling flag
    05/08/2026 | 10:59 | WZ1 1AA  | E01000001 | Westshire | Y
    05/08/2026 | 10:59 | WZ1 1AA  | E01000001 | Westshire |
    05/08/2026 | 10:59 |          | E01000001 | Westshire | Y
    05/08/2026 | 10:59 | WZ1 1AA  | E01000001 | Westshire | N
    """
    places = ["WZ1", "WZ1", "E07999901", "E01000001"]
    for name in ("fire-deliberate-primary", "fire-deliberate-secondary", "fire-staff-violence"):
        assert shared(name, text)["place"].to_list() == places
    assert shared("fire-deliberate-vehicle", text)["place"].to_list() == ["E01000001"] * 4
    assert shared("fire-no-smoke-alarm", text)["place"].to_list() == [
        "WZ1", "WZ1", "E07999901", "WZ1",
    ]  # fmt: skip


def test_welfare_incidents_leave_with_the_outward_code_and_domestic_ones_coarse():
    from tests.lib.typed import shared

    text = """
    Recorded date | Time  | Code | Postcode | LSOA code | District  | Domestic flag
    05/08/2026    | 10:59 | 309  | WZ1 1AA  | E01000001 | Westshire | N
    05/08/2026    | 10:59 | 304  | WZ1 1AA  | E01000001 | Westshire | N
    """
    rows = shared("police-welfare", text)
    assert rows["place"].to_list() == ["WZ1", "WZ1"]
    assert rows["generalised"].to_list() == ["neighbour or welfare", "domestic by definition"]
    assert rows["time_precision"].to_list() == ["hour", "six hours"]
