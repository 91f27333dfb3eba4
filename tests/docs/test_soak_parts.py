"""The long tests: each part is explained, and its slices are the whole of it."""

from pathlib import Path

import pytest

from tests.lib import soak

TESTS = Path(__file__).parent.parent
SOURCES = "".join(path.read_text(encoding="utf-8") for path in TESTS.glob("*/test_*.py"))


@pytest.mark.parametrize("part", soak.PARTS)
def test_each_part_of_the_soak_is_explained_and_has_tests(part):
    assert f"| `{part}` | {soak.PARTS[part]} |" in (TESTS / "README.md").read_text(encoding="utf-8")
    assert f'soak("{part}")' in SOURCES or (part == "fuzz" and "@given" in SOURCES)


@pytest.mark.parametrize("count", [1, 3, 7, 40])
@pytest.mark.parametrize("every", [1, 2, 8, 20])
def test_the_slices_of_a_part_are_all_of_it_and_none_is_empty(count, every):
    tests = list(range(count))
    slices = [soak.slice_of(tests, first, every) for first in range(1, every + 1)]
    assert all(slices)
    assert {test for one in slices for test in one} == set(tests)
