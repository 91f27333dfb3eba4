"""Every command of the program."""

from functools import cache

import click

from exchange.cli.group import exchange
from exchange.cli.tree import NODES


@cache
def every_command() -> dict[str, click.Command]:
    """Return each command that does something, by the words that call it."""
    return {path: _command(path) for path, node in NODES.items() if not node.below}


def _command(path: str) -> click.Command:
    command: click.Command = exchange
    for word in path.split():
        assert isinstance(command, click.Group)
        below = command.get_command(click.Context(command), word)
        assert below is not None
        command = below
    return command


def with_option(name: str) -> set[str]:
    """Return the commands that have an option."""
    return {
        path
        for path, command in every_command().items()
        if any(name in option.opts for option in command.params)
    }
