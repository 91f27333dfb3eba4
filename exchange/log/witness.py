"""Witnesses: every installation says what it saw of the log, and when.

A witness cosigns a checkpoint (C2SP tlog-cosignature) with a key that has no passphrase, made with
the officer's card and enrolled with it. Whatever reads the log cosigns when the tree has grown and
the store can be written; `exchange log cosign` does it once a day besides, from a scheduler. So a
log that was rewritten, or shown in two ways, is noticed by everybody whose cosignature covers it;
and the time of an entry is an interval that other authorities' clocks prove: after the last time at
which two of them saw the log without it, before the first at which one saw it.
"""

import base64
import contextlib
import hashlib
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange.errors import LogBroken
from exchange.files import replace
from exchange.keys import signed_note
from exchange.log.intervals import Cosignature, Witnessed, backwards_in
from exchange.log.merkle import Checkpoint, CheckpointBroken
from exchange.log.sync import SyncedLog
from exchange.stores.store import AlreadyThere, Unfit, Unreachable
from partners.entries.card import Card
from partners.entries.entry import Seen
from schemas.quarters import long_date

_FILE_MAX: Final = 16 * 1024  # bytes
_AT_ONCE: Final = 8  # that are read and verified beside each other
SIGHTING: Final = re.compile(
    r"([0-9]{8})-([0-9a-f]{16})-([0-9]{8})(?:-([0-9a-f]{16}))?\.cosignature"
)


@dataclass(frozen=True, slots=True)
class _CachedCosignature:
    """A sighting that was verified, as it is kept: by which witness, and its signature line."""

    name: str
    witness: str
    by_name: str  # of the witness's key, as the signature line has it
    size: int
    root: str
    when: int  # seconds since 1970
    line: str

    def by(self, card: Card) -> Cosignature:
        return Cosignature(card, self.size, datetime.fromtimestamp(self.when, UTC))


def witness_of(profile: Path) -> str:
    """Return the public half of this installation's witness key, made if need be."""
    return witness_key(profile).public_key().public_bytes_raw().hex()


def witness_key(profile: Path) -> Ed25519PrivateKey:
    """Return this installation's witness key, made if need be."""
    path = profile / "witness.key"
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
            "delete it, and make a new card: exchange key renew",
        )
    replace(path, f"{made.private_bytes_raw().hex()}\n".encode())
    path.chmod(0o600)
    return made


def cosign(log: SyncedLog, profile: Path, now: datetime, *, again: bool = False) -> Card | None:
    """Say what is seen of the log, where it has grown since the last time.

    Args:
        again: Say it though it has not grown; at most once a day.

    Returns:
        As whom it was said; None if nothing was said, because there is no card for it, or it was
        said already.

    Raises:
        LogBroken: the store can't be written.
    """
    mine = witness_of(profile)
    card = next((c for c in log.register.cards.values() if c.witness == mine), None)
    last = profile / "witnessed"
    if card is None or (not again and _last(profile) >= log.tree.size):
        return None
    text = Checkpoint(log.founding.origin, log.tree.size, log.tree.root).to_bytes()
    note = signed_note.cosign(text, card.witness_name, witness_key(profile), int(now.timestamp()))
    log.store.sweep(mine[:16])  # what an interrupted run of this installation left
    said = _said(log, mine, note, now)
    replace(last, str(log.tree.size).encode())
    return card if said else None


def _said(log: SyncedLog, witness: str, note: bytes, now: datetime) -> bool:
    """Publish a sighting; say whether it was not there already.

    The first name can be known in advance. Where it is taken by what is no sighting of this
    witness, another is used, which nobody can know before the note is signed.
    """
    for name in (
        _sighting(log.tree.size, witness, now),
        _sighting(log.tree.size, witness, now, note),
    ):
        try:
            log.store.publish(f"witness/{name}", note, witness[:16])
        except AlreadyThere:
            if _read(log, name, _owners(log).get(witness[:16], [])):
                return False
        else:
            return True
    return False


def _sighting(size: int, witness: str, when: datetime, note: bytes = b"") -> str:
    """Return the name of a sighting; with its note, the one that is for it alone."""
    own = f"-{hashlib.sha256(note).hexdigest()[:16]}" if note else ""
    return f"{size:08d}-{witness[:16]}-{when.astimezone(UTC):%Y%m%d}{own}.cosignature"


def _last(profile: Path) -> int:
    with contextlib.suppress(OSError, ValueError):
        return int((profile / "witnessed").read_text("ascii"))
    return 0


def witnessed(log: SyncedLog, path: Path, *, whole: bool = False) -> Witnessed:
    """Return what witnesses have seen of a log.

    Args:
        path: The officer's own copy of what was verified before, which is not read again.
        whole: Read all of it again.

    Raises:
        LogBroken: a witness saw another log than this one, or more of it.
    """
    owners = _owners(log)
    known = {one.name: one for one in _kept(path)}
    try:
        names = log.store.names("witness")
    except Unreachable:
        names = list(known)
    wanted = {n: owners[m[2]] for n in names if (m := SIGHTING.fullmatch(n)) and m[2] in owners}
    fresh = [n for n, by in wanted.items() if whole or n not in known or not _owner(known[n], by)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        read = dict(zip(fresh, pool.map(lambda n: _read(log, n, wanted[n]), fresh), strict=True))
    cosignatures_seen: list[Cosignature] = []
    for name, by in wanted.items():
        one = read.get(name, known.get(name))
        owner = _owner(one, by) if one is not None else None
        if one is None or owner is None or not owner.counts(one.size):
            continue
        if not log.is_given_up(one.size, bytes.fromhex(one.root)):
            cosignatures_seen.append(one.by(owner.card))
            _compare(log, cosignatures_seen[-1], bytes.fromhex(one.root))
    new = [one for one in read.values() if one is not None and known.get(one.name) != one]
    if new:
        _keep(path, known | {one.name: one for one in new})
    backwards = backwards_in(cosignatures_seen)
    return Witnessed(
        sorted(
            (one for one in cosignatures_seen if one.card.witness not in backwards),
            key=lambda one: (one.time, one.size),
        ),
        [f"witness/{name}" for name, one in read.items() if one is None],
        [f"witness/{name}" for name in known if name not in names],
        tuple(sorted(set(backwards.values()))),
    )


@dataclass(frozen=True, slots=True)
class _Owner:
    """A card that names a witness key.

    Attributes:
        until: The position at which it was revoked: it counts as far as the log reached then.
    """

    card: Card
    until: int | None

    def counts(self, size: int) -> bool:
        return self.until is None or size <= self.until


def _owners(log: SyncedLog) -> dict[str, list[_Owner]]:
    """Return the cards that name a witness key, by its first digits, those that count first.

    A key is the authority's whose card proved first that it has it, or, where none did, named it
    first: a cosignature could be put under the name of any card that names its key.
    """
    register = log.register
    owners = [_Owner(card, None) for card in register.cards.values()]
    owners += [_Owner(r.card, r.position) for r in list(register.revoked.values())[::-1]]
    first: dict[str, str] = {}
    for owner in sorted(
        owners, key=lambda one: (-one.card.format, register.since[one.card.signer])
    ):
        first.setdefault(owner.card.witness, owner.card.partner)
    by: dict[str, list[_Owner]] = {}
    for owner in owners:
        if first[owner.card.witness] == owner.card.partner:
            by.setdefault(owner.card.witness[:16], []).append(owner)
    return by


def _owner(one: "_CachedCosignature", owners: list[_Owner]) -> _Owner | None:
    """Return whose sighting it is."""
    named = (
        o for o in owners if (o.card.witness, o.card.witness_name) == (one.witness, one.by_name)
    )
    return next(named, None)


def _kept(path: Path) -> list[_CachedCosignature]:
    """Return what was verified before; nothing where the copy is not there, or damaged."""
    try:
        return [_CachedCosignature(**json.loads(line)) for line in path.read_bytes().splitlines()]
    except (OSError, ValueError, TypeError):
        return []


def _keep(path: Path, known: dict[str, _CachedCosignature]) -> None:
    with contextlib.suppress(OSError):  # a disk that is full costs the copy
        replace(path, b"".join(json.dumps(asdict(one)).encode() + b"\n" for one in known.values()))


def cosignatures(log: SyncedLog, size: int) -> list[bytes]:
    """Return a signature line of each witness that saw the log at a size: the first of each.

    Raises:
        LogBroken: one saw another log than this one.
    """
    owners = _owners(log)
    lines: dict[str, bytes] = {}
    for name in log.store.names("witness"):
        match = SIGHTING.fullmatch(name)
        if match is None or int(match[1]) != size or match[2] not in owners:
            continue
        one = _read(log, name, owners[match[2]])
        owner = _owner(one, owners[match[2]]) if one is not None else None
        if one is None or owner is None or log.is_given_up(size, bytes.fromhex(one.root)):
            continue
        if owner.counts(size):
            _compare(log, one.by(owner.card), bytes.fromhex(one.root))
            lines.setdefault(one.witness, base64.b64decode(one.line))
    return list(lines.values())


def sizes_seen(log: SyncedLog, least: int) -> list[int]:
    """Return the sizes of a log, from one on, that the names of sightings say, the newest first."""
    matches = (SIGHTING.fullmatch(name) for name in log.store.names("witness"))
    sizes = {int(one[1]) for one in matches if one is not None}
    return sorted((size for size in sizes if least <= size <= log.tree.size), reverse=True)


def sees_otherwise(log: SyncedLog, names: list[str], least: int) -> Iterator[tuple[str, Seen]]:
    """Yield the sightings, of a size or greater, of other entries than a log holds or of more."""
    owners = _owners(log)
    for name in names:
        match = SIGHTING.fullmatch(name)
        if match is None or int(match[1]) < least or match[2] not in owners:
            continue
        one = _read(log, name, owners[match[2]])
        owner = _owner(one, owners[match[2]]) if one is not None else None
        if one is None or owner is None or not owner.counts(one.size):
            continue
        seen = Seen(one.size, one.root)
        if not log.replay.agrees(seen) and not log.is_given_up(one.size, bytes.fromhex(one.root)):
            yield f"witness/{name}", seen


def _read(log: SyncedLog, name: str, owners: list[_Owner]) -> _CachedCosignature | None:
    """Return a sighting; None if it is not one of the witness's of these cards."""
    try:
        data = log.store.read(f"witness/{name}", _FILE_MAX) or b""
        note = signed_note.parse(data)
        checkpoint = Checkpoint.parse(note.text)
    except (signed_note.NoteBroken, CheckpointBroken, Unfit):
        return None
    if checkpoint.origin != log.founding.origin or len(note.signatures) != 1:
        return None
    for card in (owner.card for owner in owners):
        when = note.cosigned_by(card.witness_name, bytes.fromhex(card.witness))
        if when is None:
            continue
        signed = checkpoint.size, card.witness, datetime.fromtimestamp(when, UTC)
        if name not in (_sighting(*signed), _sighting(*signed, data)):
            return None  # another of its sightings in this one's place
        line = base64.b64encode(data.rpartition(b"\n\n")[2]).decode()
        root = checkpoint.root.hex()
        return _CachedCosignature(
            name, card.witness, card.witness_name, checkpoint.size, root, when, line
        )
    return None


def _compare(log: SyncedLog, seen: Cosignature, root: bytes) -> None:
    """Hold what a witness saw against what is there."""
    on, who = f"on {long_date(seen.time.date())}", seen.card.who
    if seen.size > log.tree.size:
        raise LogBroken(
            "log-cut-short",
            f"the log has lost entries: {on} {who} saw {seen.size:,} entries, and it has "
            f"{log.tree.size:,}",
            "nothing was done; somebody deleted entries, or an old backup was restored",
        )
    if log.tree.root_at(seen.size) != root:
        raise LogBroken(
            "log-rewritten",
            f"the log was changed, or there are two of it: {on} {who} saw other contents for "
            f"its first {seen.size:,} entries",
            "nothing was done; keep a copy of the folder as it is, and tell your coordinator",
        )
