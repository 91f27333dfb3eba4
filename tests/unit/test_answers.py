"""How long an officer's answer to a query holds."""

from datetime import UTC, datetime

import polars as pl
import pytest

from exchange.profile.answers import Answers
from schemas.findings.finding import Finding
from schemas.findings.rules import RULES

NOW = datetime(2026, 10, 10, 9, tzinfo=UTC)


def query(rule: str, lines: int) -> Finding:
    return Finding.at(RULES[rule], "postcode", pl.Series(range(2, lines + 2)))


@pytest.mark.parametrize(("given", "most"), [(1, 6), (5, 10), (6, 12), (40, 80)])
def test_one_about_how_a_system_exports_holds_for_twice_the_lines_or_five_more(given, most):
    rule = "place-unknown"
    answers = Answers(None, "police-crime", "one file", {})
    answers.give(rule, "as-exported", [query(rule, given)], NOW)
    assert Answers(None, "police-crime", "another", answers.by_dataset).to(query(rule, most))
    assert answers.to(query(rule, most + 1)) is None


def test_one_about_a_file_holds_for_that_file_and_those_lines():
    rule = "category-unknown"
    answers = Answers(None, "police-crime", "one file", {})
    answers.give(rule, "as-exported", [query(rule, 3)], NOW)
    assert answers.to(query(rule, 3))
    assert answers.to(query(rule, 4)) is None
    assert Answers(None, "police-crime", "another", answers.by_dataset).to(query(rule, 3)) is None
    assert Answers(None, "police-asb", "one file", answers.by_dataset).to(query(rule, 3)) is None


def test_the_answers_of_two_datasets_of_one_command_are_both_kept(tmp_path):
    datasets = ("police-asb", "police-crime")
    asked = query("place-unknown", 3)
    both = [Answers.of(tmp_path, name, "one command") for name in datasets]
    for answers in both:
        answers.give("place-unknown", "as-exported", [asked], NOW)
    assert all(Answers.of(tmp_path, name, "the next").to(asked) for name in datasets)
