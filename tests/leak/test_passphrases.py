"""A passphrase is asked for, or read from a file or a keyring; it is never an argument."""

import click

from exchange.cli.group import exchange


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
