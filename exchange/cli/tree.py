"""The tree of commands: what each does in one line, where its code is, and two examples of it.

The commands are the rows of `commands.csv`, each group before what is in it. The first part is what
officers use every quarter. A command that has moved is named in `moved.csv` with where it is now,
and typing it says so. What an option takes and says in the help, and the question where it is asked
for, is a row of `options.csv`, below its command, or below none if several commands share it; how
it is read is in the command's code.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import click

from schemas.tables import read_table

_HERE: Final = "exchange.cli.commands"
_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Node:
    """A command, or a group of commands.

    Attributes:
        summary: What it does, in one line.
        code: The module of its code, below `exchange/cli/commands`, and the name in it, where they
            are not `command` in the module of its own name ("partner add": `partner_add`).
        examples: Two lines to type, which its help ends with; empty of a group.
        below: The commands of a group.
    """

    summary: str
    code: str = ""
    examples: tuple[str, str] = ("", "")
    below: "dict[str, Node]" = field(default_factory=dict)

    def code_of(self, path: str) -> tuple[str, str]:
        """Return the module and the name of the code of a command, which some words name."""
        default_name = path.replace(" ", "_").replace("-", "_")
        module, _, name = (self.code or default_name).partition(":")
        return f"{_HERE}.{module}", name or "command"


ROOT: Final = Node("")
NODES: Final = {"": ROOT}  # by the words that lead to them, such as "partner add"
GROUPS: Final[dict[str, dict[str, Node]]] = {}  # of the first level, by heading
MOVED: Final = {row["command"]: row["now"] for row in read_table("exchange.cli", "moved.csv")}


def summary(path: str) -> str:
    """Return the one line that says what a command does; its help begins with it."""
    return NODES[path].summary + "."


def epilog_of(path: str) -> str:
    """Return the examples of a command, as its help ends with them."""
    # "\b" has click leave the lines as they are.
    return "\b\nFor example:\n" + "\n".join(f"  exchange {line}" for line in NODES[path].examples)


_OPTIONS: Final = {
    (row["command"], row["option"]): row for row in read_table("exchange.cli", "options.csv")
}


def option(path: str, *names: str, **attributes: Any) -> Callable[[_Command], _Command]:
    """Return an option of a command, as click's, with the words of the table."""
    words = _OPTIONS[path, next(name for name in names if name.startswith("--"))]
    question = {"asks": words["asks"]} if words["asks"] else {}
    return click.option(
        *names, metavar=words["takes"] or None, help=words["help"], **question | attributes
    )


def _read_commands() -> None:
    for row in read_table("exchange.cli", "commands.csv"):
        above, _, word = row["command"].rpartition(" ")
        node = Node(row["summary"], row["code"], (row["first"], row["second"]))
        NODES[row["command"]] = NODES[above].below[word] = node
        if not above:
            GROUPS.setdefault(row["heading"], {})[word] = node


_read_commands()
