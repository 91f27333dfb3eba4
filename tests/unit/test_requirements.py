"""The list of requirements against the papers that it comes from."""

import re
from datetime import date

import pytest

from exchange.reports.compliance.proofs import PROOFS
from exchange.reports.registers.group import GROUP_PROOFS
from partners.law.requirements import CHAPTERS, HALLMARKS, PAPERS, laws, requirements
from tests.conftest import _real_data

# Items by paper and chapter, counted in the papers: r, what is required; q, questions.
_BOTH = {
    "lead/r": 8, "visibility/r": 9, "assess/r": 5, "priorities/r": 3, "two-tier/r": 3, "plan/r": 7,
    "summary/r": 1, "deliver/r": 2, "evaluate/r": 2, "governing/q": 9, "visibility/q": 7,
    "assess/q": 5, "priorities/q": 7, "two-tier/q": 8, "plan/q": 10, "summary/q": 5, "deliver/q": 5,
    "problems/q": 5, "evaluate/q": 9,
}  # fmt: skip
PAPERS_HOLD = {
    "1": {"": 40},
    "2": _BOTH | {"governing/r": 2},
    "3": _BOTH | {"governing/r": 3, "lead/q": 13},
    "4": {"r": 8} | dict.fromkeys("abcdefgh", 0),
    "5": {
        "lead/r": 6, "county/r": 6, "governing/r": 3, "visibility/r": 3, "assess/r": 4,
        "priorities/r": 3, "two-tier/r": 3, "plan/r": 7, "summary/r": 1, "deliver/r": 2,
        "evaluate/r": 2, "lead/q": 11, "county/q": 9, "governing/q": 8, "visibility/q": 7,
        "assess/q": 6, "priorities/q": 8, "two-tier/q": 8, "plan/q": 14, "summary/q": 5,
        "deliver/q": 10, "problems/q": 5, "evaluate/q": 7,
    },
}  # fmt: skip


def counted(paper: str, kind: str) -> int:
    return sum(n for where, n in PAPERS_HOLD[paper].items() if where.endswith(kind))


@pytest.mark.parametrize("paper", PAPERS)
def test_nothing_that_a_paper_asks_is_missing_and_nothing_is_made_up(paper):
    expected = set()
    for prefix, count in PAPERS_HOLD[paper].items():
        expected |= {f"{prefix}{n}" for n in range(1, count + 1)} if count else {prefix}
    assert {w for one in requirements().values() for w in one.in_paper(paper)} == expected


def test_each_row_is_whole_and_points_at_what_there_is():
    for one in requirements().values():
        assert one.kind in ("required", "question", "practice")
        assert one.chapter in CHAPTERS
        assert one.hallmark in ("", *HALLMARKS)
        assert one.law == "guide" or one.law in laws(), one.id
        assert (one.kind == "required") == bool(one.laws), one.id
        assert not one.under or requirements()[one.under].kind == "required", one.id
        assert one.proof in ("", *PROOFS, *GROUP_PROOFS), one.id
        assert one.text[0].isupper(), one.id
        assert one.text.endswith("?") == (one.kind == "question"), one.id
    assert len({one.text for one in requirements().values()}) == len(requirements())


@pytest.mark.parametrize(
    ("requirement", "nation", "day", "stands"),
    [
        ("2", "england", date(2011, 5, 31), True),
        ("2", "england", date(2011, 6, 1), False),
        ("3", "england", date(2011, 6, 1), False),
        ("group-2011", "england", date(2011, 5, 31), False),
        ("group-2011", "england", date(2011, 6, 1), True),
        ("2", "wales", date(2011, 12, 4), True),
        ("2", "wales", date(2011, 12, 5), False),
        ("21", "england", date(2007, 7, 31), False),
        ("21", "wales", date(2026, 1, 1), True),
        ("county-chairs", "wales", date(2026, 1, 1), False),
        ("lead-q1", "england", date(2026, 1, 1), False),
    ],
)
def test_what_is_law_depends_on_the_nation_and_the_day(requirement, nation, day, stands):
    assert (requirements()[requirement].in_force(nation, day) is not None) is stands


@pytest.mark.needs("real data")
def test_the_papers_themselves_hold_as_many():
    folder = _real_data().parent / "sources"
    if not folder.is_dir():
        pytest.skip("the papers are not beside the extracts")
    papers = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
    numbered = {int(n) for n in re.findall(r"(?m)^(?:## )?(\d{1,2})[\t ](?=[A-Z<])", papers[0])}
    assert numbered == set(range(1, 41)) - {37}
    # 37 stands inside 36, without its number.
    assert "responsible for the implementation" in papers[0]
    assert papers[2].count("✓") == counted("3", "q") == 83
    # Of the second paper seven questions lost their ticks, and one answer is itself a question.
    assert papers[1].count("✓") + 7 == papers[1].count("?") - 1 == counted("2", "q")
    assert re.findall(r"(?m)^- ([a-h])\)", papers[3]) == list("abcdefgh")
    # Two questions of the fifth paper end without a question mark.
    assert papers[4].count("?") + 2 == counted("5", "q")
