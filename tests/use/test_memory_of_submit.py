"""A large extract is sent in a known amount of memory, and refused where there is less.

A program that gets no memory ends in words of its libraries, or waits for a thread that has ended.
So what may not fit is refused before it is read.
"""

from pathlib import Path

import pytest

from bench.extract import write
from schemas.parquet.limits import BUNDLE
from tests.lib.memory import LIMITS, LINUX, command

GIBIBYTE = 2**30
MOST = 1.4 * 2**20  # KiB
ROWS = 500_000
TELLS = ("--dates", "2026Q3", "--dataset", "police-crime", "--yes")

pytestmark = [LINUX, pytest.mark.soak("memory")]


@pytest.fixture(scope="module")
def crimes(once) -> Path:
    def fill(folder: Path) -> None:
        folder.mkdir()
        write(folder / "crime.csv", ROWS)

    return once("half-a-million", fill) / "crime.csv"


def test_the_most_rows_that_are_taken_are_sent_in_less_than_1_4_gibibytes(partnership):
    file = partnership.root / "police/crime.csv"
    write(file, BUNDLE.rows)
    sent = command(partnership, "police", "submit", file, *TELLS)
    assert sent.status == 0, sent.said
    assert len(partnership.bundles()) == 1
    assert sent.peak < MOST


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("gibibytes", [1.5, 2, 2.5, 3.5])
def test_under_any_limit_it_is_sent_or_refused_in_plain_words(
    partnership, crimes, limit, gibibytes
):
    most = int(gibibytes * GIBIBYTE)
    ended = command(partnership, "police", "submit", crimes, *TELLS, limit=limit, most=most)
    assert ended.status in (0, 10), ended.said
    assert len(partnership.bundles()) == (ended.status == 0)
    if ended.status:
        assert "[memory-too-small]" in ended.said
    assert ended.status == {1.5: 10, 3.5: 0}.get(gibibytes, ended.status)
