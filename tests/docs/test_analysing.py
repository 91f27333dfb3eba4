"""The analysts' page: its command is typed, its Python runs, and its answers are right."""

import re
import shlex
from pathlib import Path

import polars as pl

from exchange import open_merged
from schemas.codes.vocabularies import VIOLENCE_OR_SEXUAL
from tests.docs.test_documents import blocks
from tests.lib.extracts import callouts, crimes, domestic

PAGE = Path(__file__).parent.parent.parent / "docs/analysing.md"
THEFT = ("45", "theft and handling stolen goods")
PYTHON = re.compile(r"```python\n(.*?)```", re.S)


def test_every_snippet_runs_and_they_agree(partnership, monkeypatch):
    p = partnership
    q = ("--dates", "2026Q3")
    p.submit("police", p.extract("police", "crime.csv", crimes(30) + domestic(12)), *q)
    calls = p.extract("ambulance", "calls.csv", callouts(*["WZ1"] * 20))
    p.submit("ambulance", calls, *q)
    for text in blocks("docs/analysing.md"):
        for line in text.splitlines():
            words = shlex.split(line.removeprefix("$ exchange "))
            told_ = [w.replace("..", str(p.root)) for w in words]
            assert not p.run("analysts", *told_).refusal, line
    monkeypatch.chdir(p.root / "analysts")
    told: dict = {}
    snippets = PYTHON.findall(PAGE.read_text(encoding="utf-8"))
    assert len(snippets) == 4
    for text in snippets:
        exec(text, told)
    assert (p.root / "analysts/assessment.html").is_file()
    rows = open_merged("merged", "police-crime").collect()
    assert 30 < rows.height <= 42  # what nothing covers is withheld
    assert told["by_month"]["len"].sum() == rows.height
    assert sum(records for _, _, records in told["by_place"]) == rows.height
    assert told["by_category"].sum() == rows.height
    assert dict(told["domestic"].iter_rows()) == {"police": rows.filter(domestic="yes").height}
    timed = rows.filter(pl.col("time_precision").is_in(["minute", "hour"])).height
    assert 0 < told["evenings"]["len"].sum() == timed < rows.height
    police = open_merged("merged").filter(agency="police").group_by("theme").len().collect()
    assert dict(police.iter_rows()) == {
        "theft and vehicle crime": (thefts := rows["category"].is_in(THEFT).sum()),
        VIOLENCE_OR_SEXUAL: rows.height - thefts,
    }

    assert told["places"].row(0) == ("WZ1", "ambulance", 20)
    agencies = told["by_agency"].group_by("agency").agg(pl.col("len").sum())
    assert dict(agencies.iter_rows()) == {"police": rows.height, "ambulance": 20}
