"""What docs/stores.md says can be done while the store can't be reached."""

import pytest

from tests.lib.extracts import crimes

Q = ("--dates", "2026Q3")


@pytest.mark.parametrize("command", ["preview", "preview --evidence e.html", "partner list"])
def test_it_goes_on_with_what_was_verified_before(partnership, command):
    p = partnership
    p.run("police", "status")
    file = p.extract("police", "crime.csv", crimes(30))
    p.share.rename(p.root / "away")
    told = {
        "preview": (file, "--dataset", "police-crime", *Q),
    }.get(command.split(" ")[0], ())
    ran = p.run("police", *command.split(" "), *told)
    assert "store-unreachable" in ran.warnings
    assert "3 entries, on " in ran.err
