"""Protected rows leave among enough that are alike, and with cover."""

import random
from datetime import time

import polars as pl
import pytest

from depersonalise.release.cover import is_pooled
from depersonalise.release.levels import at_level
from depersonalise.release.release import alike_by, axes_of
from depersonalise.release.sensitivity import COVER
from exchange.samples.extract import sample
from schemas.datasets.axes import nodes
from schemas.datasets.dataset import SMALLEST
from schemas.datasets.registry import DATASETS
from schemas.quarters import Quarter
from tests.lib.typed import depersonalised

ALL_PROTECTED = [d for d in DATASETS.values() if d.axes]
CRIME = "Date recorded|Time|Code|Postcode|Domestic flag|Dwelling flag\n"


def drawn(dataset, rows, seed):
    made = sample(dataset, Quarter(2026, 3), rows, seed)
    lines = ["|".join(made.headings.values())]
    lines += ["|".join(row[name] for name in made.headings) for row in made.rows]
    return depersonalised(dataset.id, "\n".join(lines))


def protected(shared) -> pl.DataFrame:
    """Return the protected rows that left, without their cover."""
    of = shared.rows.with_columns(shared.origin["cover"])
    return of.filter((pl.col("generalised") != "") & ~pl.col("cover"))


def crime(*, day=4, at="10:00", code="105A", place="WZ1 1AA", domestic="Y", dwelling="N") -> str:
    return f"{day:02d}/08/2026|{at}|{code}|{place}|{domestic}|{dwelling}\n"


def test_the_datasets_of_which_all_rows_are_protected():
    assert {d.id for d in ALL_PROTECTED} == {
        "council-exclusions", "council-racial-incidents", "health-admissions",
        "health-domestic-abuse", "ambulance-callouts",
    }  # fmt: skip


def test_the_nodes_are_tried_from_the_cheapest_to_the_dearest():
    every = nodes(axes_of(DATASETS["police-crime"]))
    assert len(every) == len(set(every)) == 48
    assert every[0] == (0, 0, 0, 0, 0)
    assert every[-1] == (1, 1, 1, 1, 2)
    # The district comes after all that leaves the class stated.
    assert every.index((0, 1, 1, 1, 1)) < every.index((1, 0, 0, 0, 0))
    assert len(nodes(axes_of(DATASETS["police-crime"], 1))) == 16


@pytest.mark.parametrize("dataset", ALL_PROTECTED, ids=lambda d: d.id)
@pytest.mark.parametrize("rows", [1, 4, 30, 600])
def test_no_group_is_too_small_and_every_row_is_counted(dataset, rows):
    shared = drawn(dataset, rows, seed=rows)
    left, account = shared.rows, shared.treatment_counts
    assert left.height + account.withheld == account.tally.accepted
    assert shared.ids.n_unique() == shared.origin.height == left.height
    if left.height:
        assert left.group_by(alike_by(dataset)).len()["len"].min() >= SMALLEST
    if rows >= 400:
        assert account.withheld < rows / 10


@pytest.mark.parametrize("dataset", ["police-crime", "police-welfare", "council-asb"])
@pytest.mark.parametrize("rows", [40, 1500])
def test_no_group_of_protected_rows_is_too_small_in_the_others(dataset, rows):
    shared = drawn(DATASETS[dataset], rows, seed=rows)
    some = protected(shared)
    if some.height:
        assert some.group_by(alike_by(shared.dataset)).len()["len"].min() >= SMALLEST
    assert (
        shared.rows.height + shared.treatment_counts.withheld
        == shared.treatment_counts.tally.accepted
    )
    if rows >= 1000:
        assert shared.treatment_counts.withheld <= rows / 20


def test_rows_leave_at_the_cheapest_node_at_which_five_are_alike():
    head = "Date|Postcode|ICD-10\n"
    days = "".join(f"{day:02d}/08/2026|WZ1 1AA|F10\n" for day in range(1, 6))
    rows = depersonalised("health-admissions", head + days).rows
    assert set(rows["recorded_precision"]) == {"month"}
    assert set(rows["category"]) == {"F10"}
    codes = "".join(f"04/08/2026|WZ1 1AA|{code}\n" for code in ("F10", "F11", "F12", "F13", "F14"))
    rows = depersonalised("health-admissions", head + codes).rows
    assert set(rows["category"]) == {"psychoactive substance use (F10-F19)"}
    assert set(rows["place"]) == {"WZ1"}
    months = "".join(f"04/{month:02d}/2026|WZ1 1AA|F10\n" for month in (7, 8, 9, 9, 9))
    rows = depersonalised("health-admissions", head + months).rows
    assert set(rows["recorded_precision"]) == {"quarter"}
    spread = "".join(f"04/08/2026|{place}|F10\n" for place in ("WZ1", "WZ2") * 2 + ("M1",))
    rows = depersonalised("health-admissions", head + spread).rows
    assert set(rows["place"]) == {"E07999901"}


def test_what_no_node_takes_is_withheld_with_its_cover_and_counted():
    text = crime() * 4 + crime(code="46", domestic="N") * 20
    shared = depersonalised("police-crime", CRIME + text)
    assert (shared.treatment_counts.withheld, shared.treatment_counts.protected) == (8, 0)
    assert set(shared.rows["generalised"]) == {""}
    assert shared.rows.height == 16


def test_an_exclusion_loses_its_age_before_its_reason_and_the_school_last():
    head = "Start date|District|URN|School postcode|Phase|Age|Gender|Type of exclusion|Reason\n"
    same = "04/08/2026|Westshire|999001|WZ1 1AA|Secondary|14|F|SUSP|"
    rows = depersonalised("council-exclusions", head + f"{same}DB\n" * 5).rows
    assert (rows["place"][0], rows["place_precision"][0]) == ("999001", "school")
    assert (rows["age"][0], rows["key_stage"][0], rows["category"][0]) == (14, "key stage 4", "DB")
    ages = "".join(same.replace("|14|", f"|{age}|") + "DB\n" for age in (14, 15, 14, 15, 14))
    rows = depersonalised("council-exclusions", head + ages).rows
    assert (rows["age"].null_count(), set(rows["key_stage"])) == (5, {"key stage 4"})
    reasons = "".join(f"{same}{reason}\n" for reason in ("LD", "CB", "DB", "DB", "DB"))
    rows = depersonalised("council-exclusions", head + reasons).rows
    assert set(rows["category"]) == {"disruptive behaviour"}
    assert set(rows["age"]) == {14}
    schools = "".join(same.replace("9001", f"900{i}") + "DB\n" for i in range(5))
    rows = depersonalised("council-exclusions", head + schools).rows
    assert set(rows["place"]) == {"WZ1"}
    assert set(rows["phase"]) == {"secondary"}


def test_each_sensitive_row_has_cover_of_its_place_and_time():
    text = crime() * 5 + crime(at="23:00") * 5 + crime(place="WZ2 1AA") * 5
    text += "".join(
        crime(code="46", domestic="N", at=at, place=place) * 8
        for at in ("10:00", "23:00")
        for place in ("WZ1 1AA", "WZ2 1AA")
    )
    shared = depersonalised("police-crime", CRIME + text)
    covers = shared.rows.with_columns(shared.origin["cover"]).filter("cover")
    cell = ["place", "recorded", "time_from"]
    sensitive = protected(shared).group_by(cell).len()
    both = sensitive.join(covers.group_by(cell).len(), on=cell)
    assert both.height == sensitive.height == 3
    assert (both["len"] <= both["len_right"]).all()
    assert set(covers["generalised"]) == set(protected(shared)["generalised"])


def test_violence_is_taken_as_cover_before_other_offences():
    others = crime(code="46", domestic="N") * 10 + crime(code="8N", domestic="N") * 5
    shared = depersonalised("police-crime", CRIME + crime() * 5 + others)
    covers = shared.rows.with_columns(shared.origin["cover"]).filter("cover")
    assert covers["category"].to_list() == ["8N"] * 5


def test_cover_is_of_the_same_kind_of_place():
    others = crime(code="46", domestic="N") * 5 + crime(code="28E", domestic="N", dwelling="Y") * 9
    shared = depersonalised("police-crime", CRIME + crime(dwelling="Y") * 5 + others)
    covers = shared.rows.with_columns(shared.origin["cover"]).filter("cover")
    assert covers["category"].to_list() == ["28E"] * 5


def test_sensitive_rows_without_cover_are_withheld_and_never_fine():
    shared = depersonalised("police-crime", CRIME + crime() * 9 + crime(code="46", domestic="N"))
    assert shared.treatment_counts.protected == 0
    assert shared.treatment_counts.withheld == 10
    assert shared.rows.is_empty()


def test_outward_codes_with_few_sensitive_rows_leave_by_the_district_together():
    text = crime(place="WZ1 1AA") * 3 + crime(place="WZ2 1AA") * 3
    text += crime(place="WZ1 1AA", code="46", domestic="N") * 9
    text += crime(place="WZ2 1AA", code="46", domestic="N") * 9
    shared = depersonalised("police-crime", CRIME + text)
    assert set(protected(shared)["place"]) == {"E07999901"}
    assert shared.treatment_counts.by_district == 6
    assert set(shared.rows.filter(pl.col("generalised") == "")["place"]) == {"WZ1", "WZ2"}


def test_possibly_sensitive_rows_are_protected_among_themselves_and_take_no_cover():
    text = crime(domestic="", dwelling="") * 5 + crime(code="46", domestic="N") * 9
    shared = depersonalised("police-crime", CRIME + text)
    assert (shared.treatment_counts.protected, shared.treatment_counts.cover) == (5, 0)
    assert shared.treatment_counts.reasons == {"domestic not recorded": 5}


def test_why_a_row_is_protected_stays_here():
    text = crime() * 5 + crime(code="19C", domestic="N") * 5 + crime(code="46", domestic="N") * 10
    shared = depersonalised("police-crime", CRIME + text)
    assert shared.rows["generalised"].n_unique() == 1
    assert shared.treatment_counts.reasons == {
        "recorded domestic": 5,
        "sensitive by its category": 5,
    }
    assert shared.treatment_counts.cover == 10
    assert COVER not in shared.rows.columns


@pytest.mark.parametrize("dataset", ["council-exclusions", "police-crime"])
def test_the_order_of_the_rows_changes_nothing(dataset):
    made = sample(DATASETS[dataset], Quarter(2026, 3), 300, seed=4)
    lines = ["|".join(row[name] for name in made.headings) for row in made.rows]
    head = "|".join(made.headings.values())
    told = []
    for seed in range(3):
        random.Random(seed).shuffle(lines)
        told.append(depersonalised(dataset, "\n".join([head, *lines])).rows)
    assert told[0].equals(told[1])
    assert told[0].equals(told[2])


def test_what_is_released_of_a_time_begins_with_its_six_hours():
    (axis,) = (one for one in axes_of(DATASETS["police-crime"]) if one.name == "time")
    stated = [(time(5, 59), None), (time(6), time(12)), (None, time(17, 30)), (time(23, 59), None)]
    rows = pl.DataFrame(stated, orient="row", schema={"time_from": pl.Time, "time_to": pl.Time})
    released = rows.select(**at_level(axis, 0, {"time_from"}))
    assert released["time_from"].to_list() == [time(0), time(6), time(12), time(18)]


@pytest.mark.parametrize(
    ("sensitive", "others", "too_small"), [(5, 5, False), (4, 9, True), (6, 5, True)]
)
def test_an_outward_code_of_few_sensitive_rows_or_less_cover_is_not_released(
    sensitive, others, too_small
):
    is_sensitive = [True] * sensitive + [False] * others
    rows = pl.DataFrame({"sensitive": is_sensitive}).select(
        "sensitive", place=pl.lit(1), dwelling=pl.lit(value=True), cover=~pl.col("sensitive")
    )
    assert is_pooled(rows, SMALLEST).unique().to_list() == [too_small]
