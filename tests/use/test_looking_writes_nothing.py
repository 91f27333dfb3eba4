"""What looks at an extract, or at the log, leaves no file in the store and none in the profile."""

from pathlib import Path

import pytest

from tests.lib.extracts import crimes

LOOKS = [
    ("check", "FILE"),
    ("preview", "FILE"),
    ("preview", "FILE", "--evidence", "evidence.html"),
    ("source", "map", "FILE", "--dataset", "police-crime"),
]


def held(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return every file in a folder, with the time at which it was last changed."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("command", LOOKS, ids=[command[0] for command in LOOKS])
def test_looking_at_an_extract_changes_nothing_in_the_store(partnership, command):
    p = partnership
    file = p.extract("police", "crime.csv", crimes(30))
    typed = [str(file) if word == "FILE" else word for word in command]
    before = held(p.share)
    p.run("police", *typed)
    assert held(p.share) == before
