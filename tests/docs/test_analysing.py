"""The analysts' page: its command is typed, its Python runs, and its answers are right."""

import re
import shlex
from pathlib import Path

import polars as pl

from exchange import open_merged
from tests.docs.test_documents import blocks
from tests.lib.extracts import callouts, crimes

PAGE = Path(__file__).parent.parent.parent / "docs/analysing.md"
PYTHON = re.compile(r"```python\n(.*?)```", re.S)


def test_every_snippet_runs_and_they_agree(partnership, monkeypatch):
    p = partnership
    q = ("--dates", "2026Q3")
    p.submit("police", p.extract("police", "crime.csv", crimes(30)), *q)
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
    assert told["by_month"]["len"].sum() == rows.height == 30
    assert sum(records for _, _, records in told["by_place"]) == 30
    assert told["by_category"].sum() == 30
    assert dict(told["violence"].iter_rows()) == {"ambulance": 20}
    assert told["evenings"]["len"].sum() == 30
    assert told["places"].row(0) == ("WZ1", "ambulance", 20)
    agencies = told["by_agency"].group_by("agency").agg(pl.col("len").sum())
    assert dict(agencies.iter_rows()) == {"police": 30, "ambulance": 20}
