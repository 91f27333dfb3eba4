"""The outward codes that reports name: England and Wales, each with a place and its middle."""

import re

import pytest

from depersonalise.places.outward_codes import (
    nearby,
    outward_codes,
    outward_names,
    outward_points,
)
from exchange.reports.names import readable


def test_a_code_has_the_name_of_its_place_and_lies_where_that_is():
    names = outward_names()
    assert readable("SP10 (incomplete)", names) == "SP10 (Andover, Charlton) (incomplete)"
    assert readable("WZ1", names) == "WZ1 (Westport)"  # made up
    (east, north) = outward_points(["SP10", "ZZ9"])["SP10"]
    assert abs(east + 1.49) < 0.05
    assert abs(north - 51.21) < 0.05


def test_the_codes_near_one_are_those_around_it_nearest_first_and_none_is_made_up():
    near = nearby("SP10", 12)
    assert list(near) == ["SP10", "SP11", "SP9", "SO20"]
    assert near["SP10"] == 0
    assert list(near.values()) == sorted(near.values())
    assert abs(nearby("LS1", 300)["M1"] - 57) < 2  # Leeds and Manchester
    assert list(nearby("SP10", 0)) == ["SP10"]
    with pytest.raises(KeyError):
        nearby("WZ1", 1)


def test_all_are_outward_codes_of_england_and_wales():
    names = outward_codes()
    assert 2_000 < len(names) < 3_000
    assert all(re.fullmatch(r"[A-Z]{1,2}\d[\dA-Z]?", code) for code in names)
    assert not any(code.startswith(("BT", "AB", "GY", "IM", "JE")) for code in names)
    points = outward_points(names).values()
    assert all(-6.5 < x < 2 and 49.8 < y < 56 for x, y in points)
