"""What the stories share beside `tests/conftest.py`."""

import pytest

from tests.lib.partnership import OFFICERS, Partnership


@pytest.fixture
def alone(tmp_path) -> Partnership:
    """Folders of officers that belong to no partnership yet.

    A file is read and checked there as anywhere, and nothing is made ready to leave, which is most
    of what a check in a partnership costs.
    """
    for who in OFFICERS:
        (tmp_path / "alone" / who).mkdir(parents=True)
    return Partnership(tmp_path / "alone")
