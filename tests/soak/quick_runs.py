"""A plug-in for pytest that makes each of many runs of the same few tests cheap, and harmless.

A run that is to fail need not find the smallest example that fails, nor time any. What is in
memory before the run is not garbage, so nothing looks through it.

mutmut ends a run that takes too long by the number of its process, and does so after the run has
ended too. By then another program may have that number, so here it ends its own processes alone.
"""

import gc
import os
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, Phase, settings
from mutmut.workers import timeout

from tests.soak.mutation import kill_child

settings.register_profile(
    "quick runs",
    database=None,
    deadline=None,
    derandomize=True,
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("quick runs")


timeout.os = SimpleNamespace(kill=kill_child, getpid=os.getpid)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run tests of one case before those of many."""
    items.sort(key=lambda item: hasattr(getattr(item, "obj", None), "hypothesis"))
    gc.freeze()
