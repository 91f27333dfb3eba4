"""Witnesses: every installation says what it saw of the log, and when.

A witness cosigns a checkpoint (C2SP tlog-cosignature) with a key that has no passphrase, made with
the officer's card and enrolled with it. Whatever reads the log cosigns when the tree has grown and
the store can be written; `exchange witness` does it once a day besides, from a scheduler. So a log
that was rewritten, or shown in two ways, is noticed by everybody whose cosignature covers it; and
the time of an entry is an interval that other authorities' clocks prove: after the last time at
which two of them saw the log without it, before the first at which one saw it.
"""

import contextlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange import notes
from exchange.errors import LogBroken
from exchange.log import Log
from exchange.publishing import replace
from exchange.settings import Settings
from exchange.stores.store import AlreadyThere
from exchange.tree import Checkpoint, CheckpointBroken
from partners.cards import Card

_AGREEING: Final = 2  # authorities, to prove that an entry was not there yet
_FILE_MAX: Final = 16 * 1024  # bytes
_NAME: Final = re.compile(r"([0-9]{8})-([0-9a-f]{16})-([0-9]{8})\.cosignature")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A witness saw the log at a size, at a time by its own clock; `line` is its signature line."""

    card: Card
    size: int
    time: datetime
    line: bytes


@dataclass(frozen=True, slots=True)
class Interval:
    """When an entry came into the log, as others prove it.

    Attributes:
        after: The last time at which two other authorities had seen the log without it.
        before: The first at which one saw it; `by`, which.
    """

    after: datetime | None
    before: datetime | None
    by: str


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
            f"the witness key {path} is damaged", "delete it, and make a new card: key renew"
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
    name = f"witness/{log.tree.size:08d}-{mine[:16]}-{now.astimezone(UTC):%Y%m%d}.cosignature"
    try:
        log.store.sweep(mine[:16])  # what an interrupted run of this installation left
        log.store.publish(name, note, mine[:16])
    except AlreadyThere:
        card = None
    replace(last, str(log.tree.size).encode())
    return card


def _last(settings: Settings) -> int:
    with contextlib.suppress(OSError, ValueError):
        return int((settings.profile / "witnessed").read_text("ascii"))
    return 0


def sightings(log: Log) -> list[Sighting]:
    """Return every sighting in the store that counts, in order of time.

    Raises:
        LogBroken: a witness saw another log than this one, or more of it.
    """
    revoked = log.register.revoked.values()
    cards: dict[str, tuple[Card, int | None]] = {
        r.card.witness[:16]: (r.card, r.position) for r in revoked
    }
    cards |= {card.witness[:16]: (card, None) for card in log.register.cards.values()}
    found = []
    for name in log.store.names("witness"):
        told = _NAME.fullmatch(name)
        if told is None or told[2] not in cards:
            continue
        card, until = cards[told[2]]
        read = _read(log, f"witness/{name}", card)
        # A revoked key's sightings count as far as the log reached when it was revoked.
        if read is not None and (until is None or read[0].size <= until):
            _compare(log, *read)
            found.append(read[0])
    return sorted(found, key=lambda one: (one.time, one.size))


def _read(log: Log, name: str, card: Card) -> tuple[Sighting, bytes] | None:
    """Return a sighting, and the root that was seen; None if it is not this witness's."""
    data = log.store.read(name, _FILE_MAX) or b""
    try:
        note = notes.parse(data)
        checkpoint = Checkpoint.parse(note.text)
    except (notes.NoteBroken, CheckpointBroken):
        return None
    when = note.cosigned_by(card.witness_name, bytes.fromhex(card.witness))
    if when is None or checkpoint.origin != log.founding.origin or len(note.signatures) != 1:
        return None
    time, line = datetime.fromtimestamp(when, UTC), data.rpartition(b"\n\n")[2]
    return Sighting(card, checkpoint.size, time, line), checkpoint.root


def _compare(log: Log, seen: Sighting, root: bytes) -> None:
    """Hold what a witness saw against what is there."""
    on, who = f"on {seen.time:%Y-%m-%d}", seen.card.who
    if seen.size > log.tree.size:
        raise LogBroken(
            f"the log has lost its end: {on} {who} saw {seen.size:,} entries, and it has "
            f"{log.tree.size:,}",
            "nothing was done; somebody deleted entries, or a backup was restored over them",
        )
    if log.tree.root_at(seen.size) != root:
        raise LogBroken(
            f"the log was rewritten, or there are two of it: {on} {who} saw other contents for its "
            f"first {seen.size:,} entries",
            "nothing was done; keep a copy of the folder as it is, and tell your coordinator",
        )


def interval(seen: list[Sighting], position: int, partner: str) -> Interval:
    """Return when an entry came into the log, as others than its own authority prove it.

    That it was not there yet takes two authorities to prove, so that no single one can make another
    late; and what was seen without it after it was first seen was seen in an old copy.
    """
    others = [one for one in seen if one.card.partner != partner]
    with_it = [one for one in others if one.size > position]
    first = min(with_it, key=lambda one: one.time, default=None)
    without: dict[str, datetime] = {}
    for one in others:  # in order of time
        if one.size <= position and (first is None or one.time < first.time):
            without[one.card.partner] = one.time
    after = sorted(without.values())[-_AGREEING:]
    return Interval(
        after[0] if len(after) == _AGREEING else None,
        first.time if first else None,
        first.card.partner if first else "",
    )
