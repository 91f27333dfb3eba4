"""A passphrase for a new key: typed twice, or read from a file."""

import click

from exchange.cli import console, session
from exchange.errors import KeyRefused
from exchange.keys.passphrases import check_new_passphrase, usual
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
        words = usual(session.passphrase(settings, file))
    else:
        words = str(
            click.prompt(
                "New passphrase (three or four words are good)",
                hide_input=True,
                confirmation_prompt=True,
                err=True,
            )
        )
    check_new_passphrase(words)
    return words
