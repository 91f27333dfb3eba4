"""Every data file, and every library that is installed with the program, has a known licence."""

import re
import subprocess
from fnmatch import fnmatch
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PERMISSIVE = re.compile(
    r"MIT|0?BSD|Apache|ISC|PSF|Zlib|CC0|Python Software|Mozilla Public|Vega-Altair", re.IGNORECASE
)
# Licences that ask for more than a notice: each is named in NOTICES.md.
NAMED = {"asyncssh": "EPL", "python-stdnum": "LGPL", "certifi": "MPL"}


def notices(heading: str) -> list[list[str]]:
    """Return the rows of the table under a heading of NOTICES.md."""
    text = (ROOT / "NOTICES.md").read_text(encoding="utf-8")
    part = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")][1:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def data_files() -> list[str]:
    packages = ("exchange", "schemas", "depersonalise", "partners")
    done = subprocess.run(
        ["git", "ls-files", *packages], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in done.stdout.splitlines() if not name.endswith((".py", "py.typed"))]


def test_every_data_file_has_its_source_licence_and_date():
    rows = notices("Code lists") + notices("Data files")
    for name in data_files():
        own = [row for row in rows if fnmatch(name, row[0])]
        assert len(own) == 1, f"add a row for {name} to NOTICES.md, with its licence"
        assert all(own[0]), name
    for row in rows:
        assert any(fnmatch(name, row[0]) for name in data_files()), f"{row[0]} is not there"


def requirements(name: str, found: dict[str, str]) -> dict[str, str]:
    """Return the licences of what a distribution requires, and of what that requires."""
    try:
        told = distribution(name)
    except PackageNotFoundError:  # for another system
        return found
    meta = told.metadata
    kinds = [c for c in meta.get_all("Classifier") or [] if c.startswith("License")]
    found[name] = " ".join(
        [meta.get("License-Expression") or "", (meta.get("License") or "")[:60], *kinds]
    )
    for line in told.requires or []:
        one = re.match(r"[A-Za-z0-9._-]+", line)
        assert one is not None
        other = one.group().lower().replace("_", "-")
        if other not in found and ("extra ==" not in line or name == "csp-exchange"):
            requirements(other, found)
    return found


def test_every_library_has_a_licence_that_is_known():
    found = requirements("csp-exchange", {})
    assert found.pop("csp-exchange").split() == ["Apache-2.0"]
    assert len(found) > 20
    listed = {row[0]: row[1] for row in notices("Libraries")}
    for name, licence in found.items():
        if name in NAMED:
            assert NAMED[name] in licence.replace("Mozilla Public License", "MPL"), name
            assert NAMED[name] in listed[name]
        else:
            assert PERMISSIVE.search(licence), f"{name}: {licence}"


@pytest.mark.parametrize("name", ["LICENSE", "NOTICES.md"])
def test_the_licence_is_installed_with_the_program(name):
    files = distribution("csp-exchange").metadata.get_all("License-File")
    assert files is not None
    assert name in files
