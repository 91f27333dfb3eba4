"""Unlocking the officer's key, beside other work where nobody has to be asked.

Leaves to others: the file and its encryption (`exchange/keys/identity.py`). A command that reads
rows calls this before it imports what reads them, so little is imported here; most often the key
is being unlocked by then (`unlock_ahead.py`).
"""

from collections.abc import Callable, Sequence
from typing import Final

from exchange.cli import console
from exchange.cli.questions import ask
from exchange.cli.unlock_ahead import Unlocking, begun_ahead
from exchange.errors import KeyRefused
from exchange.keys.identity import UnlockedKey, read_identity
from exchange.keys.passphrases import passphrase_from, passphrase_in_keyring
from exchange.profile.settings import Settings

_ATTEMPTS: Final = 3


def unlock(settings: Settings, passphrase_file: str | None) -> UnlockedKey:
    """Unlock the officer's identity; a passphrase that is typed may be tried three times.

    Raises:
        KeyRefused: there is no identity, no passphrase, or it is another.
    """
    file, is_typed = settings.key_file, passphrase_file is None and not settings.keyring
    for _ in range(_ATTEMPTS - 1 if is_typed and console.is_interactive() else 0):
        try:
            return read_identity(file, passphrase(settings, passphrase_file))
        except KeyRefused as refusal:
            if refusal.id != "passphrase-wrong":
                raise
            console.error(refusal.id, refusal.message)
    return read_identity(file, passphrase(settings, passphrase_file))


def unlocking(
    settings: Settings, passphrase_file: str | None, *, now: bool
) -> Callable[[], UnlockedKey]:
    """Return what gives the unlocked identity; if `now`, it is unlocked meanwhile.

    Unlocking takes half a second of one core and reading an extract mostly waits for the other.
    Only where nobody has to be asked: a prompt comes after the confirmation.
    """
    if not now or (passphrase_file is None and not settings.keyring):
        return lambda: unlock(settings, passphrase_file)
    ahead = begun_ahead(settings.path(settings.key), passphrase_file or "")
    return (ahead or Unlocking(lambda: unlock(settings, passphrase_file))).key


def officers(
    partnerships: Sequence[Settings], passphrase_file: str | None, *, now: bool
) -> Callable[[Settings], UnlockedKey]:
    """Return what gives the unlocked identity of a partnership; each key is unlocked once."""
    opening = {
        partnership.key: unlocking(partnership, passphrase_file, now=now)
        for partnership in partnerships[:1]
    }
    unlocked: dict[str, UnlockedKey] = {}

    def officer(settings: Settings) -> UnlockedKey:
        if settings.key not in unlocked:
            first = opening.get(settings.key) or unlocking(settings, passphrase_file, now=False)
            unlocked[settings.key] = first()
        return unlocked[settings.key]

    return officer


def passphrase(settings: Settings, file: str | None) -> str:
    """Return the passphrase: from the file named, the system's keyring, or a prompt."""
    if file is not None:
        return passphrase_from(file)
    if settings.keyring:
        return passphrase_in_keyring(settings.key)
    if console.is_interactive():
        return str(ask("Passphrase", hide_input=True))
    raise no_terminal()


def no_terminal() -> KeyRefused:
    """Return the refusal of what needs a passphrase, where nobody can type one."""
    return KeyRefused(
        "passphrase-needs-terminal", "a passphrase is needed, and there is no terminal to ask at"
    )
