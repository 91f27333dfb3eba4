"""Passphrases: read from a file as people write them, and the forms in which one may be meant.

Keeps true: the same words open a key however a keyboard or an editor writes them; a key that was
made with other bytes, by an earlier version, still opens. No message holds a passphrase.
"""

import sys
import unicodedata
from pathlib import Path
from typing import Final

from exchange.errors import KeyRefused
from schemas.extract.text_files import MARK, decode_text

PASSPHRASE_LEAST: Final = 10  # characters; length is what counts, so no other rule
KEYRING_SERVICE: Final = "csp-exchange"


def passphrase_from(file: str) -> str:
    """Return the first line of a file, or of standard input where it is `-`.

    A byte-order mark before it is kept, because a key may have been made with it: see `forms`.

    Raises:
        KeyRefused: there is no such file, it is no text, or its first line is empty.
    """
    try:
        text, fault = _read(file), ""
    except OSError as error:
        text, fault = "", f"cannot be opened: {error.strerror or 'it does not exist'}"
    except ValueError:
        text, fault = "", "is not text"
    line = text.split("\n", maxsplit=1)[0].rstrip("\r")
    if not fault and not line.removeprefix(MARK):
        fault = "has an empty first line"
    if fault:
        name = "standard input" if file == "-" else f"the passphrase file {Path(file).name}"
        raise KeyRefused("passphrase-file-unreadable", f"{name} {fault}")
    return line


def passphrase_in_keyring(key: str) -> str:
    """Return the passphrase of a key file from the keyring of the system.

    Raises:
        KeyRefused: the package is not installed, or the keyring has none.
    """
    try:
        import keyring.errors  # noqa: PLC0415 - an extra
    except ImportError:
        raise KeyRefused(
            "keyring-not-installed",
            "the passphrase is in the keyring, but the keyring package is not installed",
            'install it: pip install "csp-exchange[keyring]", or use --passphrase-file',
        ) from None
    try:
        passphrase = keyring.get_password(KEYRING_SERVICE, key)
    except keyring.errors.KeyringError:
        passphrase = None
    if passphrase is None:
        raise KeyRefused(
            "passphrase-not-in-keyring",
            "the keyring has no passphrase for this key",
            f"store it: keyring set {KEYRING_SERVICE} {key}",
        )
    return passphrase


def has_keyring() -> bool:
    """Say whether this computer has a keyring in which a passphrase can be kept."""
    try:
        import keyring.errors  # noqa: PLC0415 - an extra
    except ImportError:
        return False
    try:
        return bool(keyring.get_keyring().priority > 0)
    except (RuntimeError, keyring.errors.KeyringError):  # there, and not to be used
        return False


def keep_in_keyring(words: str, name: str) -> None:
    """Keep a passphrase in the computer's keyring, under the name of its key file.

    Raises:
        KeyRefused: there is no keyring, or it refuses.
    """
    try:
        import keyring.errors  # noqa: PLC0415 - an extra
    except ImportError:
        raise KeyRefused(
            "keyring-not-installed",
            "the keyring package is not installed; the key and card were made",
            'install it: pip install "csp-exchange[keyring]"',
        ) from None
    try:
        keyring.set_password(KEYRING_SERVICE, name, words)
    except keyring.errors.KeyringError:
        raise KeyRefused(
            "keyring-refused",
            "the keyring did not store the passphrase; the key and card were made",
        ) from None


def check_new_passphrase(words: str) -> None:
    """Refuse a passphrase for a new key that is too short.

    Raises:
        KeyRefused: it is.
    """
    if len(words) < PASSPHRASE_LEAST:
        raise KeyRefused(
            "passphrase-too-short",
            f"the passphrase is shorter than {PASSPHRASE_LEAST} characters; no key was made",
        )


def wrong_passphrase(key: str) -> KeyRefused:
    """Return why a key stays locked, by the name of its file."""
    message = f"the key file {key} cannot be used: incorrect passphrase"
    return KeyRefused("passphrase-wrong", message)


def normalise(passphrase: str) -> str:
    """Return a passphrase as it is used for new keys: in Unicode's composed form (NFC).

    >>> normalise("\\ufeffcafe\\u0301") == "caf\\u00e9"
    True
    """
    return unicodedata.normalize("NFC", passphrase.removeprefix(MARK))


def forms(passphrase: str) -> tuple[str, ...]:
    """Return the forms in which a key may have been made with a passphrase, likeliest first."""
    bare = passphrase.removeprefix(MARK)
    decomposed = unicodedata.normalize("NFD", bare)
    return tuple(dict.fromkeys([normalise(passphrase), bare, passphrase, decomposed]))


def _read(file: str) -> str:
    if file == "-":
        if sys.stdin.isatty() or not hasattr(sys.stdin, "buffer"):
            return sys.stdin.readline()
        content = sys.stdin.buffer.readline()  # Windows would read it by its old code page
    else:
        content = Path(file).read_bytes()
    mark = MARK if content.startswith(MARK.encode()) else ""
    return mark + decode_text(content)
