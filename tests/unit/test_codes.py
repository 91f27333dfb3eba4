import re

import pytest

from schemas.codes.lists import LISTS, NATURES, SCHEMES, SEVERITY, editions_of
from schemas.datasets.registry import DATASETS

# The classes of the Regulations' Schedule, paragraph 2(a) to (i).
CLASSES = {
    "burglary", "criminal damage", "drug offences", "fraud and forgery", "robbery",
    "sexual offences", "theft and handling stolen goods", "violence against the person",
    "other offences",
}  # fmt: skip


@pytest.mark.parametrize("scheme", [*LISTS, SEVERITY], ids=lambda s: f"{s.scheme}-{s.edition}")
def test_every_list_is_sound(scheme):
    assert scheme.codes
    for code in scheme.codes.values():
        assert code.nature in NATURES
        assert code.label
        assert scheme.read(code.code) == code.code
        assert scheme.read(code.code.lower()) == code.code
        if scheme.shape != "(?!)" and scheme.scheme != "ampds":
            assert re.fullmatch(scheme.shape, code.code)


def test_the_offence_classes_are_those_of_the_schedule():
    for one in editions_of("home-office"):
        assert {c.klass for c in one.codes.values()} == CLASSES


@pytest.mark.parametrize(
    ("scheme", "cell", "code"),
    [
        ("home-office", "28e", "28E"),
        ("home-office", "4/1", "4.1"),
        ("home-office", "Shoplifting", "46"),
        ("home-office", "homicide", None),  # three codes have that label
        ("home-office", "999Z", "999Z"),
        ("home-office", "28EE", None),
        ("home-office", "9434765919", None),
        ("nicl", "202", "202"),
        ("nicl", "Begging / Vagrancy", "212"),
        ("nicl", "2020", None),
        ("police-uk", "Violence and sexual offences", "violent-crime"),
        ("police-uk", "Something else", None),
        ("icd-10", "Y06.1", "Y06"),
        ("icd-10", "X990", "X99"),
        ("icd-10", "t51", "T51"),
        ("icd-10", "A00", None),
        ("ampds", "27D03", "27D03"),
        ("ampds", "4", "4"),
        ("ampds", "Somebody", None),
    ],
)
def test_cells_are_read_as_codes(scheme, cell, code):
    assert editions_of(scheme)[0].read(cell) == code


def test_a_determinant_is_listed_by_its_chief_complaint():
    assert editions_of("ampds")[0].listed("27D03").label.startswith("Stab")
    assert editions_of("ampds")[0].listed("99D03") is None
    assert editions_of("home-office")[0].listed("28Z") is None


def test_every_dataset_takes_schemes_and_classes_that_exist():
    for dataset in DATASETS.values():
        for scheme, classes in dataset.schemes.items():
            known = {c.klass for one in editions_of(scheme) for c in one.codes.values()}
            assert scheme in SCHEMES
            assert classes <= known


def test_what_nearly_is_a_label_is_told_from_the_lists_side_and_only_where_it_is_one():
    one = editions_of("home-office")[0]
    assert one.find_near("Shoplifitng") == "46"
    assert one.find_near("Burglary") is None
    assert one.find_near("Rape of a female child under 1") is None  # 13 or 16
    assert one.find_near("see notes") is None


@pytest.mark.parametrize(
    ("edition", "text", "code"),
    [
        (0, "28E - Burglary", "28E"),
        (0, "46: Shoplifting", "46"),
        (0, "1 \u2013 (murder)", "1"),
        (0, "46 - 47", None),  # two codes
        (0, "28E - 28H", None),
        (1, "28 - E", None),  # which is no 28
        (1, "Murder - attempted", None),  # which is no murder
        (0, "Other theft - of pedal cycle", None),
    ],
)
def test_words_behind_a_code_are_taken_off_and_nothing_that_tells_another(edition, text, code):
    assert editions_of("home-office")[edition].repair(text) == code


def test_every_row_of_every_list_says_where_it_was_read():
    for one in [*LISTS, SEVERITY]:
        assert all(code.source for code in one.codes.values()), one.title
