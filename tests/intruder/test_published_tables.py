"""Somebody with the whole assessment pack, who solves for what is hidden in it.

They know how it is made: what a theme, an agency and an outward code is, that shown numbers are
rounded to the nearest five, and that a hidden one is not zero. All tables are solved together.
"""

import json
from collections.abc import Iterator

import numpy as np
import pytest
from scipy.optimize import linprog

from exchange import open_merged
from exchange.sampling import sample
from schemas.datasets import DATASETS
from schemas.quarters import Quarter
from tests.lib.partnership import Partnership

SHARED = (
    ("police", "police-crime", 150),
    ("police", "police-asb", 30),
    ("ambulance", "ambulance-callouts", 40),
    ("council", "council-asb", 25),
)
INCOMPLETE = " (incomplete)"


@pytest.fixture
def pack(partnership: Partnership) -> Partnership:
    p = partnership
    for seed, (who, dataset, rows) in enumerate(SHARED, start=1):
        made = sample(DATASETS[dataset], Quarter(2026, 3), rows, seed).text()
        file = p.extract(who, f"{dataset}.csv", made)
        p.submit(who, file, "--dataset", dataset, "--dates", "2026Q3")
    p.signed("analysts", "pull", "merged")
    p.run("analysts", "report", "assessment", "merged", "--year", "2026", "-o", "a.json")
    return p


def tables(p: Partnership) -> dict[str, list[dict[str, str]]]:
    told = json.loads((p.root / "analysts/a.json").read_bytes())["tables"]
    return {
        name: [{k.removesuffix(INCOMPLETE): v for k, v in row.items()} for row in rows]
        for name, rows in told.items()
    }


def cells(told: dict[str, list[dict[str, str]]]) -> Iterator[tuple[dict[str, set[str]], str]]:
    """Yield what each published number counts: of each kind of thing which, none for all."""

    def of(kind: str, label: str) -> dict[str, set[str]]:
        return {} if label == "all" else {kind: {label}}

    main = {
        label for label in told["places"][0] if label not in ("outward code", "all others", "all")
    }
    themes = {row["theme"] for row in told["levels"]} - {"all"}
    for row in told["levels"]:
        for agency, number in list(row.items())[1:]:
            yield of("theme", row["theme"]) | of("agency", agency), number
    for row in told["quarters"]:
        yield of("theme", row["theme"]), list(row.values())[1]
    for row in told["places"]:
        for label, number in list(row.items())[1:]:
            theme = {"theme": themes - main} if label == "all others" else of("theme", label)
            yield of("outward", row["outward code"]) | theme, number
    for name, theme in (
        ("across-violence", "violence"),
        ("across-substance-misuse", "substance misuse"),
    ):
        for row in told[name]:
            for agency, number in list(row.items())[1:]:
                where = of("outward", row["outward"]) | of("agency", agency)
                yield where | {"theme": {theme}}, number


def test_nothing_hidden_is_recovered_from_all_tables_together(pack):
    told = tables(pack)
    published = list(cells(told))
    themes = [row["theme"] for row in told["levels"][:-1]]
    agencies = [name for name in told["levels"][0] if name not in ("theme", "all")]
    places = [row["outward code"] for row in told["places"][:-1]]
    kinds = ("theme", "agency", "outward")
    unknown = [(t, a, o) for t in themes for a in agencies for o in places]

    def counts(what: dict[str, set[str]]) -> np.ndarray:
        return np.array(
            [
                all(v in what.get(k, {v}) for k, v in zip(kinds, one, strict=True))
                for one in unknown
            ],
            dtype=float,
        )

    rows, limits = [], []
    for what, number in published:
        row = counts(what)
        low, high = (1, np.inf) if number == "[c]" else bounds(int(number.replace(",", "")))
        rows.append(-row)
        limits.append(-low)
        if high < np.inf:
            rows.append(row)
            limits.append(high)
    hidden = {tuple(counts(what)) for what, number in published if number == "[c]"}
    assert len(hidden) > 5, "there is nothing to attack"
    for aim in map(np.array, hidden):
        ends = []
        for sign in (1, -1):
            done = linprog(sign * aim, A_ub=np.array(rows), b_ub=np.array(limits))
            assert done.status in (0, 3), done.message
            ends.append(sign * done.fun if done.status == 0 else np.inf)
        assert ends[1] - ends[0] >= 1, "it can be told to the record"


def bounds(number: int) -> tuple[int, int]:
    return (0, 0) if not number else (max(number - 2, 5), number + 2)


def test_every_true_small_number_is_hidden(pack):
    """What the tables show is true to the rounding, and no number below five is among it."""
    merged = open_merged(pack.root / "analysts/merged").collect()
    true = {(t, a): n for t, a, n in merged.group_by("theme", "agency").len().iter_rows()}
    small = 0
    for row in tables(pack)["levels"][:-1]:
        for agency, shown in list(row.items())[1:-1]:
            count = true.get((row["theme"], agency), 0)
            small += 0 < count < 5
            if 0 < count < 5:
                assert shown == "[c]"
            elif shown != "[c]":
                assert abs(int(shown.replace(",", "")) - count) <= 2
    assert small
