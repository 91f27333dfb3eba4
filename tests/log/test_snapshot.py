"""What follows from a log is the same, whether it is replayed or resumed from a snapshot."""

import dataclasses
import errno
import json
import random
from functools import cache
from pathlib import Path

import pytest

from exchange import age
from exchange.errors import LogBroken
from exchange.keys import cards
from exchange.log import replay, snapshot
from exchange.log.cache import EntryCache
from exchange.log.log import Log
from exchange.log.replay import Replay
from exchange.log.snapshot import SnapshotFile
from exchange.log.trust import Founding, VerifiedTree, VerifiedTreeFile
from exchange.stores.folder import FolderStore
from partners.entries import canonical_json
from partners.register import returns
from schemas.codes import vocabularies
from schemas.datasets import dataset
from schemas.quarters import Covered, Quarter
from tests.lib.both_ways import hold_to, resumed_at
from tests.lib.fuzzed_logs import DATASETS, Fuzzed
from tests.lib.soak import share
from tests.vectors.world import OFFICES, World, officer, said, statement

# Logs of each kind in `make test`: any, one with a quarter in which something is left to do since a
# first snapshot, and one that a single coordinator asks to have suspended.
SHORT = (*range(8), 52, 100)
LONG = 5000
QUARTERS = ("2026Q1", "2026Q2", "2026Q3", "2026Q4")
REASONS = {"withdraw": "wrong-file", "nil": "none-recorded", "purge": "retention"}


class Returned(Fuzzed):
    """A log of what partners return and say of it, most of which has effect."""

    def __init__(self, seed: int) -> None:
        self.random, self.world = random.Random(seed), World().found()
        for who in ("ambulance", "fire"):
            self.world.enrol(who)
        self.ids: list[tuple[str, str]] = []
        for number in range(60):
            by = self.random.choice(("council", "police", "police", "ambulance", "fire"))
            kind, fields = self.said(by)
            if self.random.random() < 0.2:  # of partners, keys, the protocol and datasets
                by, kind, fields = self.entry()
            line = self.world.line(kind, **fields)
            line["id"] = f"{self.random.getrandbits(128):032x}"
            if self.ids and self.random.random() < 0.2:
                line["id"] = self.random.choice(self.ids)[1]
            if kind in ("submit", "nil"):
                self.ids.append((by, line["id"]))
            line["time"] = f"2026-10-{10 + number // 10}T09:{number % 10:02d}:00Z"
            self.world.append(self.world.signed(by, canonical_json.write(line)))

    def said(self, by: str) -> tuple[str, dict]:
        draw = self.random
        kind = draw.choice((*["submit"] * 5, "nil", "withdraw", "purge", "suspend", "suspend"))
        if kind in ("submit", "nil"):
            quarter = draw.choice(QUARTERS)
            month = 3 * int(quarter[-1]) - draw.randrange(3)
            days = draw.choice((Covered.month(2026, month), Covered.whole(Quarter.parse(quarter))))
            fields = {"dataset": DATASETS[by], "part": draw.choice(("", "", "north"))}
            fields["covered"] = {"first": str(days.first), "last": str(days.last)}
            if kind == "nil":
                return kind, said(by, **fields, reason=REASONS[kind])
            held = draw.choice(({}, {}, {"held": "1-4"}))
            fields["counts"] = {"rows_in": "10-49", "accepted": "10-49", "left_out": held}
            enrolled = ("council", "police", "ambulance", "fire")
            fields["recipients"] = [
                {"who": f"{who}/{OFFICES[who][1]}", "key": officer(who).signer}
                for who in draw.choice((enrolled, enrolled, enrolled[:3]))
            ]
            return kind, statement(by, **fields, quarter=quarter)
        owner, named = draw.choice(self.ids) if self.ids else ("council", "ab" * 16)
        if kind == "suspend":
            suspended = draw.random() < 0.7
            reason = "contents-in-doubt" if suspended else "lifted"
            by_coordinator = said(by, entry=named, suspended=suspended, reason=reason)
            return kind, {"format": 6} | by_coordinator
        reason = "destroyed-here" if owner != by and kind == "purge" else REASONS[kind]
        return kind, said(by, entry=named, reason=reason)


def same_both_ways(kind: type[Fuzzed], seed: int) -> int:
    """Draw a log of a kind; return how many entries it has, none where it can't be read."""
    draw = random.Random(seed)
    files, founding = files_of(kind(seed).world)
    try:
        whole = replayed(files, founding)
    except LogBroken:
        return 0
    cuts = sorted(draw.sample(range(1, len(files) + 1), min(3, len(files))))
    hold_to(whole, resumed_at(cuts, files, founding, known_of(whole)), seed)
    return len(files)


def files_of(world: World) -> tuple[list[bytes], Founding]:
    """Return the entries of a log, and its founding."""
    files = [data for name, data in sorted(world.files.items()) if name.startswith("log/")]
    return files, Founding(*world.founding.split(":")[1:])


def replayed(files: list[bytes], founding: Founding) -> Replay:
    whole = Replay.begin(founding, "here")
    for data in files:
        whole.take(whole.read(data))
    return whole


def known_of(whole: Replay) -> VerifiedTree:
    """Return what a client that has read all of a log remembers of it."""
    odd = frozenset(whole.unread), frozenset(whole.unsigned)
    return VerifiedTree(whole.tree.size, whole.tree.root.hex(), *odd)


@pytest.mark.parametrize("kind", [Fuzzed, Returned])
def test_a_log_drawn_at_random_is_the_same_both_ways(kind):
    read = [same_both_ways(kind, seed) for seed in SHORT]
    assert sum(map(bool, read)) > len(SHORT) / 2


@pytest.mark.soak("snapshot")
@pytest.mark.parametrize("kind", [Fuzzed, Returned])
def test_many_logs_drawn_at_random_are_the_same_both_ways(kind, request):
    for seed in range(share(request.config, LONG)):
        same_both_ways(kind, seed)


@cache
def returned(seed: int) -> World:
    return Returned(seed).world


class Machine:
    """An officer's computer, and a store that grows."""

    def __init__(self, folder: Path, key: bytes = b"the profile's key") -> None:
        self.world, self.store, self.own = returned(3), folder / "share", folder / "own"
        self.files = [self.world.files[f"log/{n:08d}"] for n in range(self.world.tree.size)]
        for name in ("log", "witness", "bundles"):
            (self.store / name).mkdir(parents=True)
        self.own.mkdir()
        self.pinned = Founding(*self.world.founding.split(":")[1:])
        self.memory = VerifiedTreeFile(self.own / "memory.json")
        self.snapshot_file = SnapshotFile(self.own / "snapshot", key, every=1)

    def grow(self, size: int) -> None:
        for position, data in enumerate(self.files[:size]):
            (self.store / f"log/{position:08d}").write_bytes(data)

    def open(
        self, *, snapshot_file: SnapshotFile | None = None, pinned: Founding | None = None
    ) -> Log:
        cache = EntryCache(self.own / "mirror")
        return Log.open(
            FolderStore(self.store), pinned or self.pinned, self.memory, cache=cache,
            snapshot=snapshot_file or self.snapshot_file,
        )  # fmt: skip

    def hold(self, log: Log) -> None:
        """Hold a log to a whole replay of as many entries."""
        hold_to(replayed(self.files[: log.tree.size], self.pinned), log.replay, 0)


def is_resumed(log: Log) -> bool:
    return log.register.all_returns.earlier is not None


@pytest.fixture
def machine(tmp_path) -> Machine:
    """One that has read 40 entries, and kept a snapshot of them."""
    machine = Machine(tmp_path)
    machine.grow(40)
    assert not is_resumed(machine.open())
    return machine


def test_only_what_is_new_is_replayed(machine, monkeypatch):
    machine.grow(50)
    taken = []
    take = Replay.take
    monkeypatch.setattr(Replay, "take", lambda replay, one: (taken.append(one), take(replay, one)))
    log = machine.open()
    assert is_resumed(log)
    assert len(taken) == 10
    monkeypatch.undo()
    machine.hold(log)
    assert machine.snapshot_file.read(machine.pinned).size == 50


@pytest.mark.parametrize("at", [0, 64, 65, 0.5, -1])
@pytest.mark.parametrize("cut", [False, True])
def test_one_that_is_damaged_or_cut_off_is_ignored_and_made_again(machine, at, cut):
    good = machine.snapshot_file.path.read_bytes()
    position = int(at * len(good)) if isinstance(at, float) else at % len(good)
    bad = good[:position] + bytes([good[position] ^ 1]) + good[position + 1 :]
    machine.snapshot_file.path.write_bytes(good[:position] if cut else bad)
    log = machine.open()
    assert not is_resumed(log)
    machine.hold(log)
    assert machine.snapshot_file.path.read_bytes() == good
    assert is_resumed(machine.open())


def test_one_of_another_profile_another_log_or_other_rules_is_ignored(machine, monkeypatch):
    other = dataclasses.replace(machine.snapshot_file, key=b"another profile's")
    assert not is_resumed(machine.open(snapshot_file=other))  # and is made again
    assert not is_resumed(machine.open())
    assert machine.snapshot_file.read(dataclasses.replace(machine.pinned, entry="00" * 32)) is None
    assert is_resumed(machine.open())
    monkeypatch.setattr(snapshot, "_rules", lambda: "those of another release")
    log = machine.open()
    assert not is_resumed(log)
    machine.hold(log)


def test_a_program_without_its_sources_has_none(machine, monkeypatch):
    """Nothing would tell it from another release."""
    decided = set(snapshot._deciding_files())
    for module in (age.recipients, cards, dataset, vocabularies, returns, replay):
        assert Path(module.__file__) in decided
    assert Path(vocabularies.__file__).with_name("lists.csv") in decided
    machine.snapshot_file.path.unlink()
    snapshot._rules.cache_clear()
    monkeypatch.setattr(snapshot, "__file__", f"{snapshot.__file__}c")
    machine.hold(machine.open())
    assert not machine.snapshot_file.path.exists()
    assert not is_resumed(machine.open())


def test_a_program_that_is_replaced_while_it_runs_keeps_one_of_its_own_rules(machine, monkeypatch):
    """An officer's page may stay open while another release is installed."""
    machine.snapshot_file.path.unlink()
    snapshot._rules.cache_clear()
    machine.snapshot_file.read(machine.pinned)  # as whenever a log is opened
    monkeypatch.setattr(snapshot, "_deciding_files", lambda: [Path(snapshot.__file__)])
    machine.open()
    snapshot._rules.cache_clear()
    assert not is_resumed(machine.open())
    snapshot._rules.cache_clear()


def test_one_that_was_rolled_back_lowers_nothing(machine):
    earlier = machine.snapshot_file.path.read_bytes()
    machine.grow(60)
    machine.open()
    machine.snapshot_file.path.write_bytes(earlier)
    log = machine.open()
    assert is_resumed(log)
    assert log.tree.size == machine.memory.read().size == 60
    machine.hold(log)
    # The store goes back with it: what is remembered still tells.
    machine.snapshot_file.path.write_bytes(earlier)
    (machine.own / "mirror").unlink()
    for position in range(40, 60):
        (machine.store / f"log/{position:08d}").unlink()
    with pytest.raises(LogBroken) as caught:
        machine.open()
    assert caught.value.id == "log-cut-short"
    assert machine.memory.read().size == 60


def test_one_of_more_than_the_memory_vouches_for_is_ignored(machine):
    memory = (machine.own / "memory.json").read_bytes()
    machine.grow(60)
    machine.open()
    (machine.own / "memory.json").write_bytes(memory)
    log = machine.open()
    assert not is_resumed(log)
    machine.hold(log)


def test_one_of_a_branch_that_the_memory_does_not_vouch_for_is_ignored(machine):
    machine.grow(60)
    log = machine.open()
    known = {"size": 60, "root": log.tree.root_at(59).hex(), "unread": [], "unsigned": []}
    (machine.own / "memory.json").write_text(json.dumps(known))
    with pytest.raises(LogBroken) as caught:  # as without a snapshot
        machine.open()
    assert caught.value.id == "log-rewritten"


@pytest.mark.parametrize("position", [2, 10, 39])
def test_an_entry_that_is_damaged_in_the_copy_is_read_from_the_store(machine, position):
    mirror = machine.own / "mirror"
    good = mirror.read_bytes()
    at = good.index(machine.files[position]) + 30
    mirror.write_bytes(good[:at] + b"#" + good[at + 1 :])
    machine.hold(machine.open())
    machine.open()  # all of the copy is looked at, and made again
    assert mirror.read_bytes() == good
    assert is_resumed(machine.open())


def test_an_entry_that_is_damaged_in_the_copy_and_in_the_store_is_refused(machine):
    bad = machine.files[10].replace(b"2026", b"2027", 1)
    mirror = machine.own / "mirror"
    mirror.write_bytes(mirror.read_bytes().replace(machine.files[10], bad))
    (machine.store / "log/00000010").write_bytes(bad)
    log = machine.open()
    for _ in range(2):  # a quarter is never read in part
        with pytest.raises(LogBroken) as caught:
            machine.hold(log)
        assert caught.value.id == "log-rewritten"


def test_a_copy_that_is_lost_while_a_log_is_open_is_read_from_the_store(machine):
    log = machine.open()
    (machine.own / "mirror").unlink()
    log.cache.cut(0)
    machine.hold(log)


def test_a_quarter_is_read_without_those_that_share_ids_with_it():
    """Officers who give their entries each other's ids make no reader read all, or too deep."""
    world, quarters = World().found().enrol("ambulance"), 12
    for number in range(2 * quarters):
        dates = Covered.whole(Quarter(2010 + (number + 1) // 2, 1))
        fields = {"part": "", "covered": {"first": str(dates.first), "last": str(dates.last)}}
        if number % 2:
            fields |= {"dataset": DATASETS["ambulance"], "reason": REASONS["nil"]}
            append(world, "ambulance", "nil", number // 2, **said("ambulance", **fields))
        else:
            fields |= {"dataset": DATASETS["police"], "quarter": str(dates.quarter)}
            append(world, "police", "submit", number // 2, **statement("police", **fields))
    for number in range(quarters):
        suspended = said(
            "council", entry=f"{number:032x}", suspended=True, reason="contents-in-doubt"
        )
        append(world, "council", "suspend", 100 + number, format=6, **suspended)
    files, founding = files_of(world)
    whole = replayed(files, founding)
    assert not whole.register.rejected
    resumed = resumed_at([len(files)], files, founding, known_of(whole))
    resumed.register.all_returns.of(Quarter(2010, 1))
    assert len(resumed.register.all_returns.earlier.unread) == quarters
    hold_to(whole, resumed_at([len(files)], files, founding, known_of(whole)), 0)


def append(world: World, by: str, kind: str, number: int, **fields: object) -> None:
    line = world.line(kind, **fields) | {"id": f"{number:032x}", "time": "2026-10-20T10:00:00Z"}
    world.append(world.signed(by, canonical_json.write(line)))


def test_two_commands_at_once_keep_a_snapshot_that_holds(machine):
    """Both have opened the log; one has read more, and either may be the last to write."""
    first = machine.open()
    machine.grow(60)
    second = machine.open()
    late = machine.snapshot_file.path.read_bytes()
    first.snapshot.keep(first._decided, first.replay, first.cache.ends)
    assert machine.snapshot_file.path.read_bytes() != late
    for log in (machine.open(), machine.open(), second):
        assert log.tree.size == 60
        assert is_resumed(log)
        machine.hold(log)


def test_a_disk_that_is_full_costs_the_snapshot_and_nothing_else(machine, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    machine.grow(60)
    monkeypatch.setattr(snapshot, "replace", full)
    log = machine.open()
    machine.hold(log)
    assert machine.snapshot_file.read(machine.pinned).size == 40


def test_a_copy_that_lacks_entries_costs_the_snapshot_and_nothing_else(machine, monkeypatch):
    machine.grow(60)
    monkeypatch.setattr(EntryCache, "append", lambda *_: None)  # as where a disk is full
    machine.hold(machine.open())
    assert machine.snapshot_file.read(machine.pinned).size == 40
    monkeypatch.undo()
    machine.hold(machine.open())


def test_a_snapshot_says_no_more_than_where_entries_lie_and_what_counts(machine):
    value = json.loads(machine.snapshot_file.path.read_bytes().partition(b"\n")[2])
    assert set(value) == set(snapshot.Decided.__slots__)
    assert "E07999901" not in str(value)  # the area of the partnership, which its entries name


def test_verify_receipts_and_pull_never_read_one(sent, monkeypatch):
    read: list[SnapshotFile] = []
    monkeypatch.setattr(SnapshotFile, "read", lambda file, _: read.append(file))
    sent.run("police", "verify")
    sent.run("police", "log", "receipt", 3, "-o", "receipt.zip")
    sent.signed("council", "pull", "merged")
    sent.signed("council", "pull", "as-of", "--as-of", "3")
    assert read == []
    sent.run("police", "status")
    assert read != []
