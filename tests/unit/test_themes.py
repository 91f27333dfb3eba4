"""Themes: the same whether a row left with its code or with its class, and never a guess."""

from datetime import date

import polars as pl
import pytest

from exchange.pull.incidents import COLUMNS, incidents
from schemas.codes.lists import LISTS
from schemas.codes.themes import facts_of
from schemas.codes.vocabularies import (
    OTHER,
    THEMES,
    UNSTATED_THEME,
    VIOLENCE_OR_SEXUAL,
    VIOLENT_OR_SEXUAL_CLASSES,
)
from schemas.datasets.registry import DATASETS

SAYING_NOTHING = {("ampds", "ambulance call"), ("police-uk", "crime")}
EVERY_CODE = [(one, code) for one in LISTS for code in one.codes.values() if code.klass]


def test_the_theme_of_every_code_is_that_of_the_class_that_stands_for_it():
    for one, code in EVERY_CODE:
        fine = facts_of(one.scheme, one.edition, code.code).theme
        coarse = facts_of(one.scheme, one.edition, code.klass).theme
        if (one.scheme, code.klass) in SAYING_NOTHING:
            assert coarse == UNSTATED_THEME
            assert fine != UNSTATED_THEME
        else:
            assert fine == coarse, (one.scheme, code.code)
        if code.klass in VIOLENT_OR_SEXUAL_CLASSES:
            assert fine == facts_of(one.scheme, one.edition, VIOLENCE_OR_SEXUAL).theme


def test_a_theme_is_one_of_the_words():
    assert {facts_of(one.scheme, one.edition, c.code).theme for one, c in EVERY_CODE} <= set(THEMES)


@pytest.mark.parametrize(
    ("category", "label", "klass", "level"),
    [
        ("8N", "Assault with injury", "violence against the person", "code"),
        ("sexual offences", "sexual offences", "sexual offences", "class"),
        (VIOLENCE_OR_SEXUAL, VIOLENCE_OR_SEXUAL, "", "two classes"),
        ("made up", "made up", "", ""),
    ],
)
def test_a_category_has_its_label_its_class_and_its_level(category, label, klass, level):
    facts = facts_of("home-office", "2017/18", category)
    assert (facts.klass, facts.level) == (klass, level)
    assert facts.label.lower().startswith(label.lower())


@pytest.mark.parametrize(
    ("dataset", "theme"),
    [
        ("health-domestic-abuse", "domestic abuse"),
        ("health-drug-treatment", "substance misuse"),
        ("council-collisions", "road safety"),
        ("council-racial-incidents", "racial incidents"),
        ("fire-deliberate-vehicle", "arson and damage"),
        ("fire-malicious-false-alarm", "malicious calls"),
        ("fire-staff-violence", VIOLENCE_OR_SEXUAL),
        ("health-outpatients", OTHER),
    ],
)
def test_a_dataset_that_is_about_one_thing_is_of_its_theme_whatever_its_categories(dataset, theme):
    assert facts_of("", "", "", of_dataset=DATASETS[dataset].theme).theme == theme


def test_what_is_neither_a_code_nor_a_class_is_of_the_rest():
    assert facts_of("home-office", "2017/18", "made up").theme == OTHER


def test_what_no_list_knows_is_of_the_theme_of_its_dataset():
    told = ("local", "2026", "made-up"), ("nicl", "2011", "other-not-listed"), ("", "", "")
    for category in told:
        assert (
            facts_of(*category, of_dataset="anti-social behaviour").theme == "anti-social behaviour"
        )
        assert facts_of(*category).theme == OTHER
    welfare = facts_of("nicl", "2011", "304", of_dataset="anti-social behaviour").theme
    assert welfare == "welfare and safety"


DAY = {"occurred_precision": "day", "recorded_precision": "day"}
JULY, THIRD = date(2026, 7, 1), date(2026, 7, 3)


@pytest.mark.parametrize(
    ("told", "first", "last", "of"),
    [
        (DAY | {"occurred_from": THIRD}, THIRD, THIRD, "occurred"),
        (DAY | {"occurred_from": JULY, "occurred_to": THIRD}, JULY, THIRD, "occurred"),
        ({"occurred_from": JULY, "occurred_precision": "month"}, JULY, date(2026, 7, 31),
         "occurred"),
        ({"occurred_from": JULY, "occurred_precision": "quarter"}, JULY, date(2026, 9, 30),
         "occurred"),
        ({"occurred_from": date(2026, 1, 1), "occurred_precision": "year"}, date(2026, 1, 1),
         date(2026, 12, 31), "occurred"),
        ({"recorded": JULY, "recorded_precision": "quarter"}, JULY, date(2026, 9, 30), "recorded"),
        ({}, date(2026, 4, 1), date(2026, 9, 30), "submission"),
    ],
)  # fmt: skip
def test_an_incident_has_an_interval_of_dates_and_no_false_day(told, first, last, of):
    (row,) = incidents(crime(**told), "police-crime").rows(named=True)
    assert (row["date_from"], row["date_to"], row["date_of"]) == (first, last, of)


def test_an_incident_says_what_where_and_whether_it_was_generalised():
    told = incidents(crime(category=VIOLENCE_OR_SEXUAL, generalised="generalised"), "police-crime")
    (row,) = told.rows(named=True)
    assert told.columns == list(COLUMNS)
    assert (row["theme"], row["category_level"]) == (VIOLENCE_OR_SEXUAL, "two classes")
    assert (row["place"], row["place_precision"], row["outward"]) == ("E01000001", "lsoa", None)
    assert (row["agency"], row["domestic"], row["generalised"]) == ("police", "yes", "generalised")


def crime(**told: object) -> pl.DataFrame:
    """Return one row of a submission as it is merged."""
    row = {
        "partner": "westshire", "entry": 3, "record_id": "1f", "area": "E07000093",
        "covered_from": date(2026, 4, 1), "covered_to": date(2026, 9, 30),
        "recorded": None, "recorded_precision": "none", "occurred_from": None,
        "occurred_to": None, "occurred_precision": "none", "category": "8N",
        "category_scheme": "home-office", "category_edition": "2017/18", "domestic": "yes",
        "place": "E01000001", "place_precision": "lsoa", "generalised": "",
    }  # fmt: skip
    dates = dict.fromkeys(("recorded", "occurred_from", "occurred_to"), pl.Date)
    return pl.DataFrame([row | told], schema_overrides=dates)
