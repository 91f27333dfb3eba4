"""The two datasets that are numbers for areas, and no records."""

import re

from tests.lib.typed import broken, outcome, shared

HEAD = "Quarter | Area | Count\n"


def test_a_number_leaves_for_the_area_and_few_are_not_told():
    row = shared("health-outpatients", HEAD + "2026Q3 | Westshire | 1204\n").row(0, named=True)
    assert (row["number"], row["number_precision"], row["place"]) == (1204, "exact", "E07999901")
    assert set(row) == {
        "record_id", "number", "number_precision", "place", "place_precision", "area",
        "area_basis", "generalised",
    }  # fmt: skip
    few = ((n, None, "one to four") for n in (1, 2, 3, 4))
    for told, number, precision in ((0, 0, "exact"), *few, (5, 5, "exact")):
        row = shared("health-drug-treatment", HEAD + f"| Westshire | {told}\n").row(0, named=True)
        assert (row["number"], row["number_precision"]) == (number, precision)


def test_no_number_is_not_nought():
    assert broken(outcome("health-outpatients", HEAD + "2026Q3 | Westshire | \n")) == {
        "number-missing": (2,)
    }


def test_a_number_of_another_quarter_is_outside():
    assert broken(outcome("health-outpatients", HEAD + "2026Q2 | Westshire | 9\n")) == {
        "date-outside": (2,)
    }


def test_thousands_may_be_separated():
    from schemas.extract.fields import _COUNT, _DECIMAL

    for pattern in (_COUNT, _DECIMAL):
        for told in ("0", "12", "1204", "1,204", "1,204,000", "12.0"):
            assert re.search(pattern, told), told
        for told in ("", "1,20", "12,04", "1204,000", "a few", "1 204", "12-"):
            assert not re.search(pattern, told), told
    assert not re.search(_COUNT, "12.5")
    assert re.search(_DECIMAL, "-1.25")
