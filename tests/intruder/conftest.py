"""Worlds that were sent and pulled, each once in a run."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tests.intruder.released import Released, founded, received, send, send_other
from tests.intruder.twins import OTHERS, Twins, as_csv, beside_twins, happened_with, with_arson
from tests.intruder.worlds import NAMES, world
from tests.lib.partnership import Partnership

ARSONS = 240  # more than any place has in a quarter, so that some are domestic
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
def beside_others(
    request: pytest.FixtureRequest, seed: int, once: Callable[..., Path], wide: Partnership
) -> tuple[Released, dict[str, Twins]]:
    """A world with fires, and the other datasets that hold some of its crimes, as pulled."""
    made = with_arson(world(request.param, seed), ARSONS, seed)
    rows = {name: happened_with(other, made, seed) for name, other in OTHERS.items()}

    def fill(folder: Path) -> None:
        partnership = wide.copy(folder)
        send(partnership, made.extract())
        for name, other in OTHERS.items():
            send_other(partnership, other.sender, name, as_csv(other, rows[name]))

    root = once(f"others-{made.name}-{seed}", fill)
    return received(root, made), {
        name: beside_twins(
            other,
            rows[name],
            pl.read_parquet(root / f"{name}.parquet"),
            pl.read_parquet(root / f"{name}-origin.parquet"),
        )
        for name, other in OTHERS.items()
    }
