"""The attacks succeed where they should: a test that nothing could fail would prove nothing."""

import pytest

from tests.intruder.absence import (
    absence,
    absence_by_class,
    found_by_subtraction,
    smallest_cell,
    surplus,
)
from tests.intruder.conftest import ARSONS
from tests.intruder.released import naive, without_sensitive
from tests.intruder.test_twins import ONE_IN_TEN
from tests.intruder.twins import OTHERS, happened_with, naive_twins, recognised, with_arson
from tests.intruder.utility import fine_shares, kept
from tests.intruder.worlds import NAMES, world


@pytest.fixture(scope="module", params=NAMES)
def happened(request):
    return world(request.param)


def test_of_an_export_without_references_the_sensitive_rows_are_found(happened):
    released = naive(happened)
    for guess in (*absence(released).values(), absence_by_class(released)["violence in public"]):
        assert guess.precision > 0.95
        assert guess.recall > 0.6
    assert surplus(released) > 200
    assert smallest_cell(released) == 1
    assert found_by_subtraction(released) > 0.3


def test_of_an_export_without_sensitive_rows_they_are_found_by_absence(happened):
    released = without_sensitive(happened)
    for guess in (*absence(released).values(), absence_by_class(released)["violence in public"]):
        assert guess.precision > 0.95
        assert guess.recall > 0.75
    assert found_by_subtraction(released) > 0.3


def test_what_is_not_released_is_not_kept(happened):
    assert kept(without_sensitive(happened))["withheld"] == 1
    assert kept(naive(happened))["withheld"] == 0
    assert set(fine_shares(naive(happened)).values()) == {1.0}


def test_a_world_is_the_same_for_the_same_seed(happened):
    again, other = world(happened.name), world(happened.name, seed=2)
    assert again.truth.equals(happened.truth)
    assert not other.truth.equals(happened.truth)


# Of calls to disorder and welfare so few hold a sensitive crime that even such exports tell little.
@pytest.mark.parametrize("dataset", ["ambulance-callouts", "fire-deliberate-primary"])
@pytest.mark.parametrize("name", ["city", "rural"])
def test_of_exports_without_references_the_twins_are_recognised(name, dataset):
    made = with_arson(world(name), ARSONS)
    other = OTHERS[dataset]
    rows = naive_twins(other, happened_with(other, made))
    found = recognised(rows, naive(made).table, made)
    assert found.right / found.sensitive > 0.5
    assert found.gain > ONE_IN_TEN
