"""exchange purge: have the bytes of a submission destroyed, or say that yours are."""

import click

from exchange.bundle.sealed_files import bundle_name
from exchange.cli import console
from exchange.cli.group import summary
from exchange.cli.options import reason
from exchange.cli.session import EntryWriter, entry_id, writes_entries
from exchange.errors import NothingToDo, Usage
from exchange.log.log import Log
from partners.entries.kinds import Purge
from partners.register.state import Submission


@click.command("purge", help=summary("purge"))
@click.argument("entry", type=click.IntRange(0), metavar="ENTRY")
@reason("purge")
@writes_entries
def command(writer: EntryWriter, entry: int, reason: str) -> None:
    """Log it, then destroy the bundle; entry and hash stay, and no pull brings it back.

    Of another authority's submission that was purged, say that what you pulled of it is
    destroyed: --reason destroyed-here.
    """
    log = writer.log
    found = log.register.returned(entry_id(log, entry))
    if not isinstance(found, Submission):
        raise Usage(
            "entry-not-a-submission", f"entry {entry} is no submission", "see them: exchange verify"
        )
    mine = found.statement.partner == writer.settings.partner
    if mine and found.purged_by is not None:
        _destroy(log, found)
        raise NothingToDo(
            "already-destroyed",
            f"entry {entry} is destroyed already, under entry {found.purged_by}",
        )
    what = "Destroy the bundle of" if mine else "Have you destroyed all that you pulled of"
    position = writer.add(Purge(*writer.signer, found.id, reason), f"{what} entry {entry}?")
    if not mine:
        console.result(f"said  log {position}  that what was pulled of log {entry} is destroyed")
        return
    _destroy(log, found)
    console.result(f"destroyed  log {entry}  under log {position}")
    names = ", ".join(dict.fromkeys(who.split("/")[0] for who, _ in found.statement.recipients))
    console.hint(
        f"tell those who may have pulled it ({names}); each says when theirs is gone: "
        f"exchange purge {entry} --reason destroyed-here"
    )


def _destroy(log: Log, found: Submission) -> None:
    """Destroy a bundle's bytes, unless a later submission is of the same bundle."""
    name = bundle_name(found.statement.bundle_sha256)
    if not any(s.statement.bundle_sha256 in name for s in log.register.current()):
        log.store.destroy(name)
