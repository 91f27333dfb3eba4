"""A class that stands for its codes is of a theme too, and not of the rest."""

import pytest

from schemas.codes.lists import LISTS
from schemas.codes.themes import theme_of
from schemas.codes.vocabularies import OTHER
from schemas.datasets.registry import DATASETS


@pytest.mark.parametrize(
    ("klass", "theme"),
    [
        ("violence against the person", "violence"),
        ("sexual offences", "sexual offences"),
        ("criminal damage", "arson and damage"),
        ("drug offences", "substance misuse"),
        ("violence or sexual offences", "violence or sexual offences"),
    ],
)
@pytest.mark.parametrize("edition", ["2007", "2017/18"])
def test_a_generalised_crime_counts_by_its_class(klass, theme, edition):
    assert theme_of("home-office", edition, klass) == theme


def test_a_class_is_of_a_theme_that_one_of_its_codes_is_of():
    for one in LISTS:
        by_class: dict[str, set[str]] = {}
        for code, entry in one.codes.items():
            by_class.setdefault(entry.klass, set()).add(theme_of(one.scheme, one.edition, code))
        for klass, told in by_class.items():
            if klass:
                assert theme_of(one.scheme, one.edition, klass) in {*told, OTHER}


@pytest.mark.parametrize(
    ("dataset", "theme"),
    [
        ("health-domestic-abuse", "domestic abuse"),
        ("health-drug-treatment", "substance misuse"),
        ("council-collisions", "road safety"),
        ("council-racial-incidents", "racial incidents"),
        ("fire-deliberate-vehicle", "arson and damage"),
        ("fire-malicious-false-alarm", "malicious calls"),
        ("health-outpatients", OTHER),
    ],
)
def test_a_dataset_that_is_about_one_thing_is_of_its_theme_whatever_its_categories(dataset, theme):
    assert theme_of("", "", "", of_dataset=DATASETS[dataset].theme) == theme


@pytest.mark.parametrize(
    ("code", "theme"),
    [
        ("10A", "weapons"),  # and of the class of violence
        ("8U", "domestic abuse"),
        ("19C", "sexual offences"),
        ("8N", "violence"),
    ],
)
def test_a_code_says_its_theme_and_not_that_of_its_class(code, theme):
    assert theme_of("home-office", "2017/18", code) == theme


def test_what_is_neither_a_code_nor_a_class_is_of_the_rest():
    assert theme_of("home-office", "2017/18", "made up") == OTHER


def test_what_no_list_knows_is_of_the_theme_of_its_dataset():
    told = ("local", "2026", "made-up"), ("nicl", "2011", "other-not-listed"), ("", "", "")
    for category in told:
        assert theme_of(*category, of_dataset="anti-social behaviour") == "anti-social behaviour"
        assert theme_of(*category) == OTHER
    assert theme_of("nicl", "2011", "304", of_dataset="anti-social behaviour") == "domestic abuse"
