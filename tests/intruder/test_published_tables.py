"""Somebody with all published tables, all their slices and two editions, who solves for the rest.

They know how the tables are made, but for the key, and how many records an edition added. Each
attack is made on three ways to publish: numbers as they are, small numbers hidden and others
rounded by themselves, and sums over the rounded cube. It has to find small numbers in the first
two, or it would prove nothing of the third.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from exchange.pull import cube
from exchange.pull.manifest import Manifest
from exchange.samples.extract import sample
from schemas.datasets.registry import DATASETS
from schemas.quarters import Quarter
from tests.lib.extracts import crimes
from tests.lib.partnership import Partnership

SHARED = (
    ("police", "police-asb", 30),
    ("ambulance", "ambulance-callouts", 40),
    ("council", "council-asb", 25),
)
Slice = frozenset[tuple[str, str]]  # of which things it counts: none for all
Bounds = tuple[float, float]


def _shared(p: Partnership) -> None:
    p.submit("police", p.extract("police", "crime.csv", crimes(150)), "--dates", "2026Q3")
    for seed, (who, dataset, rows) in enumerate(SHARED, start=1):
        made = sample(DATASETS[dataset], Quarter(2026, 3), rows, seed).text()
        file = p.extract(who, f"{dataset}.csv", made)
        p.submit(who, file, "--dataset", dataset, "--dates", "2026Q3")


def _issued(p: Partnership) -> None:
    _shared(p)
    issue(p)


@pytest.fixture(autouse=True)
def _rounded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Round the cube of a pull once, and not for each of its many tables: it is the same in all."""
    rounded, kept = cube._quarter_cube, {}

    def once(folder: Path, manifest: Manifest, quarter: str) -> pl.DataFrame:
        key = (folder, quarter, manifest.root, cube.rounded_cube)
        if key not in kept:
            kept[key] = rounded(folder, manifest, quarter)
        return kept[key]

    monkeypatch.setattr(cube, "_quarter_cube", once)


@pytest.fixture
def shared(prepared) -> Partnership:
    return prepared(_shared)


def issue(p: Partnership) -> None:
    p.signed("council", "report", "edition", "2026Q3", "--yes")
    p.signed("analysts", "pull", "merged")


def add_crimes(p: Partnership, many: int) -> None:
    """Send the quarter's crimes again, with some thefts more."""
    rows = crimes(150)
    for n in range(many):
        day = date(2026, 7, 1) + timedelta(n * 37 % 92)
        rows += (f"NEW{n:05d},{day:%d/%m/%Y},{day:%d/%m/%Y},{n * 5 % 24:02d}:40,45,"
                 f"WZ{n % 3 + 1} {n % 10}AB,E0199900{n % 10},N,N\r\n")  # fmt: skip
    p.submit("police", p.extract("police", "crime.csv", rows), "--dates", "2026Q3")


def table(p: Partnership, who: str, *words: str) -> list[dict[str, str]]:
    p.run(who, "report", "table", "merged", *words, "-o", "t.json")
    made = json.loads((p.root / who / "t.json").read_bytes())
    return made["tables"]["records"]


def slices(
    p: Partnership, kinds: tuple[str, ...], who: str = "analysts"
) -> Iterator[tuple[Slice, str]]:
    """Yield every number of every table by two kinds of thing, and of each third thing alone."""
    for row, column in combinations(kinds, 2):
        whole = list(cells(table(p, who, "--rows", row, "--columns", column), row, column))
        yield from whole
        for third in set(kinds) - {row, column}:
            of_third = table(p, who, "--rows", third)
            for value in [line[third] for line in of_third if line[third] != "all"]:
                only = ("--only", f"{third}={value}")
                for of, number in cells(
                    table(p, who, "--rows", row, "--columns", column, *only), row, column
                ):
                    yield of | {(third, value)}, number


def cells(rows: list[dict[str, str]], row: str, column: str) -> Iterator[tuple[Slice, str]]:
    for line in rows:
        for label, number in list(line.items())[1:]:
            labels = {(row, line[row]), (column, label)}
            yield frozenset(one for one in labels if one[1] != "all"), number


# What a published number says of the records, to whoever knows the method.


def exactly(number: str) -> Bounds:
    return int(number), int(number)


def by_rounding(number: str) -> Bounds:
    if number == "[c]":
        return 1, 4
    return (0, 0) if number == "0" else (max(int(number) - 2, 5), int(number) + 2)


def by_cube(number: str) -> Bounds:
    """Each five can be one record; how many cells with fewer than five were left out, nobody knows.

    The total alone is known to be near.
    """
    return int(number) // 5, np.inf


METHODS = ("as they are", "hidden and rounded", "cube")


@pytest.fixture(params=METHODS)
def method(request, monkeypatch) -> tuple[str, Callable[[str], Bounds]]:
    return published_by(request.param, monkeypatch)


def published_by(name: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Callable[[str], Bounds]]:
    if name == "cube":
        return "cube", by_cube

    def as_they_are(cells, editions, *_):
        return editions[-1].counts

    monkeypatch.setattr("exchange.pull.cube.rounded_cube", as_they_are)
    if name == "as they are":
        return name, exactly

    def hidden(number: int) -> str:
        return "[c]" if 0 < number < 5 else str(5 * round(number / 5))

    monkeypatch.setattr("exchange.reports.published_table.format_count", hidden)
    return name, by_rounding


class Solver:
    """All that is known of the records of each combination of things, as inequalities."""

    def __init__(self, known: dict[Slice, Bounds]) -> None:
        values: dict[str, set[str]] = {}
        for of in known:
            for kind, value in of:
                values.setdefault(kind, set()).add(value)
        self.atoms: list[Slice] = [frozenset()]
        for kind, labels in sorted(values.items()):
            self.atoms = [atom | {(kind, one)} for atom in self.atoms for one in sorted(labels)]
        self.rows, self.limits = [], []
        for of, (low, high) in known.items():
            row = self.row(of)
            self.rows.append(-row)
            self.limits.append(-low)
            if high < np.inf:
                self.rows.append(row)
                self.limits.append(high)

    def row(self, of: Slice) -> np.ndarray:
        return np.array([of <= atom for atom in self.atoms], dtype=float)

    def bounds(self, of: Slice) -> Bounds:
        """Return the fewest and the most records that a slice can have."""
        from scipy.optimize import linprog  # it takes a second

        ends = []
        for sign in (1, -1):
            done = linprog(
                sign * self.row(of), A_ub=np.array(self.rows), b_ub=np.array(self.limits)
            )
            assert done.status in (0, 3), done.message
            ends.append(sign * done.fun if done.status == 0 else sign * -np.inf)
        return float(np.ceil(ends[0] - 1e-6)), float(np.floor(ends[1] + 1e-6))


def small_number_proved(known: dict[Slice, Bounds], aims: Iterable[Slice]) -> bool:
    solver = Solver(known)
    ends = (solver.bounds(of) for of in aims)
    return any(low >= 1 and high <= 4 for low, high in ends)


def test_no_small_number_is_proved_by_all_tables_and_their_slices(shared, method):
    name, says = method
    issue(shared)
    published = dict(slices(shared, ("theme", "agency", "outward")))
    known = {of: says(number) for of, number in published.items()}
    if name == "cube":
        total = int(published[frozenset()])
        known[frozenset()] = (total - 2, total + 2)
    assert small_number_proved(known, known) is (name != "cube")
    if name == "cube":
        assert not set(published.values()) & {str(n) for n in range(1, 5)}


def changes(
    before: dict[Slice, str], after: dict[Slice, str], says: Callable[[str], Bounds]
) -> dict[Slice, Bounds]:
    """Return how many records were added to each slice, as far as its two numbers tell."""
    found = {}
    for of in before.keys() | after.keys():
        one, two = before.get(of, "0"), after.get(of, "0")
        if says is by_cube:  # a cell that moves by five got one record at least
            found[of] = (max(int(two) - int(one), 0) // 5, np.inf)
        else:
            (low, high), (from_, to) = says(one), says(two)
            found[of] = (max(from_ - high, 0), to - low)
    return found


@pytest.mark.parametrize(
    ("name", "many"),
    [
        ("cube", 1),
        ("cube", 50),
        ("as they are", 5),
        ("hidden and rounded", 5),
        pytest.param("cube", 5, marks=pytest.mark.soak("intruder")),
    ],
)
def test_no_few_added_records_are_found_between_two_editions(
    prepared, once, monkeypatch, name, many
):
    shared = prepared(_issued)
    name, says = published_by(name, monkeypatch)
    kinds = ("month", "weekday", "hour")

    def publish(folder: Path) -> None:
        folder.mkdir()
        told = [(sorted(of), number) for of, number in slices(shared, kinds)]
        (folder / "slices.json").write_text(json.dumps(told))

    first = json.loads((once(f"first edition {name}", publish) / "slices.json").read_text())
    before = {frozenset(map(tuple, of)): number for of, number in first}
    add_crimes(shared, many)
    issue(shared)
    after = dict(slices(shared, kinds))
    known = changes(before, after, says)
    known[frozenset()] = (many, many)
    aims = [of for of, (low, _) in known.items() if of and low]
    found = small_number_proved(known, aims)
    if name == "cube":
        assert not found
        assert bool(aims) is (many >= 5), "an edition that shows nothing can't be attacked"
        gain = int(after[frozenset()]) - int(before[frozenset()])
        assert many - 9 <= gain <= many
        finest = [of for of in before.keys() & after.keys() if len(of) == len(kinds)]
        moved = {abs(int(after[of]) - int(before[of])) for of in finest}
        assert not moved & {1, 2, 3, 4}
    else:
        assert found


def test_two_analysts_publish_the_same_numbers_whenever_they_pull(shared):
    issue(shared)
    words = ("--rows", "theme", "--columns", "outward")
    first = table(shared, "analysts", *words)
    shared.signed("ambulance", "pull", "merged")
    assert table(shared, "ambulance", *words) == first
    add_crimes(shared, 50)
    shared.signed("ambulance", "pull", "merged")
    assert table(shared, "ambulance", *words) == first, "an edition counts nothing that came later"
    issue(shared)
    second = table(shared, "analysts", *words)
    shared.signed("council", "pull", "merged")
    assert table(shared, "council", *words) == second != first


def test_the_assessment_pack_has_the_numbers_of_the_tables(shared):
    """So whoever has both knows no more than whoever has one of them."""
    issue(shared)
    shared.run("analysts", "report", "assessment", "merged", "--year", "2026", "-o", "a.json")
    pack = json.loads((shared.root / "analysts/a.json").read_bytes())["tables"]
    for name, row, column in (("levels", "theme", "agency"), ("hours", "hour", "weekday")):
        labels = [{k.split(" (")[0]: v for k, v in line.items()} for line in pack[name]]
        assert labels == table(shared, "analysts", "--rows", row, "--columns", column)


def test_the_numbers_of_an_edition_stay_when_a_submission_is_withdrawn(shared):
    issue(shared)
    words = ("--rows", "theme", "--columns", "outward")
    first = table(shared, "analysts", *words)
    shared.signed("council", "withdraw", "6", "--reason", "wrong-file", "--yes")
    shared.signed("analysts", "pull", "merged")
    assert table(shared, "analysts", *words) == first
    issue(shared)
    assert table(shared, "analysts", *words) != first


def test_without_all_submissions_of_an_edition_a_table_is_a_draft(shared):
    """The rest of the records, rounded by themselves, would be a second number of the same."""
    issue(shared)
    shared.signed("police", "withdraw", "3", "--delete", "--reason", "sent-in-error", "--yes")
    shared.signed("analysts", "pull", "merged")
    ran = shared.run("analysts", "report", "table", "merged", "--rows", "theme", "-o", "t.json")
    assert ran.warnings == ["edition-not-whole"]


def test_an_edition_of_the_same_submissions_is_not_issued(shared):
    issue(shared)
    ran = shared.signed("council", "report", "edition", "2026Q3", "--yes", status=2)
    assert ran.refusal == "edition-not-newer"
    ran = shared.signed("council", "report", "edition", "2026Q2", "--yes", status=2)
    assert ran.refusal == "edition-not-newer"
    ran = shared.signed("ambulance", "report", "edition", "2026Q2", "--yes", status=2)
    assert ran.refusal == "edition-not-newer"
    add_crimes(shared, 5)
    ran = shared.signed("ambulance", "report", "edition", "2026Q3", "--yes", status=12)
    assert ran.refusal == "signer-not-coordinator"
