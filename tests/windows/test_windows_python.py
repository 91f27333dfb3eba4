"""The program on a Python for Windows, under Wine: long, so a part of the soak."""

import json

import pytest

from tests.windows.journey import play
from tests.windows.vehicle import Vehicle, make

pytestmark = [pytest.mark.soak("windows"), pytest.mark.needs("wine")]


@pytest.fixture(scope="module")
def vehicle(tmp_path_factory) -> Vehicle:
    return make(tmp_path_factory.mktemp("windows") / "vehicle")


def test_an_officer_sends_a_quarter_and_gets_a_receipt(vehicle, tmp_path):
    told = play(vehicle, tmp_path / "westshire")
    assert [ended for _, _, ended in told] == [0] * 12, told[-1]
    assert (tmp_path / "westshire/police/receipt.zip").is_file()
    assert list((tmp_path / "westshire/council/combined").rglob("*.parquet"))


def test_the_demonstration_is_played(vehicle, tmp_path):
    played = vehicle.run("demo", "demo-partnership", "--quarters", "1", cwd=tmp_path)
    assert played.returncode == 0, played.stdout
    assert (tmp_path / "demo-partnership").is_dir()


_MOVES = """
import json
from pathlib import Path
from exchange.files import is_held, publish, replace, retry_while_held, temporary_file
from exchange.profile.own_folder import make_own
told = {}
Path("taken").write_bytes(b"old")
with temporary_file(Path("taken")) as (file, written):
    file.write(b"new")
    try:
        publish(file, written, Path("taken"))
    except FileExistsError:
        told["published"] = Path("taken").read_text()
with open("taken", "rb"):
    try:
        replace(Path("taken"), b"new")
    except OSError as fault:
        told["held"] = is_held(fault)
replace(Path("taken"), b"new")
told["replaced"] = Path("taken").read_text()
told["left"] = sorted(path.name for path in Path().iterdir())
own = make_own(Path(".exchange"))
told["hidden"] = bool(own.stat().st_file_attributes & 2)
print(json.dumps(told))
"""


def test_a_taken_name_is_kept_and_a_file_in_use_is_known(vehicle, tmp_path):
    done = vehicle.script(_MOVES, cwd=tmp_path)
    told = json.loads(done.stdout)
    assert told.pop("hidden")
    assert told == {"published": "old", "held": True, "replaced": "new", "left": ["taken"]}


_LONG = """
from pathlib import Path
from exchange.stores.folder import FolderStore
store = FolderStore(Path("..", Path().resolve().name, *["a" * 60] * 4, "share"))
store.set_up()
name = f"bundles/{'0' * 64}.age"
store.publish(name, b"sealed", "tag")
assert store.read(name, 100) == b"sealed"
assert store.read("bundles/other.age", 100) is None
assert store.names("bundles") == [name.partition("/")[2]]
store.destroy(name)
print(len(str(Path().resolve() / store.root / name)), store._folder[:4])
"""


def test_a_store_with_a_long_path_is_reached_by_the_form_that_allows_it(vehicle, tmp_path):
    done = vehicle.script(_LONG, cwd=tmp_path)
    length, form = done.stdout.split()
    assert int(length) > 260
    assert form == "\\\\?\\"
