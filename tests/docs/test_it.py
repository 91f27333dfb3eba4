"""The page for IT names every file that a quarter's work leaves on a computer."""

import re
from fnmatch import fnmatch
from pathlib import Path

from tests.docs.test_architecture import ROOT

PAGE = (ROOT / "docs/it.md").read_text(encoding="utf-8")
# What officers name themselves, and what they asked for.
_THEIRS = (
    "*.csv",
    "*.html",
    "*.xlsx",
    "*.txt",
    "assessment-*.toml",
    "assessment-*/*.md",
    "merged/*",
)

_LISTENS = "exchange/page/server.py"


def named() -> list[str]:
    rows = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    return [pattern for row in rows for pattern in re.findall(r"`([^`]+)`", row)]


def test_every_file_of_a_played_quarter_is_named(demonstration: Path):
    patterns, unnamed = named(), set()
    for folder in (demonstration / "d").glob("westshire-*"):
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert files
        for file in files:
            name = str(file.relative_to(folder))
            if not any(fnmatch(name, one) for one in (*patterns, *_THEIRS)):
                unnamed.add(name)
    assert unnamed == set()


def test_no_other_place_is_opened_by_the_program():
    """Every import that could connect is in the stores, which connect to the shared folder."""
    connects = re.compile(
        r"^\s*(?:import|from) (?:socket|http|urllib\.request|requests|httpx)\b", re.M
    )
    parts = ("exchange", "schemas", "depersonalise", "partners")
    found = {
        str(path.relative_to(ROOT))
        for part in parts
        for path in (ROOT / part).rglob("*.py")
        if connects.search(path.read_text(encoding="utf-8"))
    }
    assert _LISTENS in found  # at 127.0.0.1, while the officer's page is open
    assert "connect" not in (ROOT / _LISTENS).read_text(encoding="utf-8")
    found.remove(_LISTENS)
    assert all(name.startswith("exchange/stores/") for name in found), found
