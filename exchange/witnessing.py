"""Witnesses: every installation says what it saw of the log, and when.

A witness cosigns a checkpoint (C2SP tlog-cosignature) with a key that has no passphrase, made with
the officer's card and enrolled with it. Whatever reads the log cosigns when the tree has grown and
the store can be written; `exchange witness` does it once a day besides, from a scheduler. So a log
that was rewritten, or shown in two ways, is noticed by everybody whose cosignature covers it; and
the time of an entry is an interval that other authorities' clocks prove: after the last time at
which two of them saw the log without it, before the first at which one saw it.
"""

import base64
import contextlib
import json
import re
from bisect import bisect_left, bisect_right
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange import notes
from exchange.errors import LogBroken
from exchange.log import Log
from exchange.publishing import replace
from exchange.settings import Settings
from exchange.stores.store import AlreadyThere, Unreachable
from exchange.tree import Checkpoint, CheckpointBroken
from partners.cards import Card

_AGREEING: Final = 2  # authorities, to prove that an entry was not there yet
_FILE_MAX: Final = 16 * 1024  # bytes
_AT_ONCE: Final = 8  # that are read and verified beside each other
SIGHTING: Final = re.compile(r"([0-9]{8})-([0-9a-f]{16})-([0-9]{8})\.cosignature")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A witness saw the log at a size, at a time by its own clock."""

    card: Card
    size: int
    time: datetime


@dataclass(frozen=True, slots=True)
class Interval:
    """When an entry came into the log, as others prove it.

    Attributes:
        after: The last time at which two other authorities had seen the log without it.
        before: The first by which enough others saw it; `by`, who.
    """

    after: datetime | None
    before: datetime | None
    by: tuple[str, ...]


class _View:
    """What one authority has seen, and when."""

    def __init__(self, seen: list[Sighting]) -> None:
        self.times = sorted(one.time for one in seen)
        by_size = sorted(seen, key=lambda one: one.size)
        self._sizes = [one.size for one in by_size]
        self._first = list(accumulate((one.time for one in reversed(by_size)), min))[::-1]

    def first_with(self, position: int) -> datetime | None:
        """Return when it first saw an entry."""
        at = bisect_right(self._sizes, position)
        return self._first[at] if at < len(self._first) else None

    def last_before(self, when: datetime | None) -> datetime | None:
        """Return the last time before another, or the last of all."""
        at = len(self.times) if when is None else bisect_left(self.times, when)
        return self.times[at - 1] if at else None


@dataclass(frozen=True)
class Witnessed:
    """What witnesses have seen of a log.

    Attributes:
        sightings: Those that count, in order of time.
        broken: Names of files that are no enrolled witness's, as they say that they are.
        gone: Names of files that were there before.
    """

    sightings: list[Sighting]
    broken: list[str]
    gone: list[str]

    @cached_property
    def _views(self) -> dict[str, _View]:
        by: dict[str, list[Sighting]] = {}
        for one in self.sightings:
            by.setdefault(one.card.partner, []).append(one)
        return {partner: _View(seen) for partner, seen in by.items()}

    def interval(self, position: int, partner: str, enough: int = 1) -> Interval:
        """Return when an entry came into the log, as others than its own authority prove it.

        That it was not there yet takes two authorities to prove, so that no single one can make
        another late; and what was seen without it after it was first seen was seen in an old copy.

        Args:
            enough: How many authorities prove that it was there; the protocol may ask for two.
        """
        others = {who: view for who, view in self._views.items() if who != partner}
        saw = [(when, who) for who, v in others.items() if (when := v.first_with(position))]
        first = sorted(saw)[:enough]
        earliest = min(saw)[0] if saw else None
        last = [when for view in others.values() if (when := view.last_before(earliest))]
        proved = len(first) == enough
        return Interval(
            sorted(last)[-_AGREEING] if len(last) >= _AGREEING else None,
            first[-1][0] if proved else None,
            tuple(who for _, who in first) if proved else (),
        )


@dataclass(frozen=True, slots=True)
class _Kept:
    """A sighting that was verified, as it is kept: by which witness, and its signature line."""

    name: str
    witness: str
    size: int
    root: str
    when: int  # seconds since 1970
    line: str

    def by(self, card: Card) -> Sighting:
        return Sighting(card, self.size, datetime.fromtimestamp(self.when, UTC))


def witness_of(settings: Settings) -> str:
    """Return the public half of this installation's witness key, made if need be."""
    return _key(settings).public_key().public_bytes_raw().hex()


def _key(settings: Settings) -> Ed25519PrivateKey:
    path = settings.profile / "witness.key"
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text("ascii").strip()))
    except FileNotFoundError:
        made = Ed25519PrivateKey.generate()
    except (OSError, ValueError):
        made = None
    if made is None:
        raise LogBroken(
            "witness-key-damaged",
            f"the witness key {path} is damaged",
            "delete it, and make a new card: key renew",
        )
    replace(path, f"{made.private_bytes_raw().hex()}\n".encode())
    path.chmod(0o600)
    return made


def cosign(log: Log, settings: Settings, now: datetime, *, again: bool = False) -> Card | None:
    """Say what is seen of the log, where it has grown since the last time.

    Args:
        again: Say it though it has not grown; at most once a day.

    Returns:
        As whom it was said; None if nothing was said, because there is no card for it, or it was
        said already.

    Raises:
        LogBroken: the store can't be written.
    """
    mine = witness_of(settings)
    card = next((c for c in log.register.cards.values() if c.witness == mine), None)
    last = settings.profile / "witnessed"
    if card is None or (not again and _last(settings) >= log.tree.size):
        return None
    text = Checkpoint(log.founding.origin, log.tree.size, log.tree.root).to_bytes()
    note = notes.cosign(text, card.witness_name, _key(settings), int(now.timestamp()))
    name = f"witness/{_sighting(log.tree.size, mine, now)}"
    try:
        log.store.sweep(mine[:16])  # what an interrupted run of this installation left
        log.store.publish(name, note, mine[:16])
    except AlreadyThere:
        card = None
    replace(last, str(log.tree.size).encode())
    return card


def _sighting(size: int, witness: str, when: datetime) -> str:
    """Return the name of a sighting."""
    return f"{size:08d}-{witness[:16]}-{when.astimezone(UTC):%Y%m%d}.cosignature"


def _last(settings: Settings) -> int:
    with contextlib.suppress(OSError, ValueError):
        return int((settings.profile / "witnessed").read_text("ascii"))
    return 0


def witnessed(log: Log, kept: Path, *, whole: bool = False) -> Witnessed:
    """Return what witnesses have seen of a log.

    Args:
        kept: The officer's own copy of what was verified before, which is not read again.
        whole: Read all of it again.

    Raises:
        LogBroken: a witness saw another log than this one, or more of it.
    """
    cards = _witnesses(log)
    known = {one.name: one for one in _kept(kept)}
    try:
        names = log.store.names("witness")
    except Unreachable:
        names = list(known)
    wanted = {
        n: cards[told[2]] for n in names if (told := SIGHTING.fullmatch(n)) and told[2] in cards
    }
    read: dict[str, _Kept | None] = {}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        fresh = [
            name
            for name, (card, _) in wanted.items()
            if whole or name not in known or known[name].witness != card.witness
        ]
        reading = pool.map(lambda name: _read(log, name, wanted[name][0]), fresh)
        read.update(zip(fresh, reading, strict=True))
    found: list[Sighting] = []
    for name, (card, until) in wanted.items():
        one = read.get(name, known.get(name))
        # A revoked key's sightings count as far as the log reached when it was revoked.
        if one is not None and (until is None or one.size <= until):
            if log.is_given_up(one.size, bytes.fromhex(one.root)):
                continue
            found.append(one.by(card))
            _compare(log, found[-1], bytes.fromhex(one.root))
    new = [one for one in read.values() if one is not None and known.get(one.name) != one]
    if new:
        _keep(kept, known | {one.name: one for one in new})
    return Witnessed(
        sorted(found, key=lambda one: (one.time, one.size)),
        [f"witness/{name}" for name, one in read.items() if one is None],
        [f"witness/{name}" for name in known if name not in names],
    )


def _witnesses(log: Log) -> dict[str, tuple[Card, int | None]]:
    """Return whose a witness key is, by its first digits, and from which position on it is not."""
    revoked = log.register.revoked.values()
    cards: dict[str, tuple[Card, int | None]] = {
        r.card.witness[:16]: (r.card, r.position) for r in revoked
    }
    return cards | {card.witness[:16]: (card, None) for card in log.register.cards.values()}


def _kept(path: Path) -> list[_Kept]:
    """Return what was verified before; nothing where the copy is not there, or damaged."""
    try:
        return [_Kept(**json.loads(line)) for line in path.read_bytes().splitlines()]
    except (OSError, ValueError, TypeError):
        return []


def _keep(path: Path, known: dict[str, _Kept]) -> None:
    with contextlib.suppress(OSError):  # a disk that is full costs the copy
        replace(path, b"".join(json.dumps(asdict(one)).encode() + b"\n" for one in known.values()))


def cosignatures(log: Log, size: int) -> list[bytes]:
    """Return a signature line of each witness that saw the log at a size: the first of each.

    Raises:
        LogBroken: one saw another log than this one.
    """
    cards = _witnesses(log)
    lines: dict[str, bytes] = {}
    for name in log.store.names("witness"):
        told = SIGHTING.fullmatch(name)
        if told is None or int(told[1]) != size or told[2] not in cards:
            continue
        card, until = cards[told[2]]
        one = _read(log, name, card)
        if one is None or log.is_given_up(size, bytes.fromhex(one.root)):
            continue
        if until is None or size <= until:
            _compare(log, one.by(card), bytes.fromhex(one.root))
            lines.setdefault(card.witness, base64.b64decode(one.line))
    return list(lines.values())


def _read(log: Log, name: str, card: Card) -> _Kept | None:
    """Return a sighting; None if it is not this witness's."""
    data = log.store.read(f"witness/{name}", _FILE_MAX) or b""
    try:
        note = notes.parse(data)
        checkpoint = Checkpoint.parse(note.text)
    except (notes.NoteBroken, CheckpointBroken):
        return None
    when = note.cosigned_by(card.witness_name, bytes.fromhex(card.witness))
    if when is None or checkpoint.origin != log.founding.origin or len(note.signatures) != 1:
        return None
    if name != _sighting(checkpoint.size, card.witness, datetime.fromtimestamp(when, UTC)):
        return None  # another of its sightings in this one's place
    line = base64.b64encode(data.rpartition(b"\n\n")[2]).decode()
    return _Kept(name, card.witness, checkpoint.size, checkpoint.root.hex(), when, line)


def _compare(log: Log, seen: Sighting, root: bytes) -> None:
    """Hold what a witness saw against what is there."""
    on, who = f"on {seen.time:%Y-%m-%d}", seen.card.who
    if seen.size > log.tree.size:
        raise LogBroken(
            "log-cut-short",
            f"the log has lost its end: {on} {who} saw {seen.size:,} entries, and it has "
            f"{log.tree.size:,}",
            "nothing was done; somebody deleted entries, or a backup was restored over them",
        )
    if log.tree.root_at(seen.size) != root:
        raise LogBroken(
            "log-rewritten",
            f"the log was rewritten, or there are two of it: {on} {who} saw other contents for its "
            f"first {seen.size:,} entries",
            "nothing was done; keep a copy of the folder as it is, and tell your coordinator",
        )
