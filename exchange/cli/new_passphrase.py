"""A passphrase for a new key: typed twice, or read from a file."""

from exchange.cli import console
from exchange.cli.questions import ask, is_so
from exchange.cli.unlock import no_terminal
from exchange.errors import KeyRefused
from exchange.keys.passphrases import check_new_passphrase, has_keyring, normalise, passphrase_from


def new_passphrase(file: str | None) -> str:
    """Return the passphrase from a file, or as typed; it is asked for until it is long enough.

    Raises:
        KeyRefused: it is too short, or there is no terminal to ask at.
    """
    if file is not None:
        words = normalise(passphrase_from(file))
        check_new_passphrase(words)
        return words
    if not console.is_interactive():
        raise no_terminal()
    question = "New passphrase (three or four words are good)"
    while True:
        words = str(ask(question, hide_input=True, confirmation_prompt=True))
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
