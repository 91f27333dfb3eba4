"""No row of a sensitive dataset stands in a group of fewer than five."""

import random

import polars as pl
import pytest

from exchange.sampling import sample
from schemas.dataset import SMALLEST
from schemas.datasets import DATASETS
from schemas.quarters import Quarter
from schemas.words import COARSE
from tests.lib.typed import depersonalised

HEAD = "Date|Postcode|ICD-10\n"
SENSITIVE = [d for d in DATASETS.values() if d.steps]
NOT_IN_KEY = {"record_id", "area_basis", "generalised"}


def drawn(dataset, rows, seed):
    made = sample(dataset, Quarter(2026, 3), rows, seed)
    lines = ["|".join(made.headings.values())]
    lines += ["|".join(row[name] for name in made.headings) for row in made.rows]
    return depersonalised(dataset.id, "\n".join(lines))


def key(rows: pl.DataFrame) -> list[str]:
    return [c for c in rows.columns if c not in NOT_IN_KEY]


def test_which_datasets_count_their_groups():
    assert SMALLEST == 5
    assert {d.id for d in SENSITIVE} == {
        "council-exclusions", "council-racial-incidents", "health-admissions",
        "health-domestic-abuse",
    }  # fmt: skip


@pytest.mark.parametrize("dataset", SENSITIVE, ids=lambda d: d.id)
@pytest.mark.parametrize("rows", [1, 4, 30, 400, 4000])
def test_no_group_is_too_small_and_every_row_is_counted(dataset, rows):
    shared = drawn(dataset, rows, seed=rows)
    left = shared.rows
    account = shared.account
    assert left.height + account.withheld == account.tally.accepted
    assert sum(account.generalised.values()) == left.height
    assert shared.origin.height == left.height
    assert shared.origin["record_id"].equals(left["record_id"])
    if left.height:
        assert left.group_by(key(left)).len()["len"].min() >= SMALLEST
    if rows >= 400:
        assert account.withheld < rows / 10


def test_rows_that_many_share_stay_as_fine_as_they_were():
    line = "04/08/2026|WZ1 1AA|F10\n"
    rows = depersonalised("health-admissions", HEAD + line * 5 + line.replace("F10", "T51"))
    assert rows.rows.height == 5
    assert set(rows.rows["recorded_precision"]) == {"day"}
    assert rows.account.withheld == 1


def test_a_day_becomes_a_month_before_a_code_becomes_its_block():
    days = "".join(f"{day:02d}/08/2026|WZ1 1AA|F10\n" for day in range(1, 6))
    rows = depersonalised("health-admissions", HEAD + days)
    assert set(rows.rows["recorded_precision"]) == {"month"}
    assert set(rows.rows["category"]) == {"F10"}
    assert set(rows.rows["generalised"]) == {"in a small group"}
    codes = "".join(f"04/08/2026|WZ1 1AA|{code}\n" for code in ("F10", "F11", "F12", "F13", "F14"))
    rows = depersonalised("health-admissions", HEAD + codes)
    assert set(rows.rows["category"]) == {"psychoactive substance use (F10-F19)"}
    assert set(rows.rows["place"]) == {"WZ1"}
    spread = "".join(f"04/08/2026|{place}|F10\n" for place in ("WZ1", "WZ2") * 2 + ("M1",))
    rows = depersonalised("health-admissions", HEAD + spread)
    assert set(rows.rows["place"]) == {"E07999901"}


def test_the_order_of_the_rows_changes_nothing():
    dataset = DATASETS["council-exclusions"]
    made = sample(dataset, Quarter(2026, 3), 300, seed=4)
    lines = ["|".join(row[name] for name in made.headings) for row in made.rows]
    head = "|".join(made.headings.values())
    told = []
    for seed in range(3):
        random.Random(seed).shuffle(lines)
        rows = depersonalised(dataset.id, "\n".join([head, *lines])).rows.drop("record_id")
        told.append(rows.sort(rows.columns))
    assert told[0].equals(told[1])
    assert told[0].equals(told[2])


def test_an_exclusion_loses_its_reason_before_the_age_and_the_school_last():
    head = "Start date|District|URN|School postcode|Phase|Age|Gender|Type of exclusion|Reason\n"
    same = "04/08/2026|Westshire|999001|WZ1 1AA|Secondary|14|F|SUSP|"
    rows = depersonalised("council-exclusions", head + f"{same}DB\n" * 5).rows
    assert (rows["place"][0], rows["place_precision"][0]) == ("999001", "school")
    assert (rows["age"][0], rows["key_stage"][0], rows["category"][0]) == (14, "key stage 4", "DB")
    reasons = "".join(f"{same}{reason}\n" for reason in ("LD", "CB", "DB", "DB", "DB"))
    rows = depersonalised("council-exclusions", head + reasons).rows
    assert set(rows["category"]) == {"disruptive behaviour"}
    assert set(rows["age"]) == {14}
    schools = "".join(same.replace("9001", f"900{i}") + "DB\n" for i in range(5))
    rows = depersonalised("council-exclusions", head + schools).rows
    assert set(rows["place"]) == {"WZ1"}
    assert set(rows["phase"]) == {"secondary"}
    assert set(rows["gender"]) == {"not recorded"}
    assert rows["age"].null_count() == 5


CRIME = "Date recorded|Code|Postcode|Domestic flag|Dwelling flag\n"


def crime(code: str, flag: str, day: int, place: str = "WZ1 1AA") -> str:
    return f"{day:02d}/08/2026|{code}|{place}|{flag}|N\n"


def test_recorded_domestics_are_counted_in_datasets_that_are_not_sensitive():
    alike = crime("105A", "Y", 4) * 5
    rows = depersonalised("police-crime", CRIME + alike).rows
    assert set(rows["weekday"]) == {2}
    days = "".join(crime("105A", "Y", day) for day in (3, 4, 5, 6, 7))
    rows = depersonalised("police-crime", CRIME + days).rows
    assert set(rows["recorded_precision"]) == {"month"}
    assert rows["weekday"].null_count() == 5
    codes = "".join(crime(code, "Y", 4) for code in ("105A", "8N", "3B", "13", "36"))
    rows = depersonalised("police-crime", CRIME + codes).rows
    assert set(rows["category"]) == {"violence against the person"}
    assert set(rows["generalised"]) == {"recorded domestic"}


def test_the_others_stay_as_they_were_and_stand_where_they_stood():
    text = CRIME + crime("45", "N", 3) + crime("19C", "N", 4) + crime("46", "N", 5)
    shared = depersonalised("police-crime", text)
    assert shared.rows["category"].to_list() == ["45", "46"]
    assert set(shared.rows["recorded_precision"]) == {"day"}
    assert shared.origin["line"].to_list() == [2, 4]
    assert shared.account.withheld == 1


@pytest.mark.parametrize("dataset", ["police-crime", "police-welfare", "ambulance-callouts"])
@pytest.mark.parametrize("rows", [40, 1000, 5000])
def test_no_group_of_sensitive_rows_is_too_small_in_the_others(dataset, rows):
    shared = drawn(DATASETS[dataset], rows, seed=rows)
    sensitive = shared.rows.filter(pl.col("generalised").is_in(COARSE))
    if sensitive.height:
        assert sensitive.group_by(key(sensitive)).len()["len"].min() >= SMALLEST
    assert shared.rows.height + shared.account.withheld == shared.account.tally.accepted
    if rows >= 1000:
        assert shared.account.withheld <= rows / 100


def test_a_row_left_alone_takes_the_smallest_group_like_it_along():
    groups = crime("105A", "Y", 4) * 6 + crime("105A", "Y", 4, "WZ2 1AA") * 5
    shared = depersonalised("police-crime", CRIME + groups + crime("8N", "Y", 19))
    places = dict(shared.rows["place"].value_counts().iter_rows())
    assert places == {"WZ1": 6, "E07999901": 6}
    assert shared.account.withheld == 0
