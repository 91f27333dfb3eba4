"""Which partnerships get some of the same rows, and what holds for all of them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from depersonalise.policy import Domestic
from depersonalise.release.batches import EarlierRelease
from depersonalise.release.release import COARSE, FINE
from exchange.errors import Usage
from exchange.profile.earlier_releases import QuarterSettings
from exchange.profile.settings import Settings
from exchange.submission.same_rows import (
    check_days,
    combined_memory,
    domestic_of,
    merged_areas,
    overlap_of,
    place_of,
    smallest_of,
)
from partners.register.register import Register
from partners.register.state import Protocol
from schemas.areas import Area
from schemas.quarters import Covered

QUARTER = Covered.parse("2026Q3")
JULY = date(2026, 7, 31)


def member(name: str, *areas: Area) -> tuple[Settings, Register]:
    register = Register(name)
    register.areas = areas
    return Settings(Path(), f"{name}/0123", "../share"), register


def area(code: str, *outward: str, **days: date) -> Area:
    return Area(code, code.title(), frozenset(outward), **days)


def names(members) -> list[str]:
    return [settings.slug for settings, _ in members]


A, B, C = area("A", "WZ1"), area("B", "WZ2"), area("C", "WZ3")


def test_partnerships_are_kin_directly_and_through_others():
    every = [member("a", A), member("ab", A, B), member("b", B), member("c", C)]
    assert names(overlap_of(every[0], every).kin) == ["a", "ab", "b"]
    assert names(overlap_of(every[3], every).kin) == ["c"]
    assert [one.code for one in overlap_of(every[0], every).areas] == ["A", "B"]
    assert [overlap_of(one, every).number for one in every] == [0, 1, 2, 0]


def test_an_outward_code_in_common_makes_partnerships_near_and_not_kin():
    every = [member("a", A), member("d", area("D", "WZ1"))]
    of = overlap_of(every[0], every)
    assert (names(of.kin), names(of.near)) == (["a"], ["a", "d"])


def test_an_area_is_all_that_any_of_them_counts_as_inside_it():
    (one,) = merged_areas([area("A", "WZ1", last=JULY), area("A", "WZ2", first=JULY, last=JULY)])
    assert (one.outward, one.first, one.last) == ({"WZ1", "WZ2"}, None, JULY)


@pytest.mark.parametrize(
    ("days", "refused"),
    [
        ({}, False),
        ({"first": date(2026, 10, 1)}, False),  # in no day of the quarter
        ({"first": date(2026, 1, 1)}, False),  # in all of them
        ({"last": JULY}, True),
    ],
)
def test_an_area_on_some_of_the_days_only_is_refused(days, refused):
    every = [member("a", A), member("ab", replace(A, **days), B)]
    if refused:
        with pytest.raises(Usage) as told:
            check_days(overlap_of(every[0], every), QUARTER)
        assert told.value.id == "partnerships-differ"
    else:
        check_days(overlap_of(every[0], every), QUARTER)


@pytest.mark.parametrize(
    ("own", "other", "told"),
    [
        ("generalise", "generalise", "generalise"),
        ("generalise", "withhold", "withhold"),
        ("generalise", "personal", "withhold"),
        ("personal", "withhold", "personal"),
        ("withhold", "generalise", "withhold"),
    ],
)
def test_what_is_not_to_leave_to_one_leaves_to_none(own, other, told):
    assert domestic_of(Domestic(own), iter([other])) == told


@pytest.mark.parametrize("order", [1, -1])
def test_the_strictest_settings_hold_whichever_partnership_has_them(order):
    every = [member("a", A), member("b", A), member("c", A)]
    for (_, register), smallest, place in zip(
        every, (5, 9, 7), ("", "lsoa", "outward"), strict=True
    ):
        settings = replace(register.settings, smallest=smallest, places={"police-crime": place})
        register.protocols.append(Protocol(1, "", datetime(2026, 7, 1, tzinfo=UTC), settings))
    told = every[::order]
    assert (smallest_of(told), place_of(told, "police-crime")) == (9, "outward")
    assert place_of(every[:2][::order], "police-crime") == "lsoa"
    assert place_of(told, "police-asb") == ""


def left(*rows: tuple[bytes | None, str, int]) -> EarlierRelease:
    schema = {"ref": pl.Binary, "area": pl.String, "state": pl.Int8}
    table = pl.DataFrame(list(rows), schema=schema, orient="row").with_columns(
        nth=pl.lit(0, dtype=pl.UInt32), covered=pl.lit(str(QUARTER))
    )
    return EarlierRelease(table, (str(QUARTER),), table.select("ref", "nth").clear())


SETTLED = QuarterSettings(5, "generalise", "00")


def test_what_left_to_another_is_known_of_the_areas_in_common():
    every = [member("a", A), member("ab", A, B)]
    theirs = left((b"1", "A", COARSE), (b"2", "B", COARSE))
    told = combined_memory([None, (theirs, SETTLED)], overlap_of(every[0], every))
    assert told is not None
    assert told[0].rows["ref"].to_list() == [b"1"]
    assert told[1] == SETTLED


def test_of_a_record_that_left_to_both_the_own_memory_has_the_word():
    every = [member("a", A), member("ab", A, B)]
    mine, theirs = left((b"1", "A", FINE)), left((b"1", "A", COARSE), (b"3", "A", FINE))
    memories = [(mine, SETTLED), (theirs, replace(SETTLED, smallest=9))]
    told = combined_memory(memories, overlap_of(every[0], every))
    assert told is not None
    assert told[0].rows.sort("ref")["state"].to_list() == [FINE, FINE]
    assert told[1].smallest == 5


def test_records_that_are_known_by_two_keys_are_refused():
    every = [member("a", A), member("ab", A, B)]
    memories = [(left(), SETTLED), (left(), replace(SETTLED, key="11"))]
    with pytest.raises(Usage) as told:
        combined_memory(memories, overlap_of(every[0], every))
    assert told.value.id == "partnerships-differ"


def test_where_nothing_left_nothing_is_known():
    every = [member("a", A)]
    assert combined_memory([None], overlap_of(every[0], every)) is None
