"""Worlds that were sent and pulled, each once in a run."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.intruder.released import Released, founded, received, send
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
