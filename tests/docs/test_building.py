"""What is built is the same from the same source, whatever the builder's umask and clock."""

import hashlib
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
_BUILD = "import hatchling.build as b; b.build_wheel('dist'); b.build_sdist('dist')"


def built(folder: Path, umask: int) -> dict[str, Path]:
    """Build from the files that are in the repository; return what came of it, by name."""
    folder.mkdir()
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    before = os.umask(umask)
    try:
        for name in names.stdout.decode().strip("\0").split("\0"):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
        (folder / "dist").mkdir()
        subprocess.run([sys.executable, "-c", _BUILD], cwd=folder, check=True)
    finally:
        os.umask(before)
    return {path.name: path for path in (folder / "dist").iterdir()}


@pytest.fixture(scope="module")
def twice(tmp_path_factory) -> list[dict[str, Path]]:
    folder = tmp_path_factory.mktemp("built")
    return [built(folder / f"{umask:03o}", umask) for umask in (0o022, 0o077)]


def test_two_builds_are_the_same_byte_for_byte(twice):
    first, second = (
        {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in one.items()}
        for one in twice
    )
    assert first == second
    assert len(first) == 2


def test_the_wheel_holds_the_program_its_data_and_nothing_else(twice):
    (wheel,) = (path for name, path in twice[0].items() if name.endswith(".whl"))
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {"exchange", "schemas", "depersonalise", "partners"} == {
        top for top in tops if not top.endswith(".dist-info")
    }
    for needed in (
        "exchange/py.typed",
        "schemas/codes/icd-10.csv",
        "exchange/reports/pages/page.html",
        *(f"exchange/documentation/{page.name}" for page in (ROOT / "docs").glob("*.md")),
    ):
        assert needed in names


def test_the_source_distribution_can_be_built_from(twice):
    (source,) = (path for name, path in twice[0].items() if name.endswith(".tar.gz"))
    with tarfile.open(source) as archive:
        names = [name.partition("/")[2] for name in archive.getnames()]
    for needed in ("pyproject.toml", "LICENSE", "NOTICES.md", "README.md", "exchange/cli/main.py"):
        assert needed in names
