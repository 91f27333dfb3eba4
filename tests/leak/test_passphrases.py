"""A passphrase is asked for or read from a file, never an argument; and it is slow to guess."""

import click

from exchange.cli import App, exchange
from exchange.identities import write_identity


def options(group: click.Group) -> set[str]:
    """Return every option of every command."""
    found: set[str] = set()
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            found |= options(command)
        else:
            found |= {word for one in command.params for word in one.opts}
    return found


def test_no_option_takes_a_passphrase_itself():
    found = {word for word in options(exchange) if "pass" in word or "secret" in word}
    assert found == {"--passphrase-file"}


def test_a_new_key_is_stretched_by_two_to_the_eighteenth(tmp_path):
    assert App().work_factor == 18
    write_identity(tmp_path / "new.key", "words nobody guesses")
    stanza = (tmp_path / "new.key").read_bytes().split(b"\n")[1]
    assert stanza.startswith(b"-> scrypt ")
    assert stanza.endswith(b" 18")
