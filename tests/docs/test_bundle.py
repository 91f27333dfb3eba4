"""The bundle for computers without a network: two commands, and no network is asked."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from release.bundle import ROOT, SYSTEMS, make

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
pytestmark = pytest.mark.soak("install")


def without_network() -> tuple[str, ...]:
    """Return what starts a command without any network, where this user may do that."""
    alone = ("unshare", "--net")
    if not shutil.which(alone[0]):
        return ()
    return alone if subprocess.run([*alone, "true"], check=False).returncode == 0 else ()


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    bundle = make("linux-x64", PYTHON, folder / "made")
    with zipfile.ZipFile(bundle) as file:
        file.extractall(folder / "there")
    return folder / "there"


def run(*words: object, cwd: Path) -> subprocess.CompletedProcess:
    environment = {"PATH": os.environ["PATH"], "HOME": str(cwd), "PYTHON": sys.executable}
    return subprocess.run(
        [*without_network(), *map(str, words)],
        check=False,
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="it is the bundle for Linux that is installed")
def test_it_installs_without_a_network_and_plays_the_demonstration(unpacked, tmp_path):
    installed = run("sh", unpacked / "install.sh", tmp_path / "exchange", cwd=tmp_path)
    assert installed.returncode == 0, installed.stderr
    played = run(
        tmp_path / "exchange/bin/exchange",
        "demo",
        "demo-partnership",
        "--quarters",
        "1",
        cwd=tmp_path,
    )
    assert played.returncode == 0, played.stderr
    assert (tmp_path / "demo-partnership").is_dir()


@pytest.mark.skipif(sys.platform != "linux", reason="it is the bundle for Linux that is installed")
def test_a_file_with_another_hash_is_not_installed(unpacked, tmp_path):
    there = shutil.copytree(unpacked, tmp_path / "altered")
    (wheel,) = (there / "wheels").glob("csp_exchange-*.whl")
    with zipfile.ZipFile(wheel, "a") as file:
        file.writestr("exchange/more.py", "")
    installed = run("sh", there / "install.sh", tmp_path / "exchange", cwd=tmp_path)
    assert installed.returncode != 0
    assert not (tmp_path / "exchange/bin/exchange").exists()


def test_its_hashes_are_those_of_its_wheels(unpacked):
    text = (unpacked / "requirements.txt").read_text(encoding="utf-8")
    for wheel in (unpacked / "wheels").iterdir():
        assert f"--hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}" in text


@pytest.mark.parametrize("system", [name for name in SYSTEMS if name != "linux-x64"])
def test_every_library_has_a_wheel_for_the_other_systems(system, tmp_path):
    bundle = make(system, "3.12", tmp_path)
    names = zipfile.ZipFile(bundle).namelist()
    assert any(name.startswith("wheels/csp_exchange-") for name in names)
    assert SYSTEMS[system][2] in names
    assert not [name for name in names if name.endswith(".tar.gz")]


def test_the_lock_of_the_bundle_agrees_with_the_lock_of_the_tests():
    def pinned(path: Path) -> set[str]:
        lines = path.read_text(encoding="utf-8").splitlines()
        return {line.split(" ")[0] for line in lines if "==" in line and line[0] != " "}

    assert pinned(ROOT / "release/requirements.txt") <= pinned(ROOT / "requirements.txt")
