"""Worlds that were sent and pulled, each once in a run."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tests.intruder.released import Released, founded, received, send, send_callouts
from tests.intruder.twins import Callouts, beside_callouts, callouts, callouts_csv
from tests.intruder.worlds import NAMES, world
from tests.lib.partnership import Partnership

SEEDS = (1, *(pytest.param(seed, marks=pytest.mark.soak("intruder")) for seed in range(2, 6)))


@pytest.fixture(scope="session")
def wide(once: Callable[..., Path]) -> Partnership:
    """A partnership that has the outward codes of all worlds. Copy it before it is used."""
    return Partnership(once("wide", founded))


@pytest.fixture(scope="module", params=SEEDS)
def seed(request: pytest.FixtureRequest) -> int:
    return request.param


@pytest.fixture(scope="module", params=NAMES)
def released(
    request: pytest.FixtureRequest, seed: int, once: Callable[..., Path], wide: Partnership
) -> Released:
    """One of the five worlds, and what an analyst pulled of it."""
    made = world(request.param, seed)

    def fill(folder: Path) -> None:
        send(wide.copy(folder), made.extract())

    return received(once(f"released-{made.name}-{seed}", fill), made)


@pytest.fixture(scope="module", params=("city", "rural"))
def released_without_dwelling(
    request: pytest.FixtureRequest, seed: int, once: Callable[..., Path], wide: Partnership
) -> Released:
    """A world whose extract does not say what was in a dwelling."""
    made = world(request.param, seed)

    def fill(folder: Path) -> None:
        send(wide.copy(folder), made.extract(without="dwelling"))

    return received(once(f"no-dwelling-{made.name}-{seed}", fill), made)


@pytest.fixture(scope="module", params=("city", "rural"))
def shared_by_both(
    request: pytest.FixtureRequest, seed: int, once: Callable[..., Path], wide: Partnership
) -> tuple[Released, Callouts]:
    """A world, and the callouts to it, as an analyst pulled both."""
    made = world(request.param, seed)
    happened = callouts(made, seed)

    def fill(folder: Path) -> None:
        partnership = wide.copy(folder)
        send(partnership, made.extract())
        send_callouts(partnership, callouts_csv(happened))

    root = once(f"callouts-{made.name}-{seed}", fill)
    names = ("callouts", "callouts-origin")
    table, origin = (pl.read_parquet(root / f"{name}.parquet") for name in names)
    return received(root, made), beside_callouts(happened, table, origin)
