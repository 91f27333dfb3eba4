"""A plug-in for pytest that makes each of many runs of the same few tests cheap.

A run that is to fail need not find the smallest example that fails, nor time any. What is in
memory before the run is not garbage, so nothing looks through it.
"""

import gc

import pytest
from hypothesis import HealthCheck, Phase, settings

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run tests of one case before those of many."""
    items.sort(key=lambda item: hasattr(getattr(item, "obj", None), "hypothesis"))
    gc.freeze()
