"""A passphrase for a new key: typed twice, or read from a file."""

from exchange.cli import console
from exchange.cli.questions import ask, is_so
from exchange.cli.unlock import passphrase
from exchange.errors import KeyRefused
from exchange.keys.passphrases import check_new_passphrase, has_keyring, normalise
from exchange.profile.settings import Settings


def new_passphrase(settings: Settings, file: str | None) -> str:
    """Return the passphrase from a file, or as typed.

    Raises:
        KeyRefused: it is too short, or there is no terminal to ask at.
    """
    if file is None and not console.is_interactive():
        raise KeyRefused(
            "passphrase-needs-terminal",
            "a passphrase is needed, and there is no terminal to ask at",
        )
    if file is not None:
        words = normalise(passphrase(settings, file))
    else:
        return _ask_new_passphrase()
    check_new_passphrase(words)
    return words


def _ask_new_passphrase() -> str:
    """Ask for a passphrase until one is long enough."""
    while True:
        words = str(
            ask(
                "New passphrase (three or four words are good)",
                hide_input=True,
                confirmation_prompt=True,
            )
        )
        try:
            check_new_passphrase(words)
        except KeyRefused as refusal:
            console.say_refusal(refusal)
            continue
        return words


def wants_keyring(file: str | None) -> bool:
    """Ask whether the passphrase is to be kept in the keyring, where there is one to ask about."""
    question = "Keep the passphrase in this computer's keyring, so that you need not type it again?"
    is_asked = file is None and console.is_interactive() and has_keyring()
    return is_asked and is_so(question, default=False)
