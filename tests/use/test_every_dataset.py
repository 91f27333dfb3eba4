"""Every dataset, from made-up extract to merged table."""

import json
from datetime import time
from typing import Any

import pytest

from exchange import open_merged
from exchange.samples.extract import sample
from schemas.datasets.dataset import Dataset, Place
from schemas.datasets.registry import DATASETS
from schemas.datasets.shared_columns import columns_of
from schemas.quarters import Quarter
from tests.lib.partnership import Partnership
from tests.lib.payloads import fixed_random_bytes

# Which partner of the tests submits what each kind of holder holds.
WHO = {"police": "police", "fire": "fire", "council": "council", "health": "board"}
# Of each kind of holder a dataset of records, and one of numbers.
ONE_OF_EACH = list({(d.holders[0].kind, d.is_numbers): d for d in DATASETS.values()}.values())


def holder_of(dataset: Dataset) -> str:
    """Return the partner of the tests that submits a dataset."""
    return next(WHO[holder.kind] for holder in dataset.holders if holder.kind in WHO)


def send(p: Partnership, dataset: Dataset) -> dict[str, Any]:
    """Make up an extract, check it, look at it and submit it; return what was said."""
    who = holder_of(dataset)
    made = sample(dataset, Quarter(2026, 3), 100, seed=1)
    file = p.extract(who, f"{dataset.id}.csv", made.text())
    told = (file, "--dataset", dataset.id)
    counts = ("rows_in", "rows_accepted", "left_out", "months")
    checked = {}
    if dataset in ONE_OF_EACH:
        checked = p.run(who, "check", *told, "--json").json
        shown = p.run(who, "preview", *told)
        assert "records-shown" in shown.warnings
        assert "what partners see" in shown.out
    with fixed_random_bytes():
        sent = p.submit(who, *told, "--json").json
    assert not checked or [checked[name] for name in counts] == [sent[name] for name in counts]
    return {"made": len(made.rows), "sent": sent}


def send_all(p: Partnership) -> None:
    """Send every dataset, and pull all of them at once."""
    said = {dataset.id: send(p, dataset) for dataset in DATASETS.values()}
    p.signed("analysts", "pull", "merged")
    (p.root / "said.json").write_text(json.dumps(said), encoding="utf-8")


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=list(DATASETS))
def test_each_dataset_is_made_up_submitted_and_pulled_with_its_columns(all_sent, dataset):
    said = json.loads((all_sent.root / "said.json").read_bytes())[dataset.id]
    sent = said["sent"]
    assert sent["rows_in"] == said["made"]
    assert sent["rows_in"] == sent["rows_accepted"] + sum(sent["left_out"].values())
    rows = open_merged(all_sent.root / "analysts/merged", dataset.id).collect()
    assert rows.height == sent["rows"] == sent["rows_accepted"] - sent["withheld"]
    columns = [name for name in rows.columns[7:] if name != "category_label"]
    assert columns == list(columns_of(dataset))
    assert ("category_label" in rows.columns) == ("category" in columns)
    finest = {"lsoa": Place.LSOA, "point": Place.POINT, "school": Place.SCHOOL}
    for precision, place in finest.items():
        if place is not dataset.place:
            assert precision not in set(rows["place_precision"])


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=list(DATASETS))
def test_every_planted_fault_is_found_once_on_its_line(everybody, dataset):
    p = everybody
    who = holder_of(dataset)
    file = p.root / who / f"{dataset.id}-faults.csv"
    made = sample(dataset, Quarter(2026, 3), 60, seed=2, faults=True)
    file.write_text(made.text(), newline="")
    arguments = ("check", file, "--dataset", dataset.id, "--dates", "2026Q3", "--json")
    ran = p.run(who, *arguments, status=11)
    about_files = {"column-not-ours", "domestic-not-recorded"}
    found = {
        (f["rule"], tuple(f["lines"])) for f in ran.json["findings"] if f["rule"] not in about_files
    }
    assert found == {(rule, (line,)) for rule, line in made.faults.items()}
    assert len(made.faults) > 1


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
        rows = shared(name, text)
        assert rows["place"].to_list() == places
        assert rows["time_precision"].to_list() == ["hour"] * 3 + ["minute"]
        assert rows["time_from"].to_list() == [time(10)] * 3 + [time(10, 59)]
    rows = shared("fire-deliberate-vehicle", text)
    assert rows["place"].to_list() == ["E01000001"] * 4
    assert rows["time_from"].to_list() == [time(10, 59)] * 4
    assert shared("fire-no-smoke-alarm", text)["place"].to_list() == [
        "WZ1", "WZ1", "E07999901", "WZ1",
    ]  # fmt: skip


def test_welfare_incidents_leave_with_the_outward_code_and_domestic_ones_coarse():
    from tests.lib.typed import shared

    text = """
    Recorded date | Time  | Code | Postcode | LSOA code | District  | Domestic flag
    05/08/2026    | 10:59 | 309  | WZ1 1AA  | E01000001 | Westshire | N
    05/08/2026    | 10:59 | 304  | WZ1 1AA  | E01000001 | Westshire | N
    05/08/2026    | 10:59 | 317  | WZ1 1AA  | E01000001 | Westshire | N
    """
    *_, concern, domestic, alarm = text.strip().splitlines()
    rest = "\n".join([*[concern] * 4, *[domestic] * 4, *[alarm] * 5])
    rows = shared("police-welfare", f"{text.rstrip()}\n{rest}")
    assert rows["place"].to_list() == ["WZ1"] * 16
    assert rows["generalised"].to_list().count("generalised") == 15  # five of each
    assert rows["time_precision"].to_list().count("six hours") == 15
