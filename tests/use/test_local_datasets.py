"""Local datasets by plug-in: a package installed beside this one, and readers without it."""

import json
import os
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import polars as pl
import pytest

from schemas.plugins import GROUP, load
from tests.lib.partnership import NOW

ROOT = Path(__file__).parent.parent.parent
LOCAL = ("local-ae-assaults", "local-probation-profile")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The example package, really installed, in a folder of its own."""
    target = tmp_path_factory.mktemp("site")
    source = tmp_path_factory.mktemp("source")
    subprocess.run(["cp", "-r", str(ROOT / "tests/plugin"), str(source)], check=True)
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
         "--no-build-isolation", "--target", str(target), str(source / "plugin")],
        check=True, capture_output=True,
    )  # fmt: skip
    return target


@pytest.fixture
def run(installed, partnership):
    def typed(who: str, *arguments: object, passphrase: bool = False, status: int = 0):
        told = ("--passphrase-file", partnership.root / "passphrase.txt") if passphrase else ()
        done = subprocess.run(
            [sys.executable, "-m", "tests.lib.dying", "-1", str(partnership.root / who),
             NOW.isoformat(), *map(str, (*arguments, *told))],
            cwd=ROOT, env=os.environ | {"PYTHONPATH": str(installed)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == status, done.stdout + done.stderr
        return done

    return typed


def test_an_installed_package_adds_its_datasets(run):
    told = json.loads(run("police", "datasets", "--json").stdout)
    assert len(told) == 21
    assert {one["id"] for one in told} >= set(LOCAL)
    assert "Risk of serious harm" in run("police", "explain", LOCAL[1]).stdout


@pytest.mark.parametrize("dataset", LOCAL)
def test_a_local_dataset_goes_from_sample_to_merged_table(run, partnership, dataset):
    p = partnership
    run("ambulance", "sample", dataset, "-n", "300", "--quarter", "2026Q3", "-o", "x.csv")
    file = p.root / "ambulance/x.csv"
    arguments = (file, "--dataset", dataset, "--dates", "2026Q3")
    run("ambulance", "check", *arguments)
    run("ambulance", "submit", *arguments, "--yes", passphrase=True)
    run("analysts", "pull", "merged", passphrase=True)
    rows = pl.read_parquet(p.root / f"analysts/merged/dataset={dataset}")
    own = {"local-ae-assaults": {"method", "location"}}.get(dataset, {"risk", "sentence"})
    assert own <= set(rows.columns)
    assert rows.height > 100
    assert set(rows["place_precision"]) <= {"outward", "district"}


def test_who_has_not_the_package_sees_the_entry_count_and_no_table(run, partnership):
    p = partnership
    run("ambulance", "sample", LOCAL[0], "-n", "300", "--quarter", "2026Q3", "-o", "x.csv")
    file = p.root / "ambulance/x.csv"
    told = (file, "--dataset", LOCAL[0], "--dates", "2026Q3")
    run("ambulance", "submit", *told, "--yes", passphrase=True)
    verified = p.run("analysts", "verify", "--json").json  # this process has no such package
    assert [e["why"] for e in verified["entries"]] == [""] * len(verified["entries"])
    from tests.lib.extracts import crimes

    p.submit("police", p.extract("police", "crime.csv", crimes(30)))
    ran = p.signed("analysts", "pull", "merged")
    assert "local-dataset-not-installed" in ran.warnings
    assert "1 submission" in ran.err
    assert not (p.root / f"analysts/merged/dataset={LOCAL[0]}").exists()


BROKEN = '''
from dataclasses import replace
from schemas.council import COUNCIL
from schemas.dataset import Dataset, Holder, Reads, Treat, field
from schemas.incident import Record
import polars as pl
from schemas.health import HEALTH

not_a_dataset = 7
prescribed = COUNCIL[0]
duty = replace(COUNCIL[2], id="local-duty")

class Open(Record):
    """x"""
    story: pl.String = field(says="x", reads=Reads.TEXT, treat=Treat.KEEP)

council = (Holder("council", "x", certain=False),)
free_text = replace(COUNCIL[2], id="local-open", model=Open, schemes={}, holders=council)
fine_health = replace(
    COUNCIL[2], id="local-fine", holders=(Holder("health", "x", certain=False),)
)
'''


def test_what_is_no_sound_declaration_is_refused_and_the_rest_goes_on(tmp_path, monkeypatch):
    (tmp_path / "broken_local.py").write_text(BROKEN)
    monkeypatch.syspath_prepend(tmp_path)
    names = ("not_a_dataset", "prescribed", "duty", "free_text", "fine_health", "absent")
    points = [EntryPoint(name, f"broken_local:{name}", GROUP) for name in names]
    found, refused = load(points)
    assert found == {}
    assert refused == {
        "not_a_dataset": "it is no Dataset",
        "prescribed": "its id does not begin with local-",
        "duty": "it says that it is a duty, which no local dataset is",
        "free_text": "what leaves in story is held to no list",
        "fine_health": "health data leaves with the outward code, and nothing finer",
        "absent": "it can't be loaded (AttributeError)",
    }
