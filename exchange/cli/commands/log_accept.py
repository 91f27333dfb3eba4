"""exchange log accept: continue with the log in the store, without what is lost or split off."""

from pathlib import Path

import click

from exchange.cli import console
from exchange.cli.session import EntryWriter, confirm, writes_entries
from exchange.cli.tree import option, summary
from exchange.files import scratch
from exchange.log.forks import Fork, accept_on_this_computer
from exchange.log.log import Log
from exchange.profile.accept_log import acceptance
from exchange.text import in_columns, number_ranges, utc_in_words, with_noun
from partners.entries.entry import Entry


@click.command(help=summary("log accept"))
@click.argument("root", metavar="[ROOT]", required=False)
@option("log accept", "--other", type=click.Path(exists=True, file_okay=False, path_type=Path))
@writes_entries
def command(writer: EntryWriter, root: str | None, other: Path | None) -> None:
    """Accept the log in the store, which ROOT names; it counts when two coordinators have done so.

    Without ROOT, show what the log in the store differs from, and its root. Who is no coordinator
    accepts it on this computer alone.
    """
    with scratch() as folder:
        log, fork, body = acceptance(writer.settings, Path(folder), root=root, other=other)
        if fork is not None:
            _say(writer, fork)
        if root is None:
            _say_root(writer, log)
            return
        if body is None:
            _accept_here(writer, log)
            return
        writer.log = log
        position = writer.add(body, "Have you agreed this root with the other coordinator?")
    is_resolved = body in log.register.settled
    writer.say(f"accepted  log {position}", resolved=is_resolved, entry=position)
    if is_resolved:
        console.hint("resolved: every partner continues with this log when they next read it")
        console.hint("partners whose entries are not in it have to send them again")
    else:
        console.hint(f"the second coordinator now runs: exchange log accept {root}")


def _accept_here(writer: EntryWriter, log: Log) -> None:
    """Continue with the log in the store on this computer, in place of what was read of it."""
    settings = writer.settings
    confirm("Have you compared this root with a coordinator's by phone?", yes=writer.yes)
    accept_on_this_computer(
        settings.open_store(), settings.pinned(), settings.memory(), settings.cache
    )
    writer.say(f"accepted  {log.tree.size:,} entries, on this computer", size=log.tree.size)
    console.hint("what was signed by others still counts; see if it agrees: exchange verify")


def _say_root(writer: EntryWriter, log: Log) -> None:
    digits = log.tree.root.hex()
    text = f"The log in the store has {log.tree.size:,} entries, with the root {digits}."
    writer.say(text, size=log.tree.size, root=digits)
    console.hint(
        "compare the root with another coordinator's by phone; then both run: exchange log "
        f"accept {digits[:16]}"
    )


def _say(writer: EntryWriter, branches: Fork) -> None:
    size = with_noun(branches.common, "entry", "entries")
    trees = branches.settle.trees or ()
    signed = max((tree.size for tree in trees), default=0)
    if signed > branches.log.tree.size:
        writer.show(
            f"The store has {with_noun(branches.log.tree.size, 'entry', 'entries')}, and "
            f"{signed:,} were signed. If you accept it, the others are given up for good."
        )
    else:
        writer.show(f"The two versions share {size}.")
    for title, entries in (("To keep:", branches.in_store), ("To reject:", branches.given_up)):
        if entries:
            writer.show("")
            writer.show(title)
            rows = [_row(branches.common + n, entry) for n, entry in enumerate(entries)]
            for line in in_columns([("log", "kind", "of", "time"), *rows]):
                writer.show(line)
    if without := branches.without_effect:
        writer.show("")
        writer.show(
            f"{with_noun(len(without), 'entry', 'entries')} in the store came after the other "
            "version, and have no effect in this one: who sent them has to send them again "
            f"(log {number_ranges(without)})."
        )
    writer.show("")


def _row(position: int, entry: Entry | None) -> tuple[str, str, str, str]:
    if entry is None:
        return str(position), "?", "", ""
    values = entry.body.to_json() if hasattr(entry.body, "to_json") else {}
    subject = " ".join(
        str(values[name]) for name in ("partner", "dataset", "quarter") if name in values
    )
    return str(position), entry.kind, subject, utc_in_words(entry.time)
