"""The parts of `make soak`: what is too long for `make test`, which has a shorter proof of each.

A test belongs to a part by `@pytest.mark.soak("crash")`, and runs only with `--soak crash` or
`--soak all`. `--slice 1/8` takes every eighth test of each part, beginning with the first: eight
slices are the whole, each has something of every part, and the same slice is always the same.
"""

from collections import defaultdict
from typing import Any, Final

import pytest

PARTS: Final = {
    "crash": "a submission and a founding are killed before every change of a disk",
    "bytes": "every byte of every file of a store is changed",
    "stores": "eight writers send a thousand submissions to each kind of store, some are killed; "
    "a partnership lives on SFTP and on Azure alone",
    "leak": "each canary by itself, in every cell and heading, through every command",
    "intruder": "a motivated intruder attacks four more partnerships of 100,000 records; three "
    "more stricter settings, and five added records, are played",
    "install": "local datasets, bundles and the wheel are installed, a release is made, and the "
    "demonstration of two and of five quarters is played",
    "windows": "a quarter is sent on a Python for Windows, under Wine",
    "browser": "Chromium opens pages of 40 authorities and prints one; officers send on their page",
    "real": "published extracts of a whole county, and of 22 quarters, are sent",
    "mutation": "one thing at a time is changed in some modules, and their unit tests must notice",
    "simulation": "ten thousand years of a partnership whose store, machines and clocks fail",
    "engines": "Spark and Dask answer ten questions, and Spark counts partnerships, as polars does",
    "power": "four hundred partnerships, with and without planted changes, are assessed",
    "memory": "pulls of bundles that are made to cost memory are measured, and submissions of the "
    "most rows and under eight limits",
    "snapshot": "logs that are drawn at random, and those of other tests, are replayed whole and "
    "resumed from a snapshot, and compared",
    "fuzz": "what is drawn at random is drawn ten times as often, and anew in each run; every "
    "dataset and every heading",
}
ALL: Final = "all"


def add_options(parser: pytest.Parser) -> None:
    group = parser.getgroup("soak", "the long tests")
    lines = "; ".join(f"{name}: {says}" for name, says in PARTS.items())
    group.addoption(
        "--soak",
        choices=(*PARTS, ALL),
        help=f"Run this part of the long tests, and nothing else. {lines}.",
    )
    group.addoption(
        "--slice",
        default="1/1",
        metavar="N/OF",
        help="Of each part only every OF-th test, from the N-th.",
    )


def select(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests that were asked for: those of some parts, or those of none."""
    part = config.getoption("--soak")
    parts: defaultdict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        name = _part_of(item)
        parts[name].append(item)
        if not name and hasattr(getattr(item, "function", None), "hypothesis"):
            parts["fuzz"].append(item)  # and draws more there (fuzz.py)
    if part is None:
        chosen = set(parts.pop("", []))
    else:
        first, every = _slice(config)
        chosen = {
            item
            for name, tests in parts.items()
            if name and part in (name, ALL)
            for item in slice_of(tests, first, every)
        }
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = [item for item in items if item in chosen]


def _part_of(item: pytest.Item) -> str:
    mark = item.get_closest_marker("soak")
    if mark is None:
        return ""
    if mark.args[0] not in PARTS:
        raise pytest.UsageError(f"{item.nodeid} is of no part of the soak: {mark.args[0]}")
    return str(mark.args[0])


def slice_of(tests: list[Any], first: int, every: int) -> list[Any]:
    """Return every so-manieth test; where there are fewer, each slice still has one."""
    return tests[(first - 1) % len(tests) :: every]


def _slice(config: pytest.Config) -> tuple[int, int]:
    """Return which slice was asked for, and of how many."""
    first, _, every = str(config.getoption("--slice")).partition("/")
    if not (first.isdecimal() and every.isdecimal() and 1 <= int(first) <= int(every)):
        raise pytest.UsageError("--slice is N/OF, such as 1/8")
    return int(first), int(every)


def share(config: pytest.Config, count: int) -> int:
    """Return how much of one long test a slice does: of a thousand things, fifty in 1/20."""
    return max(1, count // _slice(config)[1])
