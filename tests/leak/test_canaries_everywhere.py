"""In every dataset: what stands in a cell, a heading or a file without headings is said nowhere."""

from dataclasses import replace
from itertools import cycle, islice

import pytest

from exchange.samples.extract import sample
from schemas.datasets.registry import DATASETS
from schemas.quarters import Quarter
from tests.leak.test_canaries import CANARIES
from tests.use.test_every_dataset import ONE_OF_EACH, holder_of
from tests.use.test_report import sheets

COMMANDS = (
    ("check",),
    ("check", "--json"),
    ("source map",),
    ("preview", "--evidence", "evidence.html"),
    ("submit", "--yes"),
)
SHORT = (COMMANDS[0], COMMANDS[2], COMMANDS[4])  # what reads headings


def said_of(p, who: str, file, dataset: str, commands=COMMANDS) -> str:
    """All that commands say of a file and write about it, mappings apart."""
    report = p.root / who / "report.xlsx"
    said = []
    for command, *options in commands:
        arguments = [*command.split(), file, "--dataset", dataset, *options]
        if command != "source map":
            arguments += ["--dates", "2026Q3"]
        if command == "check":
            arguments += ["--report", report]
        run = p.signed if command == "submit" else p.run
        said.append(run(who, *arguments, status=None).said)
        for path in (p.root / who).glob("*.toml"):
            if path.name != "exchange.toml":
                path.unlink()
        settings = p.settings(who)
        settings.mappings = {}
        settings.write()
    if report.exists():
        tables = sheets(report).values()
        said += [str(cell) for table in tables for row in table.iter_rows() for cell in row]
        report.unlink()
    pages = list((p.root / who).glob("*.html"))
    said += [page.read_text(encoding="utf-8") for page in pages]
    for page in pages:
        page.unlink()
    said.append(p.everything_shared().decode("latin-1"))
    state = [f for f in (p.root / who / ".exchange").rglob("*") if f.is_file()]
    said += [f.read_bytes().decode("latin-1") for f in state]
    return "\n".join(said)


def planted(dataset, canaries, names: list[str], seed: int):
    """A made-up extract that has every canary in every column, one to a row."""
    cells = [(canary, name) for canary in canaries for name in names]
    count = max(30, len(cells))
    made = sample(dataset, Quarter(2026, 3), count, seed=seed)
    rows = [dict(row) for row in islice(cycle(made.rows), count)]  # of numbers there are few
    for row, (canary, name) in zip(rows, cells, strict=False):
        row[name] = canary
    return replace(made, rows=rows)


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=list(DATASETS))
def test_a_canary_in_any_cell_or_heading_or_without_headings_is_repeated_nowhere(
    everybody, dataset
):
    p = everybody
    who = holder_of(dataset)
    names = list(sample(dataset, Quarter(2026, 3), 1, 1).headings)
    made = planted(dataset, CANARIES, names, seed=0)
    text = made.text()
    assert all(text.count(canary) >= len(names) for canary in CANARIES)
    cells = p.extract(who, "cells.csv", text)
    only_one_check = COMMANDS[list(DATASETS.values()).index(dataset) % 2 :][:1] + COMMANDS[2:]
    said = said_of(p, who, cells, dataset.id, only_one_check)
    assert not [canary for canary in CANARIES if canary in said]
    if dataset in ONE_OF_EACH:  # headings are read alike in all
        heading, bare = odd_headings(p, who, made, names)
        assert CANARIES[0] not in said_of(p, who, heading, dataset.id, SHORT[::2])
        assert CANARIES[0] not in said_of(p, who, bare, dataset.id, SHORT[1:])


def odd_headings(p, who: str, made, names: list[str]):
    """Write an extract with a canary for a heading, and one that begins with it and has none."""
    text = made.text()
    yield p.extract(who, "heading.csv", text.replace(made.headings[names[-1]], CANARIES[0], 1))
    body = text.split("\r\n", 1)[1]
    yield p.extract(who, "bare.csv", f"{CANARIES[0]}{body[body.index(',') :]}")


@pytest.mark.soak("leak")
@pytest.mark.parametrize("dataset", DATASETS.values(), ids=list(DATASETS))
def test_each_canary_by_itself_in_any_cell(everybody, dataset):
    p = everybody
    who = holder_of(dataset)
    names = list(sample(dataset, Quarter(2026, 3), 1, 1).headings)
    for at, canary in enumerate(CANARIES):
        made = planted(dataset, [canary], names[at % len(names) :] + names, seed=at)
        cells = p.extract(who, "cells.csv", made.text())
        assert canary not in said_of(p, who, cells, dataset.id), canary
    for file in odd_headings(p, who, made, names):
        assert CANARIES[0] not in said_of(p, who, file, dataset.id)
