"""exchange completion: complete commands and options with the Tab key."""

import click
from click.shell_completion import get_completion_class

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.tree import summary

_FILES = {"bash": "~/.bashrc", "zsh": "~/.zshrc", "fish": "~/.config/fish/config.fish"}


@click.command(help=summary("completion"))
@click.argument("shell", type=click.Choice(list(_FILES)))
@click.pass_obj
def command(_: App, shell: str) -> None:
    """Write the lines that a shell reads when it starts."""
    from exchange.cli.group import exchange

    completion = get_completion_class(shell)
    assert completion is not None  # noqa: S101 - each shell of the choice is one of click's
    console.result(completion(exchange, {}, "exchange", "_EXCHANGE_COMPLETE").source())
    console.hint(f"run once: exchange completion {shell} >> {_FILES[shell]}")
