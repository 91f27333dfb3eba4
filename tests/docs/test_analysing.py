"""The analysts' page: its commands are typed, its code runs, and its answers are right."""

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import duckdb
import polars as pl
import pytest

from exchange import open_merged
from schemas.codes.vocabularies import VIOLENCE_OR_SEXUAL
from tests.docs.test_documents import blocks
from tests.lib.extracts import callouts, crimes, domestic, sunderland

THEFT = ("45", "theft and handling stolen goods")
ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs/analysing.md"
NATIONAL = ROOT / "examples/spark/national.py"
CODE = re.compile(r"```(python|sql)\n(.*?)```", re.S)
TEXT = PAGE.read_text(encoding="utf-8")
START, QUESTIONS = TEXT.split("## Ten questions\n")
OPENING, *EACH = re.split(r"^### ", QUESTIONS.split("\n## ")[0], flags=re.M)
Q3 = ("--dates", "2026Q3")


SQUARE = [[[-2.0, 51.0], [-2.0, 51.1], [-1.9, 51.1], [-2.0, 51.0]]]
AREA = {"properties": {"code": "WZ1"}, "geometry": {"type": "Polygon", "coordinates": SQUARE}}
# The files that the page adds once.
ADDED = {
    "residents.csv": "code,population\nWZ1,1200\nWZ2,800\n",
    "lsoa-boundaries.geojson": json.dumps({"type": "FeatureCollection", "features": [AREA]}),
    "severity-weights.csv": "code,weight\n8N,184.5\n",
}


@pytest.fixture
def pulled(partnership, monkeypatch):
    """Two summers of the police and one of the ambulances, pulled by the commands of the page."""
    p = partnership
    before = crimes(30).replace("/2026", "/2025").replace("REF", "OLD")
    p.submit("police", p.extract("police", "before.csv", before), "--dates", "2025Q3")
    p.submit("police", p.extract("police", "crime.csv", crimes(30) + domestic(12)), *Q3)
    calls = p.extract("ambulance", "calls.csv", callouts(*["WZ1"] * 20))
    p.submit("ambulance", calls, *Q3)
    monkeypatch.chdir(p.root / "analysts")
    Path("NSPL_MAY_2026_UK.csv").write_text(sunderland(), encoding="utf-8")
    for name, text in ADDED.items():
        Path(name).write_text(text, encoding="utf-8")
    for text in blocks("docs/analysing.md"):
        for line in text.splitlines():
            words = shlex.split(line.removeprefix("$ exchange "))
            typed = [w.replace("..", str(p.root)) for w in words]
            assert not p.run("analysts", *typed).refusal, line
    return p


def rows_of(answer: object) -> list[tuple[str, ...]]:
    """Return the rows of an answer, as text and in order, whatever program it is from."""
    import pandas as pd  # it takes half a second

    if isinstance(answer, pl.LazyFrame):
        rows = answer.collect().rows()
    elif isinstance(answer, pd.Series | pd.DataFrame):
        rows = answer.reset_index().itertuples(index=False)
    else:
        rows = answer.fetchall()
    return sorted(tuple("" if pd.isna(one) else str(one) for one in row) for row in rows)


def test_every_snippet_runs_and_they_agree(pulled):
    told: dict = {}
    for _, text in CODE.findall(START):
        exec(text, told)
    assert (pulled.root / "analysts/assessment.html").is_file()
    rows = open_merged("merged", "police-crime").collect()
    assert 60 < rows.height <= 72  # what nothing covers is withheld
    assert dict(told["domestic"].iter_rows()) == {"police": rows.filter(domestic="yes").height}
    timed = rows.filter(pl.col("time_precision").is_in(["minute", "hour"])).height
    assert 0 < told["evenings"]["len"].sum() == timed < rows.height
    assert told["places"].row(0) == ("WZ1", "ambulance", 20)

    assert len(EACH) == 10
    exec(CODE.findall(OPENING)[0][1], told)
    answers = []
    for text in EACH:
        (_, by_polars), (_, sql), (_, by_pandas) = CODE.findall(text)
        exec(by_polars, told)
        exec(by_pandas, told)
        in_polars, in_sql = rows_of(told["by_polars"]), rows_of(duckdb.sql(sql))
        assert in_polars == in_sql == rows_of(told["by_pandas"]), text
        assert in_polars, text
        answers.append(in_polars)

    thefts = rows["category"].is_in(THEFT).sum()
    assert ("theft and vehicle crime", "police", str(thefts)) in answers[0]
    assert (VIOLENCE_OR_SEXUAL, "police", str(rows.height - thefts)) in answers[0]
    assert [row[:2] for row in answers[1]] == [("2026Q3", "police")]
    assert ("police-crime", "45", "Theft from vehicle") in [row[:3] for row in answers[7]]
    (then, now) = (rows.filter(pl.col("category").is_in(THEFT), quarter=f"{y}Q3").height
                   for y in (2025, 2026))  # fmt: skip
    assert ("theft and vehicle crime", str(then), str(now)) in answers[9]
    # The assessment answers the same ten, with small groups rounded.
    pulled.run("analysts", "report", "assessment", "merged", "--year", "2026", "-o", "a.json")
    report = json.loads(Path("a.json").read_text(encoding="utf-8"))["tables"]
    by = {
        name: {next(iter(row.values())).removesuffix(" (incomplete)"): row for row in table}
        for name, table in report.items()
    }
    year = open_merged("merged").filter(quarter="2026Q3").collect()
    home, violence = year.filter(domestic="yes").height, year.filter(theme=VIOLENCE_OR_SEXUAL)
    timed = year.filter(pl.col("time_precision").is_in(["minute", "hour"])).height
    busiest = report["lsoas"][0]
    category = next(row for row in report["categories"] if row["category"].startswith("45"))
    for shown, exact in (
        (by["levels"]["theft and vehicle crime"]["police"], now),
        (by["domestic"]["police"]["2026Q3"], home),
        (by["domestic-themes"][VIOLENCE_OR_SEXUAL]["police"], home),
        (by["across-violence"]["WZ1"]["ambulance"],
         violence.filter(agency="ambulance", outward="WZ1").height),
        (busiest["records"], year.filter(place=busiest["lsoa"]).height),
        (sum(int(row["all"]) for hour, row in by["hours"].items() if hour.isdecimal()), timed),
        (by["months"]["2026-08"]["2026"],
         year.filter(pl.all_horizontal(pl.col("date_from", "date_to").dt.month() == 8)).height),
        (category["records"], year.filter(category="45").height),
        (by["generalised"]["police-crime"]["generalised"],
         year.filter(dataset="police-crime", generalised="generalised").height),
        (by["change"]["theft and vehicle crime"]["year_before"], then),
    ):  # fmt: skip
        assert abs(int(shown) - exact) <= max(10, exact // 5)
    assert busiest["most_common_theme"] == "theft and vehicle crime"


@pytest.mark.soak("engines")
@pytest.mark.needs("engines")
@pytest.mark.parametrize("engine", ["spark", "dask"])
def test_other_engines_give_the_same_ten_answers(pulled, engine):
    names: dict = {}
    exec(CODE.findall(OPENING)[0][1], names)
    questions, expected = [], []
    for text in EACH:
        (_, by_polars), (_, sql), (_, by_pandas) = CODE.findall(text)
        exec(by_polars, names)
        questions.append({"sql": sql, "pandas": by_pandas})
        expected.append(rows_of(names["by_polars"]))
    folder = str(pulled.root / "analysts/merged")
    told = json.dumps({"engine": engine, "folder": folder, "questions": questions})
    ran = subprocess.run(
        [os.environ["EXCHANGE_ENGINES"], Path(__file__).parent / "engines.py"],
        input=told, capture_output=True, text=True, check=True, cwd=pulled.root,
    )  # fmt: skip
    answers = json.loads(ran.stdout.splitlines()[-1])
    assert [in_text(rows) for rows in answers[:10]] == expected
    if engine == "spark":  # and all datasets are one table
        sizes = [
            (dataset, quarter, str(rows.height))
            for dataset in ("police-crime", "ambulance-callouts")
            for (quarter,), rows in open_merged("merged", dataset).collect().group_by("quarter")
        ]
        assert in_text(answers[10]) == sorted(sizes)


@pytest.mark.soak("engines")
@pytest.mark.needs("engines")
def test_two_workers_of_spark_roll_partnerships_up_as_polars_does(pulled, tmp_path):
    root = tmp_path / "nation"
    shutil.copytree("merged", root / "north")
    pulled.signed("analysts", "pull", root / "south", *("--quarter", "2026Q3"))
    python = Path(os.environ["EXCHANGE_ENGINES"])
    (home,) = python.parent.parent.glob("lib/python*/site-packages/pyspark")
    local = {"ui.enabled": "false", "driver.bindAddress": "127.0.0.1", "driver.host": "127.0.0.1"}
    subprocess.run(
        [home / "bin/spark-submit", "--master", "local-cluster[2,1,1024]",
         *(word for name, value in local.items() for word in ("--conf", f"spark.{name}={value}")),
         NATIONAL, root, tmp_path / "national"],
        env=os.environ | {"SPARK_HOME": str(home), "PYSPARK_PYTHON": str(python)},
        capture_output=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    places = [
        open_merged(root / name).with_columns(partnership=pl.lit(name))
        for name in ("north", "south")
    ]
    expected = (
        pl.concat(places)
        .group_by("quarter", "agency", "theme")
        .agg(
            records=pl.len(),
            partnerships=pl.col("partnership").n_unique(),
            domestic=(pl.col("domestic") == "yes").sum(),
            generalised=(pl.col("generalised") == "generalised").sum(),
        )
    )
    counted = pl.read_parquet(tmp_path / "national/*.parquet")
    assert rows_of(counted.lazy()) == rows_of(expected)
    assert set(counted["partnerships"]) == {1, 2}


def in_text(rows: list[list[object]]) -> list[tuple[str, ...]]:
    return sorted(tuple("" if one is None else str(one) for one in row) for row in rows)
