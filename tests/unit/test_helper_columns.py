"""The columns that rows carry between the stages of depersonalising are those that are declared."""

import re
import secrets
from collections import Counter
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

import depersonalise
from depersonalise.corrections import with_states
from depersonalise.depersonalise import depersonalise as depersonalised
from depersonalise.policy import Policy
from depersonalise.release import helper_columns
from depersonalise.release.batches import EarlierRelease
from depersonalise.release.helper_columns import DECIDING, TREATED, WITH_STATES
from depersonalise.treatments import treated_rows
from schemas.checks.check import Checked
from schemas.datasets.registry import DATASETS
from schemas.datasets.shared_columns import released_columns
from tests.lib.extracts import crimes
from tests.lib.typed import outcome

_DECLARED = {
    name
    for stage in vars(helper_columns).values()
    if isinstance(stage, pl.Schema)
    for name in stage
}


@pytest.fixture(scope="module")
def checked() -> Checked:
    checked = outcome("police-crime", crimes(40)).checked
    assert checked is not None
    return checked


def carried(rows: pl.DataFrame) -> dict[str, pl.DataType]:
    """Return the columns that no dataset releases."""
    released = released_columns(DATASETS["police-crime"])
    return {name: dtype for name, dtype in rows.schema.items() if name not in released}


def policies(checked: Checked) -> dict[str, Policy]:
    left = depersonalised(checked, secrets.token_bytes).released_states
    left = left.filter(pl.int_range(pl.len()) % 3 != 0)  # the others are new
    left = left.with_columns(covered=pl.lit(str(checked.covered)))
    earlier = EarlierRelease(left, (str(checked.covered),), left.select("ref", "nth").clear())
    return {
        "new": Policy(),
        "a part of a quarter": Policy(holds_protected=True),
        "a correction": Policy(earlier=earlier),
        "a correction of a part": replace(Policy(earlier=earlier), holds_protected=True),
    }


def test_each_stage_adds_what_is_declared(checked):
    dataset = checked.dataset
    for name, policy in policies(checked).items():
        treated = treated_rows(checked, policy)
        assert carried(treated) == dict(TREATED), name
        states = with_states(treated, dataset, policy)
        assert carried(states.drop(DECIDING)) == dict(WITH_STATES), name


def test_columns_that_several_modules_use_are_declared():
    used = Counter[str]()
    for path in Path(depersonalise.__file__).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.name != "helper_columns.py":
            used.update(set(re.findall(r'"(_[a-z]+)"', text)))
    shared = {name for name, modules in used.items() if modules > 1}
    assert shared - _DECLARED == set()
    assert _DECLARED - set(used) == set(), "declared, and used nowhere"
