"""Every command that a message, a hint or a page of help tells somebody to type is there."""

import ast
import re
from collections.abc import Iterator

import click

from exchange.cli.group import exchange
from exchange.errors import messages
from tests.lib.sources import nodes

# As they are written in messages: after a colon, in a sentence, or in backticks.
TYPED = re.compile(r"(?:: |`|\brun |\()exchange ((?:[^`;).,]|[.,](?! |$))*)")
CONTEXT = click.Context(exchange)


def texts() -> Iterator[tuple[str, str]]:
    """Give each text that people may read, and where it stands."""
    for one in messages().values():
        yield f"messages.csv {one.id}", one.when
        yield f"messages.csv {one.id}", one.remedy
    for file, found_in in nodes().items():
        for _, node in found_in:
            if isinstance(node, ast.JoinedStr):
                parts = [p.value if isinstance(p, ast.Constant) else "X" for p in node.values]
                yield file, "".join(map(str, parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield file, node.value


def typed() -> list[tuple[str, str]]:
    found = {(where, one.strip()) for where, text in texts() for one in TYPED.findall(text)}
    return sorted(one for one in found if one[1] and not one[1].startswith(("--", "X")))


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """Return the command that some words name, and the words after it."""
    command: click.Command = exchange
    while isinstance(command, click.Group) and words:
        below = command.get_command(CONTEXT, words[0])
        if below is None:
            break
        command, words = below, words[1:]
    return command, words


def test_each_command_and_its_options_are_there():
    found = typed()
    assert len(found) > 100
    for where, line in found:
        command, words = command_of(line.split())
        assert command is not exchange, f"{where}: exchange {line}"
        options = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
        for word in words:
            if word.startswith("--"):
                assert word.split("=")[0] in options | {"--help"}, f"{where}: exchange {line}"
