"""Every log that the tests of the log and of use open is the same, replayed whole or resumed."""

import os
import subprocess
import sys

import pytest

from tests.lib.both_ways import SWITCH
from tests.soak.mutation import ROOT

TESTS = sorted(
    str(path.relative_to(ROOT))
    for folder in ("log", "use")
    for path in (ROOT / "tests" / folder).glob("test_*.py")
    if path.name != "test_snapshot.py"  # which sees to it by itself
)


@pytest.mark.soak("snapshot")
@pytest.mark.parametrize("tests", TESTS)
def test_each_log_that_is_opened_is_the_same_both_ways(tests):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", tests],
        cwd=ROOT, env={**os.environ, SWITCH: "yes"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    ends_well = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)  # all of them are long
    assert done.returncode in ends_well, done.stdout + done.stderr
