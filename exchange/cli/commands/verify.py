"""exchange verify: the whole account of the log and its bundles."""

from typing import Any, Final

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json
from exchange.cli.session import open_log
from exchange.cli.tree import summary
from exchange.errors import BundleBroken
from exchange.log.intervals import Cosignature
from exchange.log.merkle import root_text
from exchange.log.verify import StoreAudit, verify
from exchange.reports.status import not_known
from exchange.text import list_some, long_date, with_noun

_SHOWN: Final = 200  # entries on a terminal


@click.command(help=summary("verify"))
@click.option("--log-only", is_flag=True, help="Do not read the files of submissions.")
@as_json
@click.pass_obj
def command(app: App, log_only: bool, as_json: bool) -> int:
    """Verify every entry, checkpoint and sighting and, unless told not to, every bundle."""
    settings = app.settings
    log = open_log(settings, app.now, whole=True)
    with console.progress("verifying …") as shown:
        found = verify(log, settings.sighted, bundles=not log_only, tick=shown.step)
    if as_json:
        console.as_json(_to_json(found))
        return BundleBroken.status if found.broken else 0
    _say_log(found)
    console.notices(not_known(log))
    _say_oddities(found)
    if not log_only:
        _say_bundles(found)
    if found.broken:
        raise BundleBroken(
            "bundles-not-as-signed",
            f"{with_noun(len(found.broken), 'file')} not as signed",
            *dict.fromkeys(h for b in found.broken for h in b.hints),
            lines=tuple(f"{b.says} [{b.id}]" for b in found.broken),
        )
    return 0


def _say_log(found: StoreAudit) -> None:
    log = found.log
    applied = log.register.applied
    console.result(f"{log.register.name}  {log.founding.origin}")
    console.result(
        f"{with_noun(log.tree.size, 'entry', 'entries')}, "
        f"{sum(bool(a.why) for a in applied)} not accepted; "
        f"{with_noun(found.checkpoints, 'checkpoint')} agree"
    )
    console.result(_witnessed(found.witnessed.sightings))
    console.result(f"root {root_text(log.tree.root)} at size {log.tree.size}")
    console.result()
    shown = [a for a in applied if a.why or a.position >= len(applied) - _SHOWN]
    rows = [
        (
            str(a.position),
            a.kind,
            a.signer or "unknown",
            f"not accepted: {a.why} [{a.why.id}]" if a.why else "accepted",
        )
        for a in shown
    ]
    console.table(rows, ("log", "kind", "signed by", "state"))
    if len(shown) < len(applied):
        rest = with_noun(len(applied) - len(shown), "earlier entry", "earlier entries")
        console.result(f"{rest} accepted; to see all: --json")


def _say_oddities(found: StoreAudit) -> None:
    """Say what is missing, altered or strange, and does not touch what the log says."""
    if found.not_counting:
        names = list_some(found.not_counting)
        console.warning(
            "signed-file-proves-nothing",
            f"these files do not match their names, and prove nothing: {names}",
        )
    if found.witnessed.gone:
        console.warning(
            "sightings-missing",
            f"these witness records have been removed: {list_some(found.witnessed.gone)}",
        )
    if found.witnessed.backwards:
        console.warning(
            "witness-goes-backwards",
            "the times of these witnesses are out of order and are not used: "
            f"{list_some(list(found.witnessed.backwards))}",
        )
    if found.without_checkpoint:
        sizes = list_some([f"{size:,}" for size in found.without_checkpoint])
        console.warning(
            "checkpoint-missing",
            f"no checkpoint of {sizes} entries: it was deleted, or a command was interrupted",
        )
    for clock in found.clocks:
        console.warning("entry-time-doubtful", clock)
    if found.strangers:
        console.warning(
            "unknown-files-ignored",
            f"these files do not belong to the log and were ignored: {list_some(found.strangers)}",
        )


def _say_bundles(found: StoreAudit) -> None:
    console.result()
    sound = len(found.log.register.submissions) - len(found.broken) - len(found.destroyed)
    console.result(f"{with_noun(sound, 'file')} as signed")
    for s in found.destroyed:
        console.result(f"the file of log {s.position} was deleted under log {s.purged_by}")
    for s in found.undead:
        console.warning(
            "deleted-file-present",
            f"log {s.position} was deleted but its file is still in the store",
        )
        console.hint(
            f"ask {s.statement.partner} to run: exchange withdraw {s.position} --delete "
            "--reason sent-in-error"
        )


def _witnessed(seen: list[Cosignature]) -> str:
    """Say how many sightings agree, and the last of them."""
    if not seen:
        return "no witness has signed the log yet"
    last = seen[-1]
    return (
        f"{with_noun(len(seen), 'witness record')} agree; the last by {last.card.who} on "
        f"{long_date(last.time.date())} at size {last.size}"
    )


def _to_json(found: StoreAudit) -> dict[str, Any]:
    log = found.log
    return {
        "partnership": log.register.name,
        "origin": log.founding.origin,
        "size": log.tree.size,
        "root": log.tree.root.hex(),
        "checkpoints": found.checkpoints,
        "without_checkpoint": found.without_checkpoint,
        "not_counting": found.not_counting,
        "sightings": [
            {"who": s.card.who, "size": s.size, "time": s.time.isoformat()}
            for s in found.witnessed.sightings
        ],
        "sightings_gone": found.witnessed.gone,
        "sightings_backwards": list(found.witnessed.backwards),
        "entries": [
            {
                "position": a.position,
                "kind": a.kind,
                "signer": a.signer,
                "why": a.why.says if a.why else "",
                "rejection": a.why.id if a.why else "",
                "time": a.time.isoformat() if a.time else None,
            }
            for a in log.register.applied
        ],
        "broken": [b.says for b in found.broken],
        "deleted": {s.position: s.purged_by for s in found.destroyed},
        "deleted_file_present": [s.position for s in found.undead],
        "clocks": found.clocks,
        "unknown_files": found.strangers,
    }
