"""What an earlier command decided of each entry, so that the next one need not replay the log.

Kept beside the officer's copy of the entries. It holds no state of the register: that always
follows from the entries themselves, which are read from the copy when they are asked about, and
held to their hashes. It holds where each entry lies in the copy, whether it has effect, and which
quarter's returns it is about.

Whoever can write to the profile could change the memory of the log as well; so what is kept here is
authenticated by a key of the profile, against accidents and against files of other profiles. A file
that is damaged, of another log, of other rules or of more than the memory vouches for is ignored.
"""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Set
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Final

import exchange.keys
import exchange.log
import partners
import schemas
from exchange import age
from exchange.files import replace
from exchange.keys import signed_note
from exchange.log.entry_signature import cards_in
from exchange.log.merkle import EMPTY, Tree
from exchange.log.replay import Replay
from exchange.log.trust import Founding
from partners.entries import fields
from partners.entries.card import Card
from partners.entries.entry import Body, Entry, parse
from partners.entries.members import Found
from partners.entries.returns import Nil, Purge, Submit, Suspend, Withdraw
from partners.register.continued import Continued
from partners.register.effects import take_effect
from partners.register.register import Register
from partners.register.state import EntryResult, Rejection, Return, Submission
from schemas.quarters import Quarter

EVERY: Final = 1000  # entries, which are replayed in a tenth of a second
_HASH: Final = 32  # bytes
_ID: Final = 32  # digits of the id of an entry
_NOBODY: Final = -1  # the number of a signer where nobody enrolled has signed
_NO_ID: Final = "-" * _ID


@dataclass(slots=True)
class Decided:
    """What was decided of the first entries of a log.

    Attributes:
        about: The founding, and the rules by which it was decided.
        leaves, roots, peaks: Of the tree. `ends`: of the entries in the officer's copy.
        ids: Of the entries, one after the other. `signers`: whose keys signed them, as numbers of
            `keys`.
        rejected: Why an entry has no effect, by position. `others`: the positions of those with
            effect that are not about returns; `quarters`, of those that are, by quarter.
        settled: What of `open_to` has the keys that open all that is in effect of a quarter; none
            where something is held or asked to be suspended, or where nothing is in effect.
    """

    about: str
    size: int = 0
    leaves: list[bytes] = field(default_factory=list)
    roots: list[bytes] = field(default_factory=lambda: [EMPTY])
    peaks: list[bytes] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    ids: str = ""
    signers: list[int] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    rejected: dict[str, list[str]] = field(default_factory=dict)
    unread: list[int] = field(default_factory=list)
    unsigned: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    quarters: dict[str, list[int]] = field(default_factory=dict)
    settled: dict[str, int] = field(default_factory=dict)
    open_to: list[list[str]] = field(default_factory=list)
    format: int = 1
    latest: dict[str, str] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Return it as a line of JSON."""
        hashes = {name: _joined(getattr(self, name)) for name in ("leaves", "roots", "peaks")}
        values = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(values | hashes).encode()

    @classmethod
    def from_bytes(cls, line: bytes) -> "Decided":
        """Read it."""
        value = json.loads(line)
        hashes = {name: _parted(value[name]) for name in ("leaves", "roots", "peaks")}
        return cls(**value | hashes)

    def go_on(self, replay: Replay, ends: list[int]) -> None:
        """Add what was decided since.

        Args:
            ends: Of all entries, in the officer's copy.
        """
        register, tree = replay.register, replay.tree
        numbers = {key: number for number, key in enumerate(self.keys)}
        quarters = {quarter: [*positions] for quarter, positions in self.quarters.items()}
        ids = [self.ids]
        for position in range(self.size, tree.size):
            entry, result = replay.entries[position], register.applied[position]
            is_signed = entry is not None and result.key != ""
            number = numbers.setdefault(result.key, len(numbers)) if is_signed else _NOBODY
            ids.append(entry.id if entry is not None and is_signed else _NO_ID)
            self.signers.append(number)
            if entry is None or result.rejection is not None:
                why = result.rejection
                self.rejected[str(position)] = [why.id, why.message] if why is not None else []
            elif quarter := _quarter_of(register, entry.body):
                quarters.setdefault(str(quarter), []).append(position)
            else:
                self.others.append(position)
        self.size, self.ids, self.keys, self.quarters = (
            tree.size,
            "".join(ids),
            [*numbers],
            quarters,
        )
        self.leaves, self.roots, self.peaks, self.ends = tree.leaves, tree.roots, tree.peaks, ends
        self.unread, self.unsigned, self.format = replay.unread, replay.unsigned, register.format
        self.latest = {who: fields.format_time(time) for who, time in register.latest_times.items()}
        self._settle(register)

    def _settle(self, register: Register) -> None:
        """Note who can open all of each quarter that was read, where nothing is left to do."""
        numbers = {tuple(keys): number for number, keys in enumerate(self.open_to)}
        for quarter, returns in register.all_returns.read_quarters():
            self.settled.pop(str(quarter), None)
            if keys := _open_to(returns):
                self.settled[str(quarter)] = numbers.setdefault(keys, len(numbers))
        self.open_to = [[*keys] for keys in numbers]


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """The file in which it is kept.

    Attributes:
        key: A key of the profile, which authenticates it.
        every: After how many more entries it is written again.
    """

    path: Path
    key: bytes = field(repr=False)
    every: int = EVERY

    def read(self, founding: Founding) -> Decided | None:
        """Return what is kept of a log; None where that is nothing that can be used."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            about = _about(founding)  # of the code that runs, before another release replaces it
            code, _, line = self.path.read_bytes().partition(b"\n")
            if hmac.compare_digest(code, self._code(line)):
                decided = Decided.from_bytes(line)
                return decided if decided.about == about else None
        return None

    def keep(self, before: Decided | None, replay: Replay, ends: list[int]) -> None:
        """Keep what was decided of a log; a disk that is full costs the file, and nothing else."""
        with suppress(OSError):
            decided = before or Decided(_about(replay.founding))
            decided.go_on(replay, ends)
            line = decided.to_bytes()
            replace(self.path, self._code(line) + b"\n" + line)

    def forget(self) -> None:
        """Remove it."""
        with suppress(OSError):
            self.path.unlink()

    def _code(self, line: bytes) -> bytes:
        key = hmac.digest(self.key, b"csp-exchange snapshot", "sha256")
        return hmac.digest(key, line, "sha256").hex().encode()


def resume(decided: Decided, replay: Replay, file_at: Callable[[int], bytes]) -> None:
    """Bring a replay that has not begun to where an earlier one had come.

    Args:
        file_at: Returns the file of an entry, held to its hash.
    """
    register = replay.register

    def entry_at(position: int) -> Entry | None:
        if position in decided.unread:
            return None
        return parse(signed_note.parse(file_at(position)).text, known=True)

    def result_at(position: int) -> EntryResult:
        words = decided.rejected.get(str(position))
        why = Rejection(*words) if words else None
        entry, number = replay.entries[position], decided.signers[position]
        if entry is None or number == _NOBODY:
            return EntryResult(position, "?", "", None, why)
        card = _card(register, decided.keys[number])
        return EntryResult(position, entry.kind, card.who, entry.time, why, card.signer)

    replay.tree = Tree(decided.leaves, decided.peaks, decided.roots)
    replay.unread, replay.unsigned = [*decided.unread], [*decided.unsigned]
    replay.entries = Continued(decided.size, entry_at)
    for position in decided.others:
        entry = replay.entries[position]
        if entry is not None:
            cards = cards_in(entry)
            key = decided.keys[decided.signers[position]]
            signer = cards[0] if isinstance(entry.body, Found) else _card(register, key)
            take_effect(register, position, entry, signer, cards)
            replay.enrol(cards)
    register.applied = Continued(decided.size, result_at)
    register.rejected = [*map(int, decided.rejected)]
    register.latest_times = {who: fields.moment(time) for who, time in decided.latest.items()}
    register.format = decided.format
    register.all_returns.earlier = _EarlierReturns(decided, replay)


class _EarlierReturns:
    """The returns of the entries that were decided of, read quarter by quarter."""

    def __init__(self, decided: Decided, replay: Replay) -> None:
        self._replay, self._size, self._ids = replay, decided.size, decided.ids
        self._signers, self._keys = decided.signers, decided.keys
        self._positions = {fields.quarter(name): at for name, at in decided.quarters.items()}
        open_to = [frozenset(keys) for keys in decided.open_to]
        self._settled = {fields.quarter(q): open_to[n] for q, n in decided.settled.items()}
        self.unread = set(self._positions)

    def read(self, quarter: Quarter) -> None:
        """Let the entries about the returns of a quarter take effect once more, in their order.

        All of them are had first, so that no quarter is ever read in part.
        """
        entries = [
            (position, self._replay.entries[position]) for position in self._positions[quarter]
        ]
        self.unread.remove(quarter)
        for position, entry in entries:
            if entry is not None:
                card = _card(self._replay.register, self._keys[self._signers[position]])
                take_effect(self._replay.register, position, entry, card, ())

    def quarters_of(self, entry_id: str) -> list[Quarter]:
        """Return the quarters of the returns whose entries have an id."""
        return [self._quarters[at] for at in self._at.get(entry_id, []) if at in self._quarters]

    def has(self, key: str, entry_id: str) -> bool:
        """Say whether there is an entry of an id that a key has signed."""
        return any(self._keys[self._signers[at]] == key for at in self._at.get(entry_id, []))

    def is_settled(self, quarter: Quarter, keys: Set[str]) -> bool:
        """Say whether some keys open all of a quarter, of which nothing is left to do."""
        return keys <= self._settled.get(quarter, frozenset())

    @cached_property
    def _quarters(self) -> dict[int, Quarter]:
        return {at: quarter for quarter, several in self._positions.items() for at in several}

    @cached_property
    def _at(self) -> dict[str, list[int]]:
        """The positions of each id."""
        by_id: dict[str, list[int]] = {}
        for position in range(self._size):
            by_id.setdefault(self._ids[_ID * position : _ID * (position + 1)], []).append(position)
        by_id.pop(_NO_ID, None)
        return by_id


def _card(register: Register, key: str) -> Card:
    """Return the card of a key that is enrolled, or was."""
    return register.cards[key] if key in register.cards else register.revoked[key].card


def _quarter_of(register: Register, body: Body) -> Quarter | None:
    """Return the quarter whose returns an entry with effect is about; None if it is about none."""
    match body:
        case Submit() | Nil():
            return body.quarter
        case Withdraw():
            returned = register.find_return(body.entry, body.partner)
        case Purge() | Suspend():
            returned = register.find_return(body.entry)
        case _:
            return None
    return returned.statement.quarter if returned is not None else None


def _open_to(returns: list[Return]) -> tuple[str, ...]:
    """Return the keys that open all that is in effect; none where something is left to do."""
    now = [returned for returned in returns if isinstance(returned, Submission) and returned.counts]
    if any(submission.requests or submission.has_held for submission in now):
        return ()
    lists = {submission.statement.recipients for submission in now}
    of_each = [{key for _, key in recipients} for recipients in lists]
    return tuple(sorted(set.intersection(*of_each))) if of_each else ()


def _about(founding: Founding) -> str:
    return f"{founding} {_rules()}"


@cache
def _rules() -> str:
    """Return what says by which rules a log is replayed: a hash of the code that decides.

    Raises:
        FileNotFoundError: the program has come without its sources, so nothing tells its releases.
    """
    code = _deciding_files()
    if Path(__file__) not in code:
        raise FileNotFoundError
    digest = hashlib.sha256()
    for path in code:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _deciding_files() -> list[Path]:
    """Return the files of the code that decides, and of the tables that it reads."""
    packages = (age, exchange.keys, exchange.log, partners, schemas)
    files = [path for package in packages for path in Path(package.__path__[0]).rglob("*")]
    return sorted(path for path in files if path.suffix in (".py", ".csv"))


def _joined(hashes: list[bytes]) -> str:
    return b64encode(b"".join(hashes)).decode()


def _parted(text: str) -> list[bytes]:
    data = b64decode(text)
    return [data[start : start + _HASH] for start in range(0, len(data), _HASH)]
