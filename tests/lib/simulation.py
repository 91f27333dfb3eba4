"""A partnership's year, played from a seed: in process, on a virtual clock, in a store that fails.

Five authorities read, write, cosign and verify with the product's own log, each with a profile of
its own. Between their steps a fault is drawn: a process is killed at any of its calls to the store;
files are lost, torn, shown late, copied, put where others will want to write; a backup is restored;
one officer's clock is days off, and the same officer signs what they may not. After every step the
rules of docs/spec/log.md are held against what really happened, which the game knows.

What a year does follows from its seed alone.
"""

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

from exchange.errors import KeyRefused, LogBroken, NothingToDo, Refusal
from exchange.keys import signed_note
from exchange.log.cache import EntryCache
from exchange.log.entry_signature import sign_entry
from exchange.log.forks import accept_on_this_computer, branch_of, find_fork, remembered_entries
from exchange.log.log import Log
from exchange.log.merkle import Checkpoint, leaf_hash
from exchange.log.reader import entry_name
from exchange.log.replay import Replay
from exchange.log.snapshot import SnapshotFile
from exchange.log.trust import Founding, VerifiedTreeFile
from exchange.log.witness import cosign, read_witnesses
from exchange.stores.store import AlreadyThere, check_size
from partners.entries import canonical_json
from partners.entries.answers import Assess
from partners.entries.entry import Body, Entry, SeenTree, kind_of, written_format
from partners.entries.forks import Settle
from partners.entries.protocol import PublishProtocol
from partners.entries.returns import Nil, NotHeld, Submit
from tests.lib.both_ways import hold_to
from tests.vectors.world import OFFICES, ORIGIN, World, name_of, officer, said, statement, witness

STEPS: Final = 110
FAULTS: Final = 14  # in a year
COORDINATORS: Final = ("council", "police")
ODD: Final = "fire"  # whose clock is wrong, and who signs what they may not
SLACK: Final = timedelta(minutes=10)
QUARTERS: Final = {"2026Q3": ("2026-07-01", "2026-09-30"), "2026Q4": ("2026-10-01", "2026-12-31")}
DATASETS: Final = {
    "police": "police-crime", "council": "council-asb", "ambulance": "ambulance-callouts",
    "fire": "fire-staff-violence",
}  # fmt: skip
PROTOCOL: Final = {
    "title": "ISP", "sha256": "12" * 32, "size": 9, "smallest": 5, "domestic": {},
    "personal": False, "places": {}, "minutes": [], "local": {}, "behalf": [], "witnesses": 2,
    "review": None,
}  # fmt: skip


class Killed(BaseException):
    """The process was ended here."""


class Broken(AssertionError):
    """A rule does not hold."""


def must(holds: bool, rule: str) -> None:
    if not holds:
        raise Broken(rule)


class FailingStore:
    """Files in memory: written at a moment, shown from a moment on.

    Attributes:
        kill_in: The process is killed at so many calls from now.
        tear: Of the next file only a half is written, and the process is killed.
        race: What somebody else does just before the next entry is written.
        late: For how long the next file is not shown to others, though its name is taken.
    """

    def __init__(
        self, now: Callable[[], datetime], published: Callable[[str, bytes], None]
    ) -> None:
        self.published = published
        self.files: dict[str, bytes] = {}
        self.written: dict[str, datetime] = {}
        self.hidden: dict[str, datetime] = {}
        self.now = now
        self.kill_in: int | None = None
        self.tear = False
        self.late: timedelta | None = None
        self.race: Callable[[], None] | None = None

    def __str__(self) -> str:
        return "the share"

    def set_up(self) -> None:
        """Do nothing."""

    def sweep(self, tag: str) -> None:
        """Do nothing."""

    def destroy(self, name: str) -> None:
        self.files.pop(name, None)

    def call(self) -> None:
        if self.kill_in is not None:
            self.kill_in -= 1
            if self.kill_in < 0:
                self.kill_in = None
                raise Killed

    def is_shown(self, name: str) -> bool:
        return name in self.files and self.hidden.get(name, self.now()) <= self.now()

    def read(self, name: str, most: int) -> bytes | None:
        self.call()
        return check_size(self.files[name], most) if self.is_shown(name) else None

    def open(self, name: str) -> BinaryIO | None:
        raise NotImplementedError

    def publish(self, name: str, content: bytes | BinaryIO, tag: str = "") -> None:
        assert isinstance(content, bytes)
        self.call()
        if self.race is not None and name.startswith("log/"):
            race, self.race = self.race, None
            race()
        if self.is_taken(name):
            raise AlreadyThere(name)
        self.published(name, content)
        torn, self.tear = self.tear, False
        self.files[name] = content[: len(content) // 2] if torn else content
        self.written[name] = self.now()
        if self.late is not None:
            self.hidden[name], self.late = self.now() + self.late, None
        if torn:
            raise Killed
        self.call()

    def is_taken(self, name: str) -> bool:
        return name in self.files

    def names(self, folder: str, after: str = "") -> list[str]:
        self.call()
        start = f"{folder}/"
        names = (n.removeprefix(start) for n in self.files if n.startswith(start))
        return sorted(name for name in names if name > after)

    def written_at(self, name: str) -> datetime | None:
        return self.written.get(name)


@dataclass
class Client:
    """An authority's installation.

    Attributes:
        verified: Size and root of what it has verified, by the game's account.
        pending: An entry that may or may not have been written when the process was killed.
    """

    who: str
    folder: Path
    skew: timedelta = timedelta()
    verified: tuple[int, str] = (0, "")
    pending: tuple[bytes, Entry] | None = None
    backup: tuple[int, str] = (0, "")

    def memory(self) -> VerifiedTreeFile:
        return VerifiedTreeFile(self.folder / "memory.json")

    def cache(self) -> EntryCache:
        return EntryCache(self.folder / "mirror")

    def snapshot(self) -> SnapshotFile | None:
        """Return what was decided before; some machines keep none."""
        if self.who not in ("council", "police"):
            return None
        key = (self.folder / "witness.key").read_bytes()
        return SnapshotFile(self.folder / "snapshot", key, every=5)


@dataclass
class Written:
    """What an honest officer was told is in the log."""

    leaf: bytes
    who: str
    time: datetime
    is_return: bool


@dataclass
class Year:
    """One year.

    Attributes:
        log: What was acknowledged, by position. `seen`, the leaves that somebody verified;
            `first_seen`, when.
        forked: An honest officer wrote where another entry had been lost without a trace.
        accepted: Coordinators gave up what is lost.
        lost: The store has lost entries, or shown an earlier state.
        void: Leaves of entries that may have no effect, by position.
    """

    seed: int
    root: Path
    steps: int = STEPS
    faults: int = FAULTS
    now: datetime = datetime(2026, 10, 5, 9, tzinfo=UTC)
    log: dict[int, Written] = field(default_factory=dict)
    seen: dict[int, set[bytes]] = field(default_factory=dict)
    first_seen: dict[bytes, datetime] = field(default_factory=dict)
    forked: bool = False
    accepted: bool = False
    lost: bool = False
    void: dict[int, bytes] = field(default_factory=dict)
    played: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.draw = random.Random(self.seed)
        self.store = FailingStore(lambda: self.now, self.published)
        world = World().found()
        for who in ("ambulance", "fire", "analysts"):
            world.enrol(who)
        world.checkpoint("council")
        self.store.files |= world.files
        self.founding = Founding.of(ORIGIN, world.files[entry_name(0)])
        self.clients = {who: self._client(who) for who in OFFICES}
        self.clients[ODD].skew = timedelta(days=self.draw.choice((-40, -9, 0, 9, 40)))
        self.backup = dict(self.store.files)

    def _client(self, who: str) -> Client:
        folder = self.root / who
        folder.mkdir(parents=True)
        (folder / "witness.key").write_text(witness(who).private_bytes_raw().hex())
        return Client(who, folder, timedelta(minutes=self.draw.randrange(-2, 3)))

    # What an officer does.

    def play(self) -> None:
        """Play the year, then let everything heal, and look at what became of it."""
        self.write(self.clients["council"], PublishProtocol.from_json(dict(PROTOCOL)))
        at = set(self.draw.sample(range(5, self.steps), self.faults))
        for step in range(self.steps):
            self.now += timedelta(minutes=self.draw.randrange(5, 6000))
            if step in at:
                self.fail()
            self.step(self.draw.choice(list(self.clients.values())))
        self.heal()

    def step(self, client: Client) -> None:
        does = self.draw.choices(
            (self.read, self.write_something, self.verify, self.recall), (4, 5, 1, 1)
        )[0]
        self.try_to(does, client)
        self.store.kill_in, self.store.tear, self.store.late = None, False, None

    def try_to(self, does: Callable[[Client], None], client: Client) -> None:
        self._count(does.__name__)
        try:
            does(client)
        except Killed:
            self._count("killed")
        except Refusal as fault:
            self._count(fault.id)
            must(self._may_refuse(fault), f"{client.who} was refused: {fault.id}")

    def _may_refuse(self, fault: Refusal) -> bool:
        if isinstance(fault, LogBroken):
            return self.lost or bool(self.store.hidden)
        return not isinstance(fault, KeyRefused)

    def _count(self, name: str) -> None:
        self.played[name] = self.played.get(name, 0) + 1

    def open(self, client: Client, *, whole: bool = False) -> Log:
        """Open the log as commands do, and cosign what was seen."""
        log = Log.open(
            self.store, self.founding, client.memory(), cache=client.cache(),
            snapshot=client.snapshot(), whole=whole,
        )  # fmt: skip
        self.check(client, log)
        try:
            cosign(log, client.folder, self.now + client.skew)
        except LogBroken:
            self._count("not cosigned")
        return log

    def read(self, client: Client) -> None:
        self.open(client)

    def verify(self, client: Client) -> None:
        """Hold all of the store against the log."""
        log = self.open(client, whole=True)
        log.checkpoints.check_all(log.tree, log.register.cards)
        read_witnesses(log, client.folder / "sighted", whole=True)

    def recall(self, client: Client) -> None:
        log = Log.open_cached(
            self.store, self.founding, client.memory(), client.cache(), client.snapshot()
        )
        if log is not None:
            self.check(client, log)

    def write_something(self, client: Client) -> None:
        if client.who == "analysts":
            self.open(client)
            return
        quarter = self.draw.choice(list(QUARTERS))
        first, last = QUARTERS[quarter]
        covered = {"first": first, "last": last}
        dataset = DATASETS[client.who]
        match self.draw.randrange(5):
            case 0:
                told = {"dataset": dataset, "part": "", "reason": "none-recorded"}
                body: Body = Nil.from_json(said(client.who, covered=covered, **told))
            case 1 if client.who == "council":
                about = {"requirement": "1", "answer": "yes", "position": "", "action": ""}
                more = {"owner": "", "by": None, "page": ""}
                body = Assess.from_json(said("council", **about, **more))
            case _:
                told = statement(client.who, dataset, quarter=quarter, covered=covered)
                body = Submit.from_json(told)
        self.write(client, body)

    def write(self, client: Client, body: Body) -> None:
        """Add an entry; one that was being written when the process was killed comes first."""
        log = self.open(client)
        if client.pending is None:
            entry = Entry(
                written_format(body), ORIGIN, f"{self.draw.getrandbits(128):032x}",
                kind_of(body), (self.now + client.skew).replace(microsecond=0), log.verified_tree,
                body,
            )  # fmt: skip
            card = log.register.cards[officer(client.who).signer]
            client.pending = sign_entry(entry, card, officer(client.who)), entry
        note, entry = client.pending
        card = log.register.cards[officer(client.who).signer]
        for position, there in enumerate(log.entries):
            if there is not None and there.id == entry.id:
                client.pending = None
                if not log.register.applied[position].rejection:
                    self.acknowledged(client, log, position)
                return
        try:
            position = log.add(note, entry, card, officer(client.who))
        except Refusal as fault:
            if not isinstance(fault, LogBroken):
                client.pending = None  # it would have no effect
            raise
        client.pending = None
        must(self.store.files.get(entry_name(position)) == note, "it is not where it was said")
        checkpoint = f"witness/{position + 1:08d}.checkpoint"
        must(checkpoint in self.store.files, "no checkpoint was signed")
        self.acknowledged(client, log, position)

    # What must hold.

    def acknowledged(self, client: Client, log: Log, position: int) -> None:
        leaf = log.tree.leaves[position]
        must(not log.register.applied[position].rejection, "it was acknowledged without effect")
        if position not in self.log:
            is_return = log.register.find_return(_id(log, position)) is not None
            time = self._when(position, leaf)
            self.log[position] = Written(leaf, client.who, time, is_return)
        self.check(client, log)

    def _when(self, position: int, leaf: bytes) -> datetime:
        """Return when an entry could be seen by others, before it was lost and put back."""
        name = entry_name(position)
        there = self.store.hidden.get(name, self.store.written.get(name, self.now))
        return min(there, self.first_seen.get(leaf, there))

    def published(self, name: str, data: bytes) -> None:
        """Look at a file before an officer's program puts it into the store."""
        must(name not in self.store.files, "a file is written over another")
        if self.accepted:
            return  # what is lost is given up
        position = int(name[4:]) if name.startswith("log/") else -1
        known = self.seen.get(position, set())
        if known and self.store.tear:
            self.forked = True  # it is put back, and only a half of it
        elif known and leaf_hash(data) not in known:
            self.forked = True
            shown = [
                n for n, there in self.store.files.items() if self.is_after(n, there, position)
            ]
            must(not shown, f"it was written into a gap that could be seen: {shown}")

    def is_after(self, name: str, data: bytes, position: int) -> bool:
        """Say whether a file proves that the log had an entry at a position, and more."""
        number = name.partition("/")[2][:8]
        if not number.isdigit() or int(number) <= position:
            return False
        if name.startswith("log/"):
            known = self.log.get(int(number))
            return known is not None and known.leaf == leaf_hash(data)
        try:
            note = signed_note.parse(data)
        except signed_note.NoteBroken:
            return False
        keys = [bytes.fromhex(officer(who).signer) for who in OFFICES]
        return any(note.is_signed_by(ORIGIN, key) for key in keys)

    def check(self, client: Client, log: Log) -> None:
        """Hold what a client was shown against what it has verified, and what really happened."""
        size, root = client.verified
        must(log.tree.size >= size, f"{client.who} was shown less than it had verified")
        must(not size or log.tree.root_at(size).hex() == root, f"{client.who} was shown another")
        # What was signed after one branch has no effect in the other, if that is kept; nor
        # has what follows an entry that nobody has any more, once coordinators gave it up.
        gone_over = (self.forked or self.accepted) and log.register.settled
        for position, known in self.log.items() if not gone_over else ():
            if position < log.tree.size and log.tree.leaves[position] == known.leaf:
                why = log.register.applied[position].rejection
                must(not why, f"what had effect has none: {why}")
        acknowledged = {known.leaf for known in self.log.values()}
        for position, leaf in self.void.items():
            if position < log.tree.size and log.tree.leaves[position] == leaf:
                is_first = leaf in acknowledged and leaf not in log.tree.leaves[:position]
                counts = log.register.applied[position].rejection is None
                must(not counts or is_first, "what may not count counts")  # the original is lost
        for position, leaf in enumerate(log.tree.leaves):
            self.seen.setdefault(position, set()).add(leaf)
            self.first_seen.setdefault(leaf, self.now)
        client.verified = (log.tree.size, log.tree.root.hex())
        self.check_resumed(client, log)

    def check_resumed(self, client: Client, log: Log) -> None:
        """Hold what was resumed from a snapshot, now and then, to a whole replay."""
        if log.register.all_returns.earlier is None:
            return
        self._count("resumed")
        if self.played["resumed"] % 40 == 1:
            whole = Replay.begin(self.founding, "the copy")
            for data in islice(client.cache(), log.tree.size):
                whole.take(whole.read(data))
            hold_to(whole, log.replay, self.played["resumed"])

    def heal(self) -> None:
        """Let everybody verify; then all agree, and everybody can write; nothing honest is lost.

        After an honest fork some are stopped, and nobody was shown another log: coordinators choose
        what is kept, and what is only in the other branch is given up.
        """
        self.now += timedelta(days=30)
        self.store.hidden.clear()
        self.store.race = None
        held = {
            leaf_hash(data)
            for client in self.clients.values()
            for n, data in enumerate(client.cache())
            if n < client.verified[0]
        }
        for _ in range(2):
            self.all_read()
        self.accept_losses()
        stopped = self.all_read()
        must(not stopped, f"nothing was written over, and yet {stopped}")
        roots = {client.verified for client in self.clients.values()}
        must(len(roots) == 1, "they do not agree")
        log = self.open(self.clients["council"])
        gone = [p for p, known in self.log.items() if known.leaf not in log.tree.leaves]
        for position in gone if not self.forked else ():
            must(
                self.log[position].leaf not in held, f"log {position} is lost, and somebody has it"
            )
        for client in self.clients.values():
            if client.who != "analysts":
                self.last_word(client)
        self.check_times(self.open(self.clients["analysts"], whole=True))

    def all_read(self) -> list[str]:
        """Have everybody read all of the log; return who is stopped."""
        stopped = []
        for client in self.clients.values():
            try:
                self.open(client, whole=True)
            except LogBroken as fault:
                must(self.lost, f"{client.who} is stopped: {fault.id}")
                stopped.append(f"{client.who}: {fault.id}")
        return stopped

    def accept_losses(self) -> None:
        """Where nobody has an entry any more, have two coordinators accept the log without it.

        Who is stopped then by nothing but what they remember accepts it too.
        """
        for who in COORDINATORS * 2:
            said = self.differs(self.clients[who])
            for by in COORDINATORS if said is not None else ():
                self._count("accepted")
                self.accepted = True
                log = self.in_store()
                card = log.register.cards[officer(by).signer]
                log.write(said, card, officer(by), self.now)
        log = self.in_store()
        for client in self.clients.values():
            known = client.memory().read()
            if not log.replay.agrees(SeenTree(known.size, known.root)) and known.size:
                client.verified = (0, "")
                if not log.is_given_up(known.size, bytes.fromhex(known.root)):
                    accept_on_this_computer(
                        self.store, self.founding, client.memory(), client.cache()
                    )

    def differs(self, client: Client) -> Settle | None:
        """Return what a coordinator would give up of what was signed or read."""
        log, known = self.in_store(), client.memory()
        try:
            return find_fork(log, remembered_entries(client.cache(), known), known.read()).settle
        except NothingToDo:
            return None

    def in_store(self) -> Log:
        """Read the log in the store, whatever anybody remembers or has signed."""
        folder = self.root / f"scratch{self.played.get('read anew', 0)}"
        self._count("read anew")
        folder.mkdir()
        return branch_of(self.store, self.founding, folder)

    def last_word(self, client: Client) -> None:
        """Have an officer write once more, whatever lies about in the store."""
        told = {"dataset": DATASETS[client.who], "first": "2030Q1", "last": None, "held": False}
        client.pending = None
        self.write(client, NotHeld.from_json(said(client.who, **told, reason="not-recorded")))

    def check_times(self, log: Log) -> None:
        """Hold the times that witnesses prove against those at which entries really came."""
        seen = read_witnesses(log, self.root / "sighted", whole=True)
        for position, known in self.log.items():
            if position >= log.tree.size or log.tree.leaves[position] != known.leaf:
                continue
            proved = seen.proved_time(position, known.who, 2)
            if proved.before is not None:
                must(proved.before >= known.time - SLACK, f"log {position} was seen too early")
            if proved.after is not None and not self.lost:
                must(proved.after <= known.time + SLACK, f"log {position} was falsely late")

    # What goes wrong.

    def fail(self) -> None:
        fault = self.draw.choice((
            self.kill, self.kill, self.tear, self.show_late, self.gap, self.gap,
            self.overtake, self.overtake, self.lose_entry, self.lose_look,
            self.copy, self.junk, self.insider, self.insider, self.stranger, self.forget,
            self.restore_profile, self.restore_store, self.back_up, self.spoil_copy,
        ))  # fmt: skip
        self._count(fault.__name__)
        fault()

    def kill(self) -> None:
        self.store.kill_in = self.draw.randrange(14)

    def tear(self) -> None:
        self.store.tear = True

    def show_late(self) -> None:
        self.store.late = timedelta(minutes=self.draw.randrange(1, 9000))

    def lose_entry(self) -> None:
        size = self.size()
        self.lost = True
        if size > 5:
            position = self.draw.choice((size - 1, self.draw.randrange(5, size)))
            self.store.destroy(entry_name(position))

    def gap(self) -> None:
        """The newest entry is lost, and somebody with a new machine writes."""
        self.lost = True
        if self.size() > 5:
            self.store.destroy(entry_name(self.size() - 1))
        client = self.clients[self.draw.choice(("council", "police", "ambulance"))]
        self.new_machine(client)
        self.try_to(self.write_something, client)

    def overtake(self) -> None:
        """Somebody else writes at the very moment at which the next entry is written."""
        client = self.draw.choice(list(self.clients.values()))
        self.store.race = lambda: self.try_to(self.write_something, client)

    def lose_look(self) -> None:
        looks = [n for n in self.store.files if n.startswith("witness/")]
        if looks:
            self.store.destroy(self.draw.choice(looks))

    def size(self) -> int:
        """Return how many entries there are up to the first that is missing."""
        size = 0
        while entry_name(size) in self.store.files:
            size += 1
        return size

    def copy(self) -> None:
        """Somebody copies an old entry to the end."""
        self.add(self.store.files[entry_name(self.draw.randrange(self.size()))])

    def add(self, data: bytes) -> None:
        """Put an entry that may have no effect at the end."""
        self.void[self.size()] = leaf_hash(data)
        self.put(entry_name(self.size()), data)

    def put(self, name: str, data: bytes) -> None:
        """Put a file where there is none; where an entry is missing, that is a fork."""
        self.store.files.setdefault(name, data)
        if name.startswith("log/0") and int(name[4:]) in self.seen:
            self.forked = True

    def junk(self) -> None:
        """Somebody puts files where others will want to write, or beyond the end."""
        size = self.size()
        name = self.draw.choice((
            entry_name(size), entry_name(size + 2), f"witness/{size + 1:08d}.checkpoint",
            "log/Thumbs.db", f"witness/{size:08d}-{'0' * 16}-20261020.cosignature",
        ))  # fmt: skip
        self.put(name, self.draw.choice((b"", b"x", b"x" * 70_000)))

    def insider(self) -> None:
        """Somebody enrolled signs what they may not."""
        size = self.size()
        log = [self.store.files[entry_name(n)] for n in range(size)]
        world = World()
        for data in log:
            world.tree.append(data[:65_537])
        world.tree.append(b"")  # so that its ids are new
        told = world.line("nil", id=f"{self.draw.getrandbits(128):032x}")
        told["seen"] = {"size": size, "root": world.tree.root_at(size).hex()}
        q3 = dict(zip(("first", "last"), QUARTERS["2026Q3"], strict=True))
        nil = {"covered": q3, "part": "", "reason": "none-recorded"}
        kind = self.draw.randrange(4)
        if kind == 0:
            told |= said("police", dataset="police-crime", **nil)  # in another's name
        elif kind == 1:
            told |= said(ODD, dataset="police-crime", **nil)  # of a dataset of others
        elif kind == 2:
            told |= said(ODD, dataset=DATASETS[ODD], **nil)  # after a log that never was
            told["seen"]["root"] = "00" * 32
        else:
            told |= {"kind": "change-areas", "areas": [AREA]}  # as no coordinator
        self.add(world.signed(ODD, canonical_json.write(told)))

    def stranger(self) -> None:
        """Somebody who is not enrolled signs under the name of somebody who is."""
        told = World().line("assess", id=f"{self.draw.getrandbits(128):032x}")
        nothing = {"position": "", "action": "", "owner": "", "page": "", "by": None}
        told |= said("council", requirement="2", answer="no", **nothing)
        text = canonical_json.write(told)
        if self.draw.random() < 0.5:
            self.add(signed_note.sign(text, name_of("council"), officer("nobody").signing))
            return
        size = self.size() + 3
        text = Checkpoint(ORIGIN, size, bytes(32)).to_bytes()
        note = signed_note.sign(text, ORIGIN, officer("nobody").signing)
        self.store.files.setdefault(f"witness/{size:08d}.checkpoint", note)

    def forget(self) -> None:
        """An officer has a new machine, with the same keys."""
        self.new_machine(self.draw.choice(list(self.clients.values())))

    def new_machine(self, client: Client) -> None:
        for name in ("memory.json", "mirror", "witnessed"):
            (client.folder / name).unlink(missing_ok=True)
        client.verified, client.pending = (0, ""), None

    def back_up(self) -> None:
        """Everything is backed up: the store, and what officers have."""
        self.backup = dict(self.store.files)
        for client in self.clients.values():
            shutil.copytree(client.folder, self.root / f"{client.who}.backup", dirs_exist_ok=True)
            client.backup = client.verified

    def restore_profile(self) -> None:
        client = self.draw.choice(list(self.clients.values()))
        backup = self.root / f"{client.who}.backup"
        if backup.exists():
            shutil.rmtree(client.folder)
            shutil.copytree(backup, client.folder)
            client.verified, client.pending = client.backup, None

    def restore_store(self) -> None:
        self.lost = True
        self.store.files = dict(self.backup)

    def spoil_copy(self) -> None:
        """A disk changes a byte of an officer's own copy, or loses its end."""
        path = self.draw.choice(list(self.clients.values())).folder / "mirror"
        if path.exists() and (data := bytearray(path.read_bytes())):
            at = self.draw.randrange(len(data))
            data[at] ^= 1
            path.write_bytes(data if self.draw.random() < 0.5 else data[:at])
            kept = path.with_name("snapshot")
            if at % 3 == 0 and kept.exists():
                spoilt = bytearray(kept.read_bytes())
                spoilt[at % len(spoilt)] ^= 1
                kept.write_bytes(spoilt)


def _id(log: Log, position: int) -> str:
    entry = log.entries[position]
    return entry.id if entry is not None else ""


AREA: Final = {
    "code": "E07999902", "name": "Eastshire", "first": None, "last": None, "lsoas": [],
    "outward": ["WZ9"],
}  # fmt: skip
