"""A class that stands for its codes is of a theme too, and not of the rest."""

import pytest

from schemas.codes.lists import LISTS
from schemas.codes.themes import OTHER, theme_of


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
    assert theme_of("police-crime", "home-office", edition, klass) == theme


def test_a_class_is_of_a_theme_that_one_of_its_codes_is_of():
    for one in LISTS:
        by_class: dict[str, set[str]] = {}
        for code, entry in one.codes.items():
            by_class.setdefault(entry.klass, set()).add(theme_of("", one.scheme, one.edition, code))
        for klass, told in by_class.items():
            if klass:
                assert theme_of("", one.scheme, one.edition, klass) in {*told, OTHER}


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
    assert theme_of(dataset, "", "", "") == theme


@pytest.mark.parametrize(
    ("code", "theme"),
    [
        ("8B", "weapons"),  # and of the class of violence, whose line stands below
        ("8U", "domestic abuse"),
        ("19C", "sexual offences"),
        ("8N", "violence"),
    ],
)
def test_the_first_line_that_fits_a_code_says_its_theme(code, theme):
    assert theme_of("police-crime", "home-office", "2017/18", code) == theme


def test_what_is_neither_a_code_nor_a_class_is_of_the_rest():
    assert theme_of("police-crime", "home-office", "2017/18", "made up") == OTHER
