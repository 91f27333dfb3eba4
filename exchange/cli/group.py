"""The group of commands; each lives in a file of its own, read only when it is called."""

import difflib
import importlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click


@dataclass
class App:
    """What a command is told of the world: the time, read once, and the folder it works in."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    folder: Path = field(default_factory=Path.cwd)
    partnership: str = ""  # the slug of one, where exchange.toml serves several
    work_factor: int = 18  # of new identity files


# By what people come for; what officers do each quarter stands first.
_GROUPS: Final = {
    "Every quarter": {
        "status": "Show who shared what, and what is due.",
        "check": "Say what is wrong with an extract; nothing leaves.",
        "preview": "Show your rows beside what others would see; nothing leaves.",
        "submit": "Check, depersonalise, seal and log an extract.",
        "nil": "Say that there is nothing to share of a dataset.",
        "pull": "Merge what others shared into one table for each dataset.",
    },
    "Your source": {
        "datasets": "Show the datasets, or the columns of one.",
        "explain": "Explain a dataset, rule, message, code or requirement.",
        "map": "Draft the mapping of a source whose headings are not known.",
        "template": "Write a workbook to fill in for a dataset.",
        "sample": "Write a made-up extract of a dataset, for training.",
        "gazetteer": "Show or add what this machine knows of postcodes.",
        "evidence": "Measure what would leave, for the data-protection officer; nothing leaves.",
    },
    "What you sent": {
        "withdraw": "Take something that you sent out of effect.",
        "reshare": "Seal what you sent before for those who joined since.",
        "trace": "Find the line of your extract that a record you sent came from.",
        "not-held": "Say that your authority does not hold a dataset.",
        "purge": "Have something that you sent destroyed, or confirm that your copy is.",
        "receive": "Put into the log what a partner sent you as a file.",
        "receipt": "Write the proof that an entry stands in the log.",
        "verify-receipt": "Verify such a proof, with nothing but the founding file.",
    },
    "Figures and reports": {
        "table": "Count what was pulled in a table that may be published.",
        "edition": "Fix the numbers of a quarter for publication (coordinators).",
        "report": "Write the reports for the board.",
        "assess": "Say how the partnership meets a statutory requirement.",
        "calendar": "Write what is due as a calendar file.",
    },
    "The partnership": {
        "demo": "Play a quarter of a synthetic partnership in a folder.",
        "init": "Begin a partnership, or join one, in this folder.",
        "key": "Make, list, renew or revoke identities and their cards.",
        "enrol": "Found the partnership with two cards, or admit a partner's card.",
        "nominate": "Name your authority's liaison officer or deputy, or accept.",
        "protocol": "Publish, sign or show the information sharing protocol.",
        "adopt": "Share a dataset, or a newer version of one (coordinators).",
        "area": "Show, add or end the areas of the partnership.",
        "partner": "Show what each partner is in law, or record its successor.",
    },
    "The log": {
        "verify": "Prove the log and the bundles, entry by entry.",
        "witness": "Record what you see of the log, so that nobody can show another.",
        "settle": "Choose between two branches of a log that has split (two coordinators).",
    },
}
_COMMANDS: Final = {name: says for group in _GROUPS.values() for name, says in group.items()}
_WIDEST: Final = max(map(len, _COMMANDS))


class _Lazy(click.Group):
    """A group that imports a command when it is called, so that --help is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands."""
        return list(_COMMANDS)

    def get_command(
        self,
        ctx: click.Context,
        cmd_name: str,
    ) -> click.Command | None:
        """Import a command."""
        if cmd_name not in _COMMANDS:
            return None
        found = importlib.import_module(
            f"exchange.cli.commands.{cmd_name.replace('-', '_')}"
        ).command
        return found if isinstance(found, click.Command) else None

    def format_commands(
        self,
        ctx: click.Context,
        formatter: click.HelpFormatter,
    ) -> None:
        """Show the commands by group, without importing them."""
        for title, group in _GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(_WIDEST), says) for name, says in group.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; for a typing error, say which was probably meant.

        Raises:
            click.UsageError: there is none of that name.
        """
        name = args[0]
        if name not in _COMMANDS and not name.startswith("-"):
            near = difflib.get_close_matches(name.lower(), _COMMANDS, n=2)
            meant = f"; did you mean {' or '.join(near)}?" if near else ""
            raise click.UsageError(f"no such command: {name}{meant}", ctx)
        return super().resolve_command(ctx, args)


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--partnership", metavar="NAME", default="", help="Which of several in exchange.toml."
)
@click.version_option(package_name="csp-exchange", prog_name="exchange")
@click.pass_obj
def exchange(app: App, partnership: str) -> None:
    """Share a quarter's crime and disorder data with the other authorities of your area.

    Extracts are checked and depersonalised on this machine, sealed for the partners, and logged
    against the quarter's deadline.
    """
    app.partnership = partnership


def summary(name: str) -> str:
    """Return the one line that says what a command does; its help begins with it."""
    return _COMMANDS[name]
