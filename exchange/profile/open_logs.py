"""The log of a partnership of exchange.toml, opened and verified.

Leaves to others: reading and verifying it (`exchange/log/log.py`), and showing the notices.
"""

import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from exchange.errors import LogBroken, NotEntitled, Notice
from exchange.keys.identity import UnlockedKey, read_identity
from exchange.keys.passphrases import passphrase_in_keyring
from exchange.log.log import Log
from exchange.log.recipients import my_card
from exchange.log.witness import cosign
from exchange.profile.clock import judge_clock, refuse_wrong_clock
from exchange.profile.settings import Settings
from exchange.stores.store import Unreachable
from exchange.text import with_noun
from partners.entries.kinds import KnownBody
from schemas.quarters import long_date

# Returns the unlocked key of the officer in a partnership.
Unlock = Callable[[Settings], UnlockedKey]


class OpenedLog(NamedTuple):
    """A verified log, and what should be known about its opening."""

    log: Log
    notices: tuple[Notice, ...]


class LoggedEntry(NamedTuple):
    """An entry that was logged: the log, and the entry's number in it."""

    log: Log
    position: int


class Membership(NamedTuple):
    """A partnership that this folder is a member of: its settings, and its verified log."""

    settings: Settings
    log: Log


def open_log(
    settings: Settings,
    *,
    now: datetime | None = None,
    whole: bool = False,
    offline: bool = False,
    resume: bool = True,
    tick: Callable[[int], None] = lambda _: None,
) -> OpenedLog:
    """Read and verify the log of a partnership; where a time is given, cosign what was seen.

    A store that can only be read is read, and not cosigned; nor is one by a clock that is doubted.

    Args:
        whole: Ask the store for all of it, and not only for what is new.
        offline: Where the store does not answer, take the log as it was last verified here.
        resume: Go on from what was decided of the entries before; otherwise replay all of them.
        tick: Is called with how many entries were read.

    Raises:
        LogBroken: the log cannot be verified, the store cannot be read, or the time is earlier than
            others prove it to be.
    """
    pinned, memory, cache = settings.pinned(), settings.memory(), settings.cache
    snapshot = settings.snapshot if resume else None
    store = settings.open_store()
    try:
        log = Log.open(store, pinned, memory, tick, cache, snapshot=snapshot, whole=whole)
    except Unreachable as fault:
        known = Log.open_cached(store, pinned, memory, cache, snapshot) if offline else None
        if known is None:
            raise
        size = with_noun(known.tree.size, "entry", "entries")
        read_on = (
            f"showing the log as you last read it: {size}, on {long_date(memory.time().date())}"
        )
        doubts = judge_clock(settings, known.register, now) if now is not None else ()
        return OpenedLog(known, (Notice(fault.id, fault.message, (read_on,)), *doubts))
    doubts = judge_clock(settings, log.register, now) if now is not None else ()
    if now is not None and not doubts:
        with contextlib.suppress(LogBroken):
            cosign(log, settings.profile, now)
    return OpenedLog(log, (*_changes_found(log), *doubts))


def _changes_found(log: Log) -> list[Notice]:
    """Name what the store had lost, and a branch that was given up since the last reading."""
    notices = []
    if log.put_back:
        lost = with_noun(log.put_back, "entry", "entries")
        notices.append(
            Notice(
                "lost-entries-put-back",
                f"the store had lost {lost} that you had verified; exchange restored them",
                ("ask whether a backup was restored; files may still be missing: exchange verify",),
            )
        )
    if log.switched_fork:
        entries = with_noun(log.switched_fork.size, "entry", "entries")
        notices.append(
            Notice(
                "branch-given-up",
                "two coordinators gave up the branch of the log in which you had read "
                f"{entries}; the store has the other branch",
                ("send again what you had sent in that branch only: exchange status --mine",),
            )
        )
    return notices


def open_memberships(
    folder: Path,
    partnership: str = "",
    *,
    now: datetime | None = None,
    offline: bool = False,
) -> tuple[list[Membership], tuple[Notice, ...]]:
    """Open the log of every partnership of the nearest exchange.toml, or of the one named.

    Args:
        now, offline: As for `open_log`.

    Raises:
        Usage: there is no exchange.toml, or it does not have the one named.
        NotEntitled: the authority is not enrolled in one of them.
        LogBroken: as for `open_log`.
    """
    members: list[Membership] = []
    notices: list[Notice] = []
    for settings in Settings.all(folder, partnership):
        opened = open_log(settings, now=now, offline=offline)
        members.append(Membership(settings, opened.log))
        notices += opened.notices
    for settings, log in members:
        _check_enrolled(settings, log)
    return members, tuple(notices)


def log_entries(
    settings: Settings,
    make: Callable[[Log], Sequence[KnownBody]],
    unlock: Unlock,
    *,
    now: datetime,
) -> LoggedEntry:
    """Log entries of the officer's; return the last of them.

    Args:
        make: Returns what is logged.

    Raises:
        Refusal: one would not count, the key cannot be unlocked, or the log cannot be written.
    """
    log = open_log(settings).log
    refuse_wrong_clock(settings, log.register, now)
    bodies, key = make(log), unlock(settings)
    positions = [log.write(body, my_card(log, key), key, now) for body in bodies]
    return LoggedEntry(log, positions[-1])


def passphrase_or_kept(settings: Settings, typed: str) -> str:
    """Return the passphrase of the officer's key: as it was typed, or from the keyring.

    Raises:
        KeyRefused: it should be in the keyring, and is not.
    """
    return passphrase_in_keyring(settings.key) if settings.keyring else typed


def unlock_with(passphrase: str) -> Unlock:
    """Return what unlocks the officer's key with a passphrase, once for each key file.

    The function that it returns raises KeyRefused: there is no key, or the passphrase is another's.
    """
    unlocked: dict[str, UnlockedKey] = {}

    def unlock(settings: Settings) -> UnlockedKey:
        if settings.key not in unlocked:
            unlocked[settings.key] = read_identity(settings.key_file, passphrase)
        return unlocked[settings.key]

    return unlock


def _check_enrolled(settings: Settings, log: Log) -> None:
    if settings.partner and settings.partner not in log.register.partners:
        raise NotEntitled(
            "partner-not-enrolled", f'"{settings.partner}" is not enrolled in {log.register.name}'
        )
