"""exchange explain, for datasets, rules, messages and codes."""

import pytest

from exchange.errors import messages
from schemas.codes.lists import LISTS
from schemas.datasets.registry import DATASETS
from schemas.findings.rules import RULES


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("police-crime", "Prescribed by SI 2007/1831 Schedule para 2(a) to (i)"),
        ("place-unreadable", "such as: LS1 4DY or LS1"),
        ("8U", "sensitive: its rows are protected"),
        ("27D03", "Stab"),
        ("shoplifting", "46  Shoplifting"),
        ("dr", "Defiance of rules"),
        ("other-not-listed", "the sender's category is not in the list"),
    ],
)
def test_a_word_is_explained(partnership, word, says):
    assert says in partnership.run("police", "explain", word).out


def test_a_code_of_two_nations_is_explained_for_both(partnership):
    said = partnership.run("police", "explain", "DR").out
    assert "Drug related" in said
    assert "Defiance of rules" in said


def test_a_message_is_explained_as_it_was_read_out(partnership):
    ran = partnership.run("police", "explain", "key-missing")
    assert ran.out.splitlines()[0] == "key-missing  key-refused, exit status 13"
    assert "exchange key use FILE" in ran.out
    assert partnership.run("police", "explain", "[key-missing]").out == ran.out
    assert "warning" in partnership.run("police", "explain", "submission-late").out


def test_everything_there_is_can_be_explained(partnership):
    words = [*DATASETS, *RULES, *messages(), *(code for one in LISTS for code in one.codes)]
    for word in words[:: 1 + len(words) // 150]:
        assert partnership.run("police", "explain", word).out


def test_what_is_nothing_is_refused(partnership):
    ran = partnership.run("police", "explain", "place-unknwon", status=2)
    assert ran.refusal == "word-unknown"
    assert "did you mean place-unknown" in ran.err
    assert "Traceback" not in partnership.run("police", "explain", "Quackenbush!", status=2).said
