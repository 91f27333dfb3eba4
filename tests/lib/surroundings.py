"""What a shell, a terminal or a company sets for every program: no test depends on it."""

import locale
import os
import re

import pytest

# Of terminals, of Python, of sync clients, and of stores (access to them).
_CHANGES_RESULTS = re.compile(
    r"COLUMNS|LINES|TERM|NO_COLOR|FORCE_COLOR|PYTHONSAFEPATH|OneDrive\w*|(AWS|AZURE|GOOGLE|GCLOUD|SSH)_\w+"
)
_THIS_MACHINE = "127.0.0.1,localhost"  # services of tests, which no proxy reaches


def leave_out() -> None:
    """Take out of the environment of the tests, and of what they start, what would change them.

    Raises:
        pytest.UsageError: tests would read files otherwise than as UTF-8.
    """
    if locale.getpreferredencoding(do_setlocale=False).lower() != "utf-8":
        raise pytest.UsageError("set PYTHONUTF8=1: tests read and write files as UTF-8")
    for name in [name for name in os.environ if _CHANGES_RESULTS.fullmatch(name)]:
        del os.environ[name]
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = _THIS_MACHINE
