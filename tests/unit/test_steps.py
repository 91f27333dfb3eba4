"""The steps by which rows of small groups are generalised, each by itself, and for which rows."""

import random
from datetime import date, time

import polars as pl
import pytest

from depersonalise.small_groups import _apply, _paired, coarsen, key_of, smallest_group
from schemas.dataset import Dataset, Step
from schemas.datasets import DATASETS
from schemas.shared import polars_schema

RACIAL = DATASETS["council-racial-incidents"]
EXCLUSIONS = DATASETS["council-exclusions"]
ABUSE = DATASETS["health-domestic-abuse"]
ADMISSIONS = DATASETS["health-admissions"]
CRIME = DATASETS["police-crime"]

ROW = {
    "recorded": date(2026, 8, 4), "recorded_precision": "day",  # a Tuesday
    "occurred_from": date(2026, 8, 2), "occurred_to": date(2026, 9, 3),
    "occurred_precision": "day", "time_from": time(22, 10), "time_to": time(23, 50),
    "time_precision": "minute", "weekday": None, "category": "F10", "reason_2": "DB",
    "reason_3": "CB", "domestic": "yes", "exclusion": "permanent", "age": 14,
    "key_stage": "key stage 4", "gender": "female", "phase": "secondary", "place": "WZ1 site",
    "place_precision": "school", "area": "E07999901", "generalised": "",
    "_klass": "class", "_outward": "WZ1",
}  # fmt: skip


def table(dataset: Dataset, *rows: dict[str, object]) -> pl.DataFrame:
    schema = polars_schema(dataset) | {"_klass": pl.String, "_outward": pl.String}
    return pl.DataFrame([{n: (ROW | row).get(n) for n in schema} for row in rows], schema=schema)


def changes(dataset: Dataset, step: Step, **row: object) -> dict[str, object]:
    """Return what a step changes of a row, and its new values."""
    rows = table(dataset, row, row).drop("record_id")
    rows = rows.with_columns(_changed=pl.lit(value=False))
    done = _apply((step,), rows, pl.Series([True, False]))
    assert done.columns == rows.columns
    assert done.row(1) == rows.row(1)  # which was not chosen
    before, after = rows.row(0, named=True), done.row(0, named=True)
    assert (after.pop("_changed"), before.pop("_changed")) == (True, False)
    assert (after.pop("generalised"), before.pop("generalised")) == ("in a small group", "")
    return {name: value for name, value in after.items() if value != before[name]}


AUGUST, SEPTEMBER, JULY = date(2026, 8, 1), date(2026, 9, 1), date(2026, 7, 1)
IN_MONTHS = {
    "recorded": AUGUST, "recorded_precision": "month", "occurred_from": AUGUST,
    "occurred_to": SEPTEMBER, "occurred_precision": "month",
}  # fmt: skip
SIX = time(18)


@pytest.mark.parametrize(
    ("dataset", "step", "row", "expected"),
    [
        (RACIAL, Step.BAND, {}, IN_MONTHS | {
            "weekday": 2, "time_from": SIX, "time_to": SIX, "time_precision": "six hours",
        }),
        (RACIAL, Step.BAND, {"time_from": time(5, 59), "time_to": time(6, 0), "weekday": 7},
         IN_MONTHS | {
            "time_from": time(0), "time_precision": "six hours",
        }),
        (RACIAL, Step.BAND, {"recorded": AUGUST, "recorded_precision": "month"}, {
            "occurred_from": AUGUST, "occurred_to": SEPTEMBER, "occurred_precision": "month",
            "weekday": 7, "time_from": SIX, "time_to": SIX, "time_precision": "six hours",
        }),
        (RACIAL, Step.BAND, {"time_from": None, "time_to": None, "time_precision": "none"},
         IN_MONTHS | {"weekday": 2}),
        (ABUSE, Step.BAND, {}, {"recorded": AUGUST, "recorded_precision": "month", "weekday": 2}),
        (ABUSE, Step.BAND, {"recorded": AUGUST, "recorded_precision": "month"}, {}),
        (RACIAL, Step.MONTH, {"weekday": 2}, IN_MONTHS | {
            "weekday": None, "time_from": None, "time_to": None, "time_precision": "none",
        }),
        (ABUSE, Step.MONTH, {"weekday": 2},
         {"recorded": AUGUST, "recorded_precision": "month", "weekday": None}),
        (ABUSE, Step.QUARTER, {}, {}),
        (ABUSE, Step.QUARTER, {"recorded": AUGUST, "recorded_precision": "month"},
         {"recorded": JULY, "recorded_precision": "quarter"}),
        (RACIAL, Step.QUARTER, {"occurred_from": AUGUST, "occurred_to": date(2026, 12, 1),
                                "occurred_precision": "month"},
         {"occurred_from": JULY, "occurred_to": date(2026, 10, 1),
          "occurred_precision": "quarter"}),
        (EXCLUSIONS, Step.CLASS, {}, {"category": "class", "reason_2": None, "reason_3": None}),
        (EXCLUSIONS, Step.CLASS, {"_klass": None}, {"reason_2": None, "reason_3": None}),
        (ADMISSIONS, Step.CLASS, {}, {"category": "class"}),
        (EXCLUSIONS, Step.KEY_STAGE, {}, {"age": None}),
        (EXCLUSIONS, Step.AGE, {}, {"key_stage": "not recorded"}),
        (EXCLUSIONS, Step.GENDER, {}, {"gender": "not recorded"}),
        (EXCLUSIONS, Step.PHASE, {}, {"phase": "not recorded"}),
        (EXCLUSIONS, Step.OUTWARD, {}, {"place": "WZ1", "place_precision": "outward"}),
        (EXCLUSIONS, Step.OUTWARD, {"_outward": None},
         {"place": "E07999901", "place_precision": "district"}),
        (ABUSE, Step.DISTRICT, {}, {"place": "E07999901", "place_precision": "district"}),
        (RACIAL, Step.OCCURRED, {},
         {"occurred_from": None, "occurred_to": None, "occurred_precision": "none"}),
        (RACIAL, Step.OCCURRED, {"recorded": None, "recorded_precision": "none"}, {}),
        (EXCLUSIONS, Step.OCCURRED, {}, {}),
    ],
)  # fmt: skip
def test_what_a_step_changes_of_a_row(dataset, step, row, expected):
    assert changes(dataset, step, **row) == expected


def test_every_step_is_tried_above():
    tried = {mark.args[1][n][1] for mark in test_what_a_step_changes_of_a_row.pytestmark
             for n in range(len(mark.args[1]))}  # fmt: skip
    assert tried == set(Step)


@pytest.mark.parametrize(
    ("before", "after"),
    [("", "in a small group"), ("recorded domestic", "recorded domestic"),
     ("in a small group", "in a small group")],
)  # fmt: skip
def test_a_row_keeps_the_first_reason_for_which_it_was_generalised(before, after):
    rows = table(CRIME, {"generalised": before}).drop("record_id")
    rows = rows.with_columns(_changed=pl.lit(value=False))
    done = _apply((Step.DISTRICT,), rows, pl.Series([True]))
    assert done["generalised"].to_list() == [after]


def test_several_steps_follow_one_another():
    rows = table(ABUSE, {}, {}).drop("record_id").with_columns(_changed=pl.lit(value=False))
    done = _apply((Step.BAND, Step.MONTH, Step.QUARTER), rows, pl.Series([False, True]))
    assert done["recorded"].to_list() == [ROW["recorded"], JULY]
    assert done["recorded_precision"].to_list() == ["day", "quarter"]
    assert _apply((Step.BAND,), rows, pl.Series([False, False])).equals(rows)


def marks(done: pl.DataFrame, name: str) -> str:
    return "".join("x" if one else "." for one in done[name])


def test_the_key_of_a_row_is_all_that_leaves_but_its_id_and_how_it_was_treated():
    names = [expression.meta.output_name() for expression in key_of(ABUSE)]
    assert names == [
        "recorded", "recorded_precision", "weekday", "place", "place_precision", "area",
    ]  # fmt: skip


@pytest.mark.parametrize(("rows", "withheld"), [(1, True), (4, True), (5, False), (6, False)])
def test_a_group_of_fewer_than_the_smallest_is_withheld(rows, withheld):
    done = coarsen(table(ABUSE, *[{}] * rows), ABUSE, 5)
    mark = "x" if withheld else "."
    assert marks(done, "_withheld") == marks(done, "_changed") == mark * rows
    assert marks(done, "_counted") == "x" * rows
    assert marks(done, "_new") == "." * rows
    assert {done[name].dtype for name in ("_withheld", "_changed", "_counted", "_new")} == {
        pl.Boolean
    }
    day = date(2026, 7, 1) if withheld else ROW["recorded"]
    assert done["recorded"].to_list() == [day] * rows


def test_steps_go_no_further_than_the_groups_need():
    rows = [{"recorded": date(2026, 8, day), "place": "WZ1"} for day in (4, 11, 18, 25, 4)]
    done = coarsen(table(ABUSE, *rows), ABUSE, 5)
    assert set(done["recorded_precision"]) == {"month"}
    assert done["weekday"].to_list() == [2] * 5
    assert marks(done, "_withheld") == "....."
    rows[4]["recorded"] = date(2026, 9, 5)
    done = coarsen(table(ABUSE, *rows), ABUSE, 5)
    assert set(done["recorded_precision"]) == {"quarter"}
    assert done["weekday"].to_list() == [None] * 5
    assert set(done["place"]) == {"WZ1"}


def test_rows_that_are_in_no_small_group_stay_as_they_are_among_those_that_are():
    alone = {"place": "WZ2", "area": "E07999902"}
    rows = [{}, alone, {}, {}, alone | {"place": "WZ3"}, {}, {}]
    done = coarsen(table(ABUSE, *rows), ABUSE, 5)
    assert marks(done, "_withheld") == marks(done, "_changed") == ".x..x.."
    assert done["recorded"][0] == ROW["recorded"]
    assert done["place"].to_list()[::2] == ["WZ1 site", "WZ1 site", "E07999902", "WZ1 site"]


def test_rows_left_alone_are_joined_by_the_smallest_group_that_is_like_them():
    rows = [{"place": "WZ1"}] * 7 + [{"place": "WZ2"}] * 6 + [{"place": "WZ3"}] * 2
    rows += [{"place": "WZ4", "area": "E07999902"}] * 5
    done = coarsen(table(ABUSE, *rows), ABUSE, 5)
    assert marks(done, "_withheld") == "." * 20
    assert marks(done, "_changed") == "." * 7 + "x" * 8 + "." * 5
    assert done["place"].to_list() == ["WZ1"] * 7 + ["E07999901"] * 8 + ["WZ4"] * 5


def test_each_area_s_rows_left_alone_are_joined_by_a_group_of_that_area():
    rows = [
        {"place": place, "area": area}
        for area in ("E07999901", "E07999902")
        for place, many in (("WZ1", 7), ("WZ2", 6), ("WZ3", 2))
        for _ in range(many)
    ]
    done = coarsen(table(ABUSE, *rows), ABUSE, 5)
    assert marks(done, "_withheld") == "." * 30
    assert marks(done, "_changed") == ("." * 7 + "x" * 8) * 2


def test_which_of_groups_of_one_size_is_joined_does_not_depend_on_the_order_of_rows():
    rows = [{"place": f"WZ{n}"} for n in range(1, 9) for _ in range(5)] + [{"place": "WZ9"}]
    joined = set()
    for seed in range(6):
        random.Random(seed).shuffle(rows)
        done = coarsen(table(ABUSE, *rows), ABUSE, 5)
        assert marks(done, "_changed").count("x") == 6
        joined.add(frozenset(done["place"].unique()))
    assert len(joined) == 1


def test_of_other_datasets_only_the_sensitive_rows_are_counted():
    rows = [{"generalised": "recorded domestic"}, {}, {"generalised": "neighbour or welfare"}]
    done = coarsen(table(CRIME, *rows), CRIME, 5)
    assert marks(done, "_counted") == marks(done, "_withheld") == marks(done, "_changed") == "x.."
    assert done["category"].to_list() == ["class", "F10", "F10"]
    assert done["occurred_precision"].to_list() == ["none", "day", "day"]


def earlier(dataset: Dataset, *rows: dict[str, object]) -> pl.DataFrame:
    return table(dataset, *rows).select(list(polars_schema(dataset)))


def test_rows_of_no_earlier_submission_are_counted_by_themselves():
    before = earlier(ABUSE, *[{}] * 5)
    done = coarsen(table(ABUSE, *[{}] * 6), ABUSE, 5, [before])
    assert marks(done, "_new") == marks(done, "_withheld") == ".....x"
    done = coarsen(table(ABUSE, *[{}] * 10), ABUSE, 5, [before])
    assert marks(done, "_new") == ".....xxxxx"
    assert marks(done, "_withheld") == marks(done, "_changed") == ".........."


def test_a_row_is_found_in_an_earlier_submission_however_many_steps_it_had_had_there():
    rows = [{"recorded": date(2026, 8, day), "place": "WZ1"} for day in range(3, 9)]
    first = coarsen(table(ABUSE, *rows), ABUSE, 5)
    assert set(first["recorded_precision"]) == {"month"}
    before = first.select(list(polars_schema(ABUSE)))
    done = coarsen(table(ABUSE, *rows, {"place": "WZ1"}), ABUSE, 5, [before])
    assert marks(done, "_new") == "......x"
    days = earlier(ABUSE, *rows[:2])
    months = before.tail(1)
    done = coarsen(table(ABUSE, *rows), ABUSE, 5, [days, months])
    assert marks(done, "_new") == "...xxx"


def test_of_the_earlier_rows_of_other_datasets_only_the_sensitive_ones_are_compared():
    domestic = {"generalised": "recorded domestic"}
    before = earlier(CRIME, {}, domestic)
    done = coarsen(table(CRIME, domestic, {}, domestic), CRIME, 5, [before])
    assert marks(done, "_new") == "..x"


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        ([1, 1, 2, 3], [1, 2, 2], [True, False, True, False]),
        ([1, 1], [1, 1, 1], [True, True]),
        ([1, 2], [], [False, False]),
        ([], [1], []),
    ],
)
def test_each_value_finds_one_that_no_other_has_found(ours, theirs, found):
    mine, others = (pl.Series("any", v, dtype=pl.UInt64) for v in (ours, theirs))
    assert _paired(mine, others).to_list() == found


def test_the_smallest_group_of_what_is_shared():
    rows = table(ABUSE, *[{"place": "WZ1"}] * 5, *[{"place": "WZ2"}] * 7)
    assert smallest_group(rows, ABUSE, pl.Series([1] * 12)) == 5
    assert smallest_group(rows, ABUSE, pl.Series([1] * 10 + [2] * 2)) == 2
    assert smallest_group(table(CRIME, {}), CRIME, pl.Series([1])) is None
    domestic = {"generalised": "recorded domestic"}
    rows = table(CRIME, {}, domestic, {}, domestic)
    assert smallest_group(rows, CRIME, pl.Series([1, 2, 2, 2])) == 2
    assert smallest_group(rows, CRIME, pl.Series([1, 1, 1, 2])) == 1
