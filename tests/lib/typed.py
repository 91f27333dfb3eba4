"""From a table drawn as text to checked and depersonalised rows, as a submission does it."""

import secrets
import tempfile
from datetime import date
from pathlib import Path

import polars as pl

from depersonalise.depersonalise import Depersonalised, depersonalise
from depersonalise.policy import Policy
from schemas.areas import Area
from schemas.checks import check
from schemas.checks.check import Outcome
from schemas.checks.select import Selected, select
from schemas.datasets.registry import DATASETS
from schemas.extract.file import read
from schemas.extract.mapping import Mapping, by_aliases
from schemas.extract.parse import parse
from schemas.extract.places import PlaceLookup
from schemas.quarters import Covered

AREAS = (Area("E07999901", "Westshire", frozenset({"WZ1", "WZ2", "M1", "SW1A"})),)
TODAY = date(2026, 11, 1)


def selected(
    dataset: str,
    text: str,
    mapping: Mapping | None = None,
    *,
    areas: tuple[Area, ...] = AREAS,
    nation: str = "england",
    places: PlaceLookup | None = None,
) -> Selected:
    """Read a table whose cells are separated by stripes or commas."""
    lines = [",".join(c.strip() for c in ln.split("|")) for ln in text.strip().splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        raw = read(path)
    one = DATASETS[dataset]
    mapping = mapping or by_aliases(one, raw.headings)
    places = places or PlaceLookup(lambda codes: codes & {"WZ1", "WZ2", "M1"})
    typed = parse(raw, one, mapping, places, nation)
    return select(typed, one, areas)


def outcome(
    dataset: str, text: str, covered: str = "2026Q3", mapping: Mapping | None = None
) -> Outcome:
    return check.check(selected(dataset, text, mapping), Covered.parse(covered), TODAY)


def shared(
    dataset: str,
    text: str,
    mapping: Mapping | None = None,
    nation: str = "england",
    *,
    version: int = 0,
) -> pl.DataFrame:
    """Return what leaves of an extract, in the order of its lines, each with its record's id."""
    done = depersonalised(dataset, text, mapping, nation, version=version)
    return with_ids(done)[done.origin["line"].arg_sort()]


def with_ids(done: Depersonalised) -> pl.DataFrame:
    """Return what leaves, each row with its id before it."""
    return done.rows.select(done.ids, pl.all().exclude("record_id"))


def depersonalised(
    dataset: str,
    text: str,
    mapping: Mapping | None = None,
    nation: str = "england",
    *,
    version: int = 0,
) -> Depersonalised:
    chosen = selected(dataset, text, mapping, nation=nation)
    done = check.check(chosen, Covered.parse("2026Q3"), TODAY)
    assert done.checked is not None, [f.rule.id for f in done.findings]
    return depersonalise(done.checked, secrets.token_bytes, Policy(version=version))


def broken(done: Outcome) -> dict[str, tuple[int, ...]]:
    """Return which lines broke which rule, what is about columns aside."""
    return {f.rule.id: f.lines for f in done.findings if f.rule.id != "column-not-ours"}
