"""Eight writers at once, killed at random, on each store: every submission is logged exactly once.

Eight submissions; a thousand in `make soak PART=stores`.
"""

import contextlib
import random
import subprocess
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from exchange.stores.folder import FolderStore
from exchange.stores.open import open_store
from exchange.stores.store import FOLDERS, Store
from tests.lib import partnership as lib
from tests.lib.partnership import Partnership
from tests.lib.processes import Processes
from tests.lib.soak import share
from tests.lib.writers import PLACES

pytestmark = pytest.mark.services
WRITERS = [f"trust-{n}" for n in range(8)]
PROCESSES = 2
FEW, MANY = 1, 125  # quarters that each writer submits: 8 submissions, and 1,000
ROWS = len(PLACES)  # and one more, which is alone and withheld
NOW = datetime(2040, 1, 10, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def crowd(once, _founded) -> Partnership:
    """A partnership in which eight ambulance trusts submit."""

    def fill(folder: Path) -> None:
        p = _founded.copy(folder)
        for who in WRITERS:
            lib.join(p, who)
            p.signed(
                who, "key", "new", "--partner", who, "--name", who, "--kind", "ambulance",
                "--contact", f"data@{who}.example",
            )  # fmt: skip
            lib.enrol(p, who)

    return Partnership(once("crowd", fill))


@pytest.fixture
def many(crowd, tmp_path) -> Partnership:
    p = crowd.copy(tmp_path / "p")
    p.set_clocks(NOW)
    return p


def moved(p: Partnership, told: str, access: Path | None) -> Store:
    """Have everybody use another store, into which all of theirs is put."""
    store = open_store(told, p.root, access)
    store.set_up()
    for folder in FOLDERS:
        for path in sorted((p.share / folder).iterdir()):
            store.publish(f"{folder}/{path.name}", path.read_bytes())
    for path in p.root.iterdir():
        if (path / "exchange.toml").exists():
            settings = p.settings(path.name)
            settings.store, settings.access = told, str(access) if access else ""
            settings.write()
    return store


class Writers:
    """Processes of several writers each, some of which are killed and started again."""

    def __init__(self, p: Partnership, processes: Processes, quarters: int) -> None:
        self._p, self._processes, self._quarters = p, processes, quarters
        self._running: dict[int, int] = {}
        self.kills = 0

    def start(self, number: int) -> None:
        self._running[number] = self._processes.start(
            "tests.lib.writers:write_all", self._p.root, NOW.isoformat(), self._quarters,
            WRITERS[number::PROCESSES], output=self._p.root / f"said-{number}",
        )  # fmt: skip

    def run(self, store: Store, kill: int, seed: int) -> None:
        """Run all to their end; as the log grows, kill one or the other so many times."""
        chance, before = random.Random(seed), len(store.names("log"))
        every = len(WRITERS) * self._quarters // max(kill, 1)
        for number in range(PROCESSES):
            self.start(number)
        try:
            while self._running:
                time.sleep(chance.uniform(0.01, 0.1))
                self._reap()
                logged = len(store.names("log")) - before
                if self._running and self.kills < kill and logged > every * self.kills:
                    number = chance.choice(list(self._running))
                    self._end(number)
                    self.kills += 1
                    self.start(number)
        finally:
            for number in self._running:
                self._end(number)
        assert self.kills == kill

    def _reap(self) -> None:
        for number, pid in list(self._running.items()):
            status = self._processes.status(pid)
            if status is not None:
                del self._running[number]
                said = (self._p.root / f"said-{number}").read_text()[-600:]
                assert status == 0, said

    def _end(self, number: int) -> None:
        self._processes.kill(self._running[number])


def all_is_well(p: Partnership, store: Store, quarters: int) -> None:
    """Every submission is there once, every reader agrees, and nothing is left lying about."""
    told = [p.run(who, "verify", "--json").json for who in ("analysts", "council", WRITERS[0])]
    assert len({(one["root"], one["size"]) for one in told}) == 1
    assert not any(e["why"] for e in told[0]["entries"])
    assert not told[0]["broken"] + told[0]["not_counting"]
    p.signed("analysts", "pull", "merged")
    rows = pl.read_parquet(p.root / "analysts/merged/dataset=ambulance-callouts")
    counted = rows.group_by("partner", "covered_from").len()
    assert counted.height == len(WRITERS) * quarters
    assert set(counted["len"]) == {ROWS}
    kinds = [e["kind"] for e in told[0]["entries"]]
    assert kinds.count("submit") == len(WRITERS) * quarters
    assert not [n for folder in FOLDERS for n in store.names(folder) if n.endswith(".part")]
    assert not list(p.root.glob("trust-*/.exchange/*/pending/*/entry"))


@pytest.fixture(
    params=[
        "folder",
        "s3",
        pytest.param("sftp", marks=pytest.mark.needs("sshd")),
        pytest.param("azure", marks=pytest.mark.needs("azurite")),
    ]
)
def store(request, many, service) -> Store:
    if request.param == "folder":
        return FolderStore(many.share)
    served = service(request.param)
    return moved(many, served.store, served.access)


@pytest.fixture
def quarters(request):
    """How many quarters each writer submits; in a slice of the soak fewer of the many."""
    return FEW if request.param == FEW else share(request.config, MANY)


LONG = pytest.param(MANY, marks=pytest.mark.soak("stores"))


@pytest.mark.parametrize("quarters", [FEW, LONG], indirect=True)
def test_eight_writers_at_once_some_of_them_killed(many, store, processes, quarters):
    Writers(many, processes, quarters).run(store, max(1, quarters // 6), seed=17)
    all_is_well(many, store, quarters)


@pytest.mark.needs("small disk")
@pytest.mark.parametrize("quarters", [FEW, LONG], indirect=True)
def test_eight_writers_on_a_disk_that_fills_up(many, tmp_path, processes, quarters):
    place = tmp_path / "small"
    place.mkdir()
    size = 12 + quarters // 4
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}m", "tmpfs", place]
    subprocess.run(mount, check=True)
    try:
        store = moved(many, str(place / "share"), None)
        over = threading.Event()

        def refusals() -> int:
            return sum(path.read_text().count("[store-full]") for path in many.root.glob("said-*"))

        def fill() -> None:
            """Leave no room until somebody was refused, then some, over and over."""
            filler = place / "filler"
            for _ in range(2 * quarters):
                before = refusals()
                while not over.wait(0.05) and refusals() == before:
                    with contextlib.suppress(OSError), filler.open("ab", buffering=0) as file:
                        while file.write(b"x" * 65_536) == 65_536:
                            pass
                filler.unlink(missing_ok=True)
                over.wait(0.4)

        filling = threading.Thread(target=fill)
        filling.start()
        try:
            Writers(many, processes, quarters).run(
                store, kill=quarters if quarters == FEW else 2, seed=5
            )
        finally:
            over.set()
            filling.join()
        (place / "filler").unlink(missing_ok=True)
        assert refusals()
        all_is_well(many, store, quarters)
    finally:
        subprocess.run(["umount", "-l", place], check=True)
