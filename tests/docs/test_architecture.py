"""The map of the code names the packages that there are, and the layers that are held."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAP = (ROOT / "docs/ARCHITECTURE.md").read_text(encoding="utf-8")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]
LAYERS = {
    contract["containers"][0]: [re.findall(r"\w+", layer) for layer in contract["layers"]]
    for contract in CONTRACTS
    if "containers" in contract
}
MOST = 20  # packages and modules at the first level of exchange


def packages_of(root: str) -> set[str]:
    return {path.parent.name for path in (ROOT / root).glob("*/__init__.py")}


def rows_of(heading: str) -> list[str]:
    part = MAP.split(heading)[1].split("\n#")[0]
    return re.findall(r"^\| `([\w/]+)/` \|", part, re.M)


def test_it_names_each_package_of_exchange_from_the_top():
    named = rows_of("### exchange, from the top")
    assert set(named) == packages_of("exchange")
    level = {name: number for number, layer in enumerate(LAYERS["exchange"]) for name in layer}
    assert [level[name] for name in named] == sorted(level[name] for name in named)


@pytest.mark.parametrize("root", ["partners", "depersonalise", "schemas"])
def test_it_names_each_package_below_from_the_top(root):
    rows = rows_of("### partners, depersonalise and schemas")
    named = [row.split("/")[1] for row in rows if row.startswith(f"{root}/")]
    assert set(named) == packages_of(root) - {"data"}
    level = {name: number for number, layer in enumerate(LAYERS[root]) for name in layer}
    assert [level[name] for name in named] == sorted(level[name] for name in named)


def test_each_module_of_exchange_beside_the_packages_is_named():
    modules = {path.stem for path in (ROOT / "exchange").glob("*.py")} - {"__init__", "__main__"}
    assert {name for name in modules if f"`{name}`" not in MAP} == set()
    assert len(modules) + len(packages_of("exchange")) <= MOST


def test_where_it_says_to_look_there_is_something():
    for path in re.findall(r"`((?:exchange|schemas|partners|depersonalise)/[\w/.]*)`", MAP):
        assert (ROOT / path).exists(), path


def test_only_the_command_line_reads_the_clock_and_looks_for_the_working_folder():
    reads = re.compile(r"\b(?:datetime\.now|date\.today|time\.time|Path\.cwd|os\.getcwd)\b")
    modules = [path for root in LAYERS for path in (ROOT / root).rglob("*.py")]
    found = {
        path.relative_to(ROOT).as_posix()
        for path in modules
        if reads.search(path.read_text("utf-8"))
    }
    start = "exchange/__main__.py"  # of the command line
    assert {path for path in found if not path.startswith(("exchange/cli/", start))} == set()
