"""Getting at the log and the key, and writing one entry."""

import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Final

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.errors import KeyRefused, LogBroken, NotEntitled, Usage
from exchange.keys.identity import Officer, read_identity
from exchange.keys.passphrases import passphrase_from
from exchange.log.log import Log
from exchange.log.reader import entry_name
from exchange.log.witness import cosign
from exchange.profile.settings import Settings
from exchange.stores.folder import FolderStore
from exchange.stores.store import Unreachable
from exchange.submission.recipients import my_card
from exchange.text import with_noun
from partners.entries.kinds import Known
from schemas.datasets.registry import DATASETS

KEYRING_SERVICE: Final = "csp-exchange"
_CLOCKS_DIFFER: Final = 10  # minutes


def open_log(
    settings: Settings, now: datetime | None = None, *, whole: bool = False, offline: bool = False
) -> Log:
    """Read and verify the log, showing progress; at a time that is told, cosign what was seen.

    A store that can only be read is read, and not cosigned.

    Args:
        whole: Ask the store for all of it, and not only for what is new.
        offline: Where the store does not answer, do with what was verified before.
    """
    pinned, memory, mirror = settings.pinned(), settings.memory(), settings.mirror
    store = settings.open_store()
    try:
        with console.progress("reading the log …") as shown:
            log = Log.open(store, pinned, memory, shown.step, mirror, whole=whole)
    except Unreachable as fault:
        known = Log.recalled(store, pinned, memory, mirror) if offline else None
        if known is None:
            raise
        console.warning(fault.id, fault.says)
        size = with_noun(known.tree.size, "entry", "entries")
        console.hint(f"this is the log as you last read it: {size}, on {memory.kept():%Y-%m-%d}")
        return known
    if log.put_back:
        lost = with_noun(log.put_back, "entry", "entries")
        console.warning(
            "lost-entries-put-back",
            f"the store had lost {lost} that you had verified; they were put back",
        )
        console.hint("was a backup restored? bundles can be missing still: exchange verify")
    if log.went_over:
        had = with_noun(log.went_over.size, "entry", "entries")
        console.warning(
            "branch-given-up",
            f"two coordinators have given up the branch of the log of which you had read {had}; "
            "this is the other one",
        )
        console.hint("what of yours stood in it alone is sent again: exchange status --mine")
    if now is not None:
        with contextlib.suppress(LogBroken):
            cosign(log, settings.profile, now)
    return log


def unlock(settings: Settings, told: str | None) -> Officer:
    """Unlock the officer's identity.

    Raises:
        KeyRefused: there is no identity, no passphrase, or it is another.
    """
    if not settings.key:
        raise KeyRefused(
            "key-missing",
            "there is no key for this folder yet",
            "make one: exchange key new --help",
        )
    return read_identity(settings.path(settings.key), passphrase(settings, told))


def unlocking(settings: Settings, told: str | None, *, now: bool) -> Callable[[], Officer]:
    """Return what gives the unlocked identity; if `now`, it is unlocked meanwhile.

    Unlocking takes half a second of one core and reading an extract mostly waits for the other.
    Only where nobody has to be asked: a prompt comes after the confirmation.
    """
    if not now or (told is None and not settings.keyring):
        return lambda: unlock(settings, told)
    pool = ThreadPoolExecutor(1)
    opening = pool.submit(unlock, settings, told)
    pool.shutdown(wait=False)
    return opening.result


def officers(
    everything: Sequence[Settings], told: str | None, *, now: bool
) -> Callable[[Settings], Officer]:
    """Return what gives the unlocked identity of a partnership; each key is unlocked once."""
    opening = {one.key: unlocking(one, told, now=now) for one in everything[:1]}
    unlocked: dict[str, Officer] = {}

    def officer(settings: Settings) -> Officer:
        if settings.key not in unlocked:
            first = opening.get(settings.key) or unlocking(settings, told, now=False)
            unlocked[settings.key] = first()
        return unlocked[settings.key]

    return officer


def passphrase(settings: Settings, told: str | None) -> str:
    """Return the passphrase: from the file named, the system's keyring, or a prompt."""
    if told is not None:
        return passphrase_from(told)
    if settings.keyring:
        return _from_keyring(settings)
    if console.is_interactive():
        return str(click.prompt("Passphrase", hide_input=True, err=True))
    raise KeyRefused(
        "passphrase-needs-terminal",
        "the passphrase can't be asked for without a terminal",
        "give it in a file: --passphrase-file FILE, or - for standard input",
    )


def _from_keyring(settings: Settings) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise KeyRefused(
            "keyring-not-installed",
            "exchange.toml says the passphrase is in the keyring, which is not installed",
            'install it: pip install "csp-exchange[keyring]", or use --passphrase-file',
        ) from None
    try:
        found = keyring.get_password(KEYRING_SERVICE, settings.key)
    except KeyringError:
        found = None
    if found is None:
        raise KeyRefused(
            "passphrase-not-in-keyring",
            "the system's keyring has no passphrase for this key",
            f"put it there: keyring set {KEYRING_SERVICE} {settings.key}",
        )
    return found


def open_members(app: App, *, offline: bool, sends: bool) -> list[tuple[Settings, Log]]:
    """Open the log of every partnership of exchange.toml, or of the one that is named.

    Args:
        offline: As `open_log`.
        sends: The command writes to the store. One that does not leaves no cosignature either.
    """
    everything = Settings.all(app.folder, app.partnership)
    now = app.now if sends else None
    found = [(one, open_log(one, now, offline=offline)) for one in everything]
    for settings, log in found:
        _known_partner(settings, log)
    return found


def _known_partner(settings: Settings, log: Log) -> None:
    if settings.partner and settings.partner not in log.register.partners:
        raise NotEntitled(
            "partner-not-enrolled",
            f'"{settings.partner}" is not enrolled in {log.register.name}',
            "send your card to a coordinator, who enrols it: exchange enrol CARD",
        )


def written(
    settings: Settings, log: Log, body: Known, now: datetime, passphrase_file: str | None
) -> int:
    """Sign an entry with the officer's key and add it to the log; return its position.

    Raises:
        NotEntitled: it would not count; nothing was written.
    """
    return all_written(settings, log, [body], now, passphrase_file)[0]


def all_written(
    settings: Settings,
    log: Log,
    bodies: Sequence[Known],
    now: datetime,
    passphrase_file: str | None,
) -> list[int]:
    """Sign entries with the officer's key and add them to the log; return their positions.

    Raises:
        NotEntitled: one would not count; neither it nor what follows was written.
    """
    officer, positions = unlock(settings, passphrase_file), []
    for body in bodies:
        done = log.write(body, my_card(log, officer), officer, now)
        if not isinstance(done, int):
            raise NotEntitled(done.id, f"nothing was logged: {done}")
        say_store(log, done)
        positions.append(done)
    return positions


def say_store(log: Log, position: int) -> None:
    """Warn where this machine's clock and the store's differ, as an entry just written shows.

    And where the store could not be made to put it on its disk.
    """
    if isinstance(log.store, FolderStore) and log.store.unforced:
        console.warning(
            "store-cannot-force",
            "what was written is in the store, and the share can't be told to put it on its disk "
            "at once",
        )
        console.hint("if its power fails in the next minute, look: exchange verify")
    there = log.store.written(entry_name(position))
    minutes = round((there - datetime.now(UTC)).total_seconds() / 60) if there else 0
    if abs(minutes) > _CLOCKS_DIFFER:
        console.warning(
            "clocks-differ",
            f"the clocks of this machine and of the store differ by {abs(minutes):,} minutes; "
            "an entry's own time is this machine's",
        )


def entry_id(log: Log, position: int) -> str:
    """Return the id of an entry, by its number in the log.

    Raises:
        Usage: there is none that can be read.
    """
    entry = log.entries[position] if position < len(log.entries) else None
    if entry is None:
        raise Usage(
            "entry-unknown", f"there is no entry {position} in the log", "see them: exchange verify"
        )
    return entry.id


def confirmed(question: str, *, yes: bool) -> None:
    """Have the officer confirm.

    Raises:
        Usage: there is nobody to ask and --yes was not said.
    """
    if yes:
        return
    if not console.is_interactive():
        raise Usage(
            "confirmation-needed",
            "this has to be confirmed, and there is no terminal to ask at",
            "say that it is meant: --yes",
        )
    click.confirm(question, abort=True, err=True)


def say_not_known(log: Log) -> None:
    """Say which datasets the partnership uses in a version that this release does not know."""
    for name, adopted in log.register.adopted.items():
        if name not in DATASETS or DATASETS[name].version < adopted.schema:
            console.warning(
                "dataset-needs-newer",
                f"{adopted.title} ({name}, version {adopted.schema}) is not known to this release: "
                "it is counted here, and to read it you need a newer exchange",
            )
