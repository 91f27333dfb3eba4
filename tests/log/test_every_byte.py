"""Whatever is done to any file of a small store, verify tells, and nothing false is ever pulled.

Every 97th byte, of bundles every 307th; each of them in `make soak PART=bytes`.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from exchange.errors import LogBroken
from exchange.log.cache import EntryCache
from exchange.log.log import Log
from exchange.log.trust import VerifiedTreeFile
from exchange.log.verify import StoreAudit, verify
from exchange.stores.folder import FolderStore
from tests.lib.extracts import crimes
from tests.lib.partnership import Partnership

STEPS = {"log": 97, "bundles": 307, "witness": 97}
PARTS = 20
Q = ("--dates", "2026Q3")


@pytest.fixture(scope="module")
def small(_founded, tmp_path_factory) -> Partnership:
    """A store with two submissions, seen by others, and a reader that has verified it."""
    p = _founded.copy(tmp_path_factory.mktemp("small") / "p")
    p.submit("police", p.extract("police", "crime.csv", crimes(30)), *Q)
    p.signed("ambulance", "nil", "ambulance-callouts", *Q, "--yes")
    for who in ("council", "police", "ambulance", "analysts"):
        p.run(who, "verify")
    return p


class Reader:
    """Reads a store over and over: as somebody new, and as somebody who has verified it before."""

    def __init__(self, p: Partnership, tmp_path: Path) -> None:
        self._p, self._folder = p, tmp_path
        self.store = FolderStore(p.share)
        self.pinned = p.settings("analysts").pinned()
        self.clean = self.account(known=False)
        assert self.oddities(self.clean) == []
        self.true = {s.statement.bundle_sha256 for s in self.clean.log.register.current()}

    def account(self, *, known: bool) -> StoreAudit:
        memory, sighted = self._folder / "memory.json", self._folder / "sighted"
        for path in (memory, sighted, self._folder / "mirror"):
            path.unlink(missing_ok=True)
        if known:
            profile = self._p.settings("analysts").profile
            shutil.copy(profile / "memory.json", memory)
            shutil.copy(profile / "sighted", sighted)
        # No mirror: what is lost stays lost, and is told.
        log = Log.open(self.store, self.pinned, VerifiedTreeFile(memory), whole=True)
        return verify(log, sighted, bundles=True)

    def oddities(self, found: StoreAudit) -> list[object]:
        """Return all that an account tells beside that all is well."""
        return [
            *(a.position for a in found.log.register.applied if a.rejection),
            *found.broken,
            *found.not_counting,
            *found.without_checkpoint,
            *found.witnessed.gone,
            *found.unknown_files,
        ]

    def is_told(self, what: str) -> None:
        """See that both readers are told of a damage, and that nothing false is believed."""
        for known in (False, True):
            try:
                found = self.account(known=known)
            except LogBroken:
                continue
            names = {s.statement.bundle_sha256 for s in found.log.register.current()}
            assert names <= self.true, f"{what}: something false counts"
            told = self.oddities(found)
            gone = "cosignature" in what and not known  # nobody new can miss what they never saw
            assert told or gone, f"{what}: nothing is told"


@pytest.fixture
def reader(small, tmp_path) -> Iterator[Reader]:
    kept = tmp_path / "kept"
    shutil.copytree(small.share, kept)
    yield Reader(small, tmp_path)
    shutil.rmtree(small.share)
    shutil.copytree(kept, small.share)


def files(p: Partnership) -> list[Path]:
    found = sorted(path for path in p.share.rglob("*") if path.is_file())
    assert {path.parent.name for path in found} >= {"log", "bundles", "witness"}
    return found


def damaged(path: Path, change: Callable[[bytes], bytes]) -> bytes:
    data = path.read_bytes()
    path.write_bytes(change(data))
    return data


def is_told_of_bytes(reader: Reader, path: Path, positions: Iterable[int]) -> None:
    data = path.read_bytes()
    for at in positions:
        path.write_bytes(data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :])
        reader.is_told(f"{path.name}, byte {at}")
    path.write_bytes(data)


@pytest.mark.parametrize("folder", STEPS)
def test_bytes_that_are_changed_are_told(small, reader, folder):
    paths = [one for one in files(small) if one.parent.name == folder]
    assert paths
    for path in paths:
        size, step = path.stat().st_size, STEPS[folder]
        is_told_of_bytes(reader, path, {*range(size % step, size, step), 0, size - 1})


@pytest.mark.soak("bytes")
@pytest.mark.parametrize("folder", STEPS)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_byte_that_is_changed_is_told(small, reader, folder, part):
    paths = [one for one in files(small) if one.parent.name == folder]
    assert paths
    for path in paths:
        is_told_of_bytes(reader, path, range(part, path.stat().st_size, PARTS))


def test_every_truncation_is_told(small, reader):
    for path in files(small):
        data = path.read_bytes()
        for end in {0, 1, len(data) // 2, len(data) - 1}:
            path.write_bytes(data[:end])
            reader.is_told(f"{path.name}, cut at {end}")
        path.write_bytes(data + b"\n")
        reader.is_told(f"{path.name}, one byte more")
        path.write_bytes(data)


def test_every_deletion_is_told(small, reader):
    for path in files(small):
        data = path.read_bytes()
        path.unlink()
        reader.is_told(f"{path.name}, deleted")
        path.write_bytes(data)


def test_every_file_in_the_place_of_another_is_told(small, reader):
    everything = files(small)
    for path in everything:
        data = path.read_bytes()
        for other in everything:
            if other.parent == path.parent and other != path:
                path.write_bytes(other.read_bytes())
                reader.is_told(f"{path.name} in the place of {other.name}")
        path.write_bytes(data)


def test_every_pair_of_entries_that_change_places_is_told(small, reader):
    entries = small.entries()
    for n, first in enumerate(entries):
        for second in entries[n + 1 :]:
            one, two = first.read_bytes(), second.read_bytes()
            first.write_bytes(two)
            second.write_bytes(one)
            reader.is_told(f"{first.name} and {second.name} change places")
            first.write_bytes(one)
            second.write_bytes(two)


def test_every_entry_twice_and_under_another_number_is_told(small, reader):
    entries = small.entries()
    for path in entries:
        for number in (len(entries), len(entries) + 3):
            copy = path.with_name(f"{number:08d}")
            copy.write_bytes(path.read_bytes())
            reader.is_told(f"{path.name} again as {copy.name}")
            copy.unlink()
    entries[-1].rename(entries[-1].with_name("00000099"))
    reader.is_told("the last entry renumbered")


def test_a_reader_with_a_copy_puts_back_what_was_deleted_in_the_middle(small, reader, tmp_path):
    settings = small.settings("analysts")
    mirror = EntryCache(tmp_path / "copy")
    shutil.copy(settings.profile / "mirror", tmp_path / "copy")
    shutil.copy(settings.profile / "memory.json", tmp_path / "memory.json")
    gone = small.entries()[2]
    data = gone.read_bytes()
    gone.unlink()
    memory = VerifiedTreeFile(tmp_path / "memory.json")
    log = Log.open(reader.store, reader.pinned, memory, cache=mirror, whole=True)
    assert log.put_back
    assert gone.read_bytes() == data
