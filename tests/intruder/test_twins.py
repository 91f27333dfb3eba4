"""An assault that both the ambulance trust and the police share is not recognised as sensitive."""

from tests.intruder.twins import recognised
from tests.intruder.utility import kept_of_callouts

RECOGNISED, MOST_WITHHELD = 0.10, 0.03
KEPT = {"city": 0.80, "rural": 0.50}


def test_at_most_one_in_ten_sensitive_twins_is_recognised(shared_by_both):
    released, called = shared_by_both
    _, right, twins = recognised(called, released.table, released.world)
    assert twins >= 40
    assert right / twins <= RECOGNISED


def test_callouts_never_have_both_a_day_and_an_hour(shared_by_both):
    rows = shared_by_both[1].rows
    both = ((rows["date_precision"] == "day") & (rows["time_precision"] != "none")).sum()
    assert both == 0


def test_callouts_keep_the_part_of_the_week_or_the_band(shared_by_both):
    released, called = shared_by_both
    shares = kept_of_callouts(called.rows)
    assert shares["weekend or band"] >= KEPT[released.world.name]
    assert shares["withheld"] <= MOST_WITHHELD
