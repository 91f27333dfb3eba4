"""The mutants of each module are noticed by its own unit tests."""

import subprocess
import sys

import pytest

from tests.soak.mutation import MODULES, ROOT


@pytest.mark.soak("mutation")
@pytest.mark.parametrize("module", MODULES)
def test_the_unit_tests_of_a_module_notice_its_mutants(module):
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak.mutation", "--module", module, "--processes", "1"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
