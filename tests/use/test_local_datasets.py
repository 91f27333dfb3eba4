"""Local datasets by plug-in: a package installed beside this one, and readers without it."""

import json
import shutil
import subprocess
import sys
import tempfile
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import polars as pl
import pytest

from schemas.datasets.local import GROUP, load
from schemas.datasets.registry import PRESCRIBED
from tests.lib.dying import type_and_die
from tests.lib.partnership import NOW
from tests.lib.processes import Processes

PLUGIN = Path(__file__).parent.parent / "plugin"
FEW = "--answer=much-generalised=checked"  # there are few records
LOCAL = ("local-ae-assaults", "local-probation-profile")


def unpack(folder: Path) -> None:
    """Put the example package into a folder with what an installer would write about it."""
    declared = tomllib.loads((PLUGIN / "pyproject.toml").read_text())["project"]
    shutil.copytree(PLUGIN / "westshire_local", folder / "westshire_local")
    about = folder / f"westshire_local-{declared['version']}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {declared['name']}\nVersion: {declared['version']}\n"
    )
    points = declared["entry-points"][GROUP]
    lines = [f"{name} = {target}\n" for name, target in points.items()]
    (about / "entry_points.txt").write_text(f"[{GROUP}]\n{''.join(lines)}")


def pip_install(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as source:  # else the build writes into the repository
        shutil.copytree(PLUGIN, Path(source) / "plugin")
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
             "--no-build-isolation", "--target", str(folder), str(Path(source) / "plugin")],
            check=True, capture_output=True,
        )  # fmt: skip


@pytest.fixture(
    scope="module", params=[unpack, pytest.param(pip_install, marks=pytest.mark.soak("install"))]
)
def with_package(request, tmp_path_factory):
    """Processes that have the example package, in a folder of its own."""
    folder = tmp_path_factory.mktemp("site")
    request.param(folder)
    started = Processes(folder)
    yield started
    started.close()


@pytest.fixture
def run(with_package, partnership):
    def typed(who: str, *arguments: object, passphrase: bool = False) -> str:
        told = ("--passphrase-file", partnership.root / "passphrase.txt") if passphrase else ()
        ran = type_and_die(with_package, partnership.root, who, NOW, *arguments, *told)
        assert ran.status == 0, ran.output
        return ran.output

    return typed


def test_an_installed_package_adds_its_datasets(run):
    told = json.loads(run("police", "explain", "--json"))
    assert len(told) == len(PRESCRIBED) + len(LOCAL)
    assert {one["id"] for one in told} >= set(LOCAL)
    assert "Risk of serious harm" in run("police", "explain", LOCAL[1])


@pytest.mark.parametrize("dataset", LOCAL)
def test_a_local_dataset_goes_from_sample_to_merged_table(run, partnership, dataset):
    p = partnership
    run("ambulance", "source", "sample", dataset, "-n", "300", "--quarter", "2026Q3", "-o", "x.csv")
    file = p.root / "ambulance/x.csv"
    arguments = (file, "--dataset", dataset, "--dates", "2026Q3")
    run("ambulance", "check", *arguments)
    run("ambulance", "submit", *arguments, "--yes", FEW, passphrase=True)
    run("analysts", "pull", "merged", passphrase=True)
    rows = pl.read_parquet(p.root / f"analysts/merged/dataset={dataset}")
    own = {"local-ae-assaults": {"method", "location"}}.get(dataset, {"risk", "sentence"})
    assert own <= set(rows.columns)
    assert rows.height > 100
    assert set(rows["place_precision"]) <= {"outward", "district"}


def test_who_has_not_the_package_sees_the_entry_count_and_no_table(run, partnership):
    p = partnership
    run(
        "ambulance", "source", "sample", LOCAL[0], "-n", "300", "--quarter", "2026Q3", "-o", "x.csv"
    )
    file = p.root / "ambulance/x.csv"
    told = (file, "--dataset", LOCAL[0], "--dates", "2026Q3")
    run("ambulance", "submit", *told, "--yes", FEW, passphrase=True)
    verified = p.run("analysts", "verify", "--json").json  # this process has no such package
    assert [e["why"] for e in verified["entries"]] == [""] * len(verified["entries"])
    from tests.lib.extracts import crimes

    p.submit("police", p.extract("police", "crime.csv", crimes(30)))
    ran = p.signed("analysts", "pull", "merged")
    assert "local-dataset-not-installed" in ran.warnings
    assert "(log 3) holds local-ae-assaults" in ran.err
    assert not (p.root / f"analysts/merged/dataset={LOCAL[0]}").exists()


BROKEN = """
from dataclasses import replace
from schemas.datasets.council import COUNCIL
from schemas.datasets.common_fields import RECORD
from schemas.datasets.dataset import Field, Holder, Reads, Treat, fields

not_a_dataset = 7
prescribed = COUNCIL[0]
duty = replace(COUNCIL[2], id="local-duty")

open_fields = fields(RECORD, Field("story", "x", reads=Reads.TEXT, treat=Treat.KEEP))
strict = fields(RECORD, Field("recorded", "x", reads=Reads.DATE, rules=("no-such-rule",)))
council = (Holder("council", "x", certain=False),)
free_text = replace(
    COUNCIL[2], id="local-open", columns=open_fields, schemes={}, holders=council
)
no_rule = replace(COUNCIL[2], id="local-rule", columns=strict, schemes={}, holders=council)
no_theme = replace(
    COUNCIL[2], id="local-theme", columns=RECORD, schemes={}, holders=council, theme="fun"
)
no_list = replace(no_theme, id="local-list", theme="", schemes={"fun": frozenset()})
fine_health = replace(
    COUNCIL[2], id="local-fine", holders=(Holder("health", "x", certain=False),)
)
"""


def test_what_is_no_sound_declaration_is_refused_and_the_rest_goes_on(tmp_path, monkeypatch):
    (tmp_path / "broken_local.py").write_text(BROKEN)
    monkeypatch.syspath_prepend(tmp_path)
    names = (
        "not_a_dataset",
        "prescribed",
        "duty",
        "free_text",
        "no_rule",
        "no_theme",
        "no_list",
        "fine_health",
        "absent",
    )
    points = [EntryPoint(name, f"broken_local:{name}", GROUP) for name in names]
    found, refused = load(points)
    assert found == {}
    assert refused == {
        "not_a_dataset": "it is no Dataset",
        "prescribed": "its id does not begin with local-",
        "duty": "it says that it is a duty, which no local dataset is",
        "free_text": "what is shared in story is held to no list",
        "no_rule": "there is no rule no-such-rule",
        "no_theme": "there is no theme fun",
        "no_list": "there is no code list fun",
        "fine_health": "health data is shared with the outward code, and nothing finer",
        "absent": "it can't be loaded (AttributeError)",
    }
