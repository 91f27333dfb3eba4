"""The officer's key, unlocked while the rest of the program is still being imported.

Unlocking takes most of a second of one core, and importing a command takes half a second of
another. So what was typed is looked at before it is parsed: where it is a command that needs the
key, says where the passphrase stands and asks nothing before, the key is unlocked at once. The
command takes it from here (`unlock.py`). Where it means another key, or anything is wrong, nothing
of this counts and the command says what it would have said.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread
from threading import enumerate as enumerate_threads
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from exchange.keys.identity import UnlockedKey

_OPTION: Final = "--passphrase-file"
_begun: "dict[tuple[Path, str], Unlocking]" = {}


class Unlocking(Thread):
    """A key that is being unlocked on another core."""

    def __init__(self, unlock: "Callable[[], UnlockedKey]") -> None:
        super().__init__()
        self._unlock = unlock
        self._key: UnlockedKey | None = None
        self._fault: BaseException | None = None
        self.start()

    def run(self) -> None:
        """Unlock it; what goes wrong is raised where the key is needed."""
        try:
            self._key = self._unlock()
        except BaseException as fault:  # noqa: BLE001 - it is raised in the other thread
            self._fault = fault

    def key(self) -> "UnlockedKey":
        """Return the key, once it is unlocked.

        Raises:
            KeyRefused: there is no identity, no passphrase, or it is another.
        """
        self.join()
        if self._key is None:
            raise self._fault or RuntimeError
        return self._key


def unlock_ahead(words: Sequence[str], folder: Path | None = None) -> None:
    """Begin to unlock the key of a folder, if the words of a command say that it will be.

    Args:
        folder: The working folder, if not given.
    """
    with contextlib.suppress(Exception):  # the command meets it too, and says what it is
        if file := _passphrase_file(words):
            _begin(folder or Path.cwd(), file)


def _begin(folder: Path, file: str) -> None:
    from exchange.keys.identity import read_identity  # noqa: PLC0415 - others need not wait
    from exchange.keys.passphrases import passphrase_from  # noqa: PLC0415 - the same
    from exchange.profile.settings import Settings  # noqa: PLC0415 - the same

    key, *others = {settings.key_file for settings in Settings.all(folder)}
    if not others:
        _begun[key, file] = Unlocking(lambda: read_identity(key, passphrase_from(file)))


def begun_ahead(key: Path, file: str) -> Unlocking | None:
    """Return a key that is being unlocked already by a passphrase file; None if it is not."""
    return _begun.pop((key, file), None)


def end_without_key(status: int) -> None:
    """End the program at once if it is over and a key is still being unlocked.

    Python would wait for the other thread, though a command that was refused needs no key.
    """
    if any(isinstance(thread, Unlocking) for thread in enumerate_threads()):
        with contextlib.suppress(OSError, ValueError):  # whoever reads it went away
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def _passphrase_file(words: Sequence[str]) -> str | None:
    """Return the passphrase file of a command that unlocks the key and asks nothing before."""
    asks_nothing = words[:1] == ["pull"] or (words[:1] == ["submit"] and "--yes" in words)
    if not asks_nothing or _OPTION not in words[:-1]:
        return None
    file = words[words.index(_OPTION) + 1]
    return file if Path(file).is_file() else None  # what is piped can be read only once
