"""What is unlike the last submission, and what is odd in one by itself."""

import json
from datetime import date, timedelta

import pytest

from exchange.samples.extract import sample
from schemas.checks.against_last import Outline, ask_about_changes, outline_of
from schemas.checks.coverage import ask_about_gaps
from schemas.checks.select import Selected
from schemas.datasets.registry import DATASETS
from schemas.quarters import Covered
from tests.lib.typed import selected

Q3, Q2 = Covered.parse("2026Q3"), Covered.parse("2026Q2")
HEAD = "Crime number|Date recorded|Code|Postcode|Domestic flag|Dwelling flag\n"


def crimes(per_day: int, skip: frozenset[date] = frozenset(), code: str = "45", ref: str = "R"):
    days = [Q3.first + timedelta(i) for i in range(92)]
    rows = [
        f"{ref}{day:%j}{n}|{day:%d/%m/%Y}|{code}|WZ1 1AA|N|N"
        for day in days
        if day not in skip
        for n in range(per_day)
    ]
    return selected("police-crime", HEAD + "\n".join(rows))


def details_by_rule(chosen, last: Outline | None = None) -> dict[str, str]:
    return {f.rule.id: f.detail for f in ask_about_changes(outline_of(chosen, Q3), last, chosen)}


def test_a_quarter_like_the_last_is_not_asked_about():
    assert details_by_rule(crimes(5), Outline(Q2, 460, {"45": 450, "46": 9})) == {}
    assert details_by_rule(crimes(5)) == {}


@pytest.mark.parametrize(
    ("before", "asked"), [(220, True), (231, False), (905, False), (931, True)]
)
def test_less_than_half_and_more_than_twice_as_many_a_day(before, asked):
    found = details_by_rule(crimes(5), Outline(Q2, before, {"45": before}))
    assert ("volume-changed" in found) == asked
    if asked:
        assert found["volume-changed"] == f"460 in 92 days; {before} in 91 days before"


def test_a_month_is_compared_by_the_day():
    may = Covered.parse("2026-05")
    assert details_by_rule(crimes(5), Outline(may, 5 * 31, {"45": 155})) == {}


def test_categories_that_vanished_or_are_new_are_counted_and_not_named():
    found = details_by_rule(crimes(5), Outline(Q2, 460, {"46": 10, "48": 9, "49": 300}))
    assert found == {"categories-vanished": "2 of them", "categories-new": "1 of them"}


def test_ages_are_counted_as_they_are_kept_so_that_the_same_ages_are_no_change():
    exclusions = sample(DATASETS["council-exclusions"], Q3.quarter, 200, seed=1)
    chosen = selected("council-exclusions", exclusions.text())
    now = outline_of(chosen, Q3)
    kept = json.loads(json.dumps(now.groups))
    assert now.groups["age"] == kept["age"]
    assert details_by_rule(chosen, Outline(Q2, now.rows, now.categories, kept)) == {}


def asked_of(chosen: Selected) -> dict[str, str]:
    found = ask_about_gaps(chosen, Q3)
    return {finding.rule.id: finding.detail for finding in found}


def test_a_run_of_days_without_records_is_named_by_its_days():
    first = date(2026, 8, 3)
    week = frozenset(first + timedelta(i) for i in range(7))
    assert asked_of(crimes(6, week)) == {"days-without-records": "3 August 2026 to 9 August 2026"}
    two = frozenset({first, first + timedelta(1)})
    assert asked_of(crimes(6, two)) == {}
    assert asked_of(crimes(1, week)) == {}  # too few records for that to mean anything
    end = frozenset(Q3.last - timedelta(i) for i in range(3))
    assert list(asked_of(crimes(6, end))) == ["records-end-early"]


def test_a_reference_that_stands_twice_is_found_on_its_lines():
    row = "{ref}|04/08/2026|45|WZ1 1AA|N|N\n"
    refs = ("A1", "B2", "A1", "", "", "N/A", "n/a")
    chosen = selected("police-crime", HEAD + "".join(row.format(ref=ref) for ref in refs))
    (found,) = ask_about_changes(outline_of(chosen, Q3), None, chosen)
    assert (found.rule.id, found.lines) == ("reference-repeats", (2, 4))
