"""Go's golang.org/x/mod/sumdb verifies an exported log with one key; so does a second reading."""

import base64
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from bench.longlog import NOW, write
from exchange.cli.group import App
from exchange.cli.main import main
from exchange.log.merkle import tree_of
from exchange.log.tiles import tile_path, tiles
from tests.lib.extracts import crimes
from tests.lib.partnership import Partnership
from tests.lib.second_reading import _note, _root, _verifies

HERE = Path(__file__).parent
GOPATH = Path("/usr/share/gocode")  # where Debian's golang-golang-x-mod-dev is


def _year(p: Partnership) -> None:
    for n in (30, 31, 32):
        p.submit("police", p.extract("police", f"{n}.csv", crimes(n)))
    p.signed("ambulance", "nil", "ambulance-callouts", "--dates", "2026Q3", "--yes")
    p.signed("council", "key", "renew")
    p.signed("council", "partner", "add", p.root / "council/council-coordinator-2.card", "--yes")
    p.signed("council", "key", "use", "council-coordinator-2.key")
    p.signed("council", "partner", "edit", "fire", "--name", "x", "--yes", status=None)
    p.signed("council", "log", "cosign", status=None)


@pytest.fixture
def exported(prepared) -> tuple[Path, str]:
    p = prepared(_year)
    told = p.run("council", "log", "export", "public", "--json").json
    folder = p.root / "council/public"
    assert told["size"] == len(list((folder / "checkpoints").iterdir())) == len(p.entries())
    assert (folder / "vkey").read_text() == told["vkey"] + "\n"
    return folder, told["vkey"]


def test_one_key_verifies_every_checkpoint_and_the_tiles_lead_to_each(exported):
    folder, vkey = exported
    name, _, told = vkey.split("+", 2)
    key = base64.b64decode(told)
    assert key[:1] == b"\x01"
    (tile,) = (path for path in (folder / "tile/0").rglob("*") if path.is_file())
    data = tile.read_bytes()
    leaves = [data[start : start + 32] for start in range(0, len(data), 32)]
    for size in range(1, len(leaves) + 1):
        text, ((signed, signature),) = _note((folder / f"checkpoints/{size:08d}").read_bytes())
        assert signed == name
        assert _verifies(key[1:].hex(), name, signature, text)
        root = base64.b64encode(_root(leaves[:size])).decode()
        assert text.decode() == f"{name}\n{size}\n{root}\n"


def _verified_by_go(folder: Path, scratch: Path) -> subprocess.CompletedProcess[str]:
    """Have Go open every checkpoint, and prove each consistent with every later one."""
    shutil.copy(HERE / "tlog/main.go", scratch)
    go = {"GOPATH": str(GOPATH), "GO111MODULE": "off", "GOCACHE": str(scratch / "cache")}
    return subprocess.run(
        ["go", "run", "main.go", str(folder)],
        cwd=scratch, env=os.environ | go, capture_output=True, check=False, text=True,
    )  # fmt: skip


@pytest.mark.needs("go")
def test_a_stock_verifier_proves_them_consistent_with_that_key(exported, tmp_path):
    folder, _ = exported
    done = _verified_by_go(folder, tmp_path)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == len(list((folder / "checkpoints").iterdir()))
    (folder / "checkpoints/00000002").write_bytes((folder / "checkpoints/00000003").read_bytes())
    (folder / "vkey").write_text((folder / "vkey").read_text().replace("/", "0", 1))
    assert _verified_by_go(folder, tmp_path).returncode == 1


@pytest.mark.needs("go")
@pytest.mark.soak("stores")
def test_a_stock_verifier_proves_a_log_of_several_tiles(tmp_path):
    entries = 300
    write(tmp_path, entries)
    app = App(now=NOW, folder=tmp_path / "police")
    assert main(["log", "export", "public"], app) == 0
    tiles_written = sorted(path.name for path in (tmp_path / "police/public/tile/0").iterdir())
    assert tiles_written == ["000", "001.p"]
    done = _verified_by_go(tmp_path / "police/public", tmp_path)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == entries
    changed = tmp_path / "police/public/tile/0/000"
    changed.write_bytes(changed.read_bytes()[32:] + bytes(32))
    assert _verified_by_go(tmp_path / "police/public", tmp_path).returncode == 1


@pytest.mark.needs("go")
def test_a_stock_verifier_proves_the_log_of_the_demonstration(demonstration, tmp_path):
    app = App(folder=demonstration / "d/westshire-council")
    assert main(["log", "export", str(tmp_path / "public")], app) == 0
    done = _verified_by_go(tmp_path / "public", tmp_path)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 30


def test_it_is_written_again_as_it_was_and_not_over_another_log(prepared):
    p = prepared(_year)
    for _ in range(2):
        p.run("council", "log", "export", "public")
    mine = {f: f.read_bytes() for f in (p.root / "council/public").rglob("*") if f.is_file()}
    p.run("police", "log", "export", "../council/public", status=2)
    assert mine == {f: f.read_bytes() for f in mine}
    (p.settings("analysts").profile / "witness.key").unlink()
    ran = p.run("analysts", "log", "export", "public", status=None)
    assert ran.refusal == "witness-not-enrolled"


def test_tiles_have_the_paths_and_widths_of_the_specification():
    assert tile_path(0, 1234067, 256) == "tile/0/x001/x234/067"
    assert tile_path(1, 0, 17) == "tile/1/000.p/17"
    tree = tree_of([bytes([n % 256]) * 32 for n in range(600)])
    found = {path: len(data) // 32 for path, data in tiles(tree)}
    assert found == {
        "tile/0/000": 256, "tile/0/001": 256, "tile/0/002.p/88": 88, "tile/1/000.p/2": 2,
    }  # fmt: skip
