"""Entries are judged alike on another Python: CPython 3.14, as the npm package pyodide has it."""

import json
import subprocess
from pathlib import Path

import pytest

from exchange.errors import LogBroken
from exchange.log import replay
from exchange.log.replay import Replay
from exchange.log.trust import Founding
from partners.register.register import Register
from tests.lib.fuzzed_logs import Fuzzed
from tests.lib.simulation import Year
from tests.vectors import make
from tests.vectors.world import read

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FUZZED = 10  # logs
MANY = 500
pytestmark = pytest.mark.needs("pyodide")


def stores(folder: Path, seeds: range) -> dict[str, dict[str, bytes]]:
    """Return the files of logs: all vectors, logs drawn from seeds, and a played year."""
    found = {}
    for path in sorted((make.HERE / "log").glob("*.vector")):
        headers, found[path.stem] = read(path.read_bytes())
        found[path.stem]["founding"] = headers["founding"].encode()
    for seed in seeds:
        world = Fuzzed(seed).world
        found[f"seed {seed}"] = world.files | {"founding": world.founding.encode()}
    year = Year(0, folder)
    year.play()
    found["a year"] = year.store.files | {"founding": str(year.founding).encode()}
    return found


def log_of(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> dict:
    """Return the entries of a log with what was found of their signatures."""
    _, origin, first = files["founding"].decode().split(":")
    told: list[dict] = []
    parse, apply = replay.parse, replay.apply

    def parsed(text: bytes, *, known: bool = False) -> object:
        told[-1]["text"] = text.decode("utf-8", "surrogateescape")
        return parse(text, known=known)

    def applied(register: Register, entry: object, signer, cards, *, seen: bool) -> object:
        told[-1].update(
            signer=signer.to_json(), cards=[card.to_json() for card in cards], seen=seen
        )
        return apply(register, entry, signer, cards, seen=seen)

    log = Replay.begin(Founding(origin, first), "")
    with monkeypatch.context() as looked:
        looked.setattr(replay, "parse", parsed)
        looked.setattr(replay, "apply", applied)
        try:
            while (data := files.get(f"log/{log.tree.size:08d}")) is not None:
                told.append({"text": None, "signer": None, "cards": [], "seen": False})
                log.take(log.read(data))
        except LogBroken:  # it needs a newer version, or is another log
            pass
    return {"origin": origin, "entries": told}


def on_this_python(given: Path) -> list:
    """Judge them on the Python that runs the tests, by the same script."""
    told: dict = {"given": given.read_text()}
    *lines, last = (HERE / "judge_again.py").read_text().splitlines()
    exec("\n".join([*lines, f"last = {last}"]), told)
    return list(json.loads(told["last"]))


def on_another_python(given: Path) -> list:
    command = ["node", "other_python.mjs", str(ROOT), "judge_again.py", str(given)]
    done = subprocess.run(command, capture_output=True, check=False, text=True, cwd=HERE)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout.splitlines()[-1]))


def test_all_vectors_and_a_played_year_are_judged_alike(tmp_path, monkeypatch):
    assert judged_alike(stores(tmp_path / "year", range(FUZZED)), tmp_path, monkeypatch) > 600


@pytest.mark.soak("fuzz")
def test_many_logs_are_judged_alike(tmp_path, monkeypatch):
    many = stores(tmp_path / "year", range(FUZZED, FUZZED + MANY))
    assert judged_alike(many, tmp_path, monkeypatch) > 5000


def judged_alike(files: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Have both judge some logs; return of how many entries."""
    logs = {name: log_of(one, monkeypatch) for name, one in files.items()}
    given = tmp_path / "given.json"
    given.write_text(json.dumps(list(logs.values())))
    mine, theirs = on_this_python(given), on_another_python(given)
    assert theirs[0].startswith("3.14.")
    for name, here, there in zip(logs, mine[1], theirs[1], strict=True):
        assert here == there, name
    return sum(len(log["entries"]) for log in logs.values())
