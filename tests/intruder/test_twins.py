"""An incident that two datasets hold is not recognised as sensitive by holding both."""

import polars as pl
import pytest

from tests.intruder.twins import OTHERS, recognised
from tests.intruder.utility import kept_of_callouts

ONE_IN_TEN, MOST_WITHHELD = 0.10, 0.03
FEW = 15
ONE_IN_FIVE = 1 / 5  # the chance in a group of the smallest size
KEPT = {"city": 0.80, "rural": 0.50}


@pytest.mark.parametrize("dataset", OTHERS)
def test_whoever_holds_both_rows_of_an_incident_gains_little(beside_others, dataset):
    released, others = beside_others
    twins = others[dataset]
    everywhere = recognised(twins, released.table, released.world)
    assert everywhere.sensitive >= FEW
    if everywhere.right <= ONE_IN_TEN * everywhere.sensitive:
        return
    # Many are named. Whoever was there knows whether it was in a dwelling, and has a chance.
    for at_home in (True, False):
        found = recognised(
            twins.where(pl.col("dwelling") == at_home), released.table, released.world
        )
        if found.sensitive >= FEW:
            assert found.gain <= ONE_IN_TEN or found.precision <= ONE_IN_FIVE


def test_callouts_never_have_both_a_day_and_an_hour(beside_others):
    rows = beside_others[1]["ambulance-callouts"].rows
    both = ((rows["date_precision"] == "day") & (rows["time_precision"] != "none")).sum()
    assert both == 0


def test_callouts_keep_the_part_of_the_week_or_the_band(beside_others):
    released, others = beside_others
    shares = kept_of_callouts(others["ambulance-callouts"].rows)
    assert shares["weekend or band"] >= KEPT[released.world.name]
    assert shares["withheld"] <= MOST_WITHHELD
