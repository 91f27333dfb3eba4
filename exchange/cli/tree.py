"""The tree of commands: what each does in one line, where its code is, and two examples of it.

The commands are the rows of `commands.csv`, each group before what is in it. The first part is what
officers use every quarter. A command that has moved is named in `moved.csv` with where it is now,
and typing it says so.
"""

from dataclasses import dataclass, field
from typing import Final

from schemas.tables import read_table

_HERE: Final = "exchange.cli.commands"


@dataclass(frozen=True, slots=True)
class Node:
    """A command, or a group of commands.

    Attributes:
        says: What it does, in one line.
        code: The module of its code, below `exchange/cli/commands`, and the name in it, where they
            are not `command` in the module of its own name ("partner add": `partner_add`).
        examples: Two lines to type, which its help ends with; empty of a group.
        below: The commands of a group.
    """

    says: str
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
    return NODES[path].says + "."


def epilog_of(path: str) -> str:
    """Return the examples of a command, as its help ends with them."""
    # "\b" has click leave the lines as they are.
    return "\b\nFor example:\n" + "\n".join(f"  exchange {line}" for line in NODES[path].examples)


def _read_commands() -> None:
    for row in read_table("exchange.cli", "commands.csv"):
        above, _, word = row["command"].rpartition(" ")
        node = Node(row["says"], row["code"], (row["first"], row["second"]))
        NODES[row["command"]] = NODES[above].below[word] = node
        if not above:
            GROUPS.setdefault(row["heading"], {})[word] = node


_read_commands()
