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
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange.errors import LogBroken, NotEntitled, NothingToDo
from exchange.files import replace
from exchange.keys import signed_note
from exchange.log.after_end import stop_at_gap
from exchange.log.cosignatures import COSIGNATURE, CosignatureFile, cosignature_name, owner_of
from exchange.log.merkle import Checkpoint
from exchange.log.proved_times import SLACK, Cosignature, Witnessed, backwards_in
from exchange.log.reader import padded_number
from exchange.log.sync import SyncedLog
from exchange.stores.store import AlreadyThere, Unreachable
from exchange.text import clock_in_words, utc_in_words
from partners.entries.card import Card
from schemas.quarters import long_date

_AT_ONCE: Final = 8  # that are read and verified beside each other


def witness_of(profile: Path) -> str:
    """Return the public half of this installation's witness key, made if need be."""
    return witness_key(profile).public_key().public_bytes_raw().hex()


def witness_key(profile: Path) -> Ed25519PrivateKey:
    """Return this installation's witness key, made if need be."""
    path = profile / "witness.key"
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text("ascii").strip()))
    except FileNotFoundError:
        key = Ed25519PrivateKey.generate()
    except (OSError, ValueError):
        key = None
    if key is None:
        raise LogBroken("witness-key-damaged", f"the witness key {path} is damaged")
    replace(path, f"{key.private_bytes_raw().hex()}\n".encode())
    path.chmod(0o600)
    return key


def replace_spoilt_key(log: SyncedLog, profile: Path, cosignatures_file: Path) -> None:
    """Make another witness key where this installation's has gone backwards, and proves no time.

    It is the one that cards name from now on; until one of them is enrolled, nothing is cosigned.

    Raises:
        LogBroken: a witness saw another log than this one, or more of it.
    """
    if witness_of(profile) in read_witnesses(log, cosignatures_file).backwards:
        for name in ("witness.key", "witnessed"):
            (profile / name).unlink(missing_ok=True)


def check_witness(log: SyncedLog, profile: Path) -> None:
    """Refuse an installation that is no witness.

    Raises:
        NotEntitled: its witness key is on no card that counts.
    """
    if witness_of(profile) not in {card.witness for card in log.register.cards.values()}:
        raise NotEntitled("witness-not-enrolled", "this installation is not enrolled as a witness")


def cosign(log: SyncedLog, profile: Path, now: datetime, *, again: bool = False) -> Card | None:
    """Say what is seen of the log, where it has grown since the last time.

    Args:
        again: Say it though it has not grown; at most once a day.

    Returns:
        As whom it was said; None if nothing was said, because there is no card for it, or it was
        said already.

    Raises:
        LogBroken: the store can't be written; it was said at a later time before, after which a
            witness that goes back proves nothing; or entries are missing at the end of the log:
            what was not seen because it is lost was not seen to be absent.
    """
    witness = witness_of(profile)
    card = next((c for c in log.register.cards.values() if c.witness == witness), None)
    last_size, last_time = _last_cosigned(profile)
    if card is None or (not again and last_size >= log.tree.size):
        return None
    if now < last_time - SLACK:
        raise LogBroken(
            "clock-went-back",
            f"{clock_in_words(now)}, but you signed a record of the log "
            f"on {utc_in_words(last_time)}",
        )
    stop_at_gap(log)
    text = Checkpoint(log.founding.origin, log.tree.size, log.tree.root).to_bytes()
    note = signed_note.cosign(text, card.witness_name, witness_key(profile), int(now.timestamp()))
    log.store.sweep(witness[:16])  # what an interrupted run of this installation left
    is_new = _publish(log, witness, note, now)
    replace(profile / "witnessed", f"{log.tree.size} {int(now.timestamp())}".encode())
    return card if is_new else None


def cosign_again(log: SyncedLog, profile: Path, path: Path, now: datetime) -> Card:
    """Hold a log against all that witnesses saw of it, and cosign it; at most once a day.

    Args:
        path: As for `read_witnesses`.

    Raises:
        NotEntitled: this installation is no witness.
        NothingToDo: it cosigned the log as it is today.
        LogBroken: as for `read_witnesses` and `cosign`.
    """
    read_witnesses(log, path, whole=True)
    check_witness(log, profile)
    card = cosign(log, profile, now, again=True)
    if card is None:
        raise NothingToDo("already-witnessed", "you already signed the log as it stands today")
    return card


def _publish(log: SyncedLog, witness: str, note: bytes, now: datetime) -> bool:
    """Publish a cosignature; say whether it was not there already.

    The first name can be known in advance. Where it is taken by what is no cosignature of this
    witness, another is used, which nobody can know before the note is signed.
    """
    for name in (
        cosignature_name(log.tree.size, witness, now),
        cosignature_name(log.tree.size, witness, now, note),
    ):
        try:
            log.store.publish(f"witness/{name}", note, witness[:16])
        except AlreadyThere:
            if log.cosignatures.read(name, log.cosignatures.owners().get(witness[:16], [])):
                return False
        else:
            return True
    return False


def _last_cosigned(profile: Path) -> tuple[int, datetime]:
    """Return how large the log was that was cosigned last, and when."""
    with contextlib.suppress(OSError, ValueError):
        size, *time = map(int, (profile / "witnessed").read_text("ascii").split())
        return size, datetime.fromtimestamp(time[0] if time else 0, UTC)
    return 0, datetime.fromtimestamp(0, UTC)


def read_witnesses(log: SyncedLog, path: Path, *, whole: bool = False) -> Witnessed:
    """Return what witnesses have seen of a log.

    Args:
        path: The officer's own copy of what was verified before, which is not read again.
        whole: Read all of it again.

    Raises:
        LogBroken: a witness saw another log than this one, or more of it.
    """
    owners = log.cosignatures.owners()
    known = {file.name: file for file in _read_copy(path)}
    try:
        names = log.store.names("witness")
    except Unreachable:
        names = list(known)
    files = {n: owners[m[2]] for n in names if (m := COSIGNATURE.fullmatch(n)) and m[2] in owners}
    fresh = [n for n in files if whole or n not in known or not owner_of(known[n], files[n])]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        read = dict(
            zip(fresh, pool.map(lambda n: log.cosignatures.read(n, files[n]), fresh), strict=True)
        )
    cosignatures_seen: list[Cosignature] = []
    for name, several in files.items():
        file = read.get(name, known.get(name))
        owner = owner_of(file, several) if file is not None else None
        if file is None or owner is None or not owner.counts(file.size):
            continue
        if not log.is_given_up(file.size, bytes.fromhex(file.root)):
            cosignatures_seen.append(file.by(owner.card))
            _compare(log, cosignatures_seen[-1], bytes.fromhex(file.root))
    copy = known | {file.name: file for file in read.values() if file is not None}
    if copy != known:
        _write_copy(path, copy)
    backwards = backwards_in(cosignatures_seen)
    forwards = [c for c in cosignatures_seen if c.card.witness not in backwards]
    return Witnessed(
        sorted(forwards, key=lambda cosignature: (cosignature.time, cosignature.size)),
        [f"witness/{name}" for name, file in read.items() if file is None],
        [f"witness/{name}" for name in known if name not in names],
        backwards,
    )


def _read_copy(path: Path) -> list[CosignatureFile]:
    """Return what was verified before; nothing where the copy is missing, or damaged."""
    try:
        return [CosignatureFile(**json.loads(line)) for line in path.read_bytes().splitlines()]
    except (OSError, ValueError, TypeError):
        return []


def _write_copy(path: Path, known: dict[str, CosignatureFile]) -> None:
    with contextlib.suppress(OSError):  # a disk that is full costs the copy
        replace(
            path,
            b"".join(
                json.dumps(asdict(cosignature_file)).encode() + b"\n"
                for cosignature_file in known.values()
            ),
        )


def cosignature_lines(log: SyncedLog, size: int, text: bytes) -> list[bytes]:
    """Return a signature line of each witness on a checkpoint's text: the first of each.

    Raises:
        LogBroken: one saw another log than this one.
    """
    lines: dict[str, bytes] = {}
    names = log.store.names("witness", after=padded_number(size))
    for cosignature_file, card in log.cosignatures.counting(names, size, size):
        _compare(log, cosignature_file.by(card), bytes.fromhex(cosignature_file.root))
        if cosignature_file.is_on(text):
            lines.setdefault(cosignature_file.witness, base64.b64decode(cosignature_file.line))
    return list(lines.values())


def sizes_seen(log: SyncedLog, least: int) -> list[int]:
    """Return the sizes of a log, from one on, that cosignatures are of by name, newest first."""
    names = log.store.names("witness", after=padded_number(least))
    matches = (COSIGNATURE.fullmatch(name) for name in names)
    sizes = {int(match[1]) for match in matches if match is not None}
    return sorted((size for size in sizes if least <= size <= log.tree.size), reverse=True)


def _compare(log: SyncedLog, cosignature: Cosignature, root: bytes) -> None:
    """Hold what a witness saw against what is there."""
    when, who = f"on {long_date(cosignature.time.date())}", cosignature.card.who
    if cosignature.size > log.tree.size:
        raise LogBroken(
            "log-cut-short",
            f"the log has lost entries: {when} {who} saw {cosignature.size:,} entries, and it has "
            f"{log.tree.size:,}",
            "nothing was done; somebody deleted entries, or an old backup was restored",
        )
    if log.tree.root_at(cosignature.size) != root:
        raise LogBroken(
            "log-rewritten",
            f"the log was changed or has split: {when} {who} saw other contents for "
            f"its first {cosignature.size:,} entries",
        )
