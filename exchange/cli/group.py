"""The group of commands; each lives in a file of its own, read only when it is called."""

import difflib
import importlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli.tree import GROUPS, MOVED, ROOT, Node, epilog_of, option, summary
from exchange.garbage import nothing_collected
from schemas.quarters import london_day

if TYPE_CHECKING:
    from exchange.profile.settings import Settings


@dataclass
class App:
    """What a command knows of the world: the time, read once, and the folder it works in."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    folder: Path = field(default_factory=Path.cwd)
    partnership: str = ""  # the slug of one, where exchange.toml serves several
    work_factor: int = 18  # of new identity files
    sends: bool = False  # whether the command sends or logs something

    @property
    def settings(self) -> "Settings":
        """The settings of the partnership that is meant.

        Raises:
            Usage: there are none here, or several and none is named.
        """
        from exchange.profile.settings import Settings  # noqa: PLC0415 - help needs none

        return Settings.find(self.folder, self.partnership)

    @property
    def today(self) -> date:
        """The day that it is in London."""
        return london_day(self.now)


class CommandGroup(click.Group):
    """A group of the tree of commands, which imports a command when it is called."""

    def __init__(self, *, path: str = "", node: Node = ROOT, **attributes: Any) -> None:
        """Take its place in the tree: the words that lead to it."""
        super().__init__(**attributes)
        self._path, self._node = path, node

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands."""
        return list(self._node.below)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        node = self._node.below.get(cmd_name)
        if node is None:
            return None
        path = f"{self._path} {cmd_name}".strip()
        if node.below:
            return CommandGroup(path=path, node=node, name=cmd_name, help=summary(path))
        module, name = node.code_of(path)
        with nothing_collected():
            command: click.Command = getattr(importlib.import_module(module), name)
        command.name, command.epilog = cmd_name, epilog_of(path)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the commands, at the top by group, without importing them."""
        groups = {"Commands": self._node.below} if self._path else GROUPS
        widest = max(len(name) for group in groups.values() for name in group)
        for title, group in groups.items():
            with formatter.section(title):
                formatter.write_dl(
                    [(name.ljust(widest), node.summary) for name, node in group.items()]
                )

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; where there is none, say which was meant, or where it is now.

        Raises:
            click.UsageError: there is none of that name.
        """
        name = args[0]
        if name not in self._node.below and not name.startswith("-"):
            path = f"{self._path} {name}".strip()
            if path in MOVED:
                raise click.UsageError(f"{path} is now: exchange {MOVED[path]}", ctx)
            near = list(_paths_to(name.lower(), ROOT)) or difflib.get_close_matches(
                name.lower(), self._node.below, n=2
            )
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            raise click.UsageError(f"no such command: {path}{hint}", ctx)
        return super().resolve_command(ctx, args)


def _paths_to(name: str, node: Node, path: str = "") -> Iterator[str]:
    """Give the words that lead to the commands of a name, wherever they are in the tree."""
    for word, below in node.below.items():
        whole = f"{path} {word}".strip()
        if word == name:
            yield whole
        yield from _paths_to(name, below, whole)


@click.command(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@option("", "--partnership", default="")
@click.version_option(package_name="csp-exchange", prog_name="exchange")
@click.pass_obj
def exchange(app: App, partnership: str) -> None:
    """Share a quarter's crime and disorder data with the other authorities of your area.

    Extracts are checked and depersonalised on this machine, encrypted for the partners, and logged
    against the quarter's deadline.
    """
    app.partnership = partnership
