"""exchange log accept: accept one version of a split log."""

from pathlib import Path

import click

from exchange.cli import console
from exchange.cli.session import EntryWriter, entry_id, writes_entries
from exchange.cli.tree import summary
from exchange.errors import Usage
from exchange.files import scratch
from exchange.log.forks import Parted, branch_of, files_of, parted, remembered
from exchange.log.log import Log
from exchange.text import in_columns, utc_in_words, with_noun
from partners.entries.entry import Entry
from partners.entries.kinds import Settle


@click.command(help=summary("log accept"))
@click.argument("entry", type=click.IntRange(0), metavar="[LOG_NUMBER]", required=False)
@click.option(
    "--other",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A copy of the folder with the version to reject (default: what you had read).",
)
@writes_entries
def command(writer: EntryWriter, entry: int | None, other: Path | None) -> None:
    """Accept the version in the store; it counts when two coordinators have accepted it.

    The first compares the versions; the second names the first one's LOG_NUMBER.
    """
    settings = writer.settings
    with scratch() as folder:
        log = branch_of(settings.open_store(), settings.pinned(), Path(folder))
        if entry is None:
            files = files_of(other) if other else remembered(settings.cache, settings.memory())
            found = parted(log, files)
            _say(writer, found)
            body = found.settle
            question = "Reject these entries?"
        else:
            body = _said(log, entry)
            after = with_noun(len(body.given_up), "entry", "entries")
            writer.show(
                f"rejects  {after} that followed log {body.common - 1} in the other version"
            )
            question = "Have you agreed this with the other coordinator?"
        writer.log = log
        position = writer.add(body, question)
    is_resolved = body in log.register.settled
    writer.say(f"accepted  log {position}", resolved=is_resolved, entry=position)
    if is_resolved:
        console.hint(
            "resolved: every partner continues with this version when they next read the log"
        )
        console.hint("partners whose entries were only in the other version send them again")
    else:
        console.hint(f"the second coordinator now runs: exchange log accept {position}")


def _said(log: Log, position: int) -> Settle:
    entry_id(log, position)
    entry = log.entries[position]
    if entry is None or not isinstance(entry.body, Settle):
        raise Usage(
            "entry-accepts-nothing",
            f"log {position} does not accept a version of the log",
            "see the entries: exchange verify",
        )
    return entry.body


def _say(writer: EntryWriter, found: Parted) -> None:
    size = with_noun(found.common, "entry", "entries")
    writer.show(f"The two versions share {size}.")
    for title, entries in (("To keep:", found.kept), ("To reject:", found.given_up)):
        writer.show("")
        writer.show(title)
        rows = [_row(found.common + n, one) for n, one in enumerate(entries)]
        for line in in_columns([("log", "kind", "of", "time"), *rows]):
            writer.show(line)
    writer.show("")


def _row(position: int, entry: Entry | None) -> tuple[str, str, str, str]:
    if entry is None:
        return str(position), "?", "", ""
    told = entry.body.to_json() if hasattr(entry.body, "to_json") else {}
    what = " ".join(str(told[name]) for name in ("partner", "dataset", "quarter") if name in told)
    return str(position), entry.kind, what, utc_in_words(entry.time)
