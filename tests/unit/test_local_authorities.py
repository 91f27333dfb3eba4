"""The list of local authorities: codes, tiers, successors, names and LSOAs."""

from datetime import date

import pytest

from schemas.authorities.local_authorities import (
    authority_of_lsoa,
    districts_of,
    find_authority,
    find_authority_by_name,
    find_similar_authority,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Test Valley", "E07000093"),
        ("TEST VALLEY BOROUGH COUNCIL", "E07000093"),
        ("bristol", "E06000023"),
        ("Bristol, City of", "E06000023"),
        ("Caerdydd", "W06000015"),
        ("Brighton & Hove", "E06000043"),
        ("Somerset", "E06000066"),  # the county council of that name is no more
        ("Bournemouth", "E06000028"),
    ],
)
def test_an_authority_is_found_by_any_of_its_names(text, code):
    found = find_authority_by_name(text)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("text", ["", "Westshire", "council", "city of"])
def test_other_text_names_none(text):
    assert find_authority_by_name(text) is None


def test_a_district_has_a_county_and_a_county_its_districts():
    district = find_authority("E07000093")
    assert (district.kind, district.nation) == ("district", "england")
    county = find_authority(district.county)
    assert (county.name, county.kind) == ("Hampshire", "county")
    assert district in districts_of(county.code)
    assert len(districts_of(county.code)) == 11


def test_an_abolished_authority_names_its_successor_and_its_last_day():
    craven = find_authority("E07000163")
    assert craven.last == date(2023, 3, 31)
    assert craven.successors == ("E06000065",)
    assert find_authority("E06000065").first == date(2023, 4, 1)


def test_a_code_of_before_is_that_of_the_same_authority():
    assert find_authority("E08000020") == find_authority("E08000037")


@pytest.mark.parametrize(
    ("lsoa", "code"),
    [
        ("E01023150", "E07000093"),
        ("E01023160", "E07000093"),
        ("E01023161", ""),
        ("E01023219", "E07000093"),
        ("E01032871", "E07000093"),
        ("E01011949", "E06000001"),  # the first of the first authority
        ("E01034567", ""),  # of 2021
        ("W01000001", "W06000001"),
        ("W02000001", ""),
        ("nonsense", ""),
    ],
)
def test_an_lsoa_of_2011_is_of_one_authority(lsoa, code):
    assert authority_of_lsoa(lsoa) == code


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Test Vally", "E07000093"), ("Basingstok and Deane", "E07000084"), ("cardif", "W06000015")],
)
def test_the_authority_whose_name_is_most_like_what_was_typed(typed, meant):
    assert find_similar_authority(typed) == find_authority(meant)


def test_no_authority_is_like_a_name_of_another_kind():
    assert find_similar_authority("Aberdeenshire Police") is None
